"""Which lists are asked for, where their thousandth pages begin, and how PostgreSQL reads them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from vidmill.db.job_lists import ORDERS, Wanted, list_summaries
from vidmill.db.job_rows import ListedJob, rows_of
from vidmill.db.pages import encode_cursor
from vidmill.db.pool import Database
from vidmill.jobs import JobFilter, JobStatus

DEEP = 1000
OPTIONS = "-c max_parallel_workers_per_gather=0 -c jit=off -c work_mem=16MB"


@dataclass(slots=True)
class Listed:
    """A list: its filter, as the query string and as the domain have it."""

    name: str
    query: str
    where: dict[str, Any] = field(default_factory=dict[str, Any])
    sort: str = "-created_at"
    deep_page: int = DEEP


def _dates() -> Listed:
    begin, end = (datetime.now(UTC) - timedelta(days=days) for days in (300, 30))
    query = f"created_from={quote(begin.isoformat())}&created_to={quote(end.isoformat())}"
    return Listed("dates", query, {"created_from": begin, "created_to": end})


def _metadata(name: str, text: str, value: dict[str, Any]) -> Listed:
    return Listed(name, f"metadata={quote(text)}", {"metadata": value})


LISTS = [
    Listed("all", ""),
    Listed("by priority", "sort=-priority", sort="-priority"),
    Listed("by last change", "sort=-updated_at", sort="-updated_at"),
    Listed("status=completed", "status=completed", {"statuses": (JobStatus.COMPLETED,)}),
    Listed("status=failed", "status=failed", {"statuses": (JobStatus.FAILED,)}),
    Listed(
        "status=failed,cancelled", "status=failed,cancelled",
        {"statuses": (JobStatus.FAILED, JobStatus.CANCELLED)},
    ),
    Listed("priority=3", "priority=3", {"priority": 3}),
    Listed("preset=web", "preset=web", {"preset": "web"}),
    Listed("preset=preview (1 %)", "preset=preview", {"preset": "preview"}),
    _dates(),
    Listed("search=concert (10 %)", "search=concert", {"search": "concert"}),
    Listed("search=0512340 (one)", "search=0512340", {"search": "0512340"}),
    _metadata("metadata order (one)", '{"order":512340}', {"order": 512340}),
    _metadata("metadata project (2 %)", '{"project":"project-10"}', {"project": "project-10"}),
    _metadata("metadata tags (22 %)", '{"tags":["tag-3"]}', {"tags": ["tag-3"]}),
]  # fmt: skip


async def deep_cursor(url: str, owner_id: UUID, listed: Listed) -> str | None:
    """Where the thousandth page of a list begins; None for one that has one page. Sets how many
    jobs a page has, so that there are a thousand, and the number of the page where even pages of
    one job are fewer."""
    where = JobFilter(owner_id=owner_id, **listed.where)
    db = Database(url, size=1, name="bench", options=OPTIONS)
    await db.open()
    try:
        first = await list_summaries(db, where, sort=listed.sort, limit=1, cursor=None)
        if first.next_cursor is None:
            return None
        told = first.next_cursor.rsplit(".", 1)[1]
        rows = await _keys(db, where, listed.sort)
        limit = max(1, min(100, len(rows) // DEEP))
        listed.deep_page = min(DEEP, len(rows) // limit)
        listed.query += f"&limit={limit}"
        last = rows[(listed.deep_page - 1) * limit - 1]
        return f"{encode_cursor(last, ORDERS[listed.sort])}.{told}"
    finally:
        await db.close()


async def _keys(db: Database, where: JobFilter, sort: str) -> list[ListedJob]:
    found: list[ListedJob] = []
    cursor: str | None = None
    while True:
        page = await list_summaries(db, where, sort=sort, limit=10_000, cursor=cursor)
        found += page.items
        if (cursor := page.next_cursor) is None:
            return found


async def print_plans(url: str, owner_id: UUID) -> None:
    """EXPLAIN of the first page of every list."""
    db = Database(url, size=1, name="bench", options=OPTIONS)
    await db.open()
    names = rows_of(ListedJob).names
    for listed in LISTS:
        where = JobFilter(owner_id=owner_id, **listed.where)
        wanted = Wanted(where, ORDERS[listed.sort], 101, None)
        is_common = "%" in listed.name and "metadata" in listed.name
        # How many these are is known before: by statistics, or by the index of metadata.
        counts = not listed.where.keys() <= {"statuses", "metadata"}
        query, values = wanted.query(names, is_common=is_common, counts=counts)
        async with db.connection() as conn:
            explained = await conn.execute(
                b"EXPLAIN (ANALYZE, BUFFERS) " + query.as_bytes(conn), values
            )
            print(f"\nGET /jobs {listed.name}, page 1")
            for (line,) in await explained.fetchall():
                print(f"    {line}")
    await db.close()
