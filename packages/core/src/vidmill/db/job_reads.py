"""Reads of jobs and of what belongs to them; batched by job id, so that lists need no N+1."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.jobs import Asset, Job, JobFilter, JobStatus, Rendition
from vidmill.tasks import Task

SQL = load_queries("jobs.sql")
TASKS_SQL = load_queries("tasks.sql")

#: What a list of jobs can be sorted by; "-" means newest or highest first.
ORDERS = {
    "-created_at": Order("j", ("created_at",), descending=True),
    "created_at": Order("j", ("created_at",), descending=False),
    "-priority": Order("j", ("priority", "created_at"), descending=True),
    "priority": Order("j", ("priority", "created_at"), descending=False),
    "-updated_at": Order("j", ("updated_at",), descending=True),
    "updated_at": Order("j", ("updated_at",), descending=False),
}


_COLUMNS = sql.SQL(", ").join(
    sql.SQL("v.object_key AS input_key") if name == "input_key" else sql.Identifier("j", name)
    for name in (field.name for field in fields(Job))
)


async def fetch_job(db: Database, job_id: UUID, *, owner_id: UUID | None = None) -> Job:
    """One job; with `owner_id`, only if it is theirs. Raises `NotFound`."""
    async with db.connection() as conn:
        job = await fetch_job_in(conn, job_id)
    if owner_id is not None and job.owner_id != owner_id:
        raise NotFound
    return job


async def fetch_job_in(conn: Connection, job_id: UUID) -> Job:
    """One job inside the caller's connection; raises `NotFound`."""
    async with conn.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(SQL["fetch_job"], {"job_id": job_id})
        job = await cursor.fetchone()
    if job is None:
        raise NotFound
    return job


@dataclass(frozen=True, slots=True)
class WholeJob:
    """A job and all that belongs to it."""

    job: Job
    tasks: list[Task]
    renditions: list[Rendition]
    assets: list[Asset]


async def fetch_whole_job(db: Database, job_id: UUID) -> WholeJob:
    """One job with all that belongs to it, on one connection and in one round trip: whoever polls
    asks for this. Raises `NotFound`."""
    ids = {"job_ids": [job_id]}
    async with db.connection() as conn, conn.pipeline():
        jobs = conn.cursor(row_factory=class_row(Job))
        await jobs.execute(SQL["fetch_job"], {"job_id": job_id})
        tasks = conn.cursor(row_factory=class_row(Task))
        await tasks.execute(TASKS_SQL["fetch_tasks"], ids)
        renditions = conn.cursor(row_factory=class_row(Rendition))
        await renditions.execute(SQL["fetch_renditions"], ids)
        assets = conn.cursor(row_factory=class_row(Asset))
        await assets.execute(SQL["fetch_assets"], ids)
        job = await jobs.fetchone()
        if job is None:
            raise NotFound
        return WholeJob(
            job, await tasks.fetchall(), await renditions.fetchall(), await assets.fetchall()
        )


async def fetch_jobs(db: Database, job_ids: Iterable[UUID]) -> dict[UUID, Job]:
    """Some jobs by id; unknown ids are left out."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(SQL["fetch_jobs"], {"job_ids": list(job_ids)})
        return {job.id: job for job in await cursor.fetchall()}


async def list_jobs(
    db: Database, where: JobFilter, *, sort: str = "-created_at", limit: int, cursor: str | None
) -> Page[Job]:
    """One keyset page of jobs. `sort` is a key of `ORDERS`. Raises `InvalidCursor`."""
    return await fetch_page(
        db,
        select=_COLUMNS,
        source=sql.SQL("jobs j JOIN videos v ON v.id = j.video_id"),
        counted=sql.SQL("jobs j"),
        conditions=job_conditions(where),
        order=ORDERS[sort],
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Job),
    )


async def fetch_renditions(db: Database, job_ids: Iterable[UUID]) -> list[Rendition]:
    """Published renditions of some jobs, smallest first within a job."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Rendition)) as cursor:
        await cursor.execute(SQL["fetch_renditions"], {"job_ids": list(job_ids)})
        return await cursor.fetchall()


async def fetch_assets(db: Database, job_ids: Iterable[UUID]) -> list[Asset]:
    """Published assets of some jobs, ordered by job and key."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Asset)) as cursor:
        await cursor.execute(SQL["fetch_assets"], {"job_ids": list(job_ids)})
        return await cursor.fetchall()


async def count_jobs_by_status(
    db: Database, *, owner_id: UUID | None = None
) -> dict[JobStatus, int]:
    """How many jobs stand in each status, of one owner or of all."""
    async with db.connection() as conn:
        rows = await (
            await conn.execute(SQL["count_jobs_by_status"], {"owner_id": owner_id})
        ).fetchall()
    counts = dict.fromkeys(JobStatus, 0)
    counts.update({JobStatus(status): int(count) for status, count in rows})
    return counts


async def count_dead_letters(db: Database) -> int:
    """How many dead letters nobody has retried yet."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["count_dead_letters"])).fetchone()
        return int(row[0]) if row else 0


def job_conditions(where: JobFilter) -> list[tuple[sql.Composable, dict[str, Any]]]:
    """The filter as SQL, with parameters."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = []
    if where.owner_id is not None:
        conditions.append((sql.SQL("j.owner_id = %(owner_id)s"), {"owner_id": where.owner_id}))
    if where.status is not None:
        conditions.append((sql.SQL("j.status = %(status)s"), {"status": where.status}))
    if where.priority is not None:
        conditions.append((sql.SQL("j.priority = %(priority)s"), {"priority": where.priority}))
    if where.preset is not None:
        conditions.append((sql.SQL("j.preset = %(preset)s"), {"preset": where.preset}))
    if where.created_from is not None:
        conditions.append((sql.SQL("j.created_at >= %(from)s"), {"from": where.created_from}))
    if where.created_to is not None:
        conditions.append((sql.SQL("j.created_at < %(to)s"), {"to": where.created_to}))
    if where.search:
        pattern = where.search.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")
        conditions.append((sql.SQL("j.filename ILIKE %(search)s"), {"search": f"%{pattern}%"}))
    return conditions
