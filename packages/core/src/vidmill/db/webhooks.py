"""Webhooks in PostgreSQL."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from psycopg import sql
from psycopg.rows import class_row

from vidmill.db.pages import Order, Page, fetch_page
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.errors import NotFound
from vidmill.ids import new_id
from vidmill.outbound_rules import Target
from vidmill.sealing import Sealer
from vidmill.webhooks import MAX_WEBHOOKS, TooManyWebhooks, Webhook, WebhookEvent

SQL = load_queries("webhooks.sql")

NEWEST_FIRST = Order("w", ("created_at",), descending=True)


async def create_webhook(
    conn: Connection,
    sealer: Sealer,
    *,
    owner_id: UUID,
    target: Target,
    events: Sequence[WebhookEvent],
    description: str = "",
    secret: str,
) -> Webhook:
    """Insert a webhook, inside the caller's transaction, which must be short: jobs of the owner
    can't be posted meanwhile. `tell_active_jobs` follows the commit. Raises `TooManyWebhooks`."""
    await conn.execute(SQL["lock_owner"], {"owner_id": owner_id})
    row = await (await conn.execute(SQL["count_webhooks"], {"owner_id": owner_id})).fetchone()
    if row is not None and row[0] >= MAX_WEBHOOKS:
        raise TooManyWebhooks
    return await _insert(
        conn, sealer, owner_id=owner_id, job_id=None, target=target, events=events,
        description=description, secret=secret,
    )  # fmt: skip


async def tell_active_jobs(db: Database, owner_id: UUID) -> None:
    """Have jobs that are under way tell of themselves to a new webhook. By itself, since together
    with the insert it would wait for jobs' rows while whoever holds those waits for the owner's."""
    async with db.connection() as conn:
        await conn.execute(SQL["tell_active_jobs"], {"owner_id": owner_id})


async def create_job_webhook(
    conn: Connection,
    sealer: Sealer,
    *,
    owner_id: UUID,
    job_id: UUID,
    target: Target,
    secret: str,
) -> None:
    """A webhook for all that one job has to tell, in the transaction that makes the job."""
    events = [event for event in WebhookEvent if event is not WebhookEvent.VIDEO_UPLOADED]
    await _insert(
        conn, sealer, owner_id=owner_id, job_id=job_id, target=target, events=events,
        description="", secret=secret,
    )  # fmt: skip
    await conn.execute(SQL["tell_job"], {"job_id": job_id})


async def _insert(
    conn: Connection,
    sealer: Sealer,
    *,
    owner_id: UUID,
    job_id: UUID | None,
    target: Target,
    events: Sequence[WebhookEvent],
    description: str,
    secret: str,
) -> Webhook:
    webhook_id = new_id()
    values = {
        "id": webhook_id,
        "owner_id": owner_id,
        "job_id": job_id,
        "url": target.url,
        "lane": lane_of(owner_id, target),
        "events": list(events),
        "description": description,
        "secret": sealer.seal(secret, webhook_id.bytes),
    }
    return await _one(conn, "insert_webhook", values)


async def change_webhook(
    db: Database,
    webhook: Webhook,
    *,
    target: Target | None,
    events: Sequence[str] | None,
    description: str | None,
    active: bool | None,
) -> Webhook:
    """Change what is given. Switched off, what is still to be sent waits; switched on, also after
    it was disabled, that is sent at once. Raises `NotFound`."""
    values = {
        "id": webhook.id,
        "url": webhook.url if target is None else target.url,
        "lane": webhook.lane if target is None else lane_of(webhook.owner_id, target),
        "events": webhook.events if events is None else list(events),
        "description": webhook.description if description is None else description,
        "active": webhook.active if active is None else active,
        "revive": active is True,
    }
    async with db.transaction() as conn:
        changed = await _one(conn, "change_webhook", values)
        if active is not None:
            step = "release_deliveries" if changed.listens else "hold_deliveries"
            await conn.execute(SQL[step], {"id": webhook.id})
    return changed


async def rotate_secret(
    conn: Connection, sealer: Sealer, webhook_id: UUID, secret: str, *, overlap: timedelta
) -> Webhook:
    """Sign with another secret from now on, and with the present one too until the overlap is over.
    Raises `NotFound`."""
    values = {
        "id": webhook_id,
        "secret": sealer.seal(secret, webhook_id.bytes),
        "overlap_seconds": overlap.total_seconds(),
    }
    return await _one(conn, "rotate_secret", values)


async def disable_webhook(db: Database, webhook_id: UUID, reason: str) -> bool:
    """Send it nothing more until its owner switches it on again; what is still to be sent waits.
    False if it was disabled before."""
    async with db.transaction() as conn:
        values = {"id": webhook_id, "reason": reason}
        if (await conn.execute(SQL["disable_webhook"], values)).rowcount == 0:
            return False
        await conn.execute(SQL["hold_deliveries"], {"id": webhook_id})
        return True


async def delete_webhook(db: Database, webhook_id: UUID) -> None:
    """Remove a webhook with its log."""
    async with db.connection() as conn:
        await conn.execute(SQL["delete_webhook"], {"id": webhook_id})


async def fetch_webhook(db: Database, webhook_id: UUID) -> Webhook:
    """Raises `NotFound`."""
    found = await fetch_webhooks(db, [webhook_id])
    if not found:
        raise NotFound
    return found[0]


async def fetch_webhooks(db: Database, ids: Iterable[UUID]) -> list[Webhook]:
    """Some webhooks by id; unknown ids are left out."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Webhook)) as cursor:
        await cursor.execute(SQL["fetch_webhooks"], {"ids": list(ids)})
        return await cursor.fetchall()


async def fetch_disabled(db: Database, owner_id: UUID) -> list[Webhook]:
    """An owner's webhooks that were disabled because their receiver failed."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Webhook)) as cursor:
        await cursor.execute(SQL["fetch_disabled"], {"owner_id": owner_id})
        return await cursor.fetchall()


async def list_webhooks(
    db: Database,
    *,
    owner_id: UUID | None,
    job_id: UUID | None = None,
    limit: int,
    cursor: str | None,
) -> Page[Webhook]:
    """One keyset page of webhooks, newest first: those of one job, or those of no single one.
    Raises `InvalidCursor`."""
    conditions: list[tuple[sql.Composable, dict[str, Any]]] = [
        (sql.SQL("w.job_id IS NULL"), {})
        if job_id is None
        else (sql.SQL("w.job_id = %(job_id)s"), {"job_id": job_id})
    ]
    if owner_id is not None:
        conditions.append((sql.SQL("w.owner_id = %(owner_id)s"), {"owner_id": owner_id}))
    return await fetch_page(
        db,
        select=sql.SQL("w.*"),
        source=sql.SQL("webhooks w"),
        counted=sql.SQL("webhooks w"),
        conditions=conditions,
        order=NEWEST_FIRST,
        limit=limit,
        cursor=cursor,
        row_factory=class_row(Webhook),
    )


async def forget_job_webhooks(db: Database, *, after_seconds: float) -> int:
    """Remove those of ended jobs; returns how many."""
    async with db.connection() as conn:
        return (await conn.execute(SQL["forget_job_webhooks"], {"seconds": after_seconds})).rowcount


def lane_of(owner_id: UUID, target: Target) -> int:
    """The number of an owner's receivers on one host, which share a limit."""
    place = owner_id.bytes + target.host_header.encode()
    return int.from_bytes(hashlib.sha256(place).digest()[:8], "big", signed=True)


async def _one(conn: Connection, name: str, values: dict[str, Any]) -> Webhook:
    async with conn.cursor(row_factory=class_row(Webhook)) as cursor:
        await cursor.execute(SQL[name], values)
        webhook = await cursor.fetchone()
    if webhook is None:
        raise NotFound
    return webhook
