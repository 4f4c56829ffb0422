import { describe, expect, it } from 'vitest'
import { watchMetadata } from './metadata'
import { embedCode, previewText } from './share'
import type { WatchedVideo } from './video'

const WEB = 'https://v.example'

function video(rest: Partial<WatchedVideo> = {}): WatchedVideo {
  return {
    id: 'v1',
    title: 'Rain',
    description: '',
    tags: [],
    category: null,
    visibility: 'public',
    views: 0,
    createdAt: '2026-03-01T12:00:00Z',
    durationSeconds: 10,
    width: 1920,
    height: 1080,
    posterUrl: 'https://api.example/media/t/poster.jpg',
    playback: {
      hlsUrl: 'https://api.example/media/t/master.m3u8',
      dashUrl: null,
      posterUrl: null,
      storyboardUrl: null,
    },
    isOwn: false,
    latestJobId: null,
    latestJobStatus: null,
    ...rest,
  }
}

describe('the embed code', () => {
  it('has the shape of the picture', () => {
    const code = embedCode(WEB, video({ width: 720, height: 1280 }))
    expect(code).toContain('src="https://v.example/embed/v1"')
    expect(code).toContain('aspect-ratio: 720 / 1280')
  })

  it('lets no title break out of its attribute', () => {
    const code = embedCode(WEB, video({ title: '"><script>alert(1)</script> & more' }))
    expect(code).toContain('title="&quot;>&lt;script>alert(1)&lt;/script> &amp; more"')
  })
})

describe('the text of a preview', () => {
  it('has no line breaks and ends between words', () => {
    expect(previewText(' One\n\ntwo ')).toBe('One two')
    expect(previewText('word '.repeat(100), 22)).toBe('word word word word…')
    expect(previewText('x'.repeat(300), 20)).toBe(`${'x'.repeat(20)}…`)
  })
})

describe('what a link shows elsewhere', () => {
  it('is a player for what everybody may watch', () => {
    const { openGraph, twitter, robots, alternates } = watchMetadata(video(), WEB)
    expect(openGraph).toMatchObject({
      type: 'video.other',
      url: 'https://v.example/watch/v1',
      description: 'Watch “Rain” on Vidmill.',
      videos: [{ url: 'https://v.example/embed/v1', type: 'text/html', width: 1920 }, {}],
    })
    expect(twitter).toMatchObject({ card: 'player' })
    expect(alternates?.canonical).toBe('https://v.example/watch/v1')
    expect(robots).toBeUndefined()
  })

  it('plays nothing that is private, and asks searches to leave out what is unlisted', () => {
    const hidden = watchMetadata(video({ visibility: 'private' }), WEB)
    expect(hidden.openGraph).toMatchObject({ videos: [] })
    expect(hidden.twitter).toMatchObject({ card: 'summary_large_image' })
    expect(watchMetadata(video({ visibility: 'unlisted' }), WEB).robots).toEqual({ index: false })
  })
})
