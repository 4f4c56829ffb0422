"""Videos: what was uploaded."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from vidmill.db import videos as rows
from vidmill.errors import InvalidCursor, NotFound
from vidmill_api.authenticate import require_owner
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.schemas import VideoPage, VideoView
from vidmill_api.views import video_view


class ListVideos(Query):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="List videos", tag="videos", query=ListVideos, response=VideoPage,
    errors=(InvalidCursor,),
)  # fmt: skip
async def list_videos(call: Call[None, ListVideos]) -> dict[str, Any]:
    """Yours, or, for administrators, everybody's; the newest first."""
    page = await rows.list_videos(
        call.context.db,
        owner_id=call.user.scope,
        limit=call.query.limit,
        cursor=call.query.cursor,
    )
    return {
        "items": [video_view(video) for video in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


@Operation(summary="A video", tag="videos", response=VideoView, errors=(NotFound,))
async def get_video(call: Call[None, None]) -> dict[str, Any]:
    """What was uploaded, and its newest job."""
    video = await rows.fetch_video(call.context.db, call.path("video_id"))
    require_owner(call.user, video.owner_id)
    return video_view(video)
