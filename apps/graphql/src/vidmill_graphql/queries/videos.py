"""Videos: the gallery's, for everybody, and one's own."""

from __future__ import annotations

from enum import Enum
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from vidmill.db import videos
from vidmill.videos import VideoFilter, VideoSort, Visibility, may_watch
from vidmill_graphql.context import GraphqlContext, context_of
from vidmill_graphql.queries.arguments import page_size, uuid_or_none
from vidmill_graphql.types.page import Connection, VideoConnection
from vidmill_graphql.types.video import VideoType


@strawberry.enum(description="How a list of videos is sorted.")
class VideoOrder(Enum):
    """`VideoOrder`; the values are REST's."""

    CREATED_AT_DESC = "-created_at"
    CREATED_AT_ASC = "created_at"
    VIEWS_DESC = "-views"
    TITLE_ASC = "title"
    RELEVANCE = "relevance"


@strawberry.type
class VideoQueries:
    """Everybody's public videos, and all of one's own; for administrators, everybody's."""

    @strawberry.field(
        description="A video that is public, unlisted or yours; null where there is none such. "
        "Needs no credentials.",
        graphql_type=VideoType | None,
    )
    async def video(self, info: Info, id: strawberry.ID) -> Any:  # noqa: A002  # the schema's name
        """By id."""
        context = context_of(info)
        video_id = uuid_or_none(id)
        if video_id is None:
            return None
        [row] = await context.loaders.videos.load([video_id])
        return row if row is not None and may_watch(row, context.viewer) else None

    @strawberry.field(
        description="Videos, page by page: public ones, and all of yours. Sorted by relevance if "
        "something is searched for, else the newest first. Needs no credentials, unless `mine`.",
        graphql_type=VideoConnection,
    )
    async def videos(
        self,
        info: Info,
        first: int = 100,
        after: str | None = None,
        search: str | None = None,
        visibility: Visibility | None = None,
        category: str | None = None,
        tag: str | None = None,
        mine: bool = False,
        owner_id: strawberry.ID | None = None,
        order_by: VideoOrder | None = None,
    ) -> Any:
        """With a count."""
        context = context_of(info)
        sort: VideoSort = "relevance" if search else "-created_at"
        if order_by is not None:
            sort = order_by.value
        where = VideoFilter(
            viewer=context.viewer.id if context.viewer else None,
            everything=context.viewer is not None and context.viewer.is_admin,
            owner_id=_owner(context, owner_id, mine=mine),
            visibility=visibility,
            category=category,
            tag=tag and tag.lower(),
            search=search or None,
        )
        page = await videos.list_videos(
            context.db, where, sort=sort, limit=page_size(first), cursor=after
        )
        return Connection(page, videos.ORDERS[sort], after)


def _owner(context: GraphqlContext, owner_id: str | None, *, mine: bool) -> UUID | None:
    """Raises `Unauthenticated` where nobody's own are asked for."""
    if mine:
        return context.user.id
    # An id that can't be one has no videos.
    return None if owner_id is None else uuid_or_none(owner_id) or UUID(int=0)
