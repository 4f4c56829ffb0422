import type { GraphQLClient } from '@/lib/graphql/client'
import { graphql } from '@/lib/graphql/tada'
import { bodyOf, type RestClient } from '@/lib/rest/client'
import type { FullPreset, Preset, PresetSpec } from './preset'

const PRESETS = graphql(`
  query Presets {
    presets(first: 500) {
      name
      description
      builtIn
      spec
      updatedAt
    }
  }
`)

/** The built-in ones and one's own, by name. */
export async function fetchPresets(client: GraphQLClient, signal: AbortSignal): Promise<Preset[]> {
  const { presets } = await client.query(PRESETS, {}, signal)
  // The schema has no type for it; the REST API documents the same object.
  return presets.map((preset) => ({ ...preset, spec: preset.spec as FullPreset }))
}

/** @throws ApiError with the fields that are wrong in `errors`. */
export async function createPreset(rest: RestClient, body: PresetSpec): Promise<string> {
  return bodyOf(await rest.POST('/api/v1/presets', { body })).name
}

/** Replaces one of one's own as a whole. */
export async function replacePreset(rest: RestClient, body: PresetSpec): Promise<string> {
  const path = { name: body.name }
  return bodyOf(await rest.PUT('/api/v1/presets/{name}', { params: { path }, body })).name
}

/** Jobs that were posted with it are not touched. */
export async function deletePreset(rest: RestClient, name: string): Promise<void> {
  await rest.DELETE('/api/v1/presets/{name}', { params: { path: { name } } })
}
