'use client'

import { Skeleton, Stack } from '@mantine/core'
import { useEffect } from 'react'
import { ErrorNotice } from '@/components/ui/error-notice'
import { MessagePage } from '@/components/ui/message-page'
import { isActive, type JobDetail } from '@/lib/jobs/job'
import { DownloadsTable } from './downloads-table'
import { ErrorPanel } from './error-panel'
import classes from './job.module.css'
import { JobHeader } from './job-header'
import { PlayerPanel } from './player-panel'
import { ProgressPanel } from './progress-panel'
import { RenditionsTable } from './renditions-table'
import { ShareLinks } from './share-links'
import { SourceFacts } from './source-facts'
import { TaskGraphPanel } from './task-graph-panel'
import { TaskList } from './task-list'
import { TimelinePanel } from './timeline-panel'
import { useJob } from './use-job'
import { VerificationPanel } from './verification-panel'

export function JobPage({ id }: { id: string }) {
  const { job, error, refetch } = useJob(id)
  usePageTitle(job?.filename)
  if (job === null) {
    return (
      <MessagePage title="There is no such job" action={{ href: '/jobs', label: 'To your jobs' }}>
        It was deleted, its address is mistyped, or it belongs to somebody else.
      </MessagePage>
    )
  }
  return (
    <Stack gap="md" py="md">
      {error && (
        <ErrorNotice
          title={job ? 'This page is not up to date' : 'The job could not be read'}
          error={error}
          onRetry={() => void refetch()}
        />
      )}
      {job && <JobView job={job} />}
      {!job && !error && <JobSkeleton />}
    </Stack>
  )
}

function JobView({ job }: { job: JobDetail }) {
  return (
    <>
      <JobHeader job={job} />
      {job.error && job.status === 'failed' && <ErrorPanel job={job} error={job.error} />}
      <div className={classes.columns}>
        <Stack gap="md" className={classes.main}>
          {job.playback?.hlsUrl && (
            <PlayerPanel key={job.id} job={job} hlsUrl={job.playback.hlsUrl} />
          )}
          {job.status !== 'completed' && <ProgressPanel job={job} />}
          {job.renditions.length > 0 && (
            <RenditionsTable jobId={job.id} renditions={job.renditions} />
          )}
          {job.assets.length > 0 && <DownloadsTable jobId={job.id} assets={job.assets} />}
          {job.tasks.length > 1 && <TaskGraphPanel tasks={job.tasks} />}
          <TimelinePanel tasks={job.tasks} />
        </Stack>
        <Stack gap="md" className={classes.side}>
          {job.playback?.hlsUrl && <ShareLinks jobId={job.id} playback={job.playback} />}
          <SourceFacts job={job} />
          {job.status === 'completed' && <VerificationPanel job={job} />}
          {job.tasks.length > 0 && <TaskList tasks={job.tasks} live={isActive(job.status)} />}
        </Stack>
      </div>
    </>
  )
}

function JobSkeleton() {
  return (
    <div aria-busy="true">
      <Skeleton height={30} width="min(26rem, 80%)" mb="sm" />
      <Skeleton height={16} width="min(18rem, 60%)" mb="lg" />
      <div className={classes.columns} aria-hidden="true">
        <Skeleton className={classes.picture} radius="md" />
        <Skeleton height={240} radius="md" />
      </div>
    </div>
  )
}

function usePageTitle(filename: string | undefined): void {
  useEffect(() => {
    if (filename) document.title = `${filename} · Vidmill`
  }, [filename])
}
