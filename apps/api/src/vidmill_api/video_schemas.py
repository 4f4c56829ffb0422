"""What the API answers about videos, as models; see `schemas`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vidmill.thumbnails import ThumbnailStatus
from vidmill.videos import Visibility
from vidmill_api.output_schemas import Playback
from vidmill_api.schemas import Output


class ThumbnailView(Output):
    """A still of the owner's own."""

    status: ThumbnailStatus
    detail: str | None = Field(description="Why the picture that was sent could not be used.")


class OwnVideo(Output):
    """What nobody but its owner, and administrators, is told of a video."""

    filename: str
    size_bytes: int
    content_type: str
    latest_job_id: UUID | None
    thumbnail: ThumbnailView | None


class VideoView(Output):
    """A video."""

    id: UUID
    owner_id: UUID
    title: str
    description: str
    tags: list[str]
    category: str | None
    visibility: Visibility
    views: int
    duration_seconds: float | None
    width: int | None = Field(description="Pixels, of its best picture.")
    height: int | None
    created_at: datetime
    updated_at: datetime = Field(description="When its owner last changed what is said of it.")
    playback: Playback | None = Field(
        description="Where to play it; null while nothing of it can be played."
    )
    own: OwnVideo | None = Field(description="Null unless it is yours.")


class VideoPage(Output):
    """One page of videos."""

    items: list[VideoView]
    next_cursor: str | None
    total: int


class StreamView(Playback):
    """Where to play a video."""

    expires_at: datetime | None = Field(
        description="When the addresses end; null where they stay until the video is private."
    )
    views: int
