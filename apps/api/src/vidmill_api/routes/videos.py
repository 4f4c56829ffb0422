"""Videos: listed, looked at, described by their owners, deleted."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, ConfigDict, Field, StringConstraints, field_validator
from starlette.responses import Response

from vidmill.db import videos as rows
from vidmill.db.gallery import fetch_playables
from vidmill.errors import InvalidCursor, Unauthenticated
from vidmill.presentation import Links
from vidmill.videos import (
    SearchMissing,
    Video,
    VideoBusy,
    VideoChanged,
    VideoChanges,
    VideoFilter,
    VideoNotFound,
    VideoSort,
    Visibility,
    is_own,
    may_watch,
)
from vidmill_api.encoding import json_response
from vidmill_api.operation import Call, Input, Operation, Query
from vidmill_api.video_schemas import VideoPage, VideoView
from vidmill_api.video_views import video_view

MAX_TAGS = 30
MAX_DESCRIPTION = 5000


def _one_line(value: str) -> str:
    if any(unicodedata.category(c) in {"Cc", "Zl", "Zp"} for c in value):
        raise ValueError("must be one line, without control characters")
    return value


Title = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_one_line)]
Label = Annotated[str, StringConstraints(min_length=1, max_length=50), AfterValidator(_one_line)]


class ListVideos(Query):
    """Which videos, in which order."""

    search: str | None = Field(
        default=None,
        max_length=200,
        description='In titles, tags, categories and descriptions: words, "phrases", or, -without. '
        "The last word may be the beginning of one.",
    )
    visibility: Visibility | None = None
    category: str | None = Field(default=None, max_length=50)
    tag: str | None = Field(default=None, max_length=50)
    owner: Literal["me"] | UUID | None = Field(
        default=None, description="me for your own, public or not, or an account's id."
    )
    sort: VideoSort | None = Field(
        default=None, description="relevance where something is searched for, else -created_at."
    )
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=2000)


def _without_defaults(schema: dict[str, Any]) -> None:
    for one in schema["properties"].values():
        one.pop("default", None)


class ChangeVideo(Input):
    """What is to be said of it from now on; what is left out stays."""

    # What the fields below begin with is never used, and is no default of a change.
    model_config = ConfigDict(json_schema_extra=_without_defaults)

    title: Title = ""
    description: str = Field(default="", max_length=MAX_DESCRIPTION)
    tags: list[Label] = Field(
        default_factory=list,
        max_length=MAX_TAGS,
        description="In small letters; those that are there twice are kept once.",
    )
    category: Label | None = None
    # JSON has no enumerations, so this one is read from text.
    visibility: Visibility = Field(default=Visibility.PRIVATE, strict=False)

    @field_validator("tags")
    @classmethod
    def _tidy(cls, tags: list[str]) -> list[str]:
        return list(dict.fromkeys(tag.lower() for tag in tags))


@Operation(
    summary="List videos", tag="videos", query=ListVideos, response=VideoPage,
    authenticated="optional", errors=(InvalidCursor, SearchMissing),
)  # fmt: skip
async def list_videos(call: Call[None, ListVideos]) -> dict[str, Any]:
    """Everybody's public videos and, with credentials, all of your own; with `owner=me` these
    alone. Administrators get everybody's."""
    query, user = call.query, call.identity and call.identity.user
    if query.owner == "me" and user is None:
        raise Unauthenticated
    search = query.search or None
    where = VideoFilter(
        viewer=user.id if user else None,
        everything=user is not None and user.is_admin,
        owner_id=user.id if user and query.owner == "me" else _uuid(query.owner),
        visibility=query.visibility,
        category=query.category,
        tag=query.tag and query.tag.lower(),
        search=search,
    )
    page = await rows.list_videos(
        call.context.db,
        where,
        sort=query.sort or ("relevance" if search else "-created_at"),
        limit=query.limit,
        cursor=query.cursor,
    )
    return {
        "items": await views(call, page.items),
        "next_cursor": page.next_cursor,
        "total": page.total,
    }


def _uuid(owner: Literal["me"] | UUID | None) -> UUID | None:
    return owner if isinstance(owner, UUID) else None


@Operation(
    summary="A video", tag="videos", response=VideoView, authenticated="optional",
    errors=(VideoNotFound,), answers_with=("ETag",),
)  # fmt: skip
async def get_video(call: Call[None, None]) -> Response:
    """One that is public or unlisted, or yours; where to play it, too. Its ETag is of what its
    owner says of it: see PATCH."""
    return await answer(call, await watchable(call))


@Operation(
    summary="Change what is said of a video", tag="videos", body=ChangeVideo, response=VideoView,
    errors=(VideoNotFound, VideoChanged), headers=("If-Match",), answers_with=("ETag",),
)  # fmt: skip
async def change_video(call: Call[ChangeVideo, None]) -> Response:
    """Title, description, tags, category, and who may watch it. What was given out for playing a
    public or unlisted video ends at once when it becomes private. With If-Match only if nobody
    changed it meanwhile."""
    video = await own_video(call)
    named = call.body.model_fields_set
    if named:
        changes = VideoChanges({name: getattr(call.body, name) for name in named})
        await rows.update_video(call.context.db, video.id, changes, if_match=_if_match(call))
        call.context.playing.forget(video.id)
        video = await own_video(call)
    return await answer(call, video)


def _if_match(call: Call[Any, Any]) -> list[str] | None:
    """Entity tags (RFC 9110, section 13.1.1); None for any version."""
    header = call.request.headers.get("if-match")
    if header is None or header.strip() == "*":
        return None
    return [tag.strip() for tag in header.split(",")]


@Operation(summary="Delete a video", tag="videos", status=204, errors=(VideoNotFound, VideoBusy))
async def delete_video(call: Call[None, None]) -> None:
    """With its source, its ended jobs and all that they made, none of which can be played any
    more. While a job of it is active it stays: cancel that first."""
    context, video = call.context, await own_video(call)
    deleted = await rows.delete_video(
        context.db, video.id, purge_after_seconds=context.settings.lease_seconds
    )
    context.playing.forget(video.id)
    for job_id, owner_id in deleted.items():
        context.queue.announce(job_id, owner_id)


async def watchable(call: Call[Any, Any]) -> Video:
    """The video of the path; raises `VideoNotFound`, also for somebody else's private one."""
    video = await _fetch(call)
    if not may_watch(video, call.identity and call.identity.user):
        raise VideoNotFound
    return video


async def own_video(call: Call[Any, Any]) -> Video:
    """The video of the path, to be changed; raises `VideoNotFound`, also for somebody else's."""
    video = await _fetch(call)
    if not is_own(video, call.user):
        raise VideoNotFound
    return video


async def _fetch(call: Call[Any, Any]) -> Video:
    video_id: UUID = call.path("video_id")
    video = (await rows.fetch_videos(call.context.db, [video_id])).get(video_id)
    if video is None:
        raise VideoNotFound
    return video


async def views(call: Call[Any, Any], videos: Sequence[Video]) -> list[dict[str, Any]]:
    """`VideoView`s, as the caller sees them."""
    context, user = call.context, call.identity and call.identity.user
    playables = await fetch_playables(context.db, [video.id for video in videos])
    links = Links(context.settings, context.signer)
    return [video_view(video, playables.get(video.id), links, user) for video in videos]


async def answer(call: Call[Any, Any], video: Video, status: int = 200) -> Response:
    """`VideoView` with its ETag."""
    [view] = await views(call, [video])
    response = json_response(view, status)
    response.headers["ETag"] = video.etag_of_fields
    return response
