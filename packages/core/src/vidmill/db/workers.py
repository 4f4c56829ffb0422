"""Workers in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.workers import Worker

SQL = load_queries("workers.sql")


async def register_worker(
    db: Database, worker_id: str, *, host: str, pid: int, slots: int, encoders: Sequence[str] = ()
) -> None:
    """Say that a worker is here and active; `encoders`: those in hardware that work there."""
    row = {"id": worker_id, "host": host, "pid": pid, "slots": slots, "encoders": list(encoders)}
    async with db.connection() as conn:
        await conn.execute(SQL["register_worker"], row)


async def beat_worker(
    db: Database, worker_id: str, *, status: str, completed: int, failed: int
) -> bool:
    """Say that a worker is alive; `completed` and `failed` are tasks ended since the last beat.
    Returns whether it is to drain."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["beat_worker"],
            {"id": worker_id, "status": status, "completed": completed, "failed": failed},
        )
        row = await cursor.fetchone()
    return row is not None and bool(row[0])


async def request_drain(db: Database, worker_id: str, *, drain: bool) -> Worker:
    """Have a worker finish its tasks and take no more, or take tasks again; it learns so at its
    next heartbeat. Raises `NotFound`."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["request_drain"], {"id": worker_id, "drain": drain})
        if await cursor.fetchone() is None:
            raise NotFound
    return next(worker for worker in await fetch_workers(db) if worker.id == worker_id)


async def fetch_current_jobs(db: Database) -> dict[str, list[UUID]]:
    """The jobs that workers run tasks of, by worker."""
    async with db.connection() as conn:
        rows = await (await conn.execute(SQL["fetch_current_jobs"])).fetchall()
    return {str(worker_id): list(job_ids) for worker_id, job_ids in rows}


async def fetch_workers(db: Database) -> list[Worker]:
    """Workers heard of in the last day."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Worker)) as cursor:
        await cursor.execute(SQL["fetch_workers"])
        return await cursor.fetchall()


async def forget_workers(db: Database) -> None:
    """Drop workers not heard of for a week: every pod that ever ran has a row."""
    async with db.connection() as conn:
        await conn.execute(SQL["forget_workers"])
