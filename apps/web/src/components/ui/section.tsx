'use client'

import { Group, Paper, Title } from '@mantine/core'
import { type ReactNode, useId } from 'react'

interface SectionProps {
  title: string
  /** Shown at the end of the title's line. */
  aside?: ReactNode
  children: ReactNode
}

/** A titled card. */
export function Section({ title, aside, children }: SectionProps) {
  const id = useId()
  return (
    <Paper component="section" withBorder p="md" bg="var(--vidmill-surface)" aria-labelledby={id}>
      <Group justify="space-between" mb="sm">
        <Title order={2} size="h4" id={id}>
          {title}
        </Title>
        {aside}
      </Group>
      {children}
    </Paper>
  )
}
