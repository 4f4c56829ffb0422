"""Videos."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

import strawberry

from vidmill.gallery import Playable, playback_of
from vidmill.jobs import JobStatus
from vidmill.presentation import Playback
from vidmill.videos import Video, Visibility, is_own
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import batched, computed
from vidmill_graphql.types.playback import PlaybackType
from vidmill_graphql.types.scalars import BigInt

Videos = Sequence[Video]


def _own(name: str) -> Callable[[Video, GraphqlContext], object]:
    """A column that is only told to whom the video belongs, and to administrators."""
    return lambda video, context: getattr(video, name) if is_own(video, context.viewer) else None


async def _job_statuses(videos: Videos, context: GraphqlContext) -> Sequence[JobStatus | None]:
    ids = [video.latest_job_id if is_own(video, context.viewer) else None for video in videos]
    known = [one for one in ids if one is not None]
    jobs = dict(zip(known, await context.loaders.jobs.load(known), strict=True))
    found = [None if one is None else jobs[one] for one in ids]
    return [job and job.status for job in found]


async def _playables(videos: Videos, context: GraphqlContext) -> Sequence[Playable | None]:
    return await context.loaders.playables.load([video.id for video in videos])


def _of_playable(name: str) -> Callable[[Videos, GraphqlContext], Any]:
    async def load(videos: Videos, context: GraphqlContext) -> Sequence[object]:
        return [found and getattr(found, name) for found in await _playables(videos, context)]

    return load


async def _playback(videos: Videos, context: GraphqlContext) -> Sequence[Playback | None]:
    found = await _playables(videos, context)
    return [
        playback_of(video, playable, context.links) if playable else None
        for video, playable in zip(videos, found, strict=True)
    ]


async def _poster_url(videos: Videos, context: GraphqlContext) -> Sequence[str | None]:
    return [found and found.poster_url for found in await _playback(videos, context)]


async def _thumbnail_url(videos: Videos, context: GraphqlContext) -> Sequence[str | None]:
    return [found and found.thumbnail_url for found in await _playback(videos, context)]


@strawberry.type(name="Video", description="What a user uploaded.")
class VideoType:
    """A `vidmill.videos.Video`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    owner_id: strawberry.ID = strawberry.field(description="The account it belongs to.")
    title: str = strawberry.field(description="Its title.")
    description: str = strawberry.field(description="What its owner says of it.")
    tags: list[str] = strawberry.field(description="In small letters.")
    category: str | None = strawberry.field(description="What it is filed under.")
    visibility: Visibility = strawberry.field(description="Who may watch it.")
    views: BigInt = strawberry.field(description="How often it was watched.")
    created_at: datetime = strawberry.field(description="When its upload was completed.")
    updated_at: datetime = strawberry.field(
        description="When its owner last changed what is said of it."
    )
    duration_seconds: float | None = batched(
        _of_playable("duration_seconds"), "How long it plays, once it can be played."
    )
    width: int | None = batched(_of_playable("width"), "Pixels, of its best picture.")
    height: int | None = batched(_of_playable("height"), "Pixels, of its best picture.")
    playback: PlaybackType | None = batched(
        _playback,
        "Where to play it, once it can be played: its newest published job. Asking counts no view; "
        "GET /videos/{id}/stream does.",
    )
    poster_url: str | None = batched(_poster_url, "A still: its owner's own, or one of its job.")
    thumbnail_url: str | None = batched(
        _thumbnail_url,
        "The poster, at most 320 pixels wide, for lists; the poster itself where no smaller one "
        "was made.",
    )
    filename: str | None = computed(
        _own("filename"), "Name of the uploaded file; null unless it is yours."
    )
    size_bytes: BigInt | None = computed(
        _own("size_bytes"), "Size of the uploaded file; null unless it is yours."
    )
    content_type: str | None = computed(
        _own("content_type"), "Media type that the upload stated; null unless it is yours."
    )
    latest_job_id: strawberry.ID | None = computed(
        _own("latest_job_id"), "Its newest job; null unless it is yours."
    )
    latest_job_status: JobStatus | None = batched(
        _job_statuses, "Where that job stands; null unless it is yours."
    )
