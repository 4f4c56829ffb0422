/** How the gallery can be sorted, and what the choice is called. */
export const GALLERY_ORDERS = {
  relevance: 'Best match',
  newest: 'Newest first',
  oldest: 'Oldest first',
  views: 'Most watched',
  title: 'By title',
} as const

export type GalleryOrder = keyof typeof GALLERY_ORDERS

const ORDER_NAMES = Object.keys(GALLERY_ORDERS) as GalleryOrder[]

/**
 * What the gallery shows, kept in the address, which the server reads. `pages` holds the cursor of
 * every page gone through, so that a keyset, which only leads forward, can be walked back.
 */
export interface GalleryFilters {
  search: string
  category: string | null
  tag: string | null
  sort: GalleryOrder | null
  pages: string[]
}

/** The service takes no longer searches, and finds nothing by what is cut off here. */
export const MAX_SEARCH_LENGTH = 200

/** Of an address' parameters, as Next tells them; what makes no sense counts as left out. */
export function readGalleryFilters(
  params: Record<string, string | string[] | undefined>,
): GalleryFilters {
  const one = (name: string) => [params[name]].flat()[0] || null
  const sort = one('sort')
  return {
    search: (one('search') ?? '').slice(0, MAX_SEARCH_LENGTH),
    category: one('category'),
    tag: one('tag'),
    sort: ORDER_NAMES.find((name) => name === sort) ?? null,
    pages: one('pages')?.split(',').filter(Boolean) ?? [],
  }
}

/** The gallery's address with these filters. */
export function galleryPath(filters: Partial<GalleryFilters>): string {
  const { search, category, tag, sort, pages } = filters
  const params = new URLSearchParams()
  const kept = { search, category, tag, sort, pages: pages?.join() }
  for (const [name, value] of Object.entries(kept)) if (value) params.set(name, value)
  return params.size > 0 ? `/?${params}` : '/'
}

/** What it is sorted by: best matches cannot be told apart where nothing is searched for. */
export function orderOf({ sort, search }: Pick<GalleryFilters, 'sort' | 'search'>): GalleryOrder {
  if (search) return sort ?? 'relevance'
  return sort === null || sort === 'relevance' ? 'newest' : sort
}

export function ordersFor(search: string): GalleryOrder[] {
  return ORDER_NAMES.filter((order) => order !== 'relevance' || search)
}

export function isNarrowed({ search, category, tag }: GalleryFilters): boolean {
  return search !== '' || category !== null || tag !== null
}

/** What occurs most among these, the most frequent first. */
export function mostFrequent(values: (string | null)[], count: number): string[] {
  const times = new Map<string, number>()
  for (const value of values) if (value) times.set(value, (times.get(value) ?? 0) + 1)
  return [...times]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || a.localeCompare(b, 'en'))
    .slice(0, count)
    .map(([value]) => value)
}
