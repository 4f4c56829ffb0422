"""What the API answers about webhooks and what was sent to them, as models."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from vidmill.webhooks import DeliveryStatus, WebhookEvent
from vidmill_api.schemas import Output


class WebhookView(Output):
    """Who hears of what, without the secret."""

    id: UUID
    owner_id: UUID
    job_id: UUID | None = Field(description="Set where it listens to this one job.")
    url: str
    events: list[WebhookEvent]
    description: str
    active: bool = Field(description="The owner's switch.")
    disabled_at: datetime | None = Field(
        description="When it was switched off because its receiver failed; active: true switches "
        "it on again."
    )
    disabled_reason: str | None
    failing_since: datetime | None = Field(description="No request has succeeded since then.")
    previous_secret_until: datetime | None = Field(
        description="Until then the secret before this one signs too."
    )
    created_at: datetime
    updated_at: datetime


class NewWebhook(WebhookView):
    """A webhook with a new secret."""

    secret: str = Field(description="What requests are signed with. Shown this once.")


class WebhookPage(Output):
    """One page of webhooks."""

    items: list[WebhookView]
    next_cursor: str | None
    total: int


class DeliveryView(Output):
    """One event, sent or to be sent to one webhook."""

    id: UUID = Field(description="Also in each request, as webhook-id; the same every time.")
    seq: int = Field(description="Orders the events of one job as they happened.")
    webhook_id: UUID
    event: str
    subject_id: UUID = Field(description="The job or video that it tells of.")
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


class DeliveryPage(Output):
    """One page of deliveries."""

    items: list[DeliveryView]
    next_cursor: str | None
    total: int


class AttemptView(Output):
    """One request and what came back. Of the answer the first KiB of head and body are kept."""

    number: int
    started_at: datetime
    seconds: float
    url: str
    request_head: str
    request_size: int
    request_sha256: str = Field(description="Of the body, which is `payload` as compact JSON.")
    response_status: int | None
    response_head: str | None
    response_body: str | None
    error: str | None = Field(description="Why it does not count as delivered.")


class WholeDelivery(DeliveryView):
    """A delivery with what is sent and every attempt."""

    payload: dict[str, Any]
    attempt_log: list[AttemptView]
