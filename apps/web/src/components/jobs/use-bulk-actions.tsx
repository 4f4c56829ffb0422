'use client'

import { List, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { type RefObject, useCallback } from 'react'
import { useServices } from '@/components/providers/services'
import { confirm } from '@/components/ui/dialogs'
import { counted } from '@/lib/format'
import { cancelJob, deleteJob, retryJob } from '@/lib/jobs/actions'
import { type BulkFailure, callForEach } from '@/lib/jobs/bulk'
import { canCancel, canRetry, hasEnded, type JobSummary } from '@/lib/jobs/job'
import type { JobListFilter } from '@/lib/jobs/list-queries'
import type { RestClient } from '@/lib/rest/client'
import { messageOf } from '@/lib/rest/problem'
import { useJobLists } from './use-jobs'
import { useLookAgain } from './use-live-list'

export interface BulkAction {
  key: 'cancel' | 'retry' | 'delete'
  label: string
  /** "3 jobs were cancelled". */
  done: string
  fits: (job: JobSummary) => boolean
  call: (rest: RestClient, id: string) => Promise<void>
  /** What is shown before the server has answered; null takes the job out of the list. */
  expected: (job: JobSummary) => JobSummary | null
  /** Asked first; null: nothing is lost by it. */
  warning: string | null
}

export const BULK_ACTIONS: BulkAction[] = [
  {
    key: 'cancel',
    label: 'Cancel',
    done: 'cancelled',
    fits: (job) => canCancel(job.status),
    call: cancelJob,
    expected: (job) => ({ ...job, status: 'cancelled', etaSeconds: null }),
    warning:
      'Their transcodes stop, and what they have made so far is removed. They can be retried later.',
  },
  {
    key: 'retry',
    label: 'Retry',
    done: 'started again',
    fits: (job) => canRetry(job.status),
    call: retryJob,
    expected: (job) => ({ ...job, status: 'queued', errorMessage: null }),
    warning: null,
  },
  {
    key: 'delete',
    label: 'Delete',
    done: 'deleted',
    fits: (job) => hasEnded(job.status),
    call: deleteJob,
    expected: () => null,
    warning:
      'Their renditions, playlists and thumbnails are deleted for good, and their links stop working. The uploaded videos stay.',
  },
]

const NAMED = 5

interface BulkOptions {
  filters: JobListFilter
  /** Holds the jobs while an action is under way for them. */
  busy: RefObject<Set<string>>
  onBegun: () => void
}

/** Does the same to many jobs: shown at once, and taken back for those that the server refuses. */
export function useBulkActions({ filters, busy, onBegun }: BulkOptions) {
  const { rest } = useServices()
  const { change, putBack } = useJobLists()
  const lookAgain = useLookAgain()

  const run = useCallback(
    async (action: BulkAction, jobs: JobSummary[]) => {
      const before = new Map(jobs.map((job) => [job.id, job]))
      for (const id of before.keys()) busy.current.add(id)
      change((job) => (before.has(job.id) ? action.expected(job) : job))
      onBegun()
      const notice = showProgress(action, jobs.length)
      const failures = await callForEach([...before.keys()], (id) => action.call(rest, id), {
        onProgress: notice.update,
      })
      for (const { id } of failures) {
        const job = before.get(id)
        if (job) putBack(filters, job)
      }
      for (const id of before.keys()) busy.current.delete(id)
      lookAgain()
      notice.end(failures, before)
    },
    [rest, change, putBack, lookAgain, filters, busy, onBegun],
  )
  return useCallback(
    (action: BulkAction, jobs: JobSummary[]) => {
      if (action.warning === null) void run(action, jobs)
      else ask(action, jobs, () => void run(action, jobs))
    },
    [run],
  )
}

function ask(action: BulkAction, jobs: JobSummary[], confirmed: () => void): void {
  const rest = jobs.length - NAMED
  confirm({
    title: `${action.label} ${counted(jobs.length, 'job')}?`,
    text: (
      <>
        <List size="sm" mb="sm" style={{ overflowWrap: 'anywhere' }}>
          {jobs.slice(0, NAMED).map((job) => (
            <List.Item key={job.id}>{job.filename}</List.Item>
          ))}
          {rest > 0 && <List.Item>{`and ${rest} more`}</List.Item>}
        </List>
        <Text size="sm">{action.warning}</Text>
      </>
    ),
    action: `${action.label} ${counted(jobs.length, 'job')}`,
    keep: 'Keep them',
    onConfirm: confirmed,
  })
}

/** A message that counts along, for the server takes a while over hundreds. */
function showProgress(action: BulkAction, total: number) {
  const id = `bulk-${action.key}-${Date.now()}`
  const message = (done: number) => `${action.label}: ${done} of ${counted(total, 'job')}`
  notifications.show({
    id,
    message: message(0),
    loading: true,
    autoClose: false,
    withCloseButton: false,
  })
  const end = (failures: BulkFailure[], jobs: Map<string, JobSummary>) => {
    const fine = total - failures.length
    const settled = { id, loading: false, withCloseButton: true, autoClose: 6_000 } as const
    if (failures.length === 0) {
      const verb = total === 1 ? 'was' : 'were'
      notifications.update({
        ...settled,
        message: `${counted(total, 'job')} ${verb} ${action.done}.`,
      })
      return
    }
    notifications.update({
      ...settled,
      autoClose: false,
      color: 'red',
      role: 'alert',
      title: `${failures.length} of ${counted(total, 'job')} could not be ${action.done}`,
      message: `${fine} ${fine === 1 ? 'was' : 'were'}. ${reasons(failures, jobs)}`,
    })
  }
  return { update: (done: number) => notifications.update({ id, message: message(done) }), end }
}

function reasons(failures: BulkFailure[], jobs: Map<string, JobSummary>): string {
  const told = failures
    .slice(0, NAMED)
    .map(({ id, error }) => `${jobs.get(id)?.filename}: ${messageOf(error)}`)
  const rest = failures.length - NAMED
  return [...told, ...(rest > 0 ? [`And ${rest} more.`] : [])].join(' ')
}
