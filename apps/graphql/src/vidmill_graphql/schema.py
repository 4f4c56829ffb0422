"""The schema: every read. Nothing here writes; the database session could not either."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema
from strawberry.schema.config import StrawberryConfig

from vidmill_graphql.fields import read_column
from vidmill_graphql.limits import EXTENSIONS
from vidmill_graphql.queries.accounts import AccountQueries
from vidmill_graphql.queries.jobs import JobQueries
from vidmill_graphql.queries.parts import PartQueries
from vidmill_graphql.queries.system import SystemQueries
from vidmill_graphql.queries.videos import VideoQueries
from vidmill_graphql.subscription import Subscription
from vidmill_graphql.types.scalars import BIG_INT, JSON, BigInt, Json


@strawberry.type(description="Every read.")
class Query(JobQueries, PartQueries, VideoQueries, AccountQueries, SystemQueries):
    """`Query`; its fields are in `queries`."""


schema = strawberry.Schema(
    query=Query,
    subscription=Subscription,
    extensions=EXTENSIONS,
    config=StrawberryConfig(scalar_map={BigInt: BIG_INT, Json: JSON}, default_resolver=read_column),
)

#: The schema as graphql-core has it.
CORE: GraphQLSchema = schema._schema  # noqa: SLF001  # pyright: ignore  # no other way
