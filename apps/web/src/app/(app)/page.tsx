import type { SearchParams } from 'nuqs/server'
import { createLoader } from 'nuqs/server'
import { GalleryPage } from '@/components/gallery/gallery-page'
import { clientOfNobody, deadline } from '@/lib/graphql/on-server'
import { messageOf } from '@/lib/rest/problem'
import { galleryParsers, MAX_SEARCH_LENGTH } from '@/lib/videos/gallery-filters'
import { fetchGallery } from '@/lib/videos/queries'

const PAGE_SIZE = 24

const loadFilters = createLoader(galleryParsers)

export default async function Page({ searchParams }: { searchParams: Promise<SearchParams> }) {
  const asked = await loadFilters(searchParams)
  const filters = { ...asked, search: asked.search.slice(0, MAX_SEARCH_LENGTH) }
  const client = await clientOfNobody()
  const [page, failure] = await fetchGallery(client, filters, PAGE_SIZE, deadline()).then(
    (page) => [page, null] as const,
    (error) => [null, messageOf(error)] as const,
  )
  return <GalleryPage filters={filters} page={page} failure={failure} />
}
