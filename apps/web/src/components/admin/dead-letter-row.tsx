'use client'

import { Anchor, Button, Code, Group, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconChevronDown, IconChevronUp, IconRotateClockwise } from '@tabler/icons-react'
import Link from 'next/link'
import { useId } from 'react'
import { CopyButton } from '@/components/ui/copy-button'
import { RelativeTime } from '@/components/ui/relative-time'
import type { DeadLetter } from '@/lib/admin/dead-letters'
import classes from './admin.module.css'

interface DeadLetterRowProps {
  letter: DeadLetter
  ownerName: string
  onRetry: () => void
  retrying: boolean
}

/** One letter: what failed and why; its payload on demand. */
export function DeadLetterRow({ letter, ownerName, onRetry, retrying }: DeadLetterRowProps) {
  const [open, { toggle }] = useDisclosure(false)
  const id = useId()
  return (
    <li className={`${classes.row} ${classes.letterRow}`}>
      <div style={{ minWidth: 0 }}>
        <Anchor
          component={Link}
          href={`/jobs/${letter.job_id}`}
          fw={600}
          c="inherit"
          style={{ overflowWrap: 'anywhere' }}
        >
          {letter.filename}
        </Anchor>
        <Text size="sm">{letter.error_message}</Text>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {letter.kind} task,{' '}
          {letter.attempts === 1 ? 'one attempt' : `${letter.attempts} attempts`}, of {ownerName},{' '}
          <RelativeTime value={letter.created_at} />
        </Text>
      </div>
      <Stack gap={4}>
        <Button
          size="compact-sm"
          variant="default"
          loading={retrying}
          leftSection={<IconRotateClockwise size={14} aria-hidden="true" />}
          aria-label={`Retry ${letter.filename}`}
          onClick={onRetry}
        >
          Retry
        </Button>
        <Button
          size="compact-sm"
          variant="subtle"
          rightSection={
            open ? (
              <IconChevronUp size={14} aria-hidden="true" />
            ) : (
              <IconChevronDown size={14} aria-hidden="true" />
            )
          }
          aria-expanded={open}
          aria-controls={id}
          aria-label={`Payload of ${letter.filename}`}
          onClick={toggle}
        >
          Payload
        </Button>
      </Stack>
      <div id={id} hidden={!open} style={{ gridColumn: '1 / -1' }}>
        <Payload letter={letter} />
      </div>
    </li>
  )
}

function Payload({ letter }: { letter: DeadLetter }) {
  const { error_log: log, ...payload } = letter
  const text = JSON.stringify(payload, null, 2)
  return (
    <Stack gap="xs">
      <Group gap={4} justify="space-between">
        <Text size="sm" fw={600}>
          Payload
        </Text>
        <CopyButton value={JSON.stringify(letter, null, 2)} what="the payload with its log" />
      </Group>
      <Code
        block
        className={classes.log}
        tabIndex={0}
        role="group"
        aria-label={`Payload of ${letter.filename}`}
      >
        {text}
      </Code>
      <Text size="sm" fw={600}>
        Last lines of the log
      </Text>
      {log ? (
        <Code
          block
          className={classes.log}
          tabIndex={0}
          role="group"
          aria-label={`Log of ${letter.filename}`}
        >
          {log}
        </Code>
      ) : (
        <Text size="sm" c="dimmed">
          This task left no log: it failed before, or without, FFmpeg.
        </Text>
      )}
    </Stack>
  )
}
