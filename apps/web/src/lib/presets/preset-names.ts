import type { GraphQLClient } from '@/lib/graphql/client'
import { graphql } from '@/lib/graphql/tada'

const PRESETS = graphql(`
  query PresetNames {
    presets(first: 500) {
      name
      description
    }
  }
`)

export interface PresetName {
  name: string
  description: string
}

/** The presets that a job may name: the built-in ones and the person's own, by name. */
export async function fetchPresetNames(
  client: GraphQLClient,
  signal?: AbortSignal,
): Promise<PresetName[]> {
  return (await client.query(PRESETS, {}, signal)).presets
}
