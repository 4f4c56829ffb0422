"""What was used, and what that is said to cost."""

from __future__ import annotations

import strawberry

from vidmill.ledger import Ledger, Usage
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import computed
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(
    name="Cost", description="What was used at the server's prices, 0 unless set; not charged."
)
class CostType:
    """A `vidmill.ledger.Cost`."""

    currency: str = strawberry.field(description="ISO 4217.")
    cpu: float = strawberry.field(description="Of CPU time.")
    video: float = strawberry.field(description="By the minutes of video that were made.")
    output: float = strawberry.field(description="By the bytes that were put out.")
    total: float = strawberry.field(description="All of these.")


@strawberry.type(
    name="JobCost", description="What a job used at the server's prices, 0 unless set; not charged."
)
class JobCostType(CostType):
    """The same of a job."""

    stored_per_month: float = strawberry.field(
        description="On top: keeping its outputs for a month."
    )


def cost_type(used: Ledger | Usage, context: GraphqlContext) -> CostType:
    """From a row."""
    return CostType(**context.terms.prices.cost(used).parts)


def _job_cost(ledger: Ledger, context: GraphqlContext) -> JobCostType:
    prices = context.terms.prices
    stored = prices.stored_month(ledger.output_bytes)
    return JobCostType(**prices.cost(ledger).parts, stored_per_month=stored)


@strawberry.type(
    name="Ledger",
    description="What a job has used so far; attempts that failed and retries count too.",
)
class LedgerType:
    """A `vidmill.ledger.Ledger`."""

    cpu_seconds: float = computed(lambda ledger, _: ledger.cpu_ms / 1000, "CPU time of FFmpeg.")
    input_bytes: BigInt = strawberry.field(description="Of the source, once it was read.")
    output_bytes: BigInt = strawberry.field(description="Of all files that were published.")
    video_seconds: float = computed(
        lambda ledger, _: ledger.video_ms / 1000, "How long all its qualities play, added up."
    )
    cost: JobCostType = computed(_job_cost, "What that is said to cost.")
