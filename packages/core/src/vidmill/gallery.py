"""The gallery: how a video is watched by people who did not make it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from vidmill.jobs import JobStatus
from vidmill.presentation import Links, Playback, media_url, poster_of
from vidmill.videos import Video, Visibility

#: What players and lists ask for where a video has a still of its owner's own. Its objects are the
#: video's, not the job's, so that it survives new jobs.
CUSTOM_THUMBNAIL = "thumbnails/thumb_custom.jpg"
SMALL_CUSTOM_THUMBNAIL = "thumbnails/thumb_custom_small.jpg"


@dataclass(frozen=True, slots=True, kw_only=True)
class Playable:
    """What is played of a video. Keys are those of objects in the bucket; sizes in pixels."""

    video_id: UUID
    job_id: UUID
    status: JobStatus
    playable_at: datetime
    duration_seconds: float | None
    width: int | None
    height: int | None
    dash_key: str | None
    storyboard_key: str | None
    still_keys: list[str] | None
    small_poster_key: str | None


@dataclass(frozen=True, slots=True)
class Access:
    """What decides whether a token of a job plays."""

    video_id: UUID
    visibility: Visibility
    playback_generation: int
    thumbnail_key: str | None


def playback_of(video: Video, playable: Playable, links: Links) -> Playback:
    """Where to play a video: at an address that stays the same where everybody may watch it, else
    at one that is signed for a while."""
    base = (
        links.media(playable.job_id)
        if video.visibility == Visibility.PRIVATE
        else links.open_media(playable.job_id, video.playback_generation)
    )
    dash, board = playable.dash_key, playable.storyboard_key
    poster, thumbnail = _stills(video, playable, base)
    return Playback(
        hls_url=base + "master.m3u8",
        dash_url=media_url(base, dash) if dash else None,
        poster_url=poster,
        thumbnail_url=thumbnail,
        storyboard_url=media_url(base, board) if board else None,
    )


def _stills(video: Video, playable: Playable, base: str) -> tuple[str | None, str | None]:
    """Where the poster is, and the one for lists."""
    if video.thumbnail_key is not None:
        # Another one gets another address, for caches keep pictures.
        version = "?v=" + video.thumbnail_key.split("/")[-2]
        return base + CUSTOM_THUMBNAIL + version, base + SMALL_CUSTOM_THUMBNAIL + version
    still = poster_of(playable.still_keys or ())
    small = playable.small_poster_key or still
    return still and media_url(base, still), small and media_url(base, small)
