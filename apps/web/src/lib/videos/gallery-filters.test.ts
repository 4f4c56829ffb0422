import { describe, expect, it } from 'vitest'
import {
  galleryPath,
  isNarrowed,
  mostFrequent,
  orderOf,
  ordersFor,
  readGalleryFilters,
} from './gallery-filters'

describe('the order of the gallery', () => {
  it('is the newest first, and the best match first where something is searched for', () => {
    expect(orderOf({ sort: null, search: '' })).toBe('newest')
    expect(orderOf({ sort: null, search: 'rain' })).toBe('relevance')
  })

  it('is what was chosen, as far as that can be', () => {
    expect(orderOf({ sort: 'views', search: 'rain' })).toBe('views')
    // The search was cleared, the address still asks for the best matches.
    expect(orderOf({ sort: 'relevance', search: '' })).toBe('newest')
    expect(ordersFor('')).not.toContain('relevance')
    expect(ordersFor('rain')[0]).toBe('relevance')
  })
})

describe('the address', () => {
  it('keeps what differs from an untouched gallery', () => {
    expect(galleryPath({ search: '', category: null, pages: [] })).toBe('/')
    expect(galleryPath({ search: 'red car', tag: 'köln' })).toBe('/?search=red+car&tag=k%C3%B6ln')
  })

  it('is read as it was written', () => {
    const filters = {
      search: 'a,b & c',
      category: 'films',
      tag: 'köln',
      sort: 'views' as const,
      pages: ['x1', 'y2'],
    }
    const { searchParams } = new URL(galleryPath(filters), 'http://localhost')
    expect(readGalleryFilters(Object.fromEntries(searchParams))).toEqual(filters)
  })

  it('may hold nonsense', () => {
    const read = readGalleryFilters({ sort: 'length', search: 'x'.repeat(500), tag: ['a', 'b'] })
    expect(read).toMatchObject({ sort: null, category: null, tag: 'a', pages: [] })
    expect(read.search).toHaveLength(200)
  })
})

it('is narrowed by search, category and tag, not by order or page', () => {
  const filters = { search: '', category: null, tag: null, sort: null, pages: [] }
  expect(isNarrowed({ ...filters, sort: 'views', pages: ['x'] })).toBe(false)
  expect(isNarrowed({ ...filters, tag: 'x' })).toBe(true)
})

it('offers what occurs most', () => {
  expect(mostFrequent(['b', null, 'a', 'b', 'c', ''], 2)).toEqual(['b', 'a'])
})
