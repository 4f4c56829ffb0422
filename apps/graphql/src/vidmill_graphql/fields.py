"""The kinds of fields that types have. A type describes rows of the database, and rows are what
resolvers return: nothing is copied, and what nobody asks for is not computed.

- a plain field is the row's attribute of that name (`read_column`);
- a `computed` one is a function of the row;
- a `batched` one is read for many rows at once.

Both are what they are on either way of executing (`vidmill_graphql.compiled`). `needs` of a field
are the columns that it looks at, so that no others have to be read; all of them unless it says.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import strawberry
from strawberry.types import Info

from vidmill_graphql.context import GraphqlContext, context_of

#: Keys of a field's metadata.
COMPUTED = "vidmill.computed"
BATCHED = "vidmill.batched"
NEEDS = "vidmill.needs"

Compute = Callable[[Any, GraphqlContext], object]
Load = Callable[[Sequence[Any], GraphqlContext], Awaitable[Sequence[object]]]


def read_column(row: Any, name: str) -> object:
    """A plain field. Rows have UUIDs where GraphQL has IDs, which are text."""
    value = getattr(row, name)
    return str(value) if type(value) is UUID else value


def computed(compute: Compute, description: str, needs: Sequence[str] | None = None) -> Any:
    """A field whose value follows from its row."""

    def resolve(parent: strawberry.Parent[Any], info: Info) -> Any:
        return compute(parent, context_of(info))

    return strawberry.field(
        resolver=resolve, description=description, metadata={COMPUTED: compute, NEEDS: needs}
    )


def batched(load: Load, description: str, needs: Sequence[str] | None = None) -> Any:
    """A field that is read from elsewhere: `load` answers for many rows, in their order."""

    async def resolve(parent: strawberry.Parent[Any], info: Info) -> Any:
        return await context_of(info).batch(load).load(parent)

    return strawberry.field(
        resolver=resolve, description=description, metadata={BATCHED: load, NEEDS: needs}
    )
