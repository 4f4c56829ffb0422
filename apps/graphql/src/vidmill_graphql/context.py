"""What resolvers may use: who is asking, the database, and the loaders of this one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from strawberry.dataloader import DataLoader
from strawberry.types import Info

from vidmill.db.pool import Database
from vidmill.presentation import Links
from vidmill.users import User
from vidmill_graphql.loaders import Loaders


@dataclass(frozen=True, slots=True)
class GraphqlContext:
    """One request's context; `user` is checked before anything is resolved."""

    db: Database
    links: Links
    user: User
    loaders: Loaders
    wanted: frozenset[str] | None = None
    """Which columns of its rows the answer of a field needs; None for all."""
    _media: dict[UUID, str] = field(default_factory=dict[UUID, str])
    _batches: dict[Any, DataLoader[Any, Any]] = field(
        default_factory=dict[Any, DataLoader[Any, Any]]
    )

    def media(self, job_id: UUID) -> str:
        """The base of a job's playback URLs; signed once a request."""
        base = self._media.get(job_id)
        if base is None:
            base = self._media[job_id] = self.links.media(job_id)
        return base

    def batch(self, load: Any) -> DataLoader[Any, Any]:
        """Gathers the rows whose values graphql-core asks for one by one."""
        batch = self._batches.get(load)
        if batch is None:

            async def load_many(rows: Sequence[Any]) -> Sequence[Any]:
                return await load(rows, self)

            # Rows are no keys: some hold dicts. Ids are known to the loaders below.
            batch = self._batches[load] = DataLoader(load_many, cache=False)
        return batch


def context_of(info: Info) -> GraphqlContext:
    """The context, typed."""
    context = info.context
    assert isinstance(context, GraphqlContext)
    return context
