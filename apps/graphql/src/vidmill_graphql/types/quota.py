"""Quotas."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from vidmill.db.quotas import fetch_quotas
from vidmill.quotas import Quota
from vidmill.users import User
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="Quota", description="Where an account stands with a quota.")
class QuotaType:
    """A `vidmill.quotas.Quota`."""

    limit: BigInt | None = strawberry.field(description="Null: no limit.")
    used: BigInt = strawberry.field(description="How much of it is used.")
    resets_at: datetime | None = strawberry.field(
        description="When it is counted anew; null: only by freeing something."
    )


@strawberry.type(name="Quotas", description="Where an account stands with each quota.")
class QuotasType:
    """Of one account."""

    jobs_per_day: QuotaType = strawberry.field(description="Jobs posted since midnight UTC.")
    stored_bytes: QuotaType = strawberry.field(
        description="Sources, outputs of completed jobs, and what pending uploads have asked for."
    )


async def load_quotas(users: Sequence[User], context: GraphqlContext) -> Sequence[QuotasType]:
    """One account after the other: a query has only that which asks."""
    found: list[QuotasType] = []
    for user in users:
        quotas = await fetch_quotas(context.db, user.id, context.terms.quotas)
        by_name = {one.name.value: _quota_type(one) for one in quotas}
        found.append(QuotasType(**by_name))
    return found


def _quota_type(quota: Quota) -> QuotaType:
    return QuotaType(
        limit=None if quota.limit is None else BigInt(quota.limit),
        used=BigInt(quota.used),
        resets_at=quota.resets_at,
    )
