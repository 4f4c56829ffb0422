"""Reads of jobs and of what belongs to them; batched by job id, so that lists need no N+1."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.jobs import Asset, Job, Rendition
from vidmill.ledger import NOTHING_USED, Ledger
from vidmill.tasks import Task

SQL = load_queries("jobs.sql")
TASKS_SQL = load_queries("tasks.sql")


async def fetch_job(db: Database, job_id: UUID, *, owner_id: UUID | None = None) -> Job:
    """One job; with `owner_id`, only if it is theirs. Raises `NotFound`."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(SQL["fetch_job"], {"job_id": job_id})
        job = await cursor.fetchone()
    if job is None or (owner_id is not None and job.owner_id != owner_id):
        raise NotFound
    return job


@dataclass(frozen=True, slots=True)
class WholeJob:
    """A job and all that belongs to it."""

    job: Job
    tasks: list[Task]
    renditions: list[Rendition]
    assets: list[Asset]
    ledger: Ledger


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
        ledgers = conn.cursor(row_factory=class_row(Ledger))
        await ledgers.execute(SQL["fetch_ledger"], {"job_id": job_id})
        job = await jobs.fetchone()
        if job is None:
            raise NotFound
        return WholeJob(
            job,
            await tasks.fetchall(),
            await renditions.fetchall(),
            await assets.fetchall(),
            await ledgers.fetchone() or NOTHING_USED,
        )


@dataclass(frozen=True, slots=True)
class JobParts:
    """A job with what is told of it while it goes on."""

    job: Job
    tasks: list[Task]
    assets: list[Asset]


async def fetch_job_parts(db: Database, job_ids: Sequence[UUID]) -> list[JobParts]:
    """Some jobs in one round trip, in this order; unknown ids are left out."""
    ids = {"job_ids": list(job_ids)}
    async with db.connection() as conn, conn.pipeline():
        jobs = conn.cursor(row_factory=class_row(Job))
        await jobs.execute(SQL["fetch_jobs"], ids)
        tasks = conn.cursor(row_factory=class_row(Task))
        await tasks.execute(TASKS_SQL["fetch_tasks"], ids)
        assets = conn.cursor(row_factory=class_row(Asset))
        await assets.execute(SQL["fetch_assets"], ids)
        parts = {job.id: JobParts(job, [], []) for job in await jobs.fetchall()}
        for task in await tasks.fetchall():
            if task.job_id in parts:
                parts[task.job_id].tasks.append(task)
        for asset in await assets.fetchall():
            if asset.job_id in parts:
                parts[asset.job_id].assets.append(asset)
    return [parts[job_id] for job_id in job_ids if job_id in parts]


async def fetch_jobs(db: Database, job_ids: Iterable[UUID]) -> dict[UUID, Job]:
    """Some jobs by id; unknown ids are left out."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Job)) as cursor:
        await cursor.execute(SQL["fetch_jobs"], {"job_ids": list(job_ids)})
        return {job.id: job for job in await cursor.fetchall()}


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


async def fetch_ledgers(db: Database, job_ids: Iterable[UUID]) -> dict[UUID, Ledger]:
    """What some jobs have used, by id; those that have used nothing yet are left out."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["fetch_ledgers"], {"job_ids": list(job_ids)})
        return {
            row[0]: Ledger(cpu_ms=row[1], input_bytes=row[2], output_bytes=row[3], video_ms=row[4])
            for row in await cursor.fetchall()
        }


async def fetch_queue_positions(db: Database, job_ids: Iterable[UUID]) -> dict[UUID, int]:
    """How many of all queued jobs come up to and with each of these, by id; those that are not
    queued are left out."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["fetch_queue_positions"], {"job_ids": list(job_ids)})
        return {job_id: int(position) for job_id, position in await cursor.fetchall()}


async def count_dead_letters(db: Database) -> int:
    """How many dead letters nobody has retried yet."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["count_dead_letters"])).fetchone()
        return int(row[0]) if row else 0


@dataclass(frozen=True, slots=True)
class Playability:
    """How quickly jobs become playable."""

    unplayable_seconds: float
    """Since when the job has been worked on that cannot be played for longest; 0 if all can be."""
    last_playable: float
    """When a job last became playable or was completed, in seconds since 1970; 0: never."""


async def fetch_playability(db: Database) -> Playability:
    """Over everybody's jobs. Raises `DatabaseDown`."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["fetch_playability"])).fetchone()
        return Playability(*row) if row else Playability(0.0, 0.0)
