import type { GalleryVideo } from './video'

/** Pixels: the widest that the server makes of each. */
const SMALL_WIDTH = 320
const POSTER_WIDTH = 1280

/**
 * The poster in both of its sizes, as `srcset` has them; undefined where there is one alone. Its width
 * is that of the video as far as posters go; an owner's own picture may have another.
 */
export function posterSet({
  posterUrl,
  thumbnailUrl,
  width,
}: Pick<GalleryVideo, 'posterUrl' | 'thumbnailUrl' | 'width'>): string | undefined {
  if (!posterUrl || !thumbnailUrl || posterUrl === thumbnailUrl) return undefined
  const posterWidth = Math.min(width ?? POSTER_WIDTH, POSTER_WIDTH)
  // Of a video that is no wider than the small one, both are the same.
  if (posterWidth <= SMALL_WIDTH) return undefined
  return `${thumbnailUrl} ${SMALL_WIDTH}w, ${posterUrl} ${posterWidth}w`
}
