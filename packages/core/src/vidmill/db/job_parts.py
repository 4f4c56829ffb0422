"""Lists of what jobs have many of, tasks and files, over all jobs of one owner or of everybody: the
newest job first, then in the order in which a job lists its own.

As with lists of jobs (`job_lists`), which rows a page has is read from indexes alone where that is
possible, and only those are then looked up; and they are counted up to `COUNTED`.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from typing import Any, LiteralString
from uuid import UUID

from psycopg import sql

from vidmill.db.job_lists import COUNTED
from vidmill.db.pages import Page, all_of, decode_cursor, encode_cursor
from vidmill.db.pool import Connection, Database
from vidmill.errors import InvalidCursor
from vidmill.jobs import Asset, AssetKind
from vidmill.tasks import Task, TaskKind, TaskStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class PartFilter:
    """What a list is narrowed to; None leaves a field out."""

    owner_id: UUID | None = None
    job_id: UUID | None = None
    kind: TaskKind | AssetKind | None = None
    status: TaskStatus | None = None
    """Of tasks alone."""


@dataclass(frozen=True, slots=True)
class Part:
    """A table of rows that belong to jobs; `within` are the columns that sort those of one job, and
    tell them apart."""

    table: str
    columns: frozenset[str]
    within: tuple[str, ...]
    kinds: type[TaskKind] | None = None
    """What the column `kind` may hold, where it is of a type of its own."""

    @property
    def keys(self) -> tuple[str, ...]:
        """What a cursor is made of, and so what each row has."""
        return ("job_created_at", "job_id", *self.within)


TASKS = Part("tasks", frozenset(f.name for f in fields(Task)), ("kind", "ordinal"), TaskKind)
ASSETS = Part("assets", frozenset(f.name for f in fields(Asset)), ("object_key",))


async def list_parts(
    db: Database,
    part: Part,
    where: PartFilter,
    *,
    columns: Collection[str] | None = None,
    limit: int,
    cursor: str | None = None,
    counted: bool = True,
) -> Page[Any]:
    """One keyset page of named tuples with these columns, of which names that are no column's are
    left out; None: all of them. Without `counted`, `total` is that of the page. Raises
    `InvalidCursor`."""
    wanted = part.columns if columns is None else part.columns & frozenset(columns)
    names = tuple(sorted(wanted | set(part.keys)))
    listed = Listed(part, where, limit + 1, None if cursor is None else _position(part, cursor))
    query, values = listed.query(names, counts=counted)
    async with db.connection() as conn:
        # Planned for these very values: what is best for a hundred jobs is not for 100,000.
        rows = await (await conn.execute(query, values, prepare=False)).fetchall()
        found = rows[0][0] if rows else 0
        if counted and listed.position is not None:
            found = await _count(conn, part, where)
    make = _row_type(names)
    items = [make(row[1:]) for row in rows[:limit]]
    following = encode_cursor(items[-1], part) if len(rows) > limit else None
    if not counted:
        return Page(items, following, len(items), total_is_exact=False)
    return Page(items, following, min(found, COUNTED), found <= COUNTED)


async def _count(conn: Connection, part: Part, where: PartFilter) -> int:
    """How many there are, of no more than one above `COUNTED`."""
    clauses, values = _conditions(where)
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM {} {} LIMIT %(found)s) found").format(
        _source(part, where), all_of(clauses)
    )
    values |= {"found": COUNTED + 1}
    row = await (await conn.execute(query, values, prepare=False)).fetchone()
    return int(row[0]) if row else 0


@lru_cache(maxsize=256)
def _row_type(names: tuple[str, ...]) -> Callable[[Sequence[Any]], Any]:
    # Which columns are wanted is not known before.
    return namedtuple("Row", names)._make  # pyright: ignore[reportUntypedNamedTuple]


def _position(part: Part, cursor: str) -> list[object]:
    """The values of a cursor. Raises `InvalidCursor`, also for a kind that there is none of."""
    position = decode_cursor(cursor, part)
    if part.kinds is not None and position[part.keys.index("kind")] not in set(part.kinds):
        raise InvalidCursor
    return position


@dataclass(frozen=True, slots=True)
class Listed:
    """A page: of what, how many at most, behind which position."""

    part: Part
    where: PartFilter
    limit: int
    position: list[object] | None

    def query(self, names: Sequence[str], *, counts: bool) -> tuple[sql.Composed, dict[str, Any]]:
        """The statement and its values. Each row begins with how many were found, if that `counts`
        and this is the first page."""
        part, is_first = self.part, self.position is None
        clauses, values = _conditions(self.where)
        counts = counts and is_first
        values |= {"limit": self.limit, "found": max(self.limit, counts * (COUNTED + 1))}
        if self.position is not None:
            values |= {f"after_{n}": value for n, value in enumerate(self.position)}
            clauses.append(_after(part))
        query = sql.SQL(
            "WITH found AS MATERIALIZED (SELECT {keys} FROM {source}{where} ORDER BY {by_job} "
            "LIMIT %(found)s) SELECT {counted}, {columns} "
            "FROM (SELECT * FROM found ORDER BY {by_found} LIMIT %(limit)s) page "
            "JOIN {table} p ON {same} ORDER BY {by_page}"
        ).format(
            keys=sql.SQL("j.created_at AS job_created_at, p.job_id, {}").format(
                _listed(part.within, "p")
            ),
            source=_source(part, self.where),
            where=all_of(clauses),
            by_job=_sorted_by(part, "j.created_at DESC, j.id DESC", "p"),
            counted=sql.SQL("(SELECT count(*) FROM found)" if counts else "0"),
            columns=sql.SQL(", ").join(
                sql.Identifier("page" if name in part.keys else "p", name) for name in names
            ),
            by_found=_sorted_by(part, "found.job_created_at DESC, found.job_id DESC", "found"),
            table=sql.Identifier(part.table),
            same=sql.SQL("({}) = ({})").format(
                _listed(("job_id", *part.within), "p"), _listed(("job_id", *part.within), "page")
            ),
            by_page=_sorted_by(part, "page.job_created_at DESC, page.job_id DESC", "page"),
        )
        return query, values


#: Statuses of which there are few tasks at any time, and those in the newest jobs.
_OPEN = frozenset({TaskStatus.BLOCKED, TaskStatus.QUEUED, TaskStatus.RUNNING})


def _source(part: Part, where: PartFilter) -> sql.Composable:
    """Jobs `j` with their parts `p`."""
    parts: sql.Composable = sql.Identifier(part.table)
    if where.status in _OPEN and where.owner_id is None and where.job_id is None:
        # The planner takes them for spread evenly over all jobs, and would look for them in each
        # of a million.
        parts = sql.SQL(
            "(WITH opened AS MATERIALIZED (SELECT job_id, kind, ordinal, status FROM {}"
            " WHERE status = %(status)s) SELECT * FROM opened)"
        ).format(parts)
    return sql.SQL("jobs j JOIN {} p ON p.job_id = j.id").format(parts)


def _listed(names: Iterable[str], table: str) -> sql.Composable:
    return sql.SQL(", ").join(sql.Identifier(table, name) for name in names)


def _sorted_by(part: Part, jobs: LiteralString, table: str) -> sql.Composable:
    return sql.SQL(jobs) + sql.SQL(", ") + _listed(part.within, table)


def _after(part: Part) -> sql.Composable:
    """What lies behind a cursor. The first condition is where an index of jobs is entered; it lets
    in what of the cursor's own job comes before, which the second takes out."""
    marks = [sql.Placeholder(f"after_{n}") for n in range(len(part.keys))]
    return sql.SQL(
        "(j.created_at, j.id) <= ({job})"
        " AND ((j.created_at, j.id) < ({job}) OR ({own}) > ({place}))"
    ).format(
        job=sql.SQL(", ").join(marks[:2]),
        own=_listed(part.within, "p"),
        place=sql.SQL(", ").join(marks[2:]),
    )


#: What narrows a list by one field of its filter each; left out where that is None.
_CLAUSES = {
    "owner_id": sql.SQL("j.owner_id = %(owner_id)s"),
    "job_id": sql.SQL("j.id = %(job_id)s"),
    "kind": sql.SQL("p.kind = %(kind)s"),
    "status": sql.SQL("p.status = %(status)s"),
}


def _conditions(where: PartFilter) -> tuple[list[sql.Composable], dict[str, Any]]:
    values = {name: getattr(where, name) for name in _CLAUSES}
    values = {name: value for name, value in values.items() if value is not None}
    return [_CLAUSES[name] for name in values], values
