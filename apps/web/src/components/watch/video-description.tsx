'use client'

import { Paper, Spoiler, Text } from '@mantine/core'
import { IconFolder, IconHash } from '@tabler/icons-react'
import Link from 'next/link'
import { galleryPath } from '@/lib/videos/gallery-filters'
import type { WatchedVideo } from '@/lib/videos/video'
import classes from './watch.module.css'

/** What its owner says of the video. Its category and tags lead to others of their kind. */
export function VideoDescription({ video }: { video: WatchedVideo }) {
  const { description, category, tags } = video
  if (!description && !category && tags.length === 0) return null
  return (
    <Paper component="section" withBorder p="md" bg="var(--vidmill-surface)" aria-label="About it">
      {description && (
        <Spoiler maxHeight={150} showLabel="Show more" hideLabel="Show less">
          <Text className={classes.description}>{description}</Text>
        </Spoiler>
      )}
      {(category || tags.length > 0) && (
        <ul className={classes.topics} aria-label="Category and tags">
          {category && (
            <li>
              <Link href={galleryPath({ category })} prefetch={false}>
                <IconFolder size={14} aria-hidden="true" />
                {category}
              </Link>
            </li>
          )}
          {tags.map((tag) => (
            <li key={tag}>
              <Link href={galleryPath({ tag })} prefetch={false}>
                <IconHash size={14} aria-hidden="true" />
                {tag}
              </Link>
            </li>
          ))}
        </ul>
      )}
    </Paper>
  )
}
