import { GalleryPage } from '@/components/gallery/gallery-page'
import { clientOfNobody, deadline } from '@/lib/graphql/on-server'
import { messageOf } from '@/lib/rest/problem'
import { readGalleryFilters } from '@/lib/videos/gallery-filters'
import { fetchGallery } from '@/lib/videos/queries'

const PAGE_SIZE = 24

interface PageProps {
  searchParams: Promise<Record<string, string | string[] | undefined>>
}

export default async function Page({ searchParams }: PageProps) {
  const filters = readGalleryFilters(await searchParams)
  const client = await clientOfNobody()
  const [page, failure] = await fetchGallery(client, filters, PAGE_SIZE, deadline()).then(
    (page) => [page, null] as const,
    (error) => [null, messageOf(error)] as const,
  )
  return <GalleryPage filters={filters} page={page} failure={failure} />
}
