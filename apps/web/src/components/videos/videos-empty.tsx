'use client'

import { Button } from '@mantine/core'
import Link from 'next/link'
import { EmptyList } from '@/components/ui/empty-list'

export function VideosEmpty({ narrowed, onClear }: { narrowed: boolean; onClear: () => void }) {
  if (narrowed) {
    return (
      <EmptyList
        title="No video matches"
        hint="Look for other words, or in another visibility."
        onClear={onClear}
      />
    )
  }
  return (
    <EmptyList title="No videos yet" hint="Upload one: it is private until you say otherwise.">
      <Button component={Link} href="/upload">
        Upload a video
      </Button>
    </EmptyList>
  )
}
