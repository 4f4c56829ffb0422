'use client'

import { Badge } from '@mantine/core'
import type { Visibility } from '@/lib/videos/video'

const LOOKS: Record<Visibility, { color: string; label: string; says: string }> = {
  public: { color: 'teal', label: 'Public', says: 'Everybody finds it in the gallery' },
  unlisted: { color: 'blue', label: 'Unlisted', says: 'Everybody who has the link' },
  private: { color: 'gray', label: 'Private', says: 'You alone' },
}

export function visibilityLabel(visibility: Visibility): string {
  return LOOKS[visibility].label
}

/** Who may watch it, in a few words. */
export function visibilityText(visibility: Visibility): string {
  return LOOKS[visibility].says
}

export function VisibilityBadge({ visibility }: { visibility: Visibility }) {
  const { color, label, says } = LOOKS[visibility]
  return (
    <Badge color={color} title={says} data-visibility={visibility}>
      {label}
    </Badge>
  )
}
