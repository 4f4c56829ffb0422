"""Scalars and enums that the types share."""

from __future__ import annotations

from typing import Any, NewType

import strawberry

from vidmill.jobs import AssetKind, JobStatus
from vidmill.tasks import TaskKind, TaskStatus
from vidmill.users import Role
from vidmill.verifications import VerificationStatus
from vidmill.videos import Visibility

BigInt = NewType("BigInt", int)
Json = NewType("Json", object)

#: GraphQL's Int ends at 2³¹ − 1, which is 2 GB.
BIG_INT = strawberry.scalar(
    name="BigInt",
    description="A whole number up to 2⁵³, as sizes in bytes need it.",
    serialize=int,
    parse_value=int,
)


def _as_is(value: Any) -> Any:
    return value


JSON = strawberry.scalar(
    name="JSON", description="Any JSON value.", serialize=_as_is, parse_value=_as_is
)

strawberry.enum(JobStatus, name="JobStatus", description="Where a job stands.")
strawberry.enum(TaskKind, name="TaskKind", description="What a task does.")
strawberry.enum(TaskStatus, name="TaskStatus", description="Where a task stands.")
strawberry.enum(
    VerificationStatus, name="VerificationStatus", description="Where a verification stands."
)
strawberry.enum(AssetKind, name="AssetKind", description="What an output is.")
strawberry.enum(Role, name="Role", description="What an account may do.")
strawberry.enum(Visibility, name="Visibility", description="Who may watch a video.")
