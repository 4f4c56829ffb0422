"""Lists of jobs, fast at any size: which jobs a page has is read from indexes alone where that is
possible, and only those are then looked up. A row of `jobs` has 2 KB, and one owner may have a
hundred thousand.

How many there are is exact where it is known or cheap to find out: of all jobs and of those in some
statuses by the statistics, of any other list up to `COUNTED`. It is found out with the first page
and travels in the cursor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from psycopg import sql
from psycopg.types.json import Jsonb

from vidmill.db import job_statistics
from vidmill.db.job_rows import VIDEOS, ExportedJob, ListedJob, RowKind, columns_of, rows_of
from vidmill.db.pages import Order, Page, after, all_of, decode_cursor, encode_cursor, sorted_by
from vidmill.db.pool import Connection, Database
from vidmill.errors import InvalidCursor
from vidmill.jobs import JobFilter, JobStatus

#: How far jobs are counted that are narrowed by more than owner and status.
COUNTED = 1000

#: What a list of jobs can be sorted by; "-" means newest or highest first.
ORDERS = {
    "-created_at": Order("j", ("created_at",), descending=True),
    "created_at": Order("j", ("created_at",), descending=False),
    "-priority": Order("j", ("priority", "created_at"), descending=True),
    "priority": Order("j", ("priority", "created_at"), descending=False),
    "-updated_at": Order("j", ("updated_at",), descending=True),
    "updated_at": Order("j", ("updated_at",), descending=False),
}

T = TypeVar("T")

_LISTED = rows_of(ListedJob)
_EXPORTED = rows_of(ExportedJob)


async def list_summaries(
    db: Database, where: JobFilter, *, sort: str = "-created_at", limit: int, cursor: str | None
) -> Page[ListedJob]:
    """One keyset page of jobs. `sort` is a key of `ORDERS`. Raises `InvalidCursor`."""
    return await fetch_jobs_page(db, where, _LISTED, sort=sort, limit=limit, cursor=cursor)


async def list_exported(
    db: Database, where: JobFilter, *, limit: int, cursor: str | None
) -> Page[ExportedJob]:
    """`list_summaries` as exports have it, the newest first."""
    return await fetch_jobs_page(
        db, where, _EXPORTED, sort="-created_at", limit=limit, cursor=cursor
    )


async def fetch_jobs_page(
    db: Database,
    where: JobFilter,
    kind: RowKind[T],
    *,
    sort: str,
    limit: int,
    cursor: str | None,
    is_counted: bool = True,
) -> Page[T]:
    """One keyset page of jobs with some columns. Where nobody wants it counted, `total` is that of
    the page. Raises `InvalidCursor`."""
    order = ORDERS[sort]
    total, position = _told(cursor)
    wanted = Wanted(where, order, limit + 1, position)
    async with db.connection() as conn:
        if total is None and (is_counted or where.metadata is not None):
            total = await _known_total(conn, where)
        is_common = total is not None and not total.is_exact
        counts = total is None and is_counted
        query, values = wanted.query(kind.names, is_common=is_common, counts=counts)
        # Planned for these very values: what is best for a hundred jobs is not for 100,000.
        rows = await (await conn.execute(query, values, prepare=False)).fetchall()
        if counts:
            total = await _counted(conn, where, wanted, rows[0][0] if rows else 0)
    items = [kind.make(row[1:]) for row in rows[:limit]]
    total = total or _Total(len(items), is_exact=False)
    following = encode_cursor(items[-1], order) + total.told if len(rows) > limit else None
    return Page(items, following, total.count, total.is_exact)


@dataclass(frozen=True, slots=True)
class _Total:
    """How many jobs a list has, or at least has."""

    count: int
    is_exact: bool

    @property
    def told(self) -> str:
        """As cursors carry it; base64 has no dot."""
        return f".{self.count}{'' if self.is_exact else '-'}"


def _told(cursor: str | None) -> tuple[_Total | None, str | None]:
    """What a cursor says of the total, and its position. Raises `InvalidCursor`."""
    if cursor is None or "." not in cursor:
        return None, cursor
    position, _, told = cursor.partition(".")
    count = told.removesuffix("-")
    if not (count.isascii() and count.isdigit() and len(count) < 16):
        raise InvalidCursor
    return _Total(int(count), is_exact=not told.endswith("-")), position


async def _known_total(conn: Connection, where: JobFilter) -> _Total | None:
    """The total of a list whose size has to be known before it is read, or is known anyway."""
    if where == JobFilter(owner_id=where.owner_id, statuses=where.statuses):
        counts = await job_statistics.count_by_status_in(conn, owner_id=where.owner_id)
        return _Total(sum(counts[s] for s in where.statuses or JobStatus), is_exact=True)
    return await _count(conn, where) if where.metadata is not None else None


async def _counted(conn: Connection, where: JobFilter, wanted: Wanted, found: int) -> _Total:
    """The total, given how many jobs were found from the wanted position on."""
    if wanted.position is not None:
        return await _count(conn, where)
    return _Total(min(found, COUNTED), is_exact=found <= COUNTED)


async def _count(conn: Connection, where: JobFilter) -> _Total:
    clauses, values = _conditions(where, is_common=False)
    query = sql.SQL("SELECT count(*) FROM (SELECT FROM jobs j{} LIMIT %(counted)s) found").format(
        all_of(clauses)
    )
    values |= {"counted": COUNTED + 1}
    row = await (await conn.execute(query, values, prepare=False)).fetchone()
    count = int(row[0]) if row else 0
    return _Total(min(count, COUNTED), is_exact=count <= COUNTED)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A page: which jobs, in which order, how many at most, behind which position."""

    where: JobFilter
    order: Order
    limit: int
    position: str | None

    def query(
        self, names: Sequence[str], *, is_common: bool, counts: bool
    ) -> tuple[sql.Composed, dict[str, Any]]:
        """The statement and its values. Each row begins with how many were found, if that `counts`
        and this is the first page. `is_common`: whether many jobs match."""
        counts = counts and self.position is None
        clauses, values = _conditions(self.where, is_common=is_common)
        values |= {"limit": self.limit, "found": max(self.limit, counts * (COUNTED + 1))}
        if self.position is not None:
            position = decode_cursor(self.position, self.order)
            values |= {f"after_{n}": value for n, value in enumerate(position)}
        query = sql.SQL(
            "WITH found AS MATERIALIZED ({found}) SELECT {counted}, {columns} "
            "FROM (SELECT * FROM found ORDER BY {by_found} LIMIT %(limit)s) page "
            "JOIN jobs j ON j.id = page.id{videos} ORDER BY {by_page}"
        ).format(
            found=self._found(clauses),
            counted=sql.SQL("(SELECT count(*) FROM found)" if counts else "0"),
            columns=columns_of(names),
            videos=sql.SQL(VIDEOS if "input_key" in names else ""),
            by_found=sorted_by(self.order, "found"),
            by_page=sorted_by(self.order, "page"),
        )
        return query, values

    def _found(self, clauses: list[sql.Composable]) -> sql.Composable:
        if self.order.columns != ("updated_at",):
            return self._some(clauses, self.order, None)
        # A job that has ended was last changed when it ended, for which there is an index; those
        # that have not are few.
        ended = Order("j", ("finished_at",), descending=self.order.descending)
        return sql.SQL("({}) UNION ALL ({})").format(
            self._some([*clauses, sql.SQL("j.finished_at IS NOT NULL")], ended, "updated_at"),
            self._some(
                [*clauses, sql.SQL("j.status IN ('queued', 'processing', 'paused')")],
                self.order, None,
            ),
        )  # fmt: skip

    def _some(
        self, clauses: list[sql.Composable], order: Order, alias: str | None
    ) -> sql.Composable:
        columns: list[sql.Composable] = [sql.Identifier("j", key) for key in order.keys]
        if alias is not None:
            columns[0] += sql.SQL(" AS ") + sql.Identifier(alias)
        behind = [] if self.position is None else [after(order)]
        return sql.SQL("SELECT {} FROM jobs j{} ORDER BY {} LIMIT %(found)s").format(
            sql.SQL(", ").join(columns), all_of([*clauses, *behind]), sorted_by(order, "j")
        )


#: What narrows a list by one field of its filter each; left out where that is None or empty.
_CLAUSES = {
    "owner_id": sql.SQL("j.owner_id = %(owner_id)s"),
    "priority": sql.SQL("j.priority = %(priority)s"),
    "preset": sql.SQL("j.preset = %(preset)s"),
    "video_id": sql.SQL("j.video_id = %(video_id)s"),
    "created_from": sql.SQL("j.created_at >= %(created_from)s"),
    "created_to": sql.SQL("j.created_at < %(created_to)s"),
    # Cheaper than ILIKE, and nothing in it is a wildcard.
    "search": sql.SQL("strpos(lower(j.filename), lower(%(search)s)) > 0"),
}


def _conditions(
    where: JobFilter, *, is_common: bool
) -> tuple[list[sql.Composable], dict[str, Any]]:
    """What a list is narrowed to, and the values of that. `is_common`: whether so many jobs match
    that it is better to look at each in turn than to gather all by an index of metadata."""
    values = {name: getattr(where, name) for name in _CLAUSES}
    values = {name: value for name, value in values.items() if value not in (None, "")}
    if where.metadata is not None and not is_common and _has_value(where.metadata):
        # The index of metadata knows whose they are; told twice, the planner would also gather all
        # that the owner has.
        values.pop("owner_id", None)
    clauses: list[sql.Composable] = [_CLAUSES[name] for name in values]
    if len(where.statuses) == 1:
        # Not as a list of one, by which an index has no order.
        clauses.append(sql.SQL("j.status = %(status)s"))
        values["status"] = where.statuses[0]
    elif where.statuses:
        clauses.append(sql.SQL("j.status = ANY(%(statuses)s::job_status[])"))
        values["statuses"] = [status.value for status in where.statuses]
    if where.metadata is not None:
        clause, values["metadata"] = _metadata(where, is_common=is_common)
        clauses.append(clause)
    return clauses, values


def _has_value(document: object) -> bool:
    """Whether there is anything in it that an index of paths holds."""
    if isinstance(document, dict):
        return any(map(_has_value, cast("dict[str, object]", document).values()))
    if isinstance(document, list):
        return any(map(_has_value, cast("list[object]", document)))
    return True


def _metadata(where: JobFilter, *, is_common: bool) -> tuple[sql.Composable, Jsonb]:
    if is_common:
        # What `@>` calls. Of a function the planner expects that it holds for a third of all rows,
        # and goes through them in their order; of `@>`, which it takes for rare, it gathers all.
        return sql.SQL("jsonb_contains(j.metadata, %(metadata)s)"), Jsonb(where.metadata)
    under = "" if where.owner_id is None else str(where.owner_id)
    clause = sql.SQL("owned_metadata(j.owner_id, j.metadata) @> %(metadata)s")
    return clause, Jsonb({under: where.metadata})
