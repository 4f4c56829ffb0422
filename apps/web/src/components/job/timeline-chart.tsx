'use client'

import type { Task, TaskKind } from '@/lib/jobs/job'
import { taskLabel } from '@/lib/jobs/stages'
import type { Timeline, TimelineBar, TimelineRow } from '@/lib/jobs/timeline'
import classes from './timeline.module.css'
import { spanText, tookText } from './timeline-panel'

/** Pixels. */
const LANE = 24
const NAME = 20
const GAP = 10
const AXIS = 22

/** Where marks stand, in percent of the whole. */
const MARKS = [0, 25, 50, 75, 100]

/** A row for each worker, a bar for each task. The table below it says the same in words. */
export function TimelineChart({ timeline, tasks }: { timeline: Timeline; tasks: Task[] }) {
  const tops: number[] = []
  let height = 0
  for (const row of timeline.rows) {
    tops.push(height)
    height += NAME + row.lanes * LANE + GAP
  }
  const workers = timeline.rows.map((row) => `${row.worker}: ${row.bars.length}`).join(', ')
  const label = `Tasks run by each worker over ${spanText((timeline.end - timeline.start) / 1000)}. ${workers}.`
  return (
    <svg
      className={classes.chart}
      width="100%"
      height={height + AXIS}
      role="img"
      aria-label={label}
    >
      <Axis timeline={timeline} height={height} />
      {timeline.rows.map((row, index) => (
        <Row key={row.worker} row={row} top={tops[index] ?? 0} timeline={timeline} tasks={tasks} />
      ))}
    </svg>
  )
}

function Axis({ timeline, height }: { timeline: Timeline; height: number }) {
  const seconds = (timeline.end - timeline.start) / 1000
  return MARKS.map((percent) => (
    <g key={percent}>
      <line className={classes.mark} x1={`${percent}%`} x2={`${percent}%`} y1={0} y2={height} />
      <text
        className={classes.time}
        x={`${percent}%`}
        y={height + 15}
        textAnchor={percent === 0 ? 'start' : percent === 100 ? 'end' : 'middle'}
      >
        {spanText((seconds * percent) / 100)}
      </text>
    </g>
  ))
}

interface RowProps {
  row: TimelineRow
  top: number
  timeline: Timeline
  tasks: Task[]
}

function Row({ row, top, timeline, tasks }: RowProps) {
  return (
    <g>
      <text className={classes.worker} x={0} y={top + 13}>
        {row.worker}
      </text>
      {row.bars.map((bar) => (
        <Bar
          key={bar.task.id}
          bar={bar}
          top={top + NAME + bar.lane * LANE}
          timeline={timeline}
          label={taskLabel(bar.task, tasks)}
        />
      ))}
    </g>
  )
}

interface BarProps {
  bar: TimelineBar
  top: number
  timeline: Timeline
  label: string
}

/** An image of its own, so that the words in it end where the bar does. */
function Bar({ bar, top, timeline, label }: BarProps) {
  const whole = timeline.end - timeline.start
  const x = ((bar.start - timeline.start) / whole) * 100
  const width = ((bar.end - bar.start) / whole) * 100
  return (
    <svg x={`${x}%`} y={top} width={`${width}%`} height={LANE - 4} style={{ overflow: 'hidden' }}>
      <title>{`${label}, ${tookText(bar)}`}</title>
      <rect
        className={classes.bar}
        data-status={bar.task.status}
        width="100%"
        height="100%"
        rx={3}
      />
      {width > 6 && (
        <text className={classes.words} x={6} y={14}>
          {SHORT[bar.task.kind]}
          {bar.task.kind === 'video' ? ` ${bar.task.ordinal + 1}` : ''}
        </text>
      )}
    </svg>
  )
}

const SHORT: Record<TaskKind, string> = {
  fetch: 'Fetch',
  plan: 'Analyse',
  video: 'Video',
  audio: 'Audio',
  images: 'Pictures',
  mp4: 'MP4',
  subtitles: 'Subtitles',
  metrics: 'Quality',
  captions: 'Captions',
  package: 'Package',
  verify: 'Verify',
  thumbnail: 'Thumbnail',
}
