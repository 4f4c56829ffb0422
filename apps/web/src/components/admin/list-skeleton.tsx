'use client'

import { Paper, Skeleton } from '@mantine/core'
import classes from './admin.module.css'

/** What stands where a list will be, while it is read. */
export function ListSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Paper withBorder bg="var(--vidmill-surface)" className={classes.list} aria-busy="true">
      <span role="status" className="visually-hidden">
        Reading the list
      </span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the rows are all alike and never move
        <div className={classes.row} key={index} aria-hidden="true">
          <Skeleton height={14} width="55%" />
          <Skeleton height={10} width="30%" />
        </div>
      ))}
    </Paper>
  )
}
