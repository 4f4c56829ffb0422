'use client'

import { Button, Code, Group, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { CopyButton } from './copy-button'
import { Dialog } from './dialog'
import classes from './shown-once.module.css'
import { Warning } from './warning'

interface ShownOnceProps {
  title: string
  /** Such as "API key". */
  what: string
  secret: string
  /** What else to say about it, such as how it is used. */
  children?: ReactNode
  onClose: () => void
}

/** A secret that the server does not tell again. Only its button closes it: a slip would lose it. */
export function ShownOnce({ title, what, secret, children, onClose }: ShownOnceProps) {
  return (
    <Dialog
      onClose={onClose}
      title={title}
      size="lg"
      closeOnClickOutside={false}
      closeOnEscape={false}
      withCloseButton={false}
    >
      <Stack>
        <Warning title="It is shown this once">
          Copy it now to where you keep secrets. Only a new one can replace it if it gets lost.
        </Warning>
        <SecretLine what={`the ${what}`} value={secret} />
        {children}
        <Group justify="end">
          <Button onClick={onClose} data-autofocus>
            I have stored it
          </Button>
        </Group>
      </Stack>
    </Dialog>
  )
}

interface SecretLineProps {
  /** For the copy button's label: "the API key". */
  what: string
  value: string
  caption?: string
}

/** Something to copy, in one line that wraps. */
export function SecretLine({ what, value, caption }: SecretLineProps) {
  return (
    <div>
      {caption && (
        <Text size="sm" fw={500} mb={4}>
          {caption}
        </Text>
      )}
      <div className={classes.line}>
        <Code className={classes.value}>{value}</Code>
        <CopyButton value={value} what={what} />
      </div>
    </div>
  )
}
