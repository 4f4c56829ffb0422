import type { GraphQLClient } from '@/lib/graphql/client'
import { graphql } from '@/lib/graphql/tada'
import type { Quotas } from './quota'

const QUOTAS = graphql(`
  query Quotas {
    me {
      quotas {
        jobsPerDay {
          limit
          used
        }
        storedBytes {
          limit
          used
        }
      }
    }
  }
`)

const SAME_NAME = graphql(`
  query JobsOfTheSameName($name: String!) {
    jobsConnection(first: 20, filter: { search: $name }) {
      nodes {
        id
        filename
        createdAt
        videoId
        video {
          ownerId
          title
          sizeBytes
        }
      }
    }
  }
`)

export async function fetchQuotas(client: GraphQLClient, signal?: AbortSignal): Promise<Quotas> {
  return (await client.query(QUOTAS, {}, signal)).me.quotas
}

/** A video that was uploaded before, by its newest job. */
export interface Duplicate {
  jobId: string
  videoId: string
  title: string
  createdAt: string
}

/** A video of this person from a file of the same name and size; null where there is none. */
export async function findDuplicate(
  client: GraphQLClient,
  file: { name: string; size: number },
  ownerId: string,
  signal: AbortSignal,
): Promise<Duplicate | null> {
  const { jobsConnection } = await client.query(SAME_NAME, { name: file.name }, signal)
  for (const { id, filename, createdAt, videoId, video } of jobsConnection.nodes) {
    if (filename !== file.name || video?.sizeBytes !== file.size) continue
    // Administrators see everybody's jobs.
    if (video.ownerId === ownerId) return { jobId: id, videoId, title: video.title, createdAt }
  }
  return null
}
