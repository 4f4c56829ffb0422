"""What resolvers may use: who is asking, the database, and the loaders of this one request."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from starlette.websockets import WebSocket
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from vidmill.db.pool import Database
from vidmill.errors import Unauthenticated
from vidmill.job_feed import JobFeed
from vidmill.ledger import Prices
from vidmill.presentation import Links
from vidmill.quotas import QuotaDefaults
from vidmill.settings import Settings
from vidmill.users import User
from vidmill_graphql.loaders import Loaders


@dataclass(frozen=True, slots=True)
class Terms:
    """What this server allows, and says that things cost."""

    prices: Prices
    quotas: QuotaDefaults

    @classmethod
    def of(cls, settings: Settings) -> Terms:
        """Those of its settings."""
        return cls(Prices.of(settings), QuotaDefaults.of(settings))


@dataclass(frozen=True, slots=True)
class GraphqlContext:
    """One request's context."""

    db: Database
    links: Links
    terms: Terms
    viewer: User | None
    """Who asks; None for somebody unknown, whose rights are those of everybody."""
    loaders: Loaders
    wanted: frozenset[str] | None = None
    """Which columns of its rows the answer of a field needs; None for all."""
    _media: dict[UUID, str] = field(default_factory=dict[UUID, str])
    _batches: dict[Any, DataLoader[Any, Any]] = field(
        default_factory=dict[Any, DataLoader[Any, Any]]
    )

    @property
    def user(self) -> User:
        """Who asks, where it must be somebody. Raises `Unauthenticated`."""
        if self.viewer is None:
            raise Unauthenticated
        return self.viewer

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


@dataclass(slots=True)
class SocketContext:
    """What a connection has for all of its subscriptions; each event is resolved with a context of
    its own, so that it tells what is true then."""

    db: Database
    links: Links
    terms: Terms
    feed: JobFeed
    connection: WebSocket
    #: What the client sent to begin with; set by Strawberry.
    connection_params: dict[str, Any] | None = None
    user: User | None = None
    event: GraphqlContext | None = None

    def begin_event(self) -> None:
        """Forget what earlier events read."""
        self.event = GraphqlContext(self.db, self.links, self.terms, self.user, Loaders(self.db))


def context_of(info: Info) -> GraphqlContext:
    """The context, typed."""
    context = info.context
    if isinstance(context, SocketContext):
        context = context.event
    assert isinstance(context, GraphqlContext)
    return context
