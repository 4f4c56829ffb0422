"""Receivers fail, hang and reset, notifiers are killed: nothing is lost, the log is in order."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from uuid import UUID

import pytest
from pydantic import SecretStr

from vidmill.settings import Settings
from vidmill.webhooks import WebhookEvent
from vidmill_worker import notifier as notifier_module
from vidmill_worker.notifier import Notifier

from .webhook_receiver import Receiver, at_random, receiving
from .webhook_stage import LIFE, Stage

log = logging.getLogger(__name__)

OWNERS = 20
JOBS = 2_500
#: Four that are sent in any case for each job: of its video, its start, that it plays, its end.
EVENTS = 10_000
#: It takes 75 s where there is nothing else to do.
PATIENCE_SECONDS = 600


async def test_nothing_is_lost_when_notifiers_die(
    stage: Stage, make: Callable[[], Notifier], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The small form: in one process, which is left in the middle of its requests."""
    monkeypatch.setattr(notifier_module, "LEASE_MARGIN_SECONDS", 0.2)
    choose = at_random(1, fail=0.15, hang=0.03, reset=0.07, redirect=0.05)
    async with receiving(Receiver(choose=choose)) as receiver:
        owners = [await stage.owner() for _ in range(3)]
        for owner in owners:
            await stage.listen(owner, receiver.url(str(owner)))
        jobs = [await stage.job(owner) for owner in owners for _ in range(10)]
        for first in range(0, 30, 10):
            await stage.live(*jobs[first : first + 10])
            doomed = asyncio.create_task(make().run())
            await asyncio.sleep(0.15)
            doomed.cancel()
        await stage.until_sent(make(), 30)
    counted = await stage.check(receiver)
    assert sum(counted.values()) == 30 * 5


class Notifiers:
    """Processes as they are deployed; killed ones are replaced, as a supervisor does it."""

    def __init__(self, settings: Settings, count: int) -> None:
        self.environment = {
            **{name: value for name, value in os.environ.items() if name in ("PATH", "HOME")},
            **{
                name.upper(): value.get_secret_value() if isinstance(value, SecretStr) else value
                for name, value in settings
                if isinstance(value, SecretStr) or name.startswith("s3_")
            },
            "OUTBOUND_ALLOW_CIDRS": "127.0.0.1/32",
            "WEBHOOK_TIMEOUT_SECONDS": "1",
            "WEBHOOK_RETRY_SECONDS": ",".join(["0.2", "0.5", *["1"] * 20]),
            "METRICS_PORT": "0",
            "LOG_LEVEL": "ERROR",
        }
        self.running = [self._start() for _ in range(count)]
        self.kills = 0

    def _start(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "vidmill_worker.notifier"]
        return subprocess.Popen(command, env=self.environment)

    def kill_one(self, source: random.Random) -> None:
        number = source.randrange(len(self.running))
        self.running[number].kill()
        self.running[number].wait()
        self.running[number] = self._start()
        self.kills += 1

    def stop(self) -> None:
        for process in self.running:
            process.terminate()
        for process in self.running:
            process.wait()


@pytest.mark.faults
async def test_ten_thousand_events_reach_bad_receivers_while_notifiers_are_killed(
    stage: Stage, settings: Settings
) -> None:
    """Set SEED to repeat a run."""
    seed = int(os.environ.get("SEED", random.randrange(10**6)))
    source = random.Random(seed)
    inside = Receiver(host="127.0.0.2")
    choose = at_random(seed, fail=0.18, hang=0.02, reset=0.08, redirect=0.02)
    began = time.monotonic()
    async with receiving(inside), receiving(Receiver(choose=choose)) as receiver:
        receiver.location = inside.url()
        owners = [await stage.owner() for _ in range(OWNERS)]
        for owner in owners:
            await stage.listen(owner, receiver.url(str(owner)))
        outsider = await stage.owner()
        refused = await stage.listen(outsider, inside.url(), [WebhookEvent.JOB_COMPLETED])
        await stage.live(await stage.job(outsider))
        notifiers = Notifiers(settings, count=2)
        try:
            lives = asyncio.create_task(live(stage, owners))
            while not lives.done() or await left(stage, refused.id):
                await asyncio.sleep(source.uniform(1, 4))
                if notifiers.kills < 15 or not lives.done():
                    notifiers.kill_one(source)
                assert time.monotonic() - began < PATIENCE_SECONDS
            await lives
        finally:
            notifiers.stop()
    seconds = time.monotonic() - began
    async with stage.services.db.connection() as conn:
        await conn.execute("DELETE FROM webhooks WHERE id = %s", [refused.id])
    counted = await stage.check(receiver)
    accepted = [one.headers["webhook-id"] for one in receiver.received if one.accepted]
    assert counted["delivered"] >= EVENTS
    assert inside.received == []
    assert inside.connections == 0
    log.info(
        "SEED=%s: %s events in %.0f s, %s; %s requests, %s accepted twice, %s notifiers killed",
        seed,
        sum(counted.values()),
        seconds,
        dict(counted),
        len(receiver.received),
        len(accepted) - len(set(accepted)),
        notifiers.kills,
    )


async def live(stage: Stage, owners: list[UUID]) -> None:
    """Jobs of all owners, some hundreds at a time, each change when the one before was made."""
    for first in range(0, JOBS, 250):
        jobs = [await stage.job(owners[n % OWNERS]) for n in range(first, first + 250)]
        for step in LIFE:
            for some in range(0, 250, 25):
                await stage.live(*jobs[some : some + 25], steps=[step])


async def left(stage: Stage, but: UUID) -> bool:
    """Whether anything is still to be sent, but to one webhook."""
    async with stage.services.db.connection() as conn:
        row = await (
            await conn.execute(
                "SELECT EXISTS (SELECT FROM deliveries WHERE status = 'pending'"
                " AND webhook_id <> %s)",
                [but],
            )
        ).fetchone()
    return row == (True,)
