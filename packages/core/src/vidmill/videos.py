"""Videos: what users uploaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Literal
from uuid import UUID

from vidmill.errors import Conflict, InvalidRequest, NotFound, VidmillError
from vidmill.users import User


class Visibility(StrEnum):
    """Who may watch a video."""

    PRIVATE = "private"
    """Its owner, and whoever was given a signed link."""
    UNLISTED = "unlisted"
    """Whoever has the link; it is in no list."""
    PUBLIC = "public"
    """Everybody; it is in the gallery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A row of `videos`, with its newest job. `relevance` is set by searches alone."""

    id: UUID
    owner_id: UUID
    title: str
    description: str
    tags: list[str]
    category: str | None
    visibility: Visibility
    object_key: str
    filename: str
    content_type: str
    size_bytes: int
    etag: str
    created_at: datetime
    updated_at: datetime
    latest_job_id: UUID | None
    views: int = 0
    sort_title: str = ""
    """The title in small letters without accents."""
    thumbnail_key: str | None = None
    """Of its owner's own still, as the worker made it."""
    thumbnail_source: str | None = None
    """Of the picture that is to become one."""
    thumbnail_error: str | None = None
    """Why the last one sent did not, in sentences."""
    playback_generation: int = 0
    relevance: int = 0

    @property
    def etag_of_fields(self) -> str:
        """The version of what its owner says of it, as an HTTP entity tag; views don't count."""
        return entity_tag(self.updated_at)


class VideoNotFound(NotFound):
    """There is no such video, or it is private. Check the address; if it is yours, sign in."""


class VideoBusy(Conflict):
    """A job of the video is still active. Cancel it first, then delete the video."""

    code = "video_busy"


class VideoChanged(VidmillError):
    """The video was changed by somebody else meanwhile. Get it again, then repeat the change with
    its new ETag in If-Match."""

    code = "video_changed"
    status = 412


class NotPlayable(Conflict):
    """Nothing of this video can be played yet. Transcode it, or wait for its job."""

    code = "not_playable"


class SearchMissing(InvalidRequest):
    """Only what was searched for can be sorted by relevance. Send search, or another sort."""

    code = "search_missing"


VideoSort = Literal["-created_at", "created_at", "-views", "title", "relevance"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoFilter:
    """What a list of videos is narrowed to; None leaves a field out. `viewer`: who asks, None for
    somebody unknown; `everything`: an administrator, who sees what is everybody's."""

    viewer: UUID | None = None
    everything: bool = False
    owner_id: UUID | None = None
    visibility: Visibility | None = None
    category: str | None = None
    tag: str | None = None
    search: str | None = None


@dataclass(frozen=True, slots=True)
class VideoChanges:
    """What an owner changes of a video: new values by column, of `title`, `description`, `tags`,
    `category`, `visibility`."""

    values: dict[str, Any] = field(default_factory=dict[str, Any])


def may_watch(video: Video, user: User | None) -> bool:
    """Whether somebody who knows its id may see and play a video; None for nobody known."""
    return video.visibility != Visibility.PRIVATE or is_own(video, user)


def is_own(video: Video, user: User | None) -> bool:
    """Whether somebody sees all of a video, and may change it."""
    return user is not None and user.scope in {None, video.owner_id}


def entity_tag(updated_at: datetime) -> str:
    """An HTTP entity tag, in quotes, of something as it was last changed."""
    since = updated_at - datetime(1970, 1, 1, tzinfo=UTC)
    return f'"{since // timedelta(microseconds=1):x}"'


def title_of(filename: str) -> str:
    """A title to begin with: the file's name without its ending."""
    stem = filename.rsplit(".", 1)[0].replace("_", " ").strip()
    return (stem or filename)[:200]
