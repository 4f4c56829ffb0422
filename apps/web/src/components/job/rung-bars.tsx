'use client'

import { Progress, Text } from '@mantine/core'
import { formatDuration, formatPercent } from '@/lib/format'
import type { JobDetail } from '@/lib/jobs/job'
import { encodingPace } from '@/lib/jobs/pace'
import classes from './job.module.css'

/** Each quality on its way: how far it is, how fast, and how long it still takes. */
export function RungBars({ job }: { job: JobDetail }) {
  return (
    <ul className={classes.rungs} aria-label="Qualities">
      {job.rungs.map(({ name, progress }) => {
        const { speed, secondsLeft } = encodingPace(job, progress)
        return (
          <li key={name}>
            <Text size="sm" fw={600} component="span">
              {name}
            </Text>
            <Progress
              value={progress}
              aria-label={`Progress of ${name}`}
              transitionDuration={400}
              color={progress >= 100 ? 'teal' : undefined}
            />
            <Text size="sm" c="dimmed" component="span" className={classes.rungFigures}>
              {[
                formatPercent(progress),
                speed && `${speed.toFixed(1)}×`,
                secondsLeft !== null && `${formatDuration(secondsLeft)} left`,
                progress >= 100 && 'encoded',
              ]
                .filter(Boolean)
                .join(' · ')}
            </Text>
          </li>
        )
      })}
    </ul>
  )
}
