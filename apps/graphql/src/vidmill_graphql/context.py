"""What resolvers may use: who is asking, the database, and the loaders of this one request."""

from __future__ import annotations

from dataclasses import dataclass

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


def context_of(info: Info) -> GraphqlContext:
    """The context, typed."""
    context = info.context
    assert isinstance(context, GraphqlContext)
    return context
