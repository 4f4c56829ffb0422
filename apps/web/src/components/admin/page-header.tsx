'use client'

import { Group, Text, Title } from '@mantine/core'
import type { ReactNode } from 'react'

interface PageHeaderProps {
  title: string
  /** How many there are, once that is known. */
  count?: string
  /** What can be done from here. */
  children?: ReactNode
}

export function PageHeader({ title, count, children }: PageHeaderProps) {
  return (
    <Group justify="space-between" mih={36}>
      <Group gap="sm" align="baseline">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Text c="dimmed" role="status">
          {count}
        </Text>
      </Group>
      {children && <Group gap="xs">{children}</Group>}
    </Group>
  )
}
