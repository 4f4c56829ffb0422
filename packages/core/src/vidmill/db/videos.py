"""Videos in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.videos import Video, title_of

SQL = load_queries("videos.sql")

NEWEST_FIRST = Order("v", ("created_at",), descending=True)

_COLUMNS = sql.SQL(
    "v.*, (SELECT j.id FROM jobs j WHERE j.video_id = v.id ORDER BY j.created_at DESC LIMIT 1)"
    " AS latest_job_id"
)


async def create_video(
    conn: Connection,
    *,
    owner_id: UUID,
    object_key: str,
    filename: str,
    content_type: str,
    size_bytes: int,
    etag: str,
) -> UUID:
    """Insert a video for an object that is in storage, inside the caller's transaction.
    `etag` pins the content: a source that changed later is refused."""
    video_id = new_id()
    await conn.execute(
        SQL["insert_video"],
        {
            "id": video_id,
            "owner_id": owner_id,
            "title": title_of(filename),
            "object_key": object_key,
            "filename": filename,
            "content_type": content_type,
            "size_bytes": size_bytes,
            "etag": etag,
        },
    )
    return video_id


async def fetch_video(db: Database, video_id: UUID, *, owner_id: UUID | None = None) -> Video:
    """One video; with `owner_id`, only if it is theirs. Raises `NotFound`."""
    video = (await fetch_videos(db, [video_id])).get(video_id)
    if video is None or (owner_id is not None and video.owner_id != owner_id):
        raise NotFound
    return video


async def fetch_videos(db: Database, video_ids: Iterable[UUID]) -> dict[UUID, Video]:
    """Some videos by id; unknown ids are left out."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Video)) as cursor:
        await cursor.execute(SQL["fetch_videos"], {"video_ids": list(video_ids)})
        return {video.id: video for video in await cursor.fetchall()}


async def fetch_video_by_key(db: Database, object_key: str) -> Video | None:
    """The video whose source is that object."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Video)) as cursor:
        await cursor.execute(SQL["fetch_video_by_key"], {"object_key": object_key})
        return await cursor.fetchone()


async def list_videos(
    db: Database, *, owner_id: UUID | None, limit: int, cursor: str | None
) -> Page[Video]:
    """One keyset page of videos, newest first. Raises `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = []
    if owner_id is not None:
        conditions.append((sql.SQL("v.owner_id = %(owner_id)s"), {"owner_id": owner_id}))
    return await fetch_page(
        db,
        select=_COLUMNS,
        source=sql.SQL("videos v"),
        counted=sql.SQL("videos v"),
        conditions=conditions,
        order=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Video),
    )
