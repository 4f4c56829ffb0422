// @vitest-environment jsdom
import { cleanup, render } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { GalleryVideo } from '@/lib/videos/video'
import { VideoGrid } from './video-grid'

afterEach(cleanup)

function picture(video: Partial<GalleryVideo>): HTMLImageElement | null {
  const about = { title: 'Rain', tags: [], category: null, visibility: 'public' as const, views: 0 }
  const stills = { posterUrl: 'http://a/poster.jpg', thumbnailUrl: 'http://a/small.jpg' }
  const rest = { createdAt: '2026-03-01T12:00:00Z', durationSeconds: 10, width: 1920 }
  render(<VideoGrid videos={[{ id: 'v1', ...about, ...stills, ...rest, ...video }]} />)
  return document.querySelector('img')
}

it('leaves the choice between both sizes of the poster to the browser', () => {
  const image = picture({})
  expect(image?.getAttribute('src')).toBe('http://a/small.jpg')
  expect(image?.srcset).toBe('http://a/small.jpg 320w, http://a/poster.jpg 1280w')
  expect(image?.sizes).toContain('calc(100vw - 2rem)')
})

it('has one size where there is no other, and none while nothing can be played', () => {
  const image = picture({ thumbnailUrl: 'http://a/poster.jpg' })
  expect(image?.getAttribute('src')).toBe('http://a/poster.jpg')
  expect([image?.hasAttribute('srcset'), image?.hasAttribute('sizes')]).toEqual([false, false])
  cleanup()
  expect(picture({ posterUrl: null, thumbnailUrl: null })).toBeNull()
})
