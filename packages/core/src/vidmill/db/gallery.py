"""What is watched of videos, by whom, and how often, in PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

import psycopg
from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.gallery import Access, Playable
from vidmill.videos import VideoNotFound

SQL = load_queries("gallery.sql")


async def fetch_playables(db: Database, video_ids: Iterable[UUID]) -> dict[UUID, Playable]:
    """What is played of some videos, by id; those of which nothing is are left out."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Playable)) as cursor:
        await cursor.execute(SQL["fetch_playables"], {"video_ids": list(video_ids)})
        return {playable.video_id: playable for playable in await cursor.fetchall()}


async def fetch_access(db: Database, job_id: UUID) -> Access | None:
    """What decides about tokens of a job; None if there is no such job (any more)."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Access)) as cursor:
        await cursor.execute(SQL["fetch_access"], {"job_id": job_id})
        return await cursor.fetchone()


async def count_view(db: Database, video_id: UUID, viewer: bytes) -> bool:
    """Count a view of somebody (16 bytes that stand for them) unless they were counted within the
    hour; whether it was. Raises `VideoNotFound`."""
    try:
        async with db.connection() as conn:
            cursor = await conn.execute(SQL["count_view"], {"video_id": video_id, "viewer": viewer})
            return await cursor.fetchone() is not None
    except psycopg.errors.ForeignKeyViolation as error:
        raise VideoNotFound from error


async def forget_viewers(db: Database) -> None:
    """Drop who was counted over an hour ago."""
    async with db.connection() as conn:
        await conn.execute(SQL["forget_viewers"])
