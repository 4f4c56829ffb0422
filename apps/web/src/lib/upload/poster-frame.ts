/** Pixels; twice what is shown, for dense screens. */
const WIDTH = 192
const HEIGHT = 108

/** A file that the browser can't play answers nothing at all now and then. */
const PATIENCE_MS = 8_000

const known = new WeakMap<File, Promise<string | null>>()

/** One at a time: each is a decoder, and there may be fifty files. */
let last: Promise<unknown> = Promise.resolve()

/**
 * A picture of the file, drawn here before any of it is sent, as a data URL; null where the browser
 * can't read the format. Each file is looked at once.
 */
export function posterFrame(file: File): Promise<string | null> {
  const found = known.get(file)
  if (found) return found
  const made = last.then(() => draw(file)).catch(() => null)
  last = made
  known.set(file, made)
  return made
}

async function draw(file: File): Promise<string | null> {
  const url = URL.createObjectURL(file)
  const video = document.createElement('video')
  try {
    video.muted = true
    video.preload = 'auto'
    video.src = url
    await happens(video, 'loadeddata')
    // The very first picture is often black.
    video.currentTime = Math.min(1, video.duration / 10)
    await happens(video, 'seeked')
    return picture(video)
  } finally {
    video.removeAttribute('src')
    video.load()
    URL.revokeObjectURL(url)
  }
}

function picture(video: HTMLVideoElement): string | null {
  const { videoWidth, videoHeight } = video
  const canvas = document.createElement('canvas')
  const context = canvas.getContext('2d')
  // Sound alone loads as well.
  if (!context || videoWidth === 0) return null
  canvas.width = WIDTH
  canvas.height = HEIGHT
  const scale = Math.max(WIDTH / videoWidth, HEIGHT / videoHeight)
  const [width, height] = [videoWidth * scale, videoHeight * scale]
  context.drawImage(video, (WIDTH - width) / 2, (HEIGHT - height) / 2, width, height)
  return canvas.toDataURL('image/jpeg', 0.75)
}

function happens(video: HTMLVideoElement, event: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('It took too long.')), PATIENCE_MS)
    const end = (settle: () => void) => () => {
      clearTimeout(timer)
      settle()
    }
    video.addEventListener(event, end(resolve), { once: true })
    video.addEventListener(
      'error',
      end(() => reject(new Error('It cannot be played here.'))),
      { once: true },
    )
  })
}
