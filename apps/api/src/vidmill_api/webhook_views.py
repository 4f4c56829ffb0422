"""From rows of webhooks and deliveries to JSON."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from vidmill.webhooks import Delivery, DeliveryAttempt, Webhook

Json = dict[str, Any]


def webhook_view(webhook: Webhook) -> Json:
    """`WebhookView`."""
    until = webhook.previous_secret_until
    return {
        "id": webhook.id,
        "owner_id": webhook.owner_id,
        "job_id": webhook.job_id,
        "url": webhook.url,
        "events": webhook.events,
        "description": webhook.description,
        "active": webhook.active,
        "disabled_at": webhook.disabled_at,
        "disabled_reason": webhook.disabled_reason,
        "failing_since": webhook.failing_since,
        "previous_secret_until": until if until and until > datetime.now(UTC) else None,
        "created_at": webhook.created_at,
        "updated_at": webhook.updated_at,
    }


def disabled_notice(webhook: Webhook) -> Json:
    """`Notice` of a webhook that was disabled."""
    return {
        "code": "webhook_disabled",
        "detail": f"The webhook to {webhook.url} was switched off. {webhook.disabled_reason} "
        "PATCH it with active: true when its receiver works again.",
        "webhook_id": webhook.id,
        "at": webhook.disabled_at,
    }


def delivery_view(delivery: Delivery) -> Json:
    """`DeliveryView`."""
    left_out = {"payload", "owner_id"}
    return {name: value for name, value in asdict(delivery).items() if name not in left_out}


def whole_delivery_view(delivery: Delivery, attempts: Sequence[DeliveryAttempt]) -> Json:
    """`WholeDelivery`."""
    return {
        **delivery_view(delivery),
        "payload": delivery.payload,
        "attempt_log": [_attempt_view(attempt) for attempt in attempts],
    }


def _attempt_view(attempt: DeliveryAttempt) -> Json:
    view = asdict(attempt)
    del view["delivery_id"]
    return {**view, "request_sha256": attempt.request_sha256.hex()}
