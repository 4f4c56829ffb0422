"""Workers in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
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
) -> None:
    """Say that a worker is alive; `completed` and `failed` are tasks ended since the last beat."""
    async with db.connection() as conn:
        await conn.execute(
            SQL["beat_worker"],
            {"id": worker_id, "status": status, "completed": completed, "failed": failed},
        )


async def fetch_workers(db: Database) -> list[Worker]:
    """Workers heard of in the last day."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Worker)) as cursor:
        await cursor.execute(SQL["fetch_workers"])
        return await cursor.fetchall()


async def forget_workers(db: Database) -> None:
    """Drop workers not heard of for a week: every pod that ever ran has a row."""
    async with db.connection() as conn:
        await conn.execute(SQL["forget_workers"])
