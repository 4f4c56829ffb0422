import { describe, expect, it } from 'vitest'
import { posterSet } from './poster-set'

const POSTER = 'https://api.example/media/t/thumbnails/thumb_25.jpg'
const SMALL = 'https://api.example/media/t/thumbnails/poster_small.jpg'
const BOTH = { posterUrl: POSTER, thumbnailUrl: SMALL }

describe('the sizes of a poster', () => {
  it.each([
    [1920, 1280],
    [640, 640],
    [null, 1280],
  ])('of a video %s pixels wide', (width, poster) => {
    expect(posterSet({ ...BOTH, width })).toBe(`${SMALL} 320w, ${POSTER} ${poster}w`)
  })

  it('are not said where there is one', () => {
    expect(posterSet({ ...BOTH, width: 240 })).toBeUndefined()
    expect(posterSet({ ...BOTH, thumbnailUrl: POSTER, width: 1920 })).toBeUndefined()
    expect(posterSet({ posterUrl: null, thumbnailUrl: null, width: null })).toBeUndefined()
  })
})
