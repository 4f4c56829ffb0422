'use client'

import { Button, Paper, Skeleton, Stack, Text } from '@mantine/core'
import classes from './admin.module.css'

/** What stands where a list will be, while it is read. */
export function ListSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Paper withBorder bg="var(--vidmill-surface)" className={classes.list} aria-busy="true">
      <span role="status" className={classes.hidden}>
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

interface EmptyListProps {
  title: string
  hint: string
  /** Takes filters away; without it nothing is filtered. */
  onClear?: () => void
}

/** An empty list: because there is nothing yet, or because nothing fits the filters. */
export function EmptyList({ title, hint, onClear }: EmptyListProps) {
  return (
    <Paper withBorder p="xl" bg="var(--vidmill-surface)">
      <Stack align="center" gap="sm" py="lg" ta="center">
        <Text fw={600} fz="lg">
          {title}
        </Text>
        <Text c="dimmed">{hint}</Text>
        {onClear && (
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        )}
      </Stack>
    </Paper>
  )
}
