"""Stills of people's own in PostgreSQL: a picture is sent, a task of a completed job makes a still
of it, and that becomes the video's.

Lock order as everywhere: jobs, then their tasks, and here the video last.
"""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from vidmill.db import purges
from vidmill.db.completions import Completion, complete_in
from vidmill.db.jobs import lock_job
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import LeaseLost, NotFound
from vidmill.ids import new_id
from vidmill.jobs import JobStatus
from vidmill.tasks import Lease, QueuedTask
from vidmill.thumbnails import thumbnail_folder
from vidmill.videos import VideoNotFound

SQL = load_queries("thumbnails.sql")

#: A picture that nobody waits for after so long was sent by an API that died on the way.
ORPHANED_SECONDS = 3600.0


async def announce_source(db: Database, source: str) -> None:
    """Before a picture is stored: have it removed in an hour, unless `expect_thumbnail` follows."""
    async with db.connection() as conn:
        await purges.request_purge(conn, source, after_seconds=ORPHANED_SECONDS)


async def expect_thumbnail(
    db: Database, video_id: UUID, source: str, *, max_attempts: int
) -> list[QueuedTask]:
    """Have a still made of a stored picture, in place of one that is awaited already. Returns the
    task to push; none while no job of the video is completed: `awaited_thumbnails` finds it then.
    Raises `VideoNotFound`."""
    async with db.transaction() as conn:
        task = await _queue_task(conn, video_id, source, max_attempts)
        key, earlier = await _lock(conn, video_id)
        await purges.withdraw_purge(conn, source)
        await _set(conn, video_id, key, source, None)
        if earlier is not None:
            await purges.request_purge(conn, earlier, after_seconds=0)
    return task


async def await_in(conn: Connection, video_id: UUID, source: str) -> None:
    """Have a still made of a stored picture once a job of a new video is completed, inside the
    transaction that makes the video: `awaited_thumbnails` finds it then."""
    await purges.withdraw_purge(conn, source)
    await _set(conn, video_id, None, source, None)


async def clear_thumbnail(db: Database, video_id: UUID) -> None:
    """Go back to the stills that jobs make. Raises `VideoNotFound`."""
    async with db.transaction() as conn:
        key, source = await _lock(conn, video_id)
        await _set(conn, video_id, None, None, None)
        await _purge(conn, source, key)


async def store_thumbnail(
    db: Database, lease: Lease, video_id: UUID, source: str, key: str, *, cpu_seconds: float
) -> None:
    """Complete the task, and make what it stored under that key, and beside it, the video's still,
    unless another picture was sent meanwhile. Raises `LeaseLost`."""
    async with db.transaction() as conn:
        await _complete(conn, lease, {"key": key}, cpu_seconds)
        try:
            before, awaited = await _lock(conn, video_id)
        except VideoNotFound:
            before, awaited = None, None
        wanted = awaited == source
        if wanted:
            await _set(conn, video_id, key, None, None)
        await _purge(conn, source, before if wanted else key)


async def refuse_thumbnail(
    db: Database, lease: Lease, video_id: UUID, source: str, why: str, *, cpu_seconds: float
) -> None:
    """Complete the task of a picture that cannot be used, and say why. Raises `LeaseLost`."""
    async with db.transaction() as conn:
        await _complete(conn, lease, {"refused": why}, cpu_seconds)
        try:
            key, awaited = await _lock(conn, video_id)
        except VideoNotFound:
            return
        if awaited == source:
            await _set(conn, video_id, key, None, why)
            await purges.request_purge(conn, source, after_seconds=0)


async def awaited_thumbnails(db: Database, *, max_attempts: int) -> list[QueuedTask]:
    """Queue a task for each picture that has none: those that were sent before a job of the video
    was completed, and those whose task went with its job. Those whose task failed for good are
    given up. Returns the tasks to push."""
    async with db.transaction() as conn:
        given_up = await (await conn.execute(SQL["give_up_thumbnails"])).fetchall()
        for (source,) in given_up:
            await purges.request_purge(conn, source, after_seconds=0)
    async with db.connection() as conn:
        found = await (await conn.execute(SQL["thumbnails_without_task"])).fetchall()
    queued: list[QueuedTask] = []
    for video_id, source in found:
        async with db.transaction() as conn:
            queued += await _queue_task(conn, video_id, source, max_attempts)
    return queued


async def _queue_task(
    conn: Connection, video_id: UUID, source: str, max_attempts: int
) -> list[QueuedTask]:
    """A task of the video's newest completed job, which is locked; none if there is no such job."""
    ids = {"video_id": video_id}
    row = await (await conn.execute(SQL["newest_published_job"], ids)).fetchone()
    if row is None:
        return []
    try:
        if await lock_job(conn, row[0]) is not JobStatus.COMPLETED:
            return []
    except NotFound:
        return []
    await conn.execute(SQL["delete_thumbnail_tasks"], {"job_id": row[0]})
    async with conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(
            SQL["insert_thumbnail_task"],
            {
                "id": new_id(),
                "job_id": row[0],
                "params": Jsonb({"source": source}),
                "max_attempts": max_attempts,
            },
        )
        return await cursor.fetchall()


async def _purge(conn: Connection, source: str | None, key: str | None) -> None:
    """Have a picture removed, and a still with its small one."""
    for prefix in (source, key and thumbnail_folder(key)):
        if prefix is not None:
            await purges.request_purge(conn, prefix, after_seconds=0)


async def _complete(
    conn: Connection, lease: Lease, result: dict[str, str], cpu_seconds: float
) -> None:
    done = await complete_in(conn, [Completion(lease, result, cpu_seconds)])
    if not done.stored:
        raise LeaseLost


async def _lock(conn: Connection, video_id: UUID) -> tuple[str | None, str | None]:
    """The video's still and the picture that is awaited. Raises `VideoNotFound`."""
    row = await (await conn.execute(SQL["lock_thumbnail"], {"video_id": video_id})).fetchone()
    if row is None:
        raise VideoNotFound
    return row[0], row[1]


async def _set(
    conn: Connection, video_id: UUID, key: str | None, source: str | None, error: str | None
) -> None:
    await conn.execute(
        SQL["set_thumbnail"], {"video_id": video_id, "key": key, "source": source, "error": error}
    )
