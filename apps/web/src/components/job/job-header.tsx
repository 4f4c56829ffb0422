'use client'

import { Anchor, Button, Code, Group, Text, Title, VisuallyHidden } from '@mantine/core'
import { IconArrowLeft, IconPlayerStop, IconReload, IconTrash } from '@tabler/icons-react'
import Link from 'next/link'
import { JobStatusBadge, statusLabel } from '@/components/jobs/job-status'
import { CopyButton } from '@/components/ui/copy-button'
import { RelativeTime } from '@/components/ui/relative-time'
import { adviceFor } from '@/lib/jobs/error-advice'
import { canCancel, canRetry, type JobDetail } from '@/lib/jobs/job'
import { useJobActions } from './use-job-actions'

export function JobHeader({ job }: { job: JobDetail }) {
  const { retry, cancel, remove, confirmCancel, confirmRemove } = useJobActions(job)
  const worthRetrying = !job.error || adviceFor(job.error.code).worthRetrying
  return (
    <header>
      <Anchor component={Link} href="/jobs" size="sm">
        <Group component="span" gap={4} display="inline-flex">
          <IconArrowLeft size={14} aria-hidden="true" />
          All jobs
        </Group>
      </Anchor>
      <Group justify="space-between" align="start" mt={4}>
        <div style={{ minWidth: 0, flex: '1 1 18rem' }}>
          <Title order={1} size="h2" style={{ overflowWrap: 'anywhere' }}>
            {job.filename}
          </Title>
          <Group gap="xs" mt={6}>
            <JobStatusBadge status={job.status} />
            <VisuallyHidden role="status">{`The job is ${statusLabel(job.status)}`}</VisuallyHidden>
            <Text size="sm" c="dimmed" component="span">
              Preset {job.preset}, priority {job.priority}, created{' '}
              <RelativeTime value={job.createdAt} />
            </Text>
            <Group gap={2} wrap="nowrap">
              <Code bg="var(--mantine-color-default-hover)" style={{ overflowWrap: 'anywhere' }}>
                {job.id}
              </Code>
              <CopyButton value={job.id} what="the job id" />
            </Group>
          </Group>
        </div>
        <Group gap="xs">
          {canRetry(job.status) && (
            <Button
              variant={worthRetrying ? 'filled' : 'default'}
              leftSection={<IconReload size={16} aria-hidden="true" />}
              loading={retry.isPending}
              onClick={() => retry.mutate()}
            >
              Retry
            </Button>
          )}
          {canCancel(job.status) ? (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} aria-hidden="true" />}
              loading={cancel.isPending}
              onClick={confirmCancel}
            >
              Cancel
            </Button>
          ) : (
            <Button
              variant="default"
              leftSection={<IconTrash size={16} aria-hidden="true" />}
              loading={remove.isPending}
              onClick={confirmRemove}
            >
              Delete
            </Button>
          )}
        </Group>
      </Group>
    </header>
  )
}
