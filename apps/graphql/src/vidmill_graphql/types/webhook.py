"""Webhooks and what was sent to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import strawberry

from vidmill.db.recent_deliveries import fetch_recent
from vidmill.webhooks import Delivery, DeliveryStatus, Webhook
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import batched
from vidmill_graphql.types.scalars import Json

strawberry.enum(DeliveryStatus, name="DeliveryStatus", description="Where a delivery stands.")

#: Deliveries shown of a webhook; REST has all of them in pages.
RECENT = 10


async def _deliveries(
    webhooks: Sequence[Webhook], context: GraphqlContext
) -> Sequence[list[Delivery]]:
    found: dict[UUID, list[Delivery]] = defaultdict(list)
    for one in await fetch_recent(context.db, [hook.id for hook in webhooks], each=RECENT):
        found[one.webhook_id].append(one)
    return [found[hook.id] for hook in webhooks]


@strawberry.type(name="Delivery", description="An event sent to a webhook, or to be sent.")
class DeliveryType:
    """A `vidmill.webhooks.Delivery`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    event: str = strawberry.field(description="Such as job.completed.")
    subject_id: strawberry.ID = strawberry.field(description="The job or video it is about.")
    status: DeliveryStatus = strawberry.field(description="Where it stands.")
    attempts: int = strawberry.field(description="How often it was sent.")
    payload: Json = strawberry.field(description="The body.")
    next_attempt_at: datetime | None = strawberry.field(description="When it is sent next.")
    created_at: datetime = strawberry.field(description="When the event happened.")
    finished_at: datetime | None = strawberry.field(description="When it was settled.")


@strawberry.type(name="Webhook", description="An address that is told of events.")
class WebhookType:
    """A `vidmill.webhooks.Webhook`, without its secrets."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    url: str = strawberry.field(description="Where events are posted.")
    events: list[str] = strawberry.field(description="Which events.")
    description: str = strawberry.field(description="What its owner says of it.")
    active: bool = strawberry.field(description="Whether its owner has it switched on.")
    disabled_at: datetime | None = strawberry.field(description="When it failed for too long.")
    disabled_reason: str | None = strawberry.field(description="Why it was disabled.")
    failing_since: datetime | None = strawberry.field(description="Since when nothing arrives.")
    created_at: datetime = strawberry.field(description="When it was made.")
    updated_at: datetime = strawberry.field(description="When it last changed.")
    deliveries: list[DeliveryType] = batched(_deliveries, "The newest ten.")
