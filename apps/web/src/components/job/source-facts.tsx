'use client'

import { Section } from '@/components/ui/section'
import {
  codecLabel,
  formatBitrate,
  formatBytes,
  formatDuration,
  formatFrameRate,
} from '@/lib/format'
import type { JobDetail, Source } from '@/lib/jobs/job'
import classes from './job.module.css'

export function SourceFacts({ job }: { job: JobDetail }) {
  const facts = job.source ? sourceFacts(job.source) : []
  if (job.startedAt && job.completedAt) {
    const seconds = (Date.parse(job.completedAt) - Date.parse(job.startedAt)) / 1000
    facts.push(['Transcoded in', formatDuration(Math.max(1, seconds))])
  }
  for (const note of job.notes) facts.push(['Note', note])
  if (facts.length === 0) return null
  return (
    <Section title="Source">
      <dl className={classes.facts}>
        {facts.map(([name, value]) => (
          <div key={`${name} ${value}`} style={{ display: 'contents' }}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function sourceFacts(source: Source): [string, string][] {
  const facts: [string, string | null | false][] = [
    ['Length', source.durationSeconds !== null && formatDuration(source.durationSeconds)],
    ['Size', source.sizeBytes !== null && formatBytes(source.sizeBytes)],
    ['Container', source.format],
    ['Resolution', source.width && source.height ? `${source.width} × ${source.height}` : null],
    ['Frame rate', source.fps !== null && formatFrameRate(source.fps)],
    ['Video codec', source.videoCodec && codecLabel(source.videoCodec)],
    ['Audio codec', source.audioCodec ? codecLabel(source.audioCodec) : 'None'],
    ['Bitrate', source.bitrateBps !== null && formatBitrate(source.bitrateBps)],
  ]
  return facts.filter((fact): fact is [string, string] => Boolean(fact[1]))
}
