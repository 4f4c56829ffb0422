'use client'

import { Button, Group, Stack, Text } from '@mantine/core'
import { IconShieldCheck } from '@tabler/icons-react'
import { RelativeTime } from '@/components/ui/relative-time'
import { Section } from '@/components/ui/section'
import type { JobDetail } from '@/lib/jobs/job'
import { verificationText } from '@/lib/jobs/verification'
import classes from './job.module.css'
import { useVerify } from './use-verify'

/** Whether what the job published is still there and whole, as it was last looked at. */
export function VerificationPanel({ job }: { job: JobDetail }) {
  const verify = useVerify(job.id)
  const { verification } = job
  const failed = verification?.status === 'failed'
  const problems = verification?.problems ?? []
  return (
    <Section title="Verification">
      <Stack gap="xs">
        <Text size="sm" role="status" c={failed ? 'var(--mantine-color-error)' : undefined}>
          {verificationText(verification)}
          {verification?.finishedAt && (
            <>
              , <RelativeTime value={verification.finishedAt} />
            </>
          )}
        </Text>
        {problems.length > 0 && (
          <ul className={classes.tasks} tabIndex={problems.length > 8 ? 0 : undefined}>
            {problems.map(({ file, message }) => (
              <li key={`${file} ${message}`}>
                <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                  {file && <strong>{file}</strong>} {message}
                </Text>
              </li>
            ))}
          </ul>
        )}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconShieldCheck size={14} aria-hidden="true" />}
            loading={verify.isPending || verification?.status === 'running'}
            onClick={() => verify.mutate()}
          >
            Verify again
          </Button>
        </Group>
      </Stack>
    </Section>
  )
}
