'use client'

import { Code, Text } from '@mantine/core'
import { RelativeTime } from '@/components/ui/relative-time'
import { formatBytes } from '@/lib/format'
import { type Attempt, attemptOutcome, formatLatency } from '@/lib/webhooks/webhook'
import classes from './webhooks.module.css'

/** Every request of a delivery with what came back, the newest first. */
export function AttemptList({ attempts }: { attempts: Attempt[] }) {
  if (attempts.length === 0) {
    return (
      <Text size="sm" c="dimmed">
        No attempt yet.
      </Text>
    )
  }
  return (
    <ol className={classes.attempts} reversed aria-label="Attempts">
      {attempts
        .toSorted((a, b) => b.number - a.number)
        .map((attempt) => (
          <AttemptView key={attempt.number} attempt={attempt} />
        ))}
    </ol>
  )
}

function AttemptView({ attempt }: { attempt: Attempt }) {
  const { number, started_at: started, seconds, error, response_body: body } = attempt
  const line = error === null ? 'teal' : 'red'
  return (
    <li
      className={classes.attempt}
      style={{ '--attempt': `var(--mantine-color-${line}-filled)` } as object}
    >
      <Text size="sm">
        <b>Attempt {number}:</b> {attemptOutcome(attempt)} after {formatLatency(seconds)},{' '}
        <RelativeTime value={started} focusable />
      </Text>
      {error && (
        <Text size="sm" c="var(--mantine-color-error)">
          {error}
        </Text>
      )}
      <div className={classes.pair}>
        <Part
          title={`Request, with ${formatBytes(attempt.request_size)} of body`}
          text={attempt.request_head}
        />
        {attempt.response_head !== null && (
          <Part
            title="Response"
            text={[attempt.response_head, body].filter(Boolean).join('\n\n')}
          />
        )}
      </div>
    </li>
  )
}

function Part({ title, text }: { title: string; text: string }) {
  return (
    <div>
      <Text size="xs" c="dimmed" mt={6} mb={2}>
        {title}
      </Text>
      <Code block className={classes.block} tabIndex={0}>
        {text}
      </Code>
    </div>
  )
}
