"""Keyset pagination: a page costs the same at any depth, and rows that arrive while somebody
reads do not shift it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar, cast
from uuid import UUID

import orjson
from psycopg import sql
from psycopg.rows import AsyncRowFactory

from vidmill.db.pool import Database
from vidmill.errors import InvalidCursor

T = TypeVar("T")

#: Columns to sort by that hold text.
_TEXT = frozenset({"sort_title", "kind", "object_key"})


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Up to `limit` rows, the cursor of the next page (None on the last), and how many rows the
    whole list has, or at least has."""

    items: list[T]
    next_cursor: str | None
    total: int
    total_is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Order:
    """Columns of table alias `table` to sort by, all in one direction; the id breaks ties."""

    table: str
    columns: tuple[str, ...]
    descending: bool

    @property
    def keys(self) -> tuple[str, ...]:
        return (*self.columns, "id")


class Keyed(Protocol):
    """An order of whatever kind: it knows by which attributes of rows."""

    @property
    def keys(self) -> tuple[str, ...]: ...


async def fetch_page(
    db: Database,
    *,
    select: sql.Composable,
    source: sql.Composable,
    counted: sql.Composable | None,
    conditions: Sequence[tuple[sql.Composable, dict[str, Any]]],
    order: Order,
    limit: int,
    cursor: str | None,
    row_factory: AsyncRowFactory[T],
) -> Page[T]:
    """Run one list query and its count. `counted`: the part of `source` that the conditions are on,
    for joins that only add columns cost a count half its time; None where nobody wants the count,
    and `total` is then that of the page. Raises `InvalidCursor`."""
    parameters: dict[str, Any] = {"limit": limit + 1}
    clauses: list[sql.Composable] = []
    for clause, values in conditions:
        clauses.append(clause)
        parameters |= values
    where = all_of(clauses)
    count = None if counted is None else sql.SQL("SELECT count(*) FROM {}{}").format(counted, where)
    if cursor is not None:
        parameters |= {f"after_{i}": v for i, v in enumerate(decode_cursor(cursor, order))}
        clauses.append(after(order))
    query = sql.SQL("SELECT {} FROM {}{} ORDER BY {} LIMIT %(limit)s").format(
        select, source, all_of(clauses), sorted_by(order, order.table)
    )
    async with db.connection() as conn:
        row = None if count is None else await (await conn.execute(count, parameters)).fetchone()
        async with conn.cursor(row_factory=row_factory) as rows:
            await rows.execute(query, parameters)
            items = await rows.fetchall()
    more = len(items) > limit
    items = items[:limit]
    next_cursor = encode_cursor(items[-1], order) if more else None
    return Page(items, next_cursor, int(row[0]) if row else len(items))


def encode_cursor(row: object, order: Keyed) -> str:
    """The position just behind a row, opaque to clients."""
    values = [getattr(row, key) for key in order.keys]
    packed = orjson.dumps([list(order.keys), *values])
    return base64.urlsafe_b64encode(packed).rstrip(b"=").decode()


def decode_cursor(cursor: str, order: Keyed) -> list[object]:
    """The values of a cursor, typed; raises `InvalidCursor`, also for one of another order."""
    try:
        padded = cursor + "=" * (-len(cursor) % 4)
        decoded: Any = orjson.loads(base64.urlsafe_b64decode(padded))
    except (binascii.Error, ValueError) as error:  # Bad JSON is a ValueError.
        raise InvalidCursor from error
    if not isinstance(decoded, list):
        raise InvalidCursor
    names, *values = cast("list[Any]", decoded) or [None]
    if names != list(order.keys) or len(values) != len(order.keys):
        raise InvalidCursor
    return [_typed(key, value) for key, value in zip(order.keys, values, strict=True)]


def _typed(key: str, value: object) -> object:
    """A value as its column has it: text for ids, times and text, else a whole number."""
    try:
        if isinstance(value, str) and _is_id(key):
            return UUID(value)
        if isinstance(value, str) and key.endswith("_at"):
            return datetime.fromisoformat(value)
    except ValueError as error:
        raise InvalidCursor from error
    if isinstance(value, str) and key in _TEXT and "\0" not in value:
        return value
    is_number = key not in _TEXT and not _is_id(key) and not key.endswith("_at")
    if type(value) is int and is_number:
        return value
    raise InvalidCursor


def _is_id(key: str) -> bool:
    return key == "id" or key.endswith("_id")


def all_of(clauses: Sequence[sql.Composable]) -> sql.Composable:
    """A WHERE clause; nothing for no conditions."""
    if not clauses:
        return sql.SQL("")
    return sql.SQL(" WHERE ") + sql.SQL(" AND ").join(clauses)


def sorted_by(order: Order, table: str) -> sql.Composable:
    """What follows ORDER BY, for the columns as an alias has them."""
    direction = sql.SQL(" DESC" if order.descending else " ASC")
    return sql.SQL(", ").join(sql.Identifier(table, key) + direction for key in order.keys)


def after(order: Order) -> sql.Composable:
    """The condition that leaves out what comes before a cursor; its values are `after_0` and on."""
    columns = sql.SQL(", ").join(sql.Identifier(order.table, key) for key in order.keys)
    values = sql.SQL(", ").join(sql.Placeholder(f"after_{i}") for i in range(len(order.keys)))
    comparison = sql.SQL("<" if order.descending else ">")
    return sql.SQL("({}) {} ({})").format(columns, comparison, values)
