"""The notifier against receivers of every kind, over real connections and PostgreSQL."""

from __future__ import annotations

import asyncio
import hashlib
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry
from standardwebhooks import Webhook as Verifier

from vidmill.db import deliveries, webhooks
from vidmill.metrics import NotifierMetrics
from vidmill.outbound import Outbound
from vidmill.sealing import Sealer
from vidmill.webhook_signatures import new_secret
from vidmill.webhooks import DeliveryStatus, WebhookEvent
from vidmill_worker.notifier import Notifier

from .webhook_receiver import Behaviour, Receiver, receiving
from .webhook_stage import LIFE, TOLD, Stage, eventually

COMPLETED = [WebhookEvent.JOB_COMPLETED]


async def told(stage: Stage, receiver: Receiver, events: list[WebhookEvent] = COMPLETED) -> UUID:
    """A webhook, and one completed job; returns the webhook's id."""
    owner = await stage.owner()
    webhook = await stage.listen(owner, receiver.url(), events)
    await stage.live(await stage.job(owner))
    return webhook.id


async def test_a_jobs_life_arrives_in_order_and_signed(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    owner = await stage.owner()
    webhook = await stage.listen(owner, receiver.url("a?b=c"))
    notifier, job = make(), await stage.job(owner)
    for step in LIFE:
        await stage.live(job, steps=[step])
        while await notifier.run_once():
            pass
    assert [one.payload["event"] for one in receiver.received] == ["video.uploaded", *TOLD]
    rows = {str(row["id"]): row for row in await stage.rows()}
    for one in receiver.received:
        assert one.path == "/a?b=c"
        verified = Verifier(stage.secrets[webhook.id]).verify(one.body, one.headers)
        assert verified["id"] == one.headers["webhook-id"]
        assert one.headers["X-Webhook-Event"] == verified["event"]
        assert rows[verified["id"]]["status"] == "delivered"
    attempts = await deliveries.fetch_attempts(stage.services.db, [UUID(i) for i in rows])
    for attempt in attempts:
        [one] = [
            o for o in receiver.received if o.headers["webhook-id"] == str(attempt.delivery_id)
        ]
        assert attempt.request_sha256 == hashlib.sha256(one.body).digest()
        assert attempt.request_size == len(one.body)
        assert attempt.request_head.startswith("POST /a?b=c HTTP/1.1\nHost: 127.0.0.1")
        assert (attempt.response_status, attempt.response_body) == (200, "done")
        assert attempt.error is None


@pytest.mark.parametrize(
    ("behaviour", "status", "error"),
    [
        ("fail", 500, "answered 500"),
        ("hang", None, "no full answer in 0.3 s"),
        ("reset", None, "not proper HTTP|broke"),
        ("redirect", 302, "redirects are not followed"),
        ("later", 503, "answered 503"),
    ],
)
async def test_a_failed_attempt_is_logged_and_made_again(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier], behaviour: Behaviour,
    status: int | None, error: str,
) -> None:  # fmt: skip
    fates: list[Behaviour] = [behaviour]

    def choose(_: str) -> Behaviour:
        return fates.pop() if fates else "ok"

    receiver.choose = choose
    await told(stage, receiver)
    await stage.until_sent(make(), 10)
    first, second = await stage.rows("delivery_attempts")
    assert (first["number"], first["response_status"]) == (1, status)
    assert any(part in first["error"] for part in error.split("|")), first["error"]
    assert len(first["response_body"] or "") <= 1024
    assert (second["number"], second["response_status"], second["error"]) == (2, 200, None)
    assert len({one.body for one in receiver.received}) == 1
    assert len({one.headers["webhook-id"] for one in receiver.received}) == 1
    [delivery] = await stage.rows()
    assert (delivery["status"], delivery["attempts"]) == ("delivered", 2)


async def test_after_the_last_attempt_it_has_failed_and_can_be_asked_for_again(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    receiver.choose = lambda _: "fail"
    webhook_id = await told(stage, receiver)
    await stage.until_sent(make(), 10)
    [row] = await stage.rows()
    assert (row["status"], row["attempts"]) == ("failed", 7)
    receiver.choose = lambda _: "ok"
    db = stage.services.db
    delivery = await deliveries.fetch_delivery(db, row["id"])
    await deliveries.send_again(db, delivery, await webhooks.fetch_webhook(db, webhook_id))
    assert await make().run_once() == 1
    assert (await deliveries.fetch_delivery(db, row["id"])).status == DeliveryStatus.DELIVERED
    assert [a.number for a in await deliveries.fetch_attempts(db, [row["id"]])] == [*range(1, 9)]


async def test_a_receiver_that_is_gone_is_sent_nothing_more(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    receiver.choose = lambda _: "gone"
    webhook_id = await told(stage, receiver)
    assert await make().run_once() == 1
    webhook = await webhooks.fetch_webhook(stage.services.db, webhook_id)
    assert "410" in (webhook.disabled_reason or "")
    await stage.live(await stage.job(webhook.owner_id))
    assert await make().run_once() == 0
    assert len(receiver.received) == 1


async def test_a_receiver_that_fails_for_days_is_disabled_and_goes_on_where_it_was(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    receiver.choose = lambda _: "fail"
    webhook_id = await told(stage, receiver)
    db = stage.services.db
    assert await make().run_once() == 1
    assert (await webhooks.fetch_webhook(db, webhook_id)).listens
    async with db.connection() as conn:
        await conn.execute("UPDATE webhooks SET failing_since = now() - interval '6 days'")
        await conn.execute("UPDATE deliveries SET next_attempt_at = now()")
    assert await make().run_once() == 1
    webhook = await webhooks.fetch_webhook(db, webhook_id)
    assert (webhook.disabled_reason or "").startswith("Every attempt has failed since ")
    assert not webhook.listens
    assert await make().run_once() == 0
    receiver.choose = lambda _: "ok"
    webhook = await webhooks.change_webhook(
        db, webhook, target=None, events=None, description=None, active=True
    )
    assert webhook.listens
    assert await make().run_once() == 1
    assert await stage.pending() == 0


async def test_a_success_ends_the_count_of_days(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    webhook_id = await told(stage, receiver)
    async with stage.services.db.connection() as conn:
        await conn.execute("UPDATE webhooks SET failing_since = now() - interval '6 days'")
    await make().run_once()
    webhook = await webhooks.fetch_webhook(stage.services.db, webhook_id)
    assert (webhook.failing_since, webhook.disabled_at) == (None, None)


async def test_both_secrets_sign_while_a_rotation_lasts(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    webhook_id = await told(stage, receiver)
    old, new = stage.secrets[webhook_id], new_secret()
    db, sealer = stage.services.db, stage.services.sealer
    async with db.connection() as conn:
        await webhooks.rotate_secret(conn, sealer, webhook_id, new, overlap=timedelta(hours=1))
    await make().run_once()
    [one] = receiver.received
    for secret in (old, new):
        Verifier(secret).verify(one.body, one.headers)
    async with db.connection() as conn:
        await webhooks.rotate_secret(conn, sealer, webhook_id, new_secret(), overlap=timedelta(0))
    webhook = await webhooks.fetch_webhook(db, webhook_id)
    await stage.live(await stage.job(webhook.owner_id))
    await make().run_once()
    assert " " not in receiver.received[-1].headers["webhook-signature"]


async def test_progress_that_was_overtaken_is_not_sent(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    owner = await stage.owner()
    await stage.listen(owner, receiver.url())
    job = await stage.job(owner)
    tenths = [f"progress = {tenth / 10 + 0.01}" for tenth in range(1, 10)]
    await stage.live(job, steps=[LIFE[0], *tenths])
    await stage.until_sent(make(), 10)
    events = [one.payload for one in receiver.received]
    assert [e["event"] for e in events] == ["video.uploaded", "job.started", "job.progress"]
    assert events[-1]["data"]["progress"] == 91
    counted = Counter(row["status"] for row in await stage.rows())
    assert counted == {"delivered": 3, "superseded": 8}


async def test_one_silent_receiver_holds_up_nobody_else(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    async with receiving(Receiver(choose=lambda _: "hang")) as silent:
        slow, quick = await stage.owner(), await stage.owner()
        await stage.listen(slow, silent.url(), COMPLETED)
        await stage.listen(quick, receiver.url(), COMPLETED)
        await stage.live(*[await stage.job(slow) for _ in range(30)])
        await stage.live(*[await stage.job(quick) for _ in range(30)])
        notifier = make()
        running = asyncio.create_task(notifier.run())
        await eventually(lambda: len(receiver.received) == 30, 5)
        assert len(silent.received) <= 12
        notifier.stop()
        await running
    assert 1 < receiver.most_at_once["/hook"] <= 4


async def test_private_addresses_are_refused_when_it_is_sent(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    stage.services = replace(stage.services, outbound=Outbound())
    await told(stage, receiver)
    notifier = Notifier(stage.services, NotifierMetrics(CollectorRegistry()))
    assert await notifier.run_once() == 1
    [attempt] = await stage.rows("delivery_attempts")
    assert "private network" in attempt["error"]
    assert receiver.received == []
    await stage.services.outbound.aclose()


async def test_a_secret_that_cannot_be_read_says_so(
    stage: Stage, receiver: Receiver, make: Callable[[], Notifier]
) -> None:
    await told(stage, receiver)
    changed = replace(stage.services, sealer=Sealer("another key" * 4, "other"))
    await Notifier(changed, NotifierMetrics(CollectorRegistry())).run_once()
    [attempt] = await stage.rows("delivery_attempts")
    assert "Rotate the secret" in attempt["error"]
    assert receiver.received == []
