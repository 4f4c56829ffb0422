"""What was sent to webhooks, or is to be: the log, tests, and sending again."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from starlette.responses import Response

from vidmill.db import deliveries as rows
from vidmill.db import webhooks
from vidmill.db.pool import Connection
from vidmill.errors import IdempotencyMismatch, InvalidCursor, NotFound
from vidmill.webhooks import Delivery, DeliveryStatus, WebhookInactive
from vidmill_api.account_views import page_view
from vidmill_api.authenticate import require_owner
from vidmill_api.encoding import json_response
from vidmill_api.idempotent import answer_once
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Operation, Query
from vidmill_api.routes.webhooks import own_webhook
from vidmill_api.webhook_schemas import DeliveryPage, DeliveryView, WholeDelivery
from vidmill_api.webhook_views import delivery_view, whole_delivery_view

Json = dict[str, Any]


class ListDeliveries(Query):
    """Which deliveries."""

    status: DeliveryStatus | None = None
    event: str | None = Field(default=None, max_length=50)
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="Send a test event to a webhook", tag="webhooks", status=202, response=DeliveryView,
    errors=(NotFound, WebhookInactive, IdempotencyMismatch), headers=(IDEMPOTENCY_KEY,),
)  # fmt: skip
async def test_webhook(call: Call[None, None]) -> Response:
    """`webhook.test`, signed and sent as any event. `GET /deliveries/{id}` shows what came back."""
    webhook = await own_webhook(call)

    async def insert(conn: Connection) -> Json:
        made = await rows.create_test(conn, webhook)
        return delivery_view(await rows.fetch_delivery_in(conn, made))

    answer, _ = await answer_once(call, 202, insert)
    return json_response(answer, 202)


@Operation(
    summary="List a webhook's deliveries", tag="webhooks", query=ListDeliveries,
    response=DeliveryPage, errors=(NotFound, InvalidCursor),
)  # fmt: skip
async def list_deliveries(call: Call[None, ListDeliveries]) -> Json:
    """The newest first."""
    webhook, query = await own_webhook(call), call.query
    page = await rows.list_deliveries(
        call.context.db,
        webhook.id,
        status=query.status,
        event=query.event,
        limit=query.limit,
        cursor=query.cursor,
    )
    return page_view(page, delivery_view)


async def _own_delivery(call: Call[Any, Any]) -> Delivery:
    delivery = await rows.fetch_delivery(call.context.db, call.path("delivery_id"))
    require_owner(call.user, delivery.owner_id)
    return delivery


@Operation(
    summary="A delivery with every attempt", tag="webhooks", response=WholeDelivery,
    errors=(NotFound,),
)  # fmt: skip
async def get_delivery(call: Call[None, None]) -> Json:
    """What was sent, when, and what came back."""
    delivery = await _own_delivery(call)
    attempts = await rows.fetch_attempts(call.context.db, [delivery.id])
    return whole_delivery_view(delivery, attempts)


@Operation(
    summary="Send a delivery again", tag="webhooks", status=202, response=DeliveryView,
    errors=(NotFound, WebhookInactive),
)  # fmt: skip
async def redeliver(call: Call[None, None]) -> Json:
    """Now, whatever its status, with the same id and content, and as many attempts as at first."""
    delivery = await _own_delivery(call)
    webhook = await webhooks.fetch_webhook(call.context.db, delivery.webhook_id)
    await rows.send_again(call.context.db, delivery, webhook)
    return delivery_view(await rows.fetch_delivery(call.context.db, delivery.id))
