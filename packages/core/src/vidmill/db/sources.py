"""Sources that others hold: videos that refer to their objects, and those that are fetched.

A video that is still to be fetched has no size and an empty ETag; its job's `fetch` task says where
it comes from. What an attempt stores of it is purged by itself unless the attempt ends well."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vidmill.db import purges
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.db.quotas import require_room
from vidmill.db.videos import create_video
from vidmill.errors import LeaseLost
from vidmill.ids import new_id
from vidmill.objects import ObjectInfo
from vidmill.quotas import QuotaDefaults
from vidmill.tasks import Lease
from vidmill.uploads import upload_key
from vidmill.videos import title_of

SQL = load_queries("sources.sql")


async def refer_to_object(
    conn: Connection, *, owner_id: UUID, filename: str, found: ObjectInfo
) -> UUID:
    """The owner's video of that version of an object in another bucket, made if it is the first
    time, inside the caller's transaction. `found` names it by reference."""
    cursor = await conn.execute(
        SQL["refer_to_object"],
        {
            "id": new_id(),
            "owner_id": owner_id,
            "title": title_of(filename),
            "object_key": found.key,
            "filename": filename,
            "content_type": found.content_type,
            "size_bytes": found.size,
            "etag": found.etag,
        },
    )
    row = await cursor.fetchone()
    if row is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return row[0]


async def expect_video(conn: Connection, *, owner_id: UUID, filename: str) -> UUID:
    """A video whose source is yet to be fetched, inside the caller's transaction."""
    return await create_video(
        conn,
        owner_id=owner_id,
        object_key=upload_key(owner_id, new_id(), filename),
        filename=filename,
        content_type="application/octet-stream",
        size_bytes=0,
        etag="",
    )


async def promise_purge(db: Database, object_key: str, *, after_seconds: float) -> None:
    """Have what an attempt stores for that object removed, unless `store_source` comes first."""
    async with db.connection() as conn:
        await purges.request_purge(conn, _folder(object_key), after_seconds=after_seconds)


async def store_source(
    db: Database, lease: Lease, found: ObjectInfo, *, owner_id: UUID, quotas: QuotaDefaults
) -> None:
    """Say that the source of the task's job is in storage, to stay. Raises `LeaseLost`, and
    `QuotaExceeded` where its owner has no room for it."""
    async with db.transaction() as conn:
        # It may wait for a purge that is under way; the account's lock must not.
        await purges.withdraw_purge(conn, _folder(found.key))
        await require_room(conn, owner_id, quotas, wanted=found.size)
        cursor = await conn.execute(
            SQL["store_source"],
            {
                "job_id": lease.job_id,
                "task_id": lease.task_id,
                "attempt": lease.attempt,
                "worker_id": lease.worker_id,
                "size_bytes": found.size,
                "etag": found.etag,
                "content_type": found.content_type,
            },
        )
        if cursor.rowcount == 0:
            raise LeaseLost


async def fetch_state(db: Database, task_id: UUID) -> dict[str, Any] | None:
    """What an earlier attempt noted of how far it came."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["fetch_state"], {"task_id": task_id})).fetchone()
    return row[0] if row else None


async def forget_unfetched(conn: Connection, video_id: UUID) -> None:
    """Remove a video that was never fetched and that no job is to fetch any more."""
    await conn.execute(SQL["forget_unfetched"], {"video_id": video_id})


def _folder(object_key: str) -> str:
    return object_key.rsplit("/", 1)[0] + "/"
