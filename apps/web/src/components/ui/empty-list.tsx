'use client'

import { Button, Paper, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'

interface EmptyListProps {
  /** Whether there is nothing yet, or nothing that matches. */
  title: string
  hint: string
  /** Takes filters away; without it nothing is filtered. */
  onClear?: () => void
  /** The way to the first. */
  children?: ReactNode
}

/** An empty list: because there is nothing yet, or because nothing fits the filters. */
export function EmptyList({ title, hint, onClear, children }: EmptyListProps) {
  return (
    <Paper withBorder p="xl" bg="var(--vidmill-surface)">
      <Stack align="center" gap="sm" py="lg" ta="center">
        <Text fw={600} fz="lg">
          {title}
        </Text>
        <Text c="dimmed" maw={520}>
          {hint}
        </Text>
        {onClear && (
          <Button variant="default" onClick={onClear}>
            Clear the filters
          </Button>
        )}
        {children}
      </Stack>
    </Paper>
  )
}
