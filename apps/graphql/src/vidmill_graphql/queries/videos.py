"""Videos."""

from __future__ import annotations

from typing import Any

import strawberry
from strawberry.types import Info

from vidmill.db import videos
from vidmill.videos import VideoFilter
from vidmill_graphql.context import context_of
from vidmill_graphql.queries.arguments import page_size, uuid_or_none
from vidmill_graphql.types.page import Connection, VideoConnection
from vidmill_graphql.types.video import VideoType


@strawberry.type
class VideoQueries:
    """Yours, or, for administrators, everybody's."""

    @strawberry.field(
        description="A video; null where there is none of that id that you may see.",
        graphql_type=VideoType | None,
    )
    async def video(self, info: Info, id: strawberry.ID) -> Any:  # noqa: A002  # the schema's name
        """By id."""
        context = context_of(info)
        video_id = uuid_or_none(id)
        if video_id is None:
            return None
        [row] = await context.loaders.videos.load([video_id])
        allowed = row is not None and context.user.scope in (None, row.owner_id)
        return row if allowed else None

    @strawberry.field(
        description="Videos, page by page, the newest first.", graphql_type=VideoConnection
    )
    async def videos(self, info: Info, first: int = 100, after: str | None = None) -> Any:
        """With a count."""
        context = context_of(info)
        page = await videos.list_videos(
            context.db,
            VideoFilter(
                viewer=context.user.id,
                everything=context.user.is_admin,
                owner_id=context.user.scope,
            ),
            sort="-created_at",
            limit=page_size(first),
            cursor=after,
        )
        return Connection(page, videos.ORDERS["-created_at"], after)
