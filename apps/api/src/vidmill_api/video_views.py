"""Videos as JSON: to everybody what a gallery shows, to their owners the rest."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from vidmill.gallery import Playable, playback_of
from vidmill.presentation import Links
from vidmill.thumbnails import thumbnail_of
from vidmill.users import User
from vidmill.videos import Video, is_own

Json = dict[str, Any]


def video_view(video: Video, playable: Playable | None, links: Links, user: User | None) -> Json:
    """`VideoView`, as that user sees it; None for somebody unknown."""
    return {
        "id": video.id,
        "owner_id": video.owner_id,
        "title": video.title,
        "description": video.description,
        "tags": video.tags,
        "category": video.category,
        "visibility": video.visibility,
        "views": video.views,
        "duration_seconds": playable.duration_seconds if playable else None,
        "width": playable.width if playable else None,
        "height": playable.height if playable else None,
        "created_at": video.created_at,
        "updated_at": video.updated_at,
        "playback": asdict(playback_of(video, playable, links)) if playable else None,
        "own": _own(video) if is_own(video, user) else None,
    }


def _own(video: Video) -> Json:
    thumbnail = thumbnail_of(video)
    return {
        "filename": video.filename,
        "size_bytes": video.size_bytes,
        "content_type": video.content_type,
        "latest_job_id": video.latest_job_id,
        "thumbnail": asdict(thumbnail) if thumbnail else None,
    }
