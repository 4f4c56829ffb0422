import {
  createSerializer,
  type inferParserType,
  parseAsArrayOf,
  parseAsString,
  parseAsStringLiteral,
} from 'nuqs/server'

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
 * What the gallery shows, kept in the address, which the server reads too. `pages` holds the cursor
 * of every page gone through, so that a keyset, which only leads forward, can be walked back.
 */
export const galleryParsers = {
  search: parseAsString.withDefault(''),
  category: parseAsString,
  tag: parseAsString,
  sort: parseAsStringLiteral(ORDER_NAMES),
  pages: parseAsArrayOf(parseAsString).withDefault([]),
}

export type GalleryFilters = inferParserType<typeof galleryParsers>

/** The gallery's address with these filters, on its first page. */
export const galleryPath = createSerializer(galleryParsers)

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

/** The service takes no longer ones, and finds nothing by what is cut off here. */
export const MAX_SEARCH_LENGTH = 200

/** What occurs most among these, the most frequent first. */
export function mostFrequent(values: (string | null)[], count: number): string[] {
  const times = new Map<string, number>()
  for (const value of values) if (value) times.set(value, (times.get(value) ?? 0) + 1)
  return [...times]
    .sort(([a, timesA], [b, timesB]) => timesB - timesA || a.localeCompare(b, 'en'))
    .slice(0, count)
    .map(([value]) => value)
}
