"""Scalars and enums of a whole column. Where every value is of the type that the answer has,
nothing is done: orjson writes what graphql-core would have made of each."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import isfinite
from typing import Any
from uuid import UUID

from graphql import GraphQLEnumType, GraphQLLeafType

Column = list[Any]


class Unplain(Exception):
    """Something is not as an answer without errors has it. graphql-core says what."""


def _of(*kinds: type) -> Callable[[Column], bool]:
    allowed = frozenset(kinds)
    return lambda values: allowed.issuperset(map(type, values))


def _whole(values: Column) -> bool:
    if not values:
        return True
    return {int}.issuperset(map(type, values)) and -(2**31) <= min(values) <= max(values) < 2**31


def _finite(values: Column) -> bool:
    return {float}.issuperset(map(type, values)) and all(map(isfinite, values))


#: Which columns go as they are. A time is written as `datetime.isoformat` does, a UUID as text.
_AS_IS: dict[str, Callable[[Column], bool]] = {
    "String": _of(str),
    "ID": _of(str, UUID),
    "Boolean": _of(bool),
    "BigInt": _of(int),
    "DateTime": _of(datetime),
    "Int": _whole,
    "Float": _finite,
    "JSON": lambda values: None not in values,
}


def leaf_column(kind: GraphQLLeafType, *, nullable: bool) -> Callable[[Column], Column]:
    """From values to what the answer has of them. The function raises what serialising raises, and
    `Unplain` for a null where none may be."""
    if isinstance(kind, GraphQLEnumType):
        return _enum_column(kind, nullable=nullable)
    as_is = _AS_IS.get(kind.name, lambda _: False)
    serialize = kind.coerce_output_value

    def column(values: Column) -> Column:
        if as_is(values):
            return values
        if not nullable and None in values:
            raise Unplain
        if nullable and as_is([value for value in values if value is not None]):
            return values
        return [None if value is None else serialize(value) for value in values]

    return column


def _enum_column(kind: GraphQLEnumType, *, nullable: bool) -> Callable[[Column], Column]:
    names: dict[Any, str | None] = {value.value: name for name, value in kind.values.items()}
    # Members of a StrEnum are found too: they are equal to, and hashed as, their values.
    if nullable:
        names[None] = None

    def column(values: Column) -> Column:
        try:
            return list(map(names.__getitem__, values))
        except KeyError as error:
            raise Unplain from error

    return column
