"""Deliveries of events in PostgreSQL: the outbox, which triggers fill, and its log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row, dict_row
from psycopg.types.json import Json

from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.webhooks import (
    TEST_EVENT,
    Delivery,
    DeliveryAttempt,
    DeliveryStatus,
    Sending,
    Webhook,
    WebhookInactive,
)

SQL = load_queries("deliveries.sql")

NEWEST_FIRST = Order("d", ("created_at",), descending=True)

_COLUMNS = sql.SQL(
    "d.id, d.seq, d.webhook_id, w.owner_id, d.event, d.subject_id, d.payload, d.status, d.attempts,"
    " nullif(d.next_attempt_at, 'infinity') AS next_attempt_at, d.created_at, d.finished_at"
)


@dataclass(frozen=True, slots=True)
class Claimed:
    """What a notifier has to send, and how many deliveries needed no sending any more."""

    sendings: list[Sending]
    superseded: int


async def claim_deliveries(
    db: Database,
    *,
    limit: int,
    room: int,
    rooms: Mapping[int, int],
    lease_seconds: float,
) -> Claimed:
    """Take up to `limit` deliveries whose time has come, at most `room` of each lane, or as many as
    `rooms` says of it. Nobody else gets them until the lease is over."""
    values = {
        "limit": limit,
        "room": room,
        "lanes": list(rooms),
        "rooms": list(rooms.values()),
        "lease_seconds": lease_seconds,
    }
    async with db.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SQL["claim_deliveries"], values)
        rows = await cursor.fetchall()
    sendings: list[Sending] = []
    superseded = 0
    for row in rows:
        status, held = row.pop("status"), row.pop("held")
        if status == DeliveryStatus.SUPERSEDED:
            superseded += 1
        elif not held:
            sendings.append(Sending(**row))
    return Claimed(sendings, superseded)


async def record_attempt(
    db: Database, sending: Sending, attempt: dict[str, Any], *, delay_seconds: float | None
) -> tuple[bool, datetime | None]:
    """Log an attempt and what follows: done, another attempt after `delay_seconds`, or (None) no
    more. Returns whether the claim still held, and since when the webhook has only failed."""
    delivered = attempt["error"] is None
    values = {
        **attempt,
        "delivery_id": sending.id,
        "claim": sending.claim,
        "delivered": delivered,
        "delay_seconds": delay_seconds,
    }
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["record_attempt"], values)).fetchone()
    return row is not None, row[0] if row is not None else None


async def create_test(conn: Connection, webhook: Webhook) -> UUID:
    """Something to send for the owner to see whether it arrives. Raises `WebhookInactive`."""
    if not webhook.listens:
        raise WebhookInactive
    delivery_id = new_id()
    row = await (await conn.execute("SELECT rfc3339(now())")).fetchone()
    payload = {
        "id": str(delivery_id),
        "event": TEST_EVENT,
        "timestamp": row and row[0],
        "data": {"id": str(webhook.id), "url": webhook.url, "events": webhook.events},
    }
    values = {"id": delivery_id, "webhook_id": webhook.id, "event": TEST_EVENT}
    await conn.execute(SQL["insert_test"], {**values, "payload": Json(payload)})
    return delivery_id


async def send_again(db: Database, delivery: Delivery, webhook: Webhook) -> None:
    """Begin another round of attempts, at once; the delivery keeps its id and its log. Raises
    `WebhookInactive`."""
    if not webhook.listens:
        raise WebhookInactive
    async with db.connection() as conn:
        await conn.execute(SQL["send_again"], {"id": delivery.id})


async def fetch_delivery(db: Database, delivery_id: UUID) -> Delivery:
    """Raises `NotFound`."""
    async with db.connection() as conn:
        return await fetch_delivery_in(conn, delivery_id)


async def fetch_delivery_in(conn: Connection, delivery_id: UUID) -> Delivery:
    """`fetch_delivery` in a transaction."""
    async with conn.cursor(row_factory=class_row(Delivery)) as cursor:
        await cursor.execute(SQL["fetch_delivery"], {"id": delivery_id})
        delivery = await cursor.fetchone()
    if delivery is None:
        raise NotFound
    return delivery


async def fetch_attempts(db: Database, ids: Iterable[UUID]) -> list[DeliveryAttempt]:
    """Every attempt of some deliveries, in order."""
    async with (
        db.connection() as conn,
        conn.cursor(row_factory=class_row(DeliveryAttempt)) as cursor,
    ):
        await cursor.execute(SQL["fetch_attempts"], {"ids": list(ids)})
        return await cursor.fetchall()


async def list_deliveries(
    db: Database,
    webhook_id: UUID,
    *,
    status: DeliveryStatus | None = None,
    event: str | None = None,
    limit: int,
    cursor: str | None,
) -> Page[Delivery]:
    """One keyset page of what was sent to a webhook, or is to be, newest first. Raises
    `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = [
        (sql.SQL("d.webhook_id = %(webhook_id)s"), {"webhook_id": webhook_id})
    ]
    if status is not None:
        conditions.append((sql.SQL("d.status = %(status)s"), {"status": status}))
    if event is not None:
        conditions.append((sql.SQL("d.event = %(event)s"), {"event": event}))
    return await fetch_page(
        db,
        select=_COLUMNS,
        source=sql.SQL("deliveries d JOIN webhooks w ON w.id = d.webhook_id"),
        counted=sql.SQL("deliveries d"),
        conditions=conditions,
        order=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Delivery),
    )


async def forget_deliveries(db: Database, *, after_seconds: float) -> int:
    """Remove the oldest of what is older than that, some thousands at a time; returns how many."""
    async with db.connection() as conn:
        return (await conn.execute(SQL["forget_deliveries"], {"seconds": after_seconds})).rowcount


async def count_pending(db: Database) -> tuple[int, float]:
    """How many deliveries are to be sent, and the age of the oldest in seconds."""
    async with db.connection() as conn:
        row = await (await conn.execute(SQL["count_pending"])).fetchone()
    return (int(row[0]), float(row[1])) if row else (0, 0.0)
