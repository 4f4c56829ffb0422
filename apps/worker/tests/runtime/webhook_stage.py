"""Owners with webhooks, and jobs whose lives they hear of; changed as the domain changes them."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, LiteralString, cast
from uuid import UUID

from psycopg.rows import dict_row
from standardwebhooks import Webhook as Verifier

from vidmill.db import accounts, videos, webhooks
from vidmill.db.jobs import create_job
from vidmill.ids import new_id
from vidmill.outbound_rules import read_url
from vidmill.webhook_signatures import new_secret
from vidmill.webhooks import Webhook, WebhookEvent
from vidmill_worker.notifier import Notifier, Services

from .webhook_receiver import Receiver

#: A job's life in single changes, each of which is told of.
LIFE = (
    "status = 'processing', started_at = now()",
    "progress = 0.35",
    "playable_at = now()",
    "status = 'completed', progress = 1, finished_at = now()",
)
TOLD = ("job.started", "job.progress", "job.playable", "job.completed")


class Stage:
    """What a test of the notifier plays on."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.secrets: dict[UUID, str] = {}

    async def owner(self) -> UUID:
        user = await accounts.create_user(
            self.services.db, email=f"{new_id()}@example.com", password_hash="x"
        )
        assert user is not None
        return user.id

    async def listen(
        self, owner_id: UUID, url: str, events: Sequence[WebhookEvent] = tuple(WebhookEvent)
    ) -> Webhook:
        secret = new_secret()
        async with self.services.db.transaction() as conn:
            made = await webhooks.create_webhook(
                conn, self.services.sealer, owner_id=owner_id, target=read_url(url),
                events=events, secret=secret,
            )  # fmt: skip
        self.secrets[made.id] = secret
        return made

    async def job(self, owner_id: UUID) -> UUID:
        """A new job of a new video."""
        async with self.services.db.transaction() as conn:
            video_id = await videos.create_video(
                conn, owner_id=owner_id, object_key=str(new_id()), filename="a.mp4",
                content_type="video/mp4", size_bytes=1, etag="x",
            )  # fmt: skip
            task = (await create_job(
                conn, owner_id=owner_id, video_id=video_id, filename="a.mp4", preset="web",
                spec={}, priority=5, metadata={}, max_attempts=1,
            )).queued  # fmt: skip
        return task.job_id

    async def live(self, *job_ids: UUID, steps: Sequence[str] = LIFE) -> None:
        """Whole lives of jobs, each change a transaction of its own."""
        for step in steps:
            async with self.services.db.connection() as conn:
                update = cast("LiteralString", f"UPDATE jobs SET {step} WHERE id = ANY(%s)")
                await conn.execute(update, [list(job_ids)])

    async def rows(self, table: str = "deliveries") -> list[dict[str, Any]]:
        async with (
            self.services.db.connection() as conn,
            conn.cursor(row_factory=dict_row) as cursor,
        ):
            order = "seq" if table == "deliveries" else "started_at"
            query = cast("LiteralString", f"SELECT * FROM {table} ORDER BY {order}")
            await cursor.execute(query)
            return await cursor.fetchall()

    async def pending(self) -> int:
        return sum(row["status"] == "pending" for row in await self.rows())

    async def until_sent(self, notifier: Notifier, seconds: float) -> None:
        """Run the notifier until nothing waits any more."""

        async def all_sent() -> bool:
            return await self.pending() == 0

        running = asyncio.create_task(notifier.run())
        try:
            await eventually(all_sent, seconds)
        finally:
            notifier.stop()
            await running

    async def check(self, receiver: Receiver) -> Counter[str]:
        """None lost, none unsigned, the log in order; returns what became of how many."""
        rows = await self.rows()
        accepted = {one.headers["webhook-id"] for one in receiver.received if one.accepted}
        whose = {str(row["id"]): row["webhook_id"] for row in rows}
        for one in receiver.received:
            secret = self.secrets[whose[one.headers["webhook-id"]]]
            Verifier(secret).verify(one.body, one.headers, json_parse=False)
            by_hand = hmac.new(secret.encode(), one.body, hashlib.sha256).hexdigest()
            assert one.headers["X-Webhook-Signature"] == f"sha256={by_hand}"
        lives: dict[tuple[Any, Any], list[dict[str, Any]]] = defaultdict(list)
        for row in rows:
            assert row["status"] in {"delivered", "superseded"}, row
            assert (row["status"] == "delivered") <= (str(row["id"]) in accepted), row
            lives[row["webhook_id"], row["subject_id"]].append(row)
        for life in lives.values():
            order = [row["event"] for row in life if row["event"] != "video.uploaded"]
            assert order == sorted(order, key=TOLD.index)
            assert life[-1]["status"] == "delivered"
        return Counter(row["status"] for row in rows)


async def eventually(check: Callable[[], bool | Awaitable[bool]], seconds: float) -> None:
    """Returns as soon as the check holds."""
    deadline = time.monotonic() + seconds
    while True:
        holds = check()
        if holds if isinstance(holds, bool) else await holds:
            return
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.02)
