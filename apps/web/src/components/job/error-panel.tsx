'use client'

import { Alert, Button, Code, Group, Spoiler, Stack, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import Link from 'next/link'
import { CopyButton } from '@/components/ui/copy-button'
import { adviceFor } from '@/lib/jobs/error-advice'
import type { JobDetail, JobError } from '@/lib/jobs/job'
import classes from './job.module.css'

/** Why the job failed, what to do now, and what an operator will ask for. */
export function ErrorPanel({ job, error }: { job: JobDetail; error: JobError }) {
  const advice = adviceFor(error.code)
  return (
    <Alert
      color="red"
      role="alert"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={advice.title}
      styles={{ title: { color: 'var(--mantine-color-error)' } }}
    >
      <Stack gap="xs">
        <Text size="sm">{error.message}</Text>
        <Text size="sm" fw={600}>
          {advice.remedy}
        </Text>
        <Group gap={4}>
          <Text size="sm" c="dimmed">
            {[
              `Code ${error.code}`,
              error.task && `task ${error.task}`,
              attemptsText(error.attempts),
            ]
              .filter(Boolean)
              .join(', ')}
            . Job
          </Text>
          <Code bg="transparent" style={{ overflowWrap: 'anywhere' }}>
            {job.id}
          </Code>
          <CopyButton value={job.id} what="the job id for support" />
        </Group>
        {!advice.worthRetrying && (
          <Group>
            <Button component={Link} href="/upload" size="compact-sm" variant="default">
              Upload another file
            </Button>
          </Group>
        )}
        {error.logTail && (
          <Spoiler
            maxHeight={0}
            showLabel="Show the last lines of the log"
            hideLabel="Hide the log"
          >
            <Code block className={classes.log} tabIndex={0}>
              {error.logTail}
            </Code>
          </Spoiler>
        )}
      </Stack>
    </Alert>
  )
}

function attemptsText(attempts: number | null): string | null {
  if (!attempts) return null
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`
}
