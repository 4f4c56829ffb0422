'use client'

import { Anchor, Code, Group, Text, Title } from '@mantine/core'
import { IconArrowLeft } from '@tabler/icons-react'
import Link from 'next/link'
import { JobStatusBadge, statusLabel } from '@/components/jobs/job-status'
import { CopyButton } from '@/components/ui/copy-button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { JobDetail } from '@/lib/jobs/job'
import { JobButtons } from './job-buttons'

export function JobHeader({ job }: { job: JobDetail }) {
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
            <span
              role="status"
              className="visually-hidden"
            >{`The job is ${statusLabel(job.status)}`}</span>
            <Text size="sm" c="dimmed" component="span">
              Preset {job.preset}, priority {job.priority}, created{' '}
              <RelativeTime value={job.createdAt} focusable />
            </Text>
            <Group gap={2} wrap="nowrap">
              <Code bg="var(--mantine-color-default-hover)" style={{ overflowWrap: 'anywhere' }}>
                {job.id}
              </Code>
              <CopyButton value={job.id} what="the job id" />
            </Group>
          </Group>
        </div>
        <JobButtons job={job} />
      </Group>
    </header>
  )
}
