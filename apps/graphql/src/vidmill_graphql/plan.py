"""Plans: what a compiled query does, one level of rows at a time. `compiled` makes them."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from types import NoneType
from typing import Any, cast

from graphql import FragmentDefinitionNode, OperationDefinitionNode
from graphql.execution.values import VariableValues, get_variable_values

from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.leaves import Column, Unplain
from vidmill_graphql.schema import CORE
from vidmill_graphql.size import Sizes, refusal


@dataclass(frozen=True, slots=True)
class Run:
    """One execution of a plan."""

    context: GraphqlContext
    document: Document
    variables: VariableValues


@dataclass(frozen=True, slots=True)
class Document:
    """The operation that is run, and the fragments it may name."""

    operation: OperationDefinitionNode
    fragments: dict[str, FragmentDefinitionNode]


#: From one value a row to another; awaitable where something is read for it.
Step = Callable[[Column, Run], Column | Awaitable[Column]]


@dataclass(frozen=True, slots=True)
class Part:
    """Of a plan: a step, the columns of the rows it begins with that it looks at (None: not known),
    and whether it answers at once."""

    step: Step
    needs: frozenset[str] | None
    at_hand: bool = True


@dataclass(frozen=True, slots=True)
class Selection:
    """What is selected of an object type."""

    keys: tuple[str, ...]
    needs: frozenset[str] | None
    """The columns of its rows that the fields look at; None where that is not known."""
    plain: tuple[tuple[int, Step], ...]
    """Position and step of what is at hand."""
    loaded: tuple[tuple[int, Callable[[Column, Run], Awaitable[Column]]], ...]
    """Position and step of what is read, all at once."""

    async def objects(self, rows: Column, run: Run) -> Column:
        """A dict a row."""
        columns: list[Any] = [()] * len(self.keys)
        for position, step in self.plain:
            columns[position] = step(rows, run)
        if len(self.loaded) == 1:
            [(position, load)] = self.loaded
            columns[position] = await load(rows, run)
        elif self.loaded:
            done = await asyncio.gather(
                *(load(rows, run) for _, load in self.loaded), return_exceptions=True
            )
            for (position, _), column in zip(self.loaded, done, strict=True):
                if isinstance(column, BaseException):
                    raise column
                columns[position] = column
        keys = self.keys
        return [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Plan:
    """How to answer one operation of one document."""

    document: Document
    selection: Selection
    sizes: Sizes

    async def run(self, variables: dict[str, Any], context: GraphqlContext) -> dict[str, Any]:
        """The data of the answer. Raises whatever stands in the way of one without errors."""
        if refusal(self.sizes.values(variables)) is not None:
            raise Unplain
        definitions = self.document.operation.variable_definitions or ()
        coerced = get_variable_values(CORE, definitions, variables)
        if not isinstance(coerced, VariableValues):
            raise Unplain
        [data] = await self.selection.objects([None], Run(context, self.document, coerced))
        return data


def list_step(inner: Part, *, nullable: bool) -> Step:
    """All entries of all lists at once, then cut again."""

    def flat(values: Column) -> Column:
        kinds = set(map(type, values))
        if not kinds <= {list, tuple, NoneType} or (NoneType in kinds and not nullable):
            raise Unplain
        return list(chain.from_iterable(value for value in values if value is not None))

    def cut(values: Column, done: Column) -> Column:
        entries: Iterator[Any] = iter(done)
        return [None if v is None else list(islice(entries, len(v))) for v in values]

    async def later(values: Column, run: Run) -> Column:
        return cut(values, await cast("Awaitable[Column]", inner.step(flat(values), run)))

    if inner.at_hand:
        return lambda values, run: cut(values, cast("Column", inner.step(flat(values), run)))
    return later


def object_step(selection: Selection, *, nullable: bool) -> Step:
    """The selection of whatever is there."""

    async def step(values: Column, run: Run) -> Column:
        present = [value for value in values if value is not None]
        if len(present) == len(values):
            return await selection.objects(present, run) if present else []
        if not nullable:
            raise Unplain
        objects = iter(await selection.objects(present, run) if present else ())
        return [None if value is None else next(objects) for value in values]

    return step
