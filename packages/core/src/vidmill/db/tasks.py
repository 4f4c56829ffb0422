"""Tasks in PostgreSQL: leases, completion, failure. Every write for a running task names
the attempt it was claimed with (the fencing token); a write whose lease is gone changes nothing
and raises `LeaseLost`.

Lock order everywhere: the job's row first, then its tasks. That makes "the last task to complete
queues the dependents" true for tasks that complete at the same instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from vidmill.db.completions import Completion, complete_in
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import LeaseLost
from vidmill.ids import new_id
from vidmill.tasks import (
    Failure,
    Lease,
    NewTask,
    QueuedTask,
    backoff_seconds,
)

SQL = load_queries("tasks.sql")


async def renew_lease(
    db: Database, lease: Lease, *, lease_seconds: float, progress: float, speed: float | None
) -> None:
    """Extend a lease and store progress (0 to 1) and speed; raises `LeaseLost`."""
    async with db.connection() as conn:
        cursor = await conn.execute(
            SQL["renew_lease"],
            {
                **_fence(lease),
                "lease_seconds": lease_seconds,
                "progress": progress,
                "speed": speed,
            },
        )
        if cursor.rowcount == 0:
            raise LeaseLost
        await conn.execute(SQL["roll_up_progress"], {"job_id": lease.job_id})


async def complete_task(
    db: Database,
    lease: Lease,
    result: dict[str, Any],
    *,
    cpu_seconds: float = 0.0,
    new_tasks: Sequence[NewTask] = (),
    max_attempts: int = 5,
) -> list[QueuedTask]:
    """Store a task's result and queue what it unblocks, in one transaction.

    `new_tasks` are created first (a plan does that). Returns the tasks to push after the commit.
    Raises `LeaseLost`.
    """
    async with db.transaction() as conn:
        if new_tasks:
            await conn.execute(SQL["lock_job"], {"job_id": lease.job_id})
            await _insert_tasks(conn, lease.job_id, new_tasks, max_attempts)
        done = await complete_in(conn, [Completion(lease, result, cpu_seconds)])
        if not done.stored:
            raise LeaseLost
    return done.queued


async def fail_task(
    db: Database,
    lease: Lease,
    failure: Failure,
    *,
    cpu_seconds: float = 0.0,
    retry_base_seconds: float,
    retry_max_seconds: float,
    max_attempts: int,
) -> bool:
    """Record a failed attempt: back on the queue after a backoff, or, when attempts are spent or
    trying again cannot help, the task and its job fail. Returns whether it will be retried;
    raises `LeaseLost`."""
    retry = failure.retryable and lease.attempt < max_attempts
    async with db.transaction() as conn:
        await conn.execute(SQL["lock_job"], {"job_id": lease.job_id})
        if retry:
            delay = backoff_seconds(lease.attempt, base=retry_base_seconds, cap=retry_max_seconds)
            await _release(conn, lease, failure, delay=delay, give_back=0, cpu_seconds=cpu_seconds)
        else:
            await _fail_for_good(conn, lease, failure, cpu_seconds=cpu_seconds)
    return retry


async def return_task(db: Database, lease: Lease, *, cpu_seconds: float = 0.0) -> QueuedTask:
    """Put a task back unharmed, as a draining worker does: the attempt does not count.
    Returns what to push; raises `LeaseLost`."""
    async with db.transaction() as conn:
        await conn.execute(SQL["lock_job"], {"job_id": lease.job_id})
        return await _release(conn, lease, None, delay=0, give_back=1, cpu_seconds=cpu_seconds)


async def expire_leases(db: Database) -> tuple[list[QueuedTask], list[tuple[UUID, UUID]]]:
    """Take tasks away from workers that stopped renewing: back on the queue at once, or, with
    attempts spent, into the dead letters. Returns the tasks to push, and of each lease that expired
    the job and its owner."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["expired_leases"])
        rows = await cursor.fetchall()
    queued: list[QueuedTask] = []
    expired: list[tuple[UUID, UUID]] = []
    for task_id, job_id, kind, ordinal, attempt, worker_id, max_attempts, owner_id in rows:
        lease = Lease(task_id, job_id, kind, ordinal, attempt, worker_id)
        failure = Failure(
            code="worker_lost",
            message=f"Worker {worker_id} stopped answering during attempt {attempt} of the "
            f"{kind} task. Its machine may have run out of memory or been switched off.",
        )
        try:
            async with db.transaction() as conn:
                await conn.execute(SQL["lock_job"], {"job_id": job_id})
                if attempt < max_attempts:
                    queued.append(
                        await _release(conn, lease, failure, delay=0, give_back=0, cpu_seconds=0)
                    )
                else:
                    await _fail_for_good(conn, lease, failure, cpu_seconds=0)
                expired.append((job_id, owner_id))
        except LeaseLost:
            continue  # It finished, or was cancelled, between the two statements.
    return queued, expired


def _fence(lease: Lease) -> dict[str, Any]:
    return {"task_id": lease.task_id, "attempt": lease.attempt, "worker_id": lease.worker_id}


async def _insert_tasks(
    conn: Connection, job_id: UUID, new_tasks: Sequence[NewTask], max_attempts: int
) -> None:
    ids = [new_id() for _ in new_tasks]
    for task_id, task in zip(ids, new_tasks, strict=True):
        await conn.execute(
            SQL["insert_task"],
            {
                "id": task_id,
                "job_id": job_id,
                "kind": task.kind,
                "ordinal": task.ordinal,
                "params": Jsonb(task.params),
                "max_attempts": max_attempts,
            },
        )
    for task_id, task in zip(ids, new_tasks, strict=True):
        if task.depends_on:
            await conn.execute(
                SQL["insert_dependencies"],
                {"task_id": task_id, "job_id": job_id, "kinds": [k.value for k in task.depends_on]},
            )


async def _release(
    conn: Connection,
    lease: Lease,
    failure: Failure | None,
    *,
    delay: float,
    give_back: int,
    cpu_seconds: float,
) -> QueuedTask:
    async with conn.cursor(row_factory=class_row(QueuedTask)) as cursor:
        await cursor.execute(
            SQL["release_task"],
            {
                **_fence(lease),
                "delay_seconds": delay,
                "give_back": give_back,
                "cpu_seconds": cpu_seconds,
                "code": failure.code if failure else None,
                "message": failure.message if failure else None,
                "log": failure.log_tail if failure else None,
            },
        )
        task = await cursor.fetchone()
    if task is None:
        raise LeaseLost
    return task


async def _fail_for_good(
    conn: Connection, lease: Lease, failure: Failure, *, cpu_seconds: float
) -> None:
    cause = {"code": failure.code, "message": failure.message, "log": failure.log_tail}
    cursor = await conn.execute(
        SQL["fail_task"], {**_fence(lease), **cause, "cpu_seconds": cpu_seconds}
    )
    if cursor.rowcount == 0:
        raise LeaseLost
    await conn.execute(SQL["fail_job"], {"job_id": lease.job_id, "kind": lease.kind, **cause})
    await conn.execute(SQL["stop_tasks"], {"job_id": lease.job_id})
    if failure.retryable:
        await conn.execute(
            SQL["insert_dead_letter"],
            {
                "id": new_id(),
                "job_id": lease.job_id,
                "task_id": lease.task_id,
                "kind": lease.kind,
                "attempts": lease.attempt,
                **cause,
            },
        )
