"""Reads of some columns only, for whoever knows which: a job has three JSON documents, and reading
those of a hundred takes longer than all the rest of a page.

The rows are named tuples with these columns as attributes; any other raises `AttributeError`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import fields
from functools import lru_cache
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import namedtuple_row

from vidmill.db.job_lists import ORDERS, fetch_jobs_page
from vidmill.db.job_rows import RowKind
from vidmill.db.pages import Page
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
    return await fetch_jobs_page(
        db, where, _kind(wanted), sort=sort, limit=limit, cursor=cursor, is_counted=counted
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
def _kind(columns: frozenset[str]) -> RowKind[Any]:
    names = tuple(sorted(columns))
    return RowKind(names, _row_type(names))


def _row_type(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    # Which columns are wanted is not known before.
    return namedtuple("Row", names)._make  # pyright: ignore[reportUntypedNamedTuple]


@lru_cache(maxsize=256)
def _rendition_query(columns: frozenset[str]) -> sql.Composed:
    return sql.SQL(
        "SELECT {} FROM renditions WHERE job_id = ANY(%(job_ids)s) ORDER BY job_id, height, width"
    ).format(sql.SQL(", ").join(map(sql.Identifier, sorted(columns))))
