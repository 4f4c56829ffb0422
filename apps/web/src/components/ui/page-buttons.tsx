'use client'

import { Button, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'

interface PageButtonsProps {
  /** Counted from 1. */
  page: number
  hasNext: boolean
  disabled: boolean
  onPrevious: () => void
  onNext: () => void
}

/** Through a list whose newest entries come first. */
export function PageButtons({ page, hasNext, disabled, onPrevious, onNext }: PageButtonsProps) {
  if (page === 1 && !hasNext) return null
  return (
    <Group component="nav" justify="center" aria-label="Pages">
      <Button
        variant="default"
        leftSection={<IconChevronLeft size={16} aria-hidden="true" />}
        disabled={page === 1 || disabled}
        onClick={onPrevious}
      >
        Newer
      </Button>
      <Text size="sm" aria-current="page">
        Page {page}
      </Text>
      <Button
        variant="default"
        rightSection={<IconChevronRight size={16} aria-hidden="true" />}
        disabled={!hasNext || disabled}
        onClick={onNext}
      >
        Older
      </Button>
    </Group>
  )
}
