import type { ResultOf } from 'gql.tada'
import type { GraphQLClient } from '@/lib/graphql/client'
import { lower, upper } from '@/lib/graphql/enums'
import { graphql } from '@/lib/graphql/tada'
import { type GalleryFilters, type GalleryOrder, orderOf } from './gallery-filters'
import type { GalleryVideo, OwnVideo, Visibility, WatchedVideo } from './video'

const GALLERY = graphql(`
  query Gallery(
    $first: Int!
    $after: String
    $search: String
    $category: String
    $tag: String
    $orderBy: VideoOrder
  ) {
    videos(
      first: $first
      after: $after
      search: $search
      category: $category
      tag: $tag
      orderBy: $orderBy
      visibility: PUBLIC
    ) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        tags
        category
        visibility
        views
        createdAt
        durationSeconds
        width
        posterUrl
        thumbnailUrl
      }
    }
  }
`)

const OWN_VIDEOS = graphql(`
  query OwnVideos($first: Int!, $after: String, $search: String, $visibility: Visibility) {
    videos(
      first: $first
      after: $after
      search: $search
      visibility: $visibility
      mine: true
    ) {
      totalCount
      pageInfo {
        hasNextPage
        endCursor
      }
      nodes {
        id
        title
        tags
        category
        visibility
        views
        createdAt
        durationSeconds
        thumbnailUrl
        filename
        sizeBytes
        latestJobId
        latestJobStatus
      }
    }
  }
`)

const VIDEO = graphql(`
  query WatchedVideo($id: ID!) {
    video(id: $id) {
      id
      title
      description
      tags
      category
      visibility
      views
      createdAt
      durationSeconds
      width
      height
      posterUrl
      playback {
        hlsUrl
        dashUrl
        posterUrl
        storyboardUrl
      }
      filename
      latestJobId
      latestJobStatus
    }
  }
`)

const ORDERS = {
  relevance: 'RELEVANCE',
  newest: 'CREATED_AT_DESC',
  oldest: 'CREATED_AT_ASC',
  views: 'VIEWS_DESC',
  title: 'TITLE_ASC',
} as const satisfies Record<GalleryOrder, string>

export interface VideosPage<Video = GalleryVideo> {
  videos: Video[]
  total: number
  nextCursor: string | null
}

/** The public videos that fit the filters; `first` is at most 500. */
export async function fetchGallery(
  client: GraphQLClient,
  filters: GalleryFilters,
  first: number,
  signal?: AbortSignal,
): Promise<VideosPage> {
  const { search, category, tag, pages } = filters
  const orderBy = ORDERS[orderOf(filters)]
  const { videos: page } = await client.query(
    GALLERY,
    { first, after: pages.at(-1) ?? null, search: search || null, category, tag, orderBy },
    signal,
  )
  return toPage(page)
}

export interface OwnVideosRequest {
  search: string
  visibility: Visibility | null
  after: string | null
  /** At most 500. */
  first: number
}

export async function fetchOwnVideos(
  client: GraphQLClient,
  { search, visibility, after, first }: OwnVideosRequest,
  signal: AbortSignal,
): Promise<VideosPage<OwnVideo>> {
  const { videos: page } = await client.query(
    OWN_VIDEOS,
    { first, after, search: search || null, visibility: visibility && upper(visibility) },
    signal,
  )
  const { videos, ...rest } = toPage(page)
  return { ...rest, videos: videos.map(withStatus) }
}

/** Null when there is no such video, or it is somebody else's private one. */
export async function fetchVideo(
  client: GraphQLClient,
  id: string,
  signal?: AbortSignal,
): Promise<WatchedVideo | null> {
  const { video } = await client.query(VIDEO, { id }, signal)
  if (!video) return null
  // Only its owner is told the name of the file.
  const { filename, visibility, ...rest } = video
  return withStatus({ ...rest, visibility: lower(visibility), isOwn: filename !== null })
}

type Connection = Omit<ResultOf<typeof GALLERY>['videos'], 'nodes'>

function toPage<Node extends { visibility: Uppercase<Visibility> }>(
  page: Connection & { nodes: Node[] },
) {
  return {
    videos: page.nodes.map((node) => ({ ...node, visibility: lower(node.visibility) })),
    total: page.totalCount,
    nextCursor: page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null,
  }
}

function withStatus<Status extends string, Node extends { latestJobStatus: Status | null }>(
  node: Node,
) {
  const { latestJobStatus: status } = node
  return { ...node, latestJobStatus: status && lower(status) }
}
