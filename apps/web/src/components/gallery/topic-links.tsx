import { IconFolder, IconHash, IconX } from '@tabler/icons-react'
import Link from 'next/link'
import { type GalleryFilters, galleryPath, mostFrequent } from '@/lib/videos/gallery-filters'
import type { VideoSummary } from '@/lib/videos/video'
import classes from './gallery.module.css'

const KINDS = {
  category: { icon: IconFolder, count: 6 },
  tag: { icon: IconHash, count: 10 },
} as const

type Kind = keyof typeof KINDS

interface TopicLinksProps {
  filters: GalleryFilters
  videos: VideoSummary[]
}

/** The category and the tag that the list is narrowed to, and those that occur in it. */
export function TopicLinks({ filters, videos }: TopicLinksProps) {
  const found: Record<Kind, string[]> = {
    category: mostFrequent(
      videos.map(({ category }) => category),
      KINDS.category.count,
    ),
    tag: mostFrequent(
      videos.flatMap(({ tags }) => tags),
      KINDS.tag.count,
    ),
  }
  const kinds: Kind[] = ['category', 'tag']
  const chosen = kinds.filter((kind) => filters[kind] !== null)
  const offered = kinds
    .filter((kind) => filters[kind] === null)
    .flatMap((kind) => found[kind].map((value) => ({ kind, value })))
  if (chosen.length + offered.length === 0) return null
  return (
    <nav aria-label="Categories and tags" className={classes.topics}>
      {chosen.map((kind) => (
        <Topic key={kind} kind={kind} value={filters[kind] ?? ''} filters={filters} chosen />
      ))}
      {offered.map(({ kind, value }) => (
        <Topic key={`${kind} ${value}`} kind={kind} value={value} filters={filters} />
      ))}
    </nav>
  )
}

interface TopicProps {
  kind: Kind
  value: string
  filters: GalleryFilters
  chosen?: boolean
}

function Topic({ kind, value, filters, chosen = false }: TopicProps) {
  const Icon = KINDS[kind].icon
  const href = galleryPath({ ...filters, pages: [], [kind]: chosen ? null : value })
  return (
    <Link
      href={href}
      className={classes.topic}
      aria-current={chosen || undefined}
      prefetch={false}
      scroll={false}
    >
      <Icon size={14} aria-hidden="true" />
      <span className="visually-hidden">{chosen ? `Not only ${kind} ` : `Only ${kind} `}</span>
      <span className={classes.topicName}>{value}</span>
      {chosen && <IconX size={14} aria-hidden="true" />}
    </Link>
  )
}
