"""Webhooks: who hears of what, what was sent to them, and what came back."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from vidmill.errors import Conflict


class WebhookEvent(StrEnum):
    """What a webhook can hear of; the same list stands in a CHECK of the table."""

    JOB_STARTED = "job.started"
    """A worker has begun."""
    JOB_PROGRESS = "job.progress"
    """Another tenth is done. Not sent any more once something newer of the job is to be sent."""
    JOB_PLAYABLE = "job.playable"
    """The first segments can be played, long before the job completes."""
    JOB_COMPLETED = "job.completed"
    JOB_FAILED = "job.failed"
    JOB_CANCELLED = "job.cancelled"
    VIDEO_UPLOADED = "video.uploaded"


#: What `POST /webhooks/{id}/test` sends; nobody subscribes to it.
TEST_EVENT = "webhook.test"

#: Of one account, besides those of single jobs.
MAX_WEBHOOKS = 50


class DeliveryStatus(StrEnum):
    """Where a delivery stands; each status says what moves it on."""

    PENDING = "pending"
    """To be sent, for the first time or again; `next_attempt_at` says when."""
    DELIVERED = "delivered"
    """Answered with 2xx. Final unless asked for again."""
    FAILED = "failed"
    """Every attempt of its round failed. Final unless asked for again."""
    SUPERSEDED = "superseded"
    """Progress that something newer of the same job overtook before it could be sent."""


class TooManyWebhooks(Conflict):
    """You have as many webhooks as an account can have. Delete one first."""

    code = "too_many_webhooks"


class WebhookInactive(Conflict):
    """The webhook is switched off. Switch it on first: PATCH it with active: true."""

    code = "webhook_inactive"


@dataclass(frozen=True, slots=True, kw_only=True)
class Webhook:
    """A row of `webhooks`, its secrets still sealed."""

    id: UUID
    owner_id: UUID
    job_id: UUID | None
    url: str
    lane: int
    events: list[str]
    description: str
    active: bool
    disabled_at: datetime | None
    disabled_reason: str | None
    failing_since: datetime | None
    secret: bytes
    previous_secret: bytes | None
    previous_secret_until: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def listens(self) -> bool:
        """Whether it is sent anything now."""
        return self.active and self.disabled_at is None


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A row of `deliveries`, and whose it is."""

    id: UUID
    seq: int
    webhook_id: UUID
    owner_id: UUID
    event: str
    subject_id: UUID
    payload: dict[str, Any]
    status: DeliveryStatus
    attempts: int
    next_attempt_at: datetime | None
    created_at: datetime
    finished_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A delivery that was claimed to be sent now, with where it goes. `claim` fences its result."""

    id: UUID
    claim: int
    webhook_id: UUID
    lane: int
    event: str
    payload: dict[str, Any]
    tries: int
    url: str
    secret: bytes
    previous_secret: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryAttempt:
    """A row of `delivery_attempts`: one request and what came of it."""

    delivery_id: UUID
    number: int
    started_at: datetime
    seconds: float
    url: str
    request_head: str
    request_size: int
    request_sha256: bytes
    response_status: int | None
    response_head: str | None
    response_body: str | None
    error: str | None


def retry_delay(
    delays: Sequence[float], tries: int, *, retry_after: float | None = None
) -> float | None:
    """Seconds until the next attempt after `tries` of a round have failed; None when they are
    spent. Up to a fifth is added at random, so that what failed together does not come back
    together. A receiver that asks for more time gets it, up to the longest delay."""
    if tries > len(delays):
        return None
    delay = delays[tries - 1]
    if retry_after is not None:
        delay = max(delay, min(retry_after, max(delays)))
    return delay * random.uniform(1.0, 1.2)  # noqa: S311  # spreads load, keeps no secret
