'use client'

import { ActionIcon, CopyButton as Clipboard } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'

/** Copies `value`; `what` names it for the label: "Copy the HLS URL". */
export function CopyButton({ value, what }: { value: string; what: string }) {
  return (
    <Clipboard value={value} timeout={2000}>
      {({ copied, copy }) => {
        const label = copied ? `Copied ${what}` : `Copy ${what}`
        return (
          <ActionIcon
            variant="subtle"
            color={copied ? 'teal' : 'gray'}
            c={copied ? undefined : 'var(--mantine-color-text)'}
            size="sm"
            onClick={copy}
            aria-label={label}
            title={label}
            aria-live="polite"
          >
            {copied ? <IconCheck size={16} /> : <IconCopy size={16} />}
          </ActionIcon>
        )
      }}
    </Clipboard>
  )
}
