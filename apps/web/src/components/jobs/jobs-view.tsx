'use client'

import { Button, Group, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconArrowUp } from '@tabler/icons-react'
import { useCallback, useEffect, useMemo, useRef } from 'react'
import { ErrorNotice } from '@/components/ui/error-notice'
import { cursorAt, type JobPages, jobsOf } from '@/lib/jobs/job-pages'
import type { JobListFilter } from '@/lib/jobs/list-queries'
import { BulkBar } from './bulk-bar'
import classes from './jobs.module.css'
import { JobsList, useReadOn } from './jobs-list'
import { type BulkAction, useBulkActions } from './use-bulk-actions'
import type { SetJobFilters } from './use-job-filters'
import type { useJobs } from './use-jobs'
import { useLiveList, useNewest } from './use-live-list'
import { useRowWindow } from './use-row-window'
import { useSelection } from './use-selection'

/** What rushes by need not stand in the address. */
const ADDRESS_DELAY_MS = 400
const LEAVING_MS = 3_000

/** Pixels, as `--row` in the style sheet: on a phone a job has a line more. */
export function useRowHeight(): number {
  // Nothing that the server has drawn depends on it, so that it may be known from the first.
  return useMediaQuery('(max-width: 48em)', false, { getInitialValueInEffect: false }) ? 112 : 78
}

interface JobsViewProps {
  query: ReturnType<typeof useJobs>
  data: JobPages
  filters: JobListFilter
  setFilters: SetJobFilters
  rowHeight: number
}

/** The list with all that keeps it up to date and acts on it. */
export function JobsView({ query, data, filters, setFilters, rowHeight }: JobsViewProps) {
  const { isPlaceholderData: stale, hasNextPage, fetchNextPage } = query
  const canRead = hasNextPage && !stale && !query.isFetching && !query.isFetchNextPageError
  const listRef = useRef<HTMLUListElement>(null)
  const busy = useRef(new Set<string>())
  const jobs = useMemo(() => jobsOf(data), [data])
  const rows = useRowWindow(listRef, jobs.length, rowHeight)
  const selection = useSelection(jobs)
  const { clear } = selection

  const visible = useMemo(() => jobs.slice(rows.start, rows.end), [jobs, rows])
  const list = stale ? undefined : data
  useLiveList({ list, visible, filters, busy })
  const newest = useNewest(filters, list, rows.top === 0, busy)
  const readOn = useCallback(() => void fetchNextPage(), [fetchNextPage])
  useReadOn(rows, jobs.length, canRead, readOn)
  useAddress(data, rows.top, stale, setFilters)
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is ticked is of these filters
  useEffect(clear, [filters])

  const onBegun = useCallback(() => {
    clear()
    // The button that was pressed goes away with the selection.
    listRef.current?.focus({ preventScroll: true })
  }, [clear])
  const act = useBulkActions({ filters, busy, onBegun })
  if (jobs.length === 0) return null
  return (
    <div>
      <ListHead
        total={jobs.length}
        selection={selection}
        onAction={act}
        fresh={newest.fresh}
        onFresh={() => {
          newest.show()
          window.scrollTo({ top: 0 })
        }}
        begins={data.pageParams[0] === null}
        onNewest={() => window.location.assign(addressOfTop())}
      />
      <JobsList
        jobs={jobs}
        total={data.pages[0]?.total ?? jobs.length}
        stale={stale}
        rows={rows}
        selected={selection.ids}
        onToggle={selection.toggle}
        listRef={listRef}
      />
      <ListEnd query={query} />
    </div>
  )
}

/** The list as it is filtered, from its beginning. */
function addressOfTop(): string {
  const address = new URL(window.location.href)
  address.searchParams.delete('at')
  return address.href
}

/** Keeps in the address which page is in sight, for a reload and for whom it is sent to. */
function useAddress(data: JobPages, top: number, stale: boolean, setFilters: SetJobFilters): void {
  const leaving = useLeaving()
  const at = stale ? undefined : cursorAt(data, top)
  useEffect(() => {
    if (at === undefined) return
    const timer = setInterval(() => {
      if (leaving.current) return
      clearInterval(timer)
      const known = new URLSearchParams(window.location.search).get('at')
      if (known !== at) void setFilters({ at }, { history: 'replace', scroll: false })
    }, ADDRESS_DELAY_MS)
    return () => clearInterval(timer)
  }, [at, leaving, setFilters])
}

/** Whether a link, or the way back, is being followed: who writes the address then would end that. */
function useLeaving() {
  const leaving = useRef(false)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const leave = () => {
      leaving.current = true
      clearTimeout(timer)
      // It may have led to another part of this very list.
      timer = setTimeout(() => {
        leaving.current = false
      }, LEAVING_MS)
    }
    const follow = (event: MouseEvent) => {
      const link = event.target instanceof Element && event.target.closest('a[href]')
      if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) leave()
    }
    document.addEventListener('click', follow, true)
    window.addEventListener('popstate', leave)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('click', follow, true)
      window.removeEventListener('popstate', leave)
    }
  }, [])
  return leaving
}

interface ListHeadProps {
  total: number
  selection: ReturnType<typeof useSelection>
  onAction: (action: BulkAction, jobs: ReturnType<typeof useSelection>['selected']) => void
  fresh: number
  onFresh: () => void
  begins: boolean
  onNewest: () => void
}

function ListHead(props: ListHeadProps) {
  const { total, selection, onAction, fresh, onFresh, begins, onNewest } = props
  const { selected, clear, selectAll } = selection
  const some = selected.length > 0
  const all = some && selected.length === total
  return (
    <div className={classes.head} data-selecting={some}>
      <label className={classes.selectAll}>
        <input
          type="checkbox"
          checked={all}
          ref={(input) => {
            if (input) input.indeterminate = some && !all
          }}
          onChange={() => (all ? clear() : selectAll())}
        />
        <Text size="sm" span>
          {`Select the ${total.toLocaleString('en')} shown`}
        </Text>
      </label>
      {some && <BulkBar selected={selected} onAction={onAction} onClear={clear} />}
      {!some && fresh > 0 && (
        <Button
          size="compact-sm"
          leftSection={<IconArrowUp size={14} aria-hidden="true" />}
          onClick={onFresh}
        >
          {fresh === 1 ? 'Show 1 new job' : `Show ${fresh} new jobs`}
        </Button>
      )}
      {!some && !begins && (
        <Button size="compact-sm" variant="default" onClick={onNewest}>
          Go to the newest jobs
        </Button>
      )}
    </div>
  )
}

function ListEnd({ query }: { query: ReturnType<typeof useJobs> }) {
  const { error, isFetchNextPageError, isFetchingNextPage, fetchNextPage } = query
  return (
    <Group justify="center" mih={48} mt="xs">
      {isFetchNextPageError && (
        <ErrorNotice
          title="Older jobs could not be read"
          error={error}
          onRetry={() => void fetchNextPage()}
        />
      )}
      <Text size="sm" c="dimmed" role="status">
        {isFetchingNextPage && 'Reading older jobs…'}
      </Text>
    </Group>
  )
}
