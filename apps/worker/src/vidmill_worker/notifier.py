"""The notifier: sends what happened to those who want to hear of it, until they have.

Events are rows that triggers write with the change itself. A notifier claims those whose time has
come for a while (their lease), sends them, and logs what came back. Killed at any moment it loses
nothing: what it had claimed comes back when the lease is over, with the same id, so that a receiver
can tell that it had it before. Several notifiers share the work.
"""

from __future__ import annotations

import asyncio
import logging
import time
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry

from vidmill.db import deliveries, webhooks
from vidmill.db.pool import Database
from vidmill.errors import DependencyDown
from vidmill.logs import configure_logging
from vidmill.metrics import NotifierMetrics
from vidmill.outbound import Outbound
from vidmill.sealing import KEPT_SECRETS, Sealer
from vidmill.settings import Settings, load_settings
from vidmill.webhooks import Sending, retry_delay
from vidmill_worker.process import supervised
from vidmill_worker.webhook_request import Outcome, send

log = logging.getLogger(__name__)

#: A lease outlasts the longest request by this much, for what is done before and after it.
LEASE_MARGIN_SECONDS = 15.0
#: A receiver that kept silent so often in a row gets one request at a time until it answers.
SILENCES = 3
#: What ends at about the same time makes room for one claim instead of many.
GATHER_SECONDS = 0.02
#: Requests under way may end before a stopping notifier does.
STOP_SECONDS = 10.0
MEASURE_SECONDS = 5.0


@dataclass
class Lane:
    """Requests under way to an owner's receivers on one host."""

    busy: int = 0
    silences: int = 0


@dataclass(frozen=True)
class Services:
    """What a notifier works with."""

    settings: Settings
    db: Database
    outbound: Outbound
    sealer: Sealer

    @classmethod
    def of(cls, settings: Settings) -> Services:
        """Clients for one process; nothing is connected yet."""
        return cls(
            settings,
            Database(settings.database_url.get_secret_value(), size=8, name="vidmill-notifier"),
            Outbound(allowed=settings.outbound_allow_cidrs),
            Sealer(settings.secret_key.get_secret_value(), KEPT_SECRETS),
        )

    async def close(self) -> None:
        await self.outbound.aclose()
        await self.db.close()


@dataclass
class Notifier:
    """One process; others beside it share the work."""

    services: Services
    metrics: NotifierMetrics
    stopping: asyncio.Event = field(default_factory=asyncio.Event)
    _lanes: dict[int, Lane] = field(default_factory=dict[int, Lane])
    _running: set[asyncio.Task[None]] = field(default_factory=set["asyncio.Task[None]"])
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _measured_at: float = 0.0

    async def run(self) -> None:
        """Send until told to stop; then let what is under way end."""
        while not self.stopping.is_set():
            try:
                await self.claim()
                await self.measure()
            except DependencyDown as error:
                log.warning("round put off", extra={"code": error.code})
            except Exception:  # the loop's edge: one round must not end the sending
                log.exception("round failed")
            await self._pause()
        if self._running:
            await asyncio.wait(self._running, timeout=STOP_SECONDS)
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    async def run_once(self) -> int:
        """Send what is to be sent now, and wait for all of it; returns how many requests."""
        count = await self.claim()
        await asyncio.gather(*self._running)
        return count

    def stop(self) -> None:
        self.stopping.set()
        self._news.set()

    async def _pause(self) -> None:
        """Until a request has ended, or for a while."""
        try:
            async with asyncio.timeout(self.services.settings.webhook_poll_seconds):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()
        if not self.stopping.is_set():
            await asyncio.sleep(GATHER_SECONDS)

    async def claim(self) -> int:
        """Begin as many requests as there is room for. Raises `DependencyDown`."""
        settings = self.services.settings
        free = settings.webhook_concurrency - len(self._running)
        if free <= 0:
            return 0
        most = settings.webhook_endpoint_concurrency
        claimed = await deliveries.claim_deliveries(
            self.services.db,
            limit=free,
            room=most,
            rooms={
                number: (1 if lane.silences >= SILENCES else most) - lane.busy
                for number, lane in self._lanes.items()
            },
            lease_seconds=settings.webhook_timeout_seconds + LEASE_MARGIN_SECONDS,
        )
        self.metrics.deliveries.labels("superseded").inc(claimed.superseded)
        for sending in claimed.sendings:
            lane = self._lanes.setdefault(sending.lane, Lane())
            lane.busy += 1
            task = asyncio.create_task(self._send(sending, lane))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return len(claimed.sendings)

    async def _send(self, sending: Sending, lane: Lane) -> None:
        try:
            with self.metrics.active.track_inprogress():
                outcome = await send(
                    self.services.outbound,
                    self.services.sealer,
                    sending,
                    seconds=self.services.settings.webhook_timeout_seconds,
                )
            lane.silences = lane.silences + 1 if outcome.silent else 0
            await self._record(sending, outcome)
        except DependencyDown as error:
            # Sent, and nobody knows: it is sent again when the lease is over.
            log.warning("result not stored", extra={"code": error.code, "id": str(sending.id)})
        except Exception:  # the task's edge: its lease runs out, and it is sent again
            log.exception("delivery failed", extra={"delivery_id": str(sending.id)})
        finally:
            lane.busy -= 1
            if lane.busy == 0 and lane.silences == 0:
                self._lanes.pop(sending.lane, None)
            self._news.set()

    async def _record(self, sending: Sending, outcome: Outcome) -> None:
        """Log the attempt; disable a webhook whose receiver is gone, or failed for days."""
        settings = self.services.settings
        delay = (
            None
            if outcome.delivered or outcome.gone
            else retry_delay(
                settings.webhook_retry_seconds,
                sending.tries + 1,
                retry_after=outcome.retry_after,
            )
        )
        held, failing_since = await deliveries.record_attempt(
            self.services.db, sending, outcome.attempt, delay_seconds=delay
        )
        if not held:
            return
        result = "delivered" if outcome.delivered else "retried" if delay else "failed"
        self.metrics.deliveries.labels(result).inc()
        self.metrics.seconds.observe(outcome.attempt["seconds"])
        if outcome.gone:
            await self._disable(sending, "The receiver answered 410 Gone: it wants nothing more.")
        elif (
            not outcome.delivered
            and failing_since is not None
            and time.time() - failing_since.timestamp() > settings.webhook_disable_seconds
        ):
            since = failing_since.strftime("%d %B %Y, %H:%M UTC")
            await self._disable(sending, f"Every attempt has failed since {since}.")

    async def _disable(self, sending: Sending, reason: str) -> None:
        if await webhooks.disable_webhook(self.services.db, sending.webhook_id, reason):
            self.metrics.disabled.inc()
            log.warning(
                "webhook disabled",
                extra={"webhook_id": str(sending.webhook_id), "reason": reason},
            )

    async def measure(self) -> None:
        """Refresh the gauges, now and then."""
        if time.monotonic() - self._measured_at < MEASURE_SECONDS:
            return
        self._measured_at = time.monotonic()
        count, age = await deliveries.count_pending(self.services.db)
        self.metrics.pending.set(count)
        self.metrics.oldest.set(age)


async def run(settings: Settings) -> None:
    """Run a notifier until SIGTERM or SIGINT."""
    registry = CollectorRegistry()
    services = Services.of(settings)
    notifier = Notifier(services, NotifierMetrics(registry))
    async with supervised(settings, registry, notifier.stop):
        await services.db.open()
        try:
            await notifier.run()
        finally:
            await services.close()


if __name__ == "__main__":
    _settings = load_settings()
    configure_logging("notifier", _settings.log_level)
    asyncio.run(run(_settings))
