'use client'

import { Alert, Button, Group, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'

interface ConflictNoticeProps {
  /** What the video is called now. */
  title: string
  onOverwrite: () => void
  onDiscard: () => void
}

/** Somebody else changed the video after it was read here. Nothing of either is lost unasked. */
export function ConflictNotice({ title, onOverwrite, onDiscard }: ConflictNoticeProps) {
  return (
    <Alert
      color="yellow"
      role="alert"
      title="It was changed meanwhile"
      icon={<IconAlertTriangle aria-hidden="true" />}
    >
      <Text size="sm">
        In another window, or through the API; it is called “{title}” now. What you wrote is still
        here and not saved.
      </Text>
      <Group gap="xs" mt="sm">
        <Button size="compact-sm" onClick={onOverwrite}>
          Save mine
        </Button>
        <Button size="compact-sm" variant="default" onClick={onDiscard}>
          Take the other version
        </Button>
      </Group>
    </Alert>
  )
}
