'use client'

import { ActionIcon, Group } from '@mantine/core'
import { IconPlayerPause, IconPlayerPlay, IconReload, IconX } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import type { UploadEngine } from '@/lib/upload/engine'
import type { UploadItem } from '@/lib/upload/upload-item'

export function UploadActions({ item, engine }: { item: UploadItem; engine: UploadEngine }) {
  const { id, name, state } = item
  return (
    <Group gap={2} wrap="nowrap">
      {item.canPause && (
        <Action label={`Pause ${name}`} onClick={() => engine.pause(id)}>
          <IconPlayerPause size={18} aria-hidden="true" />
        </Action>
      )}
      {state === 'paused' && (
        <Action label={`Resume ${name}`} onClick={() => engine.resume(id)}>
          <IconPlayerPlay size={18} aria-hidden="true" />
        </Action>
      )}
      {state === 'failed' && (
        <Action label={`Retry ${name}`} onClick={() => engine.retry(id)}>
          <IconReload size={18} aria-hidden="true" />
        </Action>
      )}
      <Action label={`Remove ${name} from the list`} onClick={() => engine.remove(id)}>
        <IconX size={18} aria-hidden="true" />
      </Action>
    </Group>
  )
}

function Action({
  label,
  onClick,
  children,
}: {
  label: string
  onClick: () => void
  children: ReactNode
}) {
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      c="var(--mantine-color-text)"
      aria-label={label}
      title={label}
      onClick={onClick}
    >
      {children}
    </ActionIcon>
  )
}
