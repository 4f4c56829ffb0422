"""Jobs as lists and exports have them: without what is large and not shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.pool import Database
from vidmill.jobs import JobStatus

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedJob:
    """What lists show of a job. Times are UTC; `progress` runs from 0 to 1."""

    id: UUID
    owner_id: UUID
    video_id: UUID
    status: JobStatus
    priority: int
    preset: str
    filename: str
    progress: float
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    playable_at: datetime | None
    finished_at: datetime | None
    paused_seconds: float
    error_code: str | None
    error_message: str | None
    duration_seconds: float | None
    poster_key: str | None
    small_poster_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedJob:
    """What exports tell of a job. Times are UTC, lengths in seconds."""

    id: UUID
    status: JobStatus
    priority: int
    preset: str
    filename: str
    video_id: UUID
    created_at: datetime
    started_at: datetime | None
    playable_at: datetime | None
    finished_at: datetime | None
    paused_seconds: float
    duration_seconds: float | None
    input_bytes: int | None
    output_bytes: int | None
    error_code: str | None
    error_message: str | None
    metadata: dict[str, Any]


_DURATION = sql.SQL("(j.source ->> 'duration_seconds')::float8")
# As `presentation.poster_of` has it.
_POSTER = sql.SQL(
    "(SELECT (array_agg(a.object_key ORDER BY length(a.object_key), a.object_key))"
    "[least(2, count(*))::int] FROM assets a WHERE a.job_id = j.id"
    " AND a.object_key >= 'processed/' || j.id || '/thumbnails/thumb_'"
    " AND a.object_key < 'processed/' || j.id || '/thumbnails/thumb`')"
)
# By its name, as the worker has it in `layout`: an index leads to it.
_SMALL_POSTER = sql.SQL(
    "(SELECT a.object_key FROM assets a WHERE a.job_id = j.id"
    " AND a.object_key = 'processed/' || j.id || '/thumbnails/poster_small.jpg')"
)
_COMPUTED = {
    "input_key": sql.SQL("v.object_key"),
    "duration_seconds": _DURATION,
    "input_bytes": sql.SQL("(j.source ->> 'size_bytes')::bigint"),
    "poster_key": _POSTER,
    "small_poster_key": _SMALL_POSTER,
}


@dataclass(frozen=True, slots=True)
class RowKind(Generic[T]):
    """What is read of each job, and what becomes of it."""

    names: tuple[str, ...]
    make: Callable[[Sequence[Any]], T]


def rows_of(kind: type[T]) -> RowKind[T]:
    """Rows of a dataclass."""
    names = tuple(field.name for field in fields(cast("Any", kind)))
    return RowKind(names, lambda row: kind(**dict(zip(names, row, strict=True))))


async def fetch_summaries(db: Database, job_ids: Sequence[UUID]) -> list[ListedJob]:
    """Some jobs by id, in no order; unknown ids are left out."""
    names = [field.name for field in fields(ListedJob)]
    query = sql.SQL("SELECT {} FROM jobs j WHERE j.id = ANY(%(job_ids)s)").format(columns_of(names))
    async with db.connection() as conn, conn.cursor(row_factory=class_row(ListedJob)) as cursor:
        await cursor.execute(query, {"job_ids": list(job_ids)})
        return await cursor.fetchall()


#: To be joined for `input_key`.
VIDEOS = " JOIN videos v ON v.id = j.video_id"


def columns_of(names: Sequence[str]) -> sql.Composable:
    """What to select, of jobs `j` and videos `v`."""
    return sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(_COMPUTED[name], sql.Identifier(name))
        if name in _COMPUTED
        else sql.Identifier("j", name)
        for name in names
    )
