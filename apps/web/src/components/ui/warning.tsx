'use client'

import { Alert } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'

interface WarningProps {
  title: string
  children: ReactNode
}

/** Something to know before it gets worse. Its title is in the text's colour: yellow is too pale. */
export function Warning({ title, children }: WarningProps) {
  return (
    <Alert
      color="yellow"
      icon={<IconAlertTriangle aria-hidden="true" />}
      title={title}
      styles={{
        title: { color: 'var(--mantine-color-text)' },
        icon: { color: 'light-dark(var(--mantine-color-yellow-9), var(--mantine-color-yellow-4))' },
      }}
    >
      {children}
    </Alert>
  )
}
