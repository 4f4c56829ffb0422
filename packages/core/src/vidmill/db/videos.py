"""Videos in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from vidmill.db import purges
from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.jobs import ACTIVE, JobStatus, job_prefix
from vidmill.thumbnails import thumbnails_prefix
from vidmill.uploads import owner_prefix
from vidmill.videos import (
    SearchMissing,
    Video,
    VideoBusy,
    VideoChanged,
    VideoChanges,
    VideoFilter,
    VideoNotFound,
    VideoSort,
    entity_tag,
    title_of,
)

SQL = load_queries("videos.sql")

#: What a list of videos can be sorted by; "-" means newest or most first.
ORDERS: dict[VideoSort, Order] = {
    "-created_at": Order("v", ("created_at",), descending=True),
    "created_at": Order("v", ("created_at",), descending=False),
    "-views": Order("v", ("views",), descending=True),
    "title": Order("v", ("sort_title",), descending=False),
    "relevance": Order("v", ("relevance",), descending=True),
}

_COLUMNS = sql.SQL(
    "v.id, v.owner_id, v.title, v.description, v.tags, v.category, v.visibility, v.object_key,"
    " v.filename, v.content_type, v.size_bytes, v.etag, v.created_at, v.updated_at, v.views,"
    " v.sort_title, v.thumbnail_key, v.thumbnail_source, v.thumbnail_error, v.playback_generation,"
    " (SELECT j.id FROM jobs j WHERE j.video_id = v.id ORDER BY j.created_at DESC LIMIT 1)"
    " AS latest_job_id"
)
#: Whole numbers, so that a cursor names a place exactly.
_RANKED = sql.SQL(
    "(SELECT videos.*, (1e6 * ts_rank(search, video_query(%(search)s)))::bigint AS relevance"
    " FROM videos) v"
)
_CHANGEABLE = ("title", "description", "tags", "category", "visibility")


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
    async with db.connection() as conn:
        return await _fetch_in(conn, video_ids)


async def fetch_video_in(conn: Connection, video_id: UUID) -> Video:
    """One video inside the caller's transaction. Raises `VideoNotFound`."""
    video = (await _fetch_in(conn, [video_id])).get(video_id)
    if video is None:
        raise VideoNotFound
    return video


async def _fetch_in(conn: Connection, video_ids: Iterable[UUID]) -> dict[UUID, Video]:
    async with conn.cursor(row_factory=class_row(Video)) as cursor:
        await cursor.execute(SQL["fetch_videos"], {"video_ids": list(video_ids)})
        return {video.id: video for video in await cursor.fetchall()}


async def fetch_video_by_key(db: Database, object_key: str) -> Video | None:
    """The video whose source is that object."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Video)) as cursor:
        await cursor.execute(SQL["fetch_video_by_key"], {"object_key": object_key})
        return await cursor.fetchone()


async def list_videos(
    db: Database, where: VideoFilter, *, sort: VideoSort, limit: int, cursor: str | None
) -> Page[Video]:
    """One keyset page of the videos that `where.viewer` may find: everybody's public ones, and all
    of their own. Raises `InvalidCursor`, `SearchMissing`."""
    source, select = sql.SQL("videos v"), _COLUMNS
    if sort == "relevance":
        if where.search is None:
            raise SearchMissing
        source, select = _RANKED, _COLUMNS + sql.SQL(", v.relevance")
    return await fetch_page(
        db,
        select=select,
        source=source,
        counted=sql.SQL("videos v"),
        conditions=_conditions(where),
        order=ORDERS[sort],
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Video),
    )


async def update_video(
    db: Database, video_id: UUID, changes: VideoChanges, *, if_match: Collection[str] | None
) -> None:
    """Change what an owner says of a video. `if_match`: entity tags of which one must be that of
    the video as it stands; None changes it anyway. Raises `VideoNotFound`, `VideoChanged`."""
    async with db.transaction() as conn:
        row = await (await conn.execute(SQL["lock_video"], {"video_id": video_id})).fetchone()
        if row is None:
            raise VideoNotFound
        if if_match is not None and entity_tag(row[0]) not in if_match:
            raise VideoChanged
        await describe_in(conn, video_id, changes)


async def describe_in(conn: Connection, video_id: UUID, changes: VideoChanges) -> None:
    """Say this of a video, inside the caller's transaction."""
    given = {name: changes.values.get(name) for name in _CHANGEABLE}
    await conn.execute(
        SQL["update_video"], {**given, "given": list(changes.values), "video_id": video_id}
    )


async def delete_video(
    db: Database, video_id: UUID, *, purge_after_seconds: float
) -> dict[UUID, UUID]:
    """Remove a video with its ended jobs and, by the reaper, all of their files, its source and its
    still. Those of jobs that were stopped go `purge_after_seconds` from now, when no worker can
    still be writing. Returns its jobs and their owners. Raises `VideoNotFound`, `VideoBusy`."""
    try:
        async with db.transaction() as conn:
            return await _delete_in(conn, video_id, purge_after_seconds)
    except psycopg.errors.ForeignKeyViolation as error:
        # Somebody posted a job at the same moment.
        raise VideoBusy from error


async def _delete_in(
    conn: Connection, video_id: UUID, purge_after_seconds: float
) -> dict[UUID, UUID]:
    ids = {"video_id": video_id}
    jobs = await (await conn.execute(SQL["lock_jobs_of_video"], ids)).fetchall()
    active = [job_id for job_id, status, _ in jobs if status in ACTIVE]
    if active:
        raise VideoBusy(
            f"Job {active[0]} of the video is still active. Cancel it first (POST "
            f"/jobs/{active[0]}/cancel), then delete the video."
        )
    owners = {job_id: owner_id for job_id, _, owner_id in jobs}
    await conn.execute(SQL["delete_jobs_of_video"], {**ids, "job_ids": list(owners)})
    row = await (await conn.execute(SQL["delete_video"], ids)).fetchone()
    if row is None:
        raise VideoNotFound
    owner_id, object_key, thumbnail, picture = row
    for job_id, status, _ in jobs:
        after = 0 if status == JobStatus.COMPLETED else purge_after_seconds
        await purges.request_purge(conn, job_prefix(job_id), after_seconds=after)
    if thumbnail is not None or picture is not None:
        # A worker may be making one.
        folder = thumbnails_prefix(video_id)
        await purges.request_purge(conn, folder, after_seconds=purge_after_seconds)
    if picture is not None:
        await purges.request_purge(conn, picture, after_seconds=0)
    # A source that was not uploaded here is not ours to remove.
    if object_key.startswith(owner_prefix(owner_id)):
        await purges.request_purge(conn, object_key, after_seconds=0)
    return owners


def _conditions(where: VideoFilter) -> list[tuple[sql.Composable, dict[str, Any]]]:
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = []
    if not where.everything:
        seen = sql.SQL("v.visibility = 'public'")
        if where.viewer is not None:
            seen = sql.SQL("(v.visibility = 'public' OR v.owner_id = %(viewer)s)")
        if where.viewer is not None and where.owner_id == where.viewer:
            seen = sql.SQL("true")  # All of somebody's own.
        conditions.append((seen, {"viewer": where.viewer}))
    if where.owner_id is not None:
        conditions.append((sql.SQL("v.owner_id = %(owner_id)s"), {"owner_id": where.owner_id}))
    if where.visibility is not None:
        conditions.append(
            (sql.SQL("v.visibility = %(visibility)s"), {"visibility": where.visibility})
        )
    if where.category is not None:
        conditions.append((sql.SQL("v.category = %(category)s"), {"category": where.category}))
    if where.tag is not None:
        conditions.append((sql.SQL("v.tags @> ARRAY[%(tag)s::text]"), {"tag": where.tag}))
    if where.search is not None:
        conditions.append(
            (sql.SQL("v.search @@ video_query(%(search)s)"), {"search": where.search})
        )
    return conditions
