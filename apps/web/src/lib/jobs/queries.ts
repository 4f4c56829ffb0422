import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { lower } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import type { JobDetail, TaskKind, TaskStatus } from './job'

const JOB = graphql(`
  query Job($id: ID!) {
    job(id: $id) {
      id
      videoId
      filename
      status
      preset
      priority
      progress
      etaSeconds
      createdAt
      updatedAt
      startedAt
      queuePosition
      playableAt
      completedAt
      error {
        code
        message
        task
        attempts
        logTail
      }
      notes
      source {
        format
        sizeBytes
        durationSeconds
        width
        height
        fps
        videoCodec
        audioCodec
        audioChannels
        bitrateBps
      }
      tasks {
        id
        kind
        ordinal
        status
        progress
        speed
        etaSeconds
        attempt
        maxAttempts
        workerId
        ranOn
        waitsFor
        startedAt
        finishedAt
        detail
      }
      renditions {
        id
        name
        width
        height
        codec
        fps
        bitrateBps
        sizeBytes
        mp4SizeBytes
        psnr
        ssim
        vmaf
      }
      assets {
        id
        kind
        name
        rendition
        sizeBytes
      }
      playback {
        hlsUrl
        dashUrl
        posterUrl
        storyboardUrl
      }
      verification {
        status
        progress
        startedAt
        finishedAt
        files
        problems {
          file
          message
        }
        problemCount
      }
    }
  }
`)

/** Null when there is no such job, or it is somebody else's. */
export async function fetchJob(
  client: GraphQLClient,
  id: string,
  signal: AbortSignal,
): Promise<JobDetail | null> {
  const { job } = await client.query(JOB, { id }, signal)
  return job && toDetail(job)
}

function toDetail(job: NonNullable<ResultOf<typeof JOB>['job']>): JobDetail {
  const mp4Of = (rendition: string) =>
    job.assets.find((asset) => asset.kind === 'MP4' && asset.rendition === rendition)
  return {
    ...job,
    status: lower(job.status),
    rungs: [],
    error: job.error && { ...job.error, task: job.error.task && lower(job.error.task) },
    verification: job.verification && {
      ...job.verification,
      status: lower(job.verification.status),
    },
    tasks: job.tasks.map((task) => ({
      ...task,
      kind: lower(task.kind) satisfies TaskKind,
      status: lower(task.status) satisfies TaskStatus,
      waitsFor: task.waitsFor.map((kind) => lower(kind) satisfies TaskKind),
    })),
    renditions: job.renditions.map((rendition) => ({
      ...rendition,
      mp4AssetId: mp4Of(rendition.name)?.id ?? null,
    })),
    assets: job.assets.map((asset) => ({ ...asset, kind: lower(asset.kind) })),
  }
}
