'use client'

import { Button, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'

interface CursorPagerProps {
  /** The cursors of all pages gone through: a keyset leads forward only. */
  pages: string[]
  nextCursor: string | null
  disabled: boolean
  onChange: (pages: string[]) => void
}

/** Through a list whose newest entries come first. */
export function CursorPager({ pages, nextCursor, disabled, onChange }: CursorPagerProps) {
  if (pages.length === 0 && !nextCursor) return null
  return (
    <Group component="nav" justify="center" aria-label="Pages">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} aria-hidden="true" />}
        disabled={pages.length === 0 || disabled}
        onClick={() => onChange(pages.slice(0, -1))}
      >
        Newer
      </Button>
      <Text size="sm" aria-current="page">
        Page {pages.length + 1}
      </Text>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} aria-hidden="true" />}
        disabled={!nextCursor || disabled}
        onClick={() => nextCursor && onChange([...pages, nextCursor])}
      >
        Older
      </Button>
    </Group>
  )
}
