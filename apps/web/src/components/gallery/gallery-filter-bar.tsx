'use client'

import { IconSearch, IconX } from '@tabler/icons-react'
import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState, useTransition } from 'react'
import { useEarlyInput } from '@/components/ui/use-early-input'
import {
  GALLERY_ORDERS,
  type GalleryFilters,
  type GalleryOrder,
  galleryPath,
  MAX_SEARCH_LENGTH,
  orderOf,
  ordersFor,
} from '@/lib/videos/gallery-filters'
import classes from './gallery.module.css'

/** After the last key; a search goes to the server. */
const SEARCH_DELAY_MS = 300

/** Search and order. Without scripts it is a form that works. */
export function GalleryFilterBar({ filters }: { filters: GalleryFilters }) {
  const router = useRouter()
  const [pending, startTransition] = useTransition()
  const [text, setText] = useState(filters.search)
  // What the address is, or will be as soon as the server has answered.
  const wanted = useRef(filters)
  useEffect(() => {
    // Back and forward change the address without the field; what is being written stays.
    if (filters.search !== wanted.current.search) setText(filters.search)
    wanted.current = filters
  }, [filters])
  const go = (change: Partial<GalleryFilters>) => {
    wanted.current = { ...wanted.current, ...change, pages: [] }
    startTransition(() => router.push(galleryPath(wanted.current)))
  }

  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(timer.current), [])
  const search = (value: string) => {
    clearTimeout(timer.current)
    if (value.trim() !== wanted.current.search) go({ search: value.trim() })
  }
  const type = (value: string) => {
    setText(value)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => search(value), SEARCH_DELAY_MS)
  }
  const order = (value: string) => go({ sort: value as GalleryOrder })
  const searchField = useEarlyInput<HTMLInputElement>(filters.search, type)
  const orderField = useEarlyInput<HTMLSelectElement>(orderOf(filters), order)
  return (
    <search data-pending={pending || undefined}>
      <form
        action="/"
        className={classes.filters}
        onSubmit={(event) => {
          event.preventDefault()
          search(text)
        }}
      >
        <span className={classes.searchField}>
          <IconSearch size={16} aria-hidden="true" />
          <input
            ref={searchField}
            className={classes.field}
            name="search"
            aria-label="Search videos"
            placeholder="Search titles, tags and descriptions"
            maxLength={MAX_SEARCH_LENGTH}
            autoComplete="off"
            value={text}
            onChange={(event) => type(event.currentTarget.value)}
            // Whoever follows a link at once must not be fetched back by a search that comes later.
            onBlur={() => search(text)}
          />
          {text && (
            <button
              type="button"
              className={classes.clear}
              aria-label="Clear the search"
              onClick={() => type('')}
            >
              <IconX size={16} aria-hidden="true" />
            </button>
          )}
        </span>
        <select
          ref={orderField}
          className={classes.field}
          aria-label="Order"
          value={orderOf(filters)}
          onChange={({ currentTarget }) => order(currentTarget.value)}
        >
          {ordersFor(filters.search).map((order) => (
            <option key={order} value={order}>
              {GALLERY_ORDERS[order]}
            </option>
          ))}
        </select>
      </form>
    </search>
  )
}
