import { type GalleryFilters, isNarrowed } from '@/lib/videos/gallery-filters'
import type { VideosPage } from '@/lib/videos/queries'
import classes from './gallery.module.css'
import { GalleryEmpty } from './gallery-empty'
import { GalleryFailure } from './gallery-failure'
import { GalleryFilterBar } from './gallery-filter-bar'
import { GalleryPagination } from './gallery-pagination'
import { TopicLinks } from './topic-links'
import { UploadLink } from './upload-link'
import { VideoGrid } from './video-grid'

interface GalleryPageProps {
  filters: GalleryFilters
  /** Null when it could not be read, for the reason in `failure`. */
  page: VideosPage | null
  failure: string | null
}

/**
 * What everybody may see. The server reads and writes it anew whenever the address changes; scripts
 * come for the search and what depends on who is looking.
 */
export function GalleryPage({ filters, page, failure }: GalleryPageProps) {
  const narrowed = isNarrowed(filters)
  return (
    <div className={classes.page}>
      <div className={classes.head}>
        <h1 className={classes.title}>Gallery</h1>
        <p className={classes.count} role="status">
          {page && countText(page.total, narrowed)}
        </p>
        <UploadLink />
      </div>
      <GalleryFilterBar filters={filters} />
      <TopicLinks filters={filters} videos={page?.videos ?? []} />
      {failure !== null && <GalleryFailure reason={failure} />}
      {page?.videos.length === 0 && <GalleryEmpty narrowed={narrowed} />}
      {page && page.videos.length > 0 && <VideoGrid videos={page.videos} />}
      {page && <GalleryPagination filters={filters} nextCursor={page.nextCursor} />}
    </div>
  )
}

function countText(total: number, narrowed: boolean): string {
  return `${total.toLocaleString('en')} ${total === 1 ? 'video' : 'videos'}${narrowed ? ' found' : ''}`
}
