'use client'

import { Button, Group, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import Link from 'next/link'
import { type GalleryFilters, galleryPath } from '@/lib/videos/gallery-filters'

interface GalleryPaginationProps {
  filters: GalleryFilters
  nextCursor: string | null
}

/** Links, not buttons: they open in another tab, and work before the scripts have come. */
export function GalleryPagination({ filters, nextCursor }: GalleryPaginationProps) {
  const { pages } = filters
  if (pages.length === 0 && nextCursor === null) return null
  return (
    <Group component="nav" justify="center" aria-label="Pages">
      {pages.length > 0 && (
        <Button
          component={Link}
          href={galleryPath('/', { ...filters, pages: pages.slice(0, -1) })}
          variant="default"
          leftSection={<IconChevronLeft size={16} aria-hidden="true" />}
        >
          Previous
        </Button>
      )}
      <Text size="sm" aria-current="page">
        Page {pages.length + 1}
      </Text>
      {nextCursor !== null && (
        <Button
          component={Link}
          href={galleryPath('/', { ...filters, pages: [...pages, nextCursor] })}
          variant="default"
          rightSection={<IconChevronRight size={16} aria-hidden="true" />}
        >
          Next
        </Button>
      )}
    </Group>
  )
}
