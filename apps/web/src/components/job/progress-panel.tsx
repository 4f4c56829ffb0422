'use client'

import { Progress, Text } from '@mantine/core'
import { IconAlertCircle, IconCheck, IconLoader2, IconMinus } from '@tabler/icons-react'
import { Section } from '@/components/ui/section'
import { formatDuration, formatPercent } from '@/lib/format'
import { isActive, type JobDetail } from '@/lib/jobs/job'
import { type StageState, stagesOf } from '@/lib/jobs/stages'
import classes from './job.module.css'
import { RungBars } from './rung-bars'

const STATE_WORDS: Record<StageState, string> = {
  waiting: 'to come',
  active: 'going on',
  done: 'done',
  failed: 'failed',
  stopped: 'not reached',
}

/** Where the job stands: its five stages, the whole, and each quality on its way. */
export function ProgressPanel({ job }: { job: JobDetail }) {
  return (
    <Section
      title="Progress"
      aside={
        <Text size="sm" fw={600} style={{ fontVariantNumeric: 'tabular-nums' }}>
          {formatPercent(job.progress)}
          {job.etaSeconds && isActive(job.status) ? `, ${formatDuration(job.etaSeconds)} left` : ''}
        </Text>
      }
    >
      <ol className={classes.stages} aria-label="Stages">
        {stagesOf(job).map((stage) => (
          <li
            key={stage.key}
            className={classes.stage}
            data-state={stage.state}
            aria-current={stage.state === 'active' ? 'step' : undefined}
          >
            <span className={classes.stageLabel}>
              <StateIcon state={stage.state} />
              {stage.label}
            </span>
            <Text size="xs" c="dimmed" component="span">
              {stage.detail ?? STATE_WORDS[stage.state]}
            </Text>
          </li>
        ))}
      </ol>
      <Progress
        value={job.progress}
        size="lg"
        aria-label="Progress of the job"
        color={job.status === 'failed' ? 'red' : undefined}
        transitionDuration={400}
      />
      {isActive(job.status) && job.rungs.length > 0 && <RungBars job={job} />}
    </Section>
  )
}

function StateIcon({ state }: { state: StageState }) {
  const props = { size: 16, 'aria-hidden': true } as const
  if (state === 'done') return <IconCheck {...props} color="var(--mantine-color-teal-6)" />
  if (state === 'failed') return <IconAlertCircle {...props} color="var(--mantine-color-error)" />
  if (state === 'active') return <IconLoader2 {...props} color="var(--mantine-color-blue-5)" />
  return <IconMinus {...props} color="var(--mantine-color-dimmed)" />
}
