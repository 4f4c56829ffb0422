import { embedPath } from './video'

/** What a frame needs where nobody knows how large the picture is. */
const USUAL_SIZE = { width: 1280, height: 720 }

export interface PictureSize {
  width: number | null
  height: number | null
}

export function pictureSize({ width, height }: PictureSize): { width: number; height: number } {
  return width && height ? { width, height } : USUAL_SIZE
}

/** HTML that shows the player in another page, as wide as there is room. */
export function embedCode(webUrl: string, video: PictureSize & { id: string; title: string }) {
  const { width, height } = pictureSize(video)
  return (
    `<iframe src="${webUrl}${embedPath(video.id)}" title="${escapeAttribute(video.title)}" ` +
    `style="width: 100%; aspect-ratio: ${width} / ${height}; border: 0" loading="lazy" ` +
    'allow="fullscreen; picture-in-picture; autoplay; encrypted-media" allowfullscreen></iframe>'
  )
}

function escapeAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')
}

/** What previews of a link show below its title: a sentence or two, without line breaks. */
export function previewText(description: string, longest = 200): string {
  const text = description.replace(/\s+/g, ' ').trim()
  if (text.length <= longest) return text
  const cut = text.slice(0, longest)
  return `${cut.slice(0, cut.lastIndexOf(' ') > longest / 2 ? cut.lastIndexOf(' ') : longest)}…`
}
