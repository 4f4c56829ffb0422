'use client'

import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { messageOf } from '@/lib/rest/problem'

interface ErrorNoticeProps {
  title: string
  error: unknown
  onRetry: () => void
}

/** Something could not be read: what, why, and a way to try again. */
export function ErrorNotice({ title, error, onRetry }: ErrorNoticeProps) {
  return (
    <Alert color="red" role="alert" title={title} icon={<IconAlertTriangle aria-hidden="true" />}>
      <Group justify="space-between">
        <Text size="sm">{messageOf(error)}</Text>
        <Button size="compact-sm" variant="default" onClick={onRetry}>
          Try again
        </Button>
      </Group>
    </Alert>
  )
}
