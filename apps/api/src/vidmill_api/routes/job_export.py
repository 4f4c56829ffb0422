"""All jobs in one file."""

from __future__ import annotations

import csv
import io
from collections.abc import AsyncGenerator
from dataclasses import fields
from typing import Any, Literal

from starlette.responses import Response, StreamingResponse

from vidmill.db import job_lists
from vidmill.db.job_rows import ExportedJob
from vidmill.db.pages import Page
from vidmill.jobs import JobFilter
from vidmill_api.context import Context
from vidmill_api.encoding import dumps, plain
from vidmill_api.job_list_schemas import ExportedJobView
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.job_lists import FilterJobs

#: Jobs read at a time: memory stays the same however many there are.
ROWS = 500

#: Spreadsheets take a cell that begins so for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "json": "application/json"}


COLUMNS = tuple(ExportedJobView.model_fields)


class ExportJobs(FilterJobs):
    """Which jobs, and how they are written."""

    format: Literal["csv", "json"] = "csv"


@Operation(
    summary="Export jobs", tag="jobs", query=ExportJobs, media_type="text/csv",
    entries=ExportedJobView, answers_with=("Content-Disposition",),
)  # fmt: skip
async def export_jobs(call: Call[None, ExportJobs]) -> Response:
    """All that the list would have, the newest first, as CSV (RFC 4180) or as one JSON array. It is
    written while it is read, so an error in between can only break the connection off: a file that
    ended well ends with the last chunk of the transfer, and JSON with its closing bracket."""
    query, context = call.query, call.context
    headers = {"Content-Disposition": f'attachment; filename="jobs.{query.format}"'}
    media_type = _MEDIA_TYPES[query.format]
    if call.request.method == "HEAD":
        return Response(headers=headers, media_type=media_type)
    where = query.where(call.user.scope)
    # Before anything is sent, so that a database that is down is told as an error.
    first = await _read(context, where, None)
    write = _csv if query.format == "csv" else _json
    return StreamingResponse(
        write(_pages(context, where, first)), headers=headers, media_type=media_type
    )


async def _read(context: Context, where: JobFilter, cursor: str | None) -> Page[ExportedJob]:
    return await job_lists.list_exported(context.db, where, limit=ROWS, cursor=cursor)


async def _pages(
    context: Context, where: JobFilter, page: Page[ExportedJob]
) -> AsyncGenerator[list[dict[str, Any]]]:
    """No connection is held while a slow client reads, as a cursor in the database would."""
    while True:
        yield [_row(job) for job in page.items]
        if page.next_cursor is None:
            return
        page = await _read(context, where, page.next_cursor)


async def _csv(pages: AsyncGenerator[list[dict[str, Any]]]) -> AsyncGenerator[bytes]:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    async for rows in pages:
        for row in rows:
            writer.writerow([_cell(value) for value in plain(row).values()])
        yield text.getvalue().encode()
        text.seek(0)
        text.truncate()


async def _json(pages: AsyncGenerator[list[dict[str, Any]]]) -> AsyncGenerator[bytes]:
    before = b"["
    async for rows in pages:
        if rows:
            yield before + b",\n".join(map(dumps, rows))
            before = b",\n"
    yield b"]" if before != b"[" else b"[]"


def _cell(value: Any) -> Any:
    if isinstance(value, dict):
        value = dumps(value).decode()
    return "'" + value if isinstance(value, str) and value.startswith(_FORMULA) else value


def _row(job: ExportedJob) -> dict[str, Any]:
    begun, ended = job.started_at, job.finished_at
    row = {field.name: getattr(job, field.name) for field in fields(job)}
    taken = (ended - begun).total_seconds() - job.paused_seconds if begun and ended else None
    row |= {
        "completed_at": ended,
        "wait_seconds": begun and round((begun - job.created_at).total_seconds(), 3),
        "processing_seconds": None if taken is None else round(max(0.0, taken), 3),
    }
    return {name: row[name] for name in COLUMNS}
