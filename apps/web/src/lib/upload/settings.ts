export const VISIBILITIES = ['private', 'unlisted', 'public'] as const

export type Visibility = (typeof VISIBILITIES)[number]

/** What the person wants of an upload, until its job begins. */
export interface UploadSettings {
  /** Empty: what the server makes of the file's name. */
  title: string
  preset: string
  visibility: Visibility
}

/** What the server does when nothing else is asked for. */
export const USUAL_SETTINGS: UploadSettings = { title: '', preset: 'web', visibility: 'private' }

export const MAX_TITLE = 200

/** What has to be said of the video; null when it is as every new one is. */
export function videoChange({
  title,
  visibility,
}: UploadSettings): { title?: string; visibility?: Visibility } | null {
  const named = title.trim()
  if (!named && visibility === 'private') return null
  return {
    ...(named ? { title: named } : {}),
    ...(visibility === 'private' ? {} : { visibility }),
  }
}

/** Settings from the browser's storage, where other versions may have written. */
export function readSettings(value: unknown): UploadSettings {
  const { title, preset, visibility } = (value ?? {}) as Partial<Record<string, unknown>>
  return {
    title: typeof title === 'string' ? title : '',
    preset: typeof preset === 'string' && preset ? preset : USUAL_SETTINGS.preset,
    visibility: VISIBILITIES.find((each) => each === visibility) ?? USUAL_SETTINGS.visibility,
  }
}
