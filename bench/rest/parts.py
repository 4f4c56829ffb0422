"""How PostgreSQL reads GraphQL's lists of tasks and files of one user's jobs: the first page, and
one behind the half of them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from bench.rest.lists import OPTIONS
from psycopg import AsyncConnection

from vidmill.db.job_parts import ASSETS, TASKS, Listed, Part, PartFilter
from vidmill.db.pool import Database
from vidmill.jobs import AssetKind
from vidmill.tasks import TaskKind, TaskStatus

#: Behind the first of its job.
_WITHIN: dict[str, list[object]] = {"tasks": ["plan", 0], "assets": ["processed/"]}


def _filters(owner_id: UUID | None) -> list[tuple[str, Part, PartFilter]]:
    lists: list[tuple[str, Part, PartFilter]] = []
    for status in (None, *TaskStatus):
        where = PartFilter(owner_id=owner_id, status=status)
        lists.append((f"tasks of status {status or 'any'}", TASKS, where))
    for kind in (TaskKind.VIDEO, TaskKind.VERIFY):
        where = PartFilter(owner_id=owner_id, kind=kind)
        lists.append((f"tasks of kind {kind}", TASKS, where))
    where = PartFilter(owner_id=owner_id, kind=TaskKind.VIDEO, status=TaskStatus.FAILED)
    lists.append(("tasks of kind video, failed", TASKS, where))
    for kind in (None, AssetKind.MP4, AssetKind.TRANSCRIPT):
        where = PartFilter(owner_id=owner_id, kind=kind)
        lists.append((f"files of kind {kind or 'any'}", ASSETS, where))
    return lists


async def print_part_plans(url: str, owner_id: UUID) -> None:
    """EXPLAIN of each list, of the user and of an administrator; says which read a whole table."""
    db = Database(url, size=1, name="bench", options=OPTIONS)
    await db.open()
    async with db.connection() as conn:
        for who, owner in (("a user's", owner_id), ("all", None)):
            half = await _half_way(conn, owner)
            for name, part, where in _filters(owner):
                for place, position in (
                    ("first page", None),
                    ("deep page", [*half, *_WITHIN[part.table]]),
                ):
                    print(f"\nGraphQL: {who} {name}, {place}")
                    await _explain(conn, Listed(part, where, 101, position))
    await db.close()


async def _half_way(conn: AsyncConnection[Any], owner_id: UUID | None) -> list[object]:
    query = """
        SELECT created_at, id FROM jobs WHERE %(owner)s::uuid IS NULL OR owner_id = %(owner)s
        ORDER BY created_at DESC, id DESC
        OFFSET (SELECT count(*) / 2 FROM jobs WHERE %(owner)s::uuid IS NULL OR owner_id = %(owner)s)
        LIMIT 1
    """
    row = await (await conn.execute(query, {"owner": owner_id})).fetchone()
    assert row is not None
    return list(row)


async def _explain(conn: AsyncConnection[Any], listed: Listed) -> None:
    names = tuple(sorted({*listed.part.columns, *listed.part.keys}))
    query, values = listed.query(names, counts=listed.position is None)
    explained = await conn.execute(b"EXPLAIN (ANALYZE, BUFFERS) " + query.as_bytes(conn), values)
    lines = [line for (line,) in await explained.fetchall()]
    print("\n".join(f"    {line}" for line in lines))
    if any("Seq Scan" in line for line in lines):
        print("    READS A WHOLE TABLE")
