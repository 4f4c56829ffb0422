'use client'

import { Paper, Skeleton } from '@mantine/core'
import { type CSSProperties, type RefObject, useEffect, useMemo } from 'react'
import type { JobSummary } from '@/lib/jobs/job'
import { JobRow } from './job-row'
import classes from './jobs.module.css'
import { type RowWindow, useScrollMemory } from './use-row-window'

/** Rows below the window that there should be. */
const AHEAD = 40

interface JobsListProps {
  jobs: JobSummary[]
  total: number
  /** Whether these are still those of the filters before. */
  stale: boolean
  /** Those that are drawn. */
  rows: RowWindow
  selected: ReadonlySet<string>
  onToggle: (id: string, shift: boolean) => void
  listRef: RefObject<HTMLUListElement | null>
}

/**
 * One list for every width: columns where there is room, two lines a job where there is not. Rows are
 * all of one height, and only those near the window are in the page.
 */
export function JobsList(props: JobsListProps) {
  const { jobs, total, stale, rows, selected, onToggle, listRef } = props
  useScrollMemory(jobs.length > 0)
  const drawn = useMemo(() => jobs.slice(rows.start, rows.end), [jobs, rows])
  return (
    <Paper
      component="ul"
      ref={listRef}
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-label="Jobs"
      aria-busy={stale}
      tabIndex={-1}
      style={
        {
          '--count': jobs.length,
          opacity: stale ? 0.6 : 1,
        } as CSSProperties
      }
    >
      {drawn.map((job, n) => (
        <JobRow
          key={job.id}
          job={job}
          index={rows.start + n}
          total={Math.max(total, jobs.length)}
          selected={selected.has(job.id)}
          onToggle={onToggle}
        />
      ))}
    </Paper>
  )
}

/**
 * Asks for the next page before the end of this one is in sight, once the list is scrolled: most looks
 * at it end at its top.
 */
export function useReadOn(rows: RowWindow, count: number, canRead: boolean, readOn: () => void) {
  const near = rows.end >= count - (rows.top > 0 ? AHEAD : 0)
  useEffect(() => {
    if (near && canRead) readOn()
  }, [near, canRead, readOn])
}

export function JobsSkeleton() {
  return (
    <Paper
      withBorder
      bg="var(--vidmill-surface)"
      className={classes.list}
      aria-busy="true"
      style={{ '--count': 6 } as CSSProperties}
    >
      <span role="status" className="visually-hidden">
        Reading the list
      </span>
      {Array.from({ length: 6 }, (_, index) => (
        <div
          className={classes.row}
          // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
          key={index}
          aria-hidden="true"
          style={{ '--index': index } as CSSProperties}
        >
          <span />
          <Skeleton className={classes.poster} />
          <div className={classes.name}>
            <Skeleton height={14} width="60%" mb={8} />
            <Skeleton height={10} width="35%" />
          </div>
          <div className={classes.status}>
            <Skeleton height={18} width={96} radius="xl" />
          </div>
          <Skeleton height={10} width={80} className={classes.time} />
        </div>
      ))}
    </Paper>
  )
}
