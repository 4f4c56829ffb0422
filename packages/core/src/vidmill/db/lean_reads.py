"""Reads of some columns only, for whoever knows which: a job has three JSON documents, and reading
those of a hundred takes longer than all the rest of a page.

The rows are named tuples with these columns as attributes; any other raises `AttributeError`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import namedtuple_row

from vidmill.db.job_reads import ORDERS, job_conditions
from vidmill.db.pages import Page, fetch_page
from vidmill.db.pool import Database
from vidmill.jobs import Job, JobFilter, Rendition

_JOB = frozenset(field.name for field in fields(Job))
_RENDITION = frozenset(field.name for field in fields(Rendition))
#: In every row, for cursors are made of them.
_KEYS = frozenset(key for order in ORDERS.values() for key in order.keys)


async def list_jobs(
    db: Database,
    where: JobFilter,
    *,
    columns: Collection[str] | None = None,
    sort: str = "-created_at",
    limit: int,
    cursor: str | None = None,
    counted: bool = True,
) -> Page[Any]:
    """One keyset page of jobs with these columns, of which names that are no column's are left out;
    None: all of them. Without `counted`, `total` is that of the page. Raises `InvalidCursor`."""
    wanted = _JOB if columns is None else _KEYS | (_JOB & frozenset(columns))
    select, source = _job_columns(wanted)
    return await fetch_page(
        db,
        select=select,
        source=source,
        counted=sql.SQL("jobs j") if counted else None,
        conditions=job_conditions(where),
        order=ORDERS[sort],
        limit=limit,
        cursor=cursor,
        row_factory=namedtuple_row,
    )


async def fetch_renditions(
    db: Database, job_ids: Iterable[UUID], *, columns: Collection[str] | None = None
) -> list[Any]:
    """Published renditions of some jobs, smallest first within a job, with `job_id` and these
    columns; None: all of them."""
    wanted = _RENDITION if columns is None else {"job_id"} | (_RENDITION & frozenset(columns))
    query = _rendition_query(frozenset(wanted))
    async with db.connection() as conn, conn.cursor(row_factory=namedtuple_row) as cursor:
        await cursor.execute(query, {"job_ids": list(job_ids)})
        return await cursor.fetchall()


@lru_cache(maxsize=256)
def _job_columns(columns: frozenset[str]) -> tuple[sql.Composable, sql.Composable]:
    own = [sql.Identifier("j", name) for name in sorted(columns - {"input_key"})]
    if "input_key" not in columns:
        return sql.SQL(", ").join(own), sql.SQL("jobs j")
    select = sql.SQL(", ").join([*own, sql.SQL("v.object_key AS input_key")])
    return select, sql.SQL("jobs j JOIN videos v ON v.id = j.video_id")


@lru_cache(maxsize=256)
def _rendition_query(columns: frozenset[str]) -> sql.Composed:
    return sql.SQL(
        "SELECT {} FROM renditions WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, height, width"
    ).format(sql.SQL(", ").join(map(sql.Identifier, sorted(columns))))
