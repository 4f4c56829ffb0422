'use client'

import { Anchor, Group, Progress, Text } from '@mantine/core'
import { IconCircleCheckFilled, IconExclamationCircleFilled } from '@tabler/icons-react'
import Link from 'next/link'
import { formatBytes, formatDuration, formatSpeed } from '@/lib/format'
import type { UploadEngine } from '@/lib/upload/engine'
import type { UploadItem, UploadState } from '@/lib/upload/upload-item'
import classes from './upload.module.css'
import { UploadActions } from './upload-actions'
import { UploadDetails } from './upload-details'
import { DuplicateNote, UploadJobState, useUploadJob } from './upload-notes'
import { UploadPoster } from './upload-poster'

interface UploadRowProps {
  item: UploadItem
  engine: UploadEngine
  /** Pictures, notes and fields, for which the tray has no room. */
  detailed?: boolean
}

export function UploadRow({ item, engine, detailed = false }: UploadRowProps) {
  const job = useUploadJob(detailed ? item.jobId : null)
  return (
    <li className={classes.row} data-state={item.state} data-detailed={detailed}>
      {detailed && (
        <UploadPoster engine={engine} id={item.id} thumbnailUrl={job?.thumbnailUrl ?? null} />
      )}
      <Group gap="xs" wrap="nowrap" style={{ minWidth: 0 }}>
        <StateIcon state={item.state} />
        <Text fw={600} truncate title={item.name}>
          {item.name}
        </Text>
      </Group>
      <UploadActions item={item} engine={engine} />
      {item.state !== 'done' && (
        <Progress.Root className={classes.rowWide} size="sm">
          <Progress.Section
            value={item.percent}
            color={item.state === 'failed' ? 'red' : undefined}
            striped={item.state === 'finishing'}
            animated={item.state === 'finishing'}
            aria-label={`Upload of ${item.name}`}
            aria-valuetext={`${item.percent} %`}
          />
        </Progress.Root>
      )}
      <Text
        size="sm"
        c={item.state === 'failed' ? 'var(--mantine-color-error)' : 'dimmed'}
        className={classes.rowWide}
      >
        {progressLine(item)}
        {item.jobId && (
          <>
            {' '}
            <Anchor component={Link} href={`/jobs/${item.jobId}`} underline="always" size="sm">
              Follow the transcode
            </Anchor>
          </>
        )}
        {job && <UploadJobState job={job} />}
      </Text>
      {detailed && <UploadDetails item={item} engine={engine} />}
      {detailed && <DuplicateNote item={item} />}
    </li>
  )
}

function StateIcon({ state }: { state: UploadState }) {
  const props = { size: 18, 'aria-hidden': true, style: { flex: 'none' } } as const
  if (state === 'done')
    return <IconCircleCheckFilled {...props} color="var(--mantine-color-teal-6)" />
  if (state === 'failed') {
    return <IconExclamationCircleFilled {...props} color="var(--mantine-color-error)" />
  }
  return null
}

/** Where the upload stands, in one line of words. */
export function progressLine(item: UploadItem): string {
  const sent = `${formatBytes(item.bytesUploaded)} of ${formatBytes(item.size)}`
  switch (item.state) {
    case 'waiting':
      return 'Waiting to start'
    case 'offline':
      return `Waiting for network at ${item.percent} %`
    case 'paused':
      return `Paused at ${item.percent} % (${sent})`
    case 'finishing':
      return 'Finishing…'
    case 'done':
      return `Uploaded, ${formatBytes(item.size)}.`
    case 'failed':
      return item.error ?? 'The upload failed. Press retry.'
    case 'uploading': {
      const parts = [`${item.percent} %`, sent]
      if (item.bytesPerSecond) parts.push(formatSpeed(item.bytesPerSecond))
      if (item.secondsLeft !== null) parts.push(`${formatDuration(item.secondsLeft)} left`)
      if (item.resumedPercent) parts.push(`continued from ${item.resumedPercent} %`)
      return parts.join(' · ')
    }
  }
}
