import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { LinkButton } from '@/components/ui/link-button'
import { type GalleryFilters, galleryPath } from '@/lib/videos/gallery-filters'
import classes from './gallery.module.css'

interface GalleryPaginationProps {
  filters: GalleryFilters
  nextCursor: string | null
}

/** Links, not buttons: they open in another tab, and work before the scripts have come. */
export function GalleryPagination({ filters, nextCursor }: GalleryPaginationProps) {
  const { pages } = filters
  if (pages.length === 0 && nextCursor === null) return null
  return (
    <nav className={classes.pages} aria-label="Pages">
      {pages.length > 0 && (
        <LinkButton href={galleryPath({ ...filters, pages: pages.slice(0, -1) })} variant="default">
          <IconChevronLeft size={16} aria-hidden="true" />
          Previous
        </LinkButton>
      )}
      <span className={classes.count} aria-current="page">
        Page {pages.length + 1}
      </span>
      {nextCursor !== null && (
        <LinkButton
          href={galleryPath({ ...filters, pages: [...pages, nextCursor] })}
          variant="default"
        >
          Next
          <IconChevronRight size={16} aria-hidden="true" />
        </LinkButton>
      )}
    </nav>
  )
}
