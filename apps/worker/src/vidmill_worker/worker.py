"""The worker: takes task ids from Redis, claims them in PostgreSQL, does the work.

`run()` takes as many tasks at a time as there are free slots. SIGTERM drains: running tasks may
finish within the grace period; what is left then goes back to the queue with nothing lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import socket
import time
from contextlib import suppress
from dataclasses import replace

import uvloop
from prometheus_client import CollectorRegistry

from vidmill import logs
from vidmill.cancellation import cancel_and_wait
from vidmill.db import tasks as task_rows
from vidmill.db.claims import Claim
from vidmill.db.completions import Completion, Completions
from vidmill.db.job_control import let_go
from vidmill.db.jobs import start_over
from vidmill.db.workers import beat_worker, register_worker
from vidmill.errors import DependencyDown, LeaseLost
from vidmill.metrics import WorkerMetrics
from vidmill.settings import Settings, load_settings
from vidmill.tasks import Failure, QueuedTask
from vidmill.workers import WORKER_HEARTBEAT_SECONDS
from vidmill_worker import confinement
from vidmill_worker.attempt import Attempt, Outcome, Services
from vidmill_worker.encoder_trial import find_encoders
from vidmill_worker.failures import attempts_allowed, failure_of
from vidmill_worker.intake import Intake
from vidmill_worker.process import supervised
from vidmill_worker.results import ChunksDiffer
from vidmill_worker.scratch import Scratch
from vidmill_worker.tasks import HANDLERS, inputs
from vidmill_worker.tasks.plan import another_way

log = logging.getLogger(__name__)


class Worker:
    """One worker process with `settings.worker_slots` tasks at a time."""

    def __init__(self, services: Services, worker_id: str, registry: CollectorRegistry) -> None:
        self.services = services
        self.id = worker_id
        self.metrics = WorkerMetrics(registry)
        self.metrics.slots.set(services.settings.worker_slots)
        self.scratch = Scratch(
            services.settings.scratch_dir / worker_id, services.settings.scratch_max_bytes
        )
        self.intake = Intake(services, worker_id, self._work)
        self._completions = Completions(services.db)
        self._ended = {"completed": 0, "failed": 0}

    async def run(self) -> None:
        """Work until `stop()`, then drain."""
        self.scratch.clear()
        await self.find_encoders()
        beat = asyncio.create_task(self._announce_alive())
        await self.intake.run()
        running = set(self.intake.running)
        grace = self.services.settings.drain_grace_seconds
        log.info("draining", extra={"grace_seconds": grace, "tasks": len(running)})
        if running:
            await asyncio.wait(running, timeout=grace)
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await cancel_and_wait(beat)
        await self._beat("stopped")
        await self.scratch.close()

    async def find_encoders(self) -> None:
        """Find out which encoders in hardware work here, of those that the settings allow."""
        found = await find_encoders(self.services.settings, self.scratch.root)
        self.services = replace(self.services, encoders=frozenset(found))
        for name in found:
            self.metrics.hardware_encoders.labels(name).set(1)

    def stop(self) -> None:
        """Take no more tasks and let `run()` end."""
        self.intake.stop()

    async def run_once(self, timeout_seconds: float) -> bool:
        """Take one message and do its task; False if none came within the timeout or the message
        was stale. Raises `DependencyDown`."""
        claim = await self.intake.take_one(timeout_seconds)
        if claim is not None:
            await self._work(claim)
        return claim is not None

    async def _work(self, claim: Claim) -> None:
        logs.job_id.set(str(claim.job.id))
        logs.task_id.set(str(claim.task.id))
        begun = time.monotonic()
        attempt = self._begin(claim)
        lease = attempt.lease
        self.services.queue.announce(lease.job_id, claim.job.owner_id)
        try:
            with self.metrics.active.track_inprogress():
                outcome = await attempt.run(HANDLERS[lease.kind])
            await attempt.persist(lambda: self._complete(attempt, outcome))
        except LeaseLost:
            self.metrics.leases_lost.inc()
            log.info("task was taken away", extra={"attempt": lease.attempt})
            await self._let_go(attempt)
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(attempt))
            raise
        except ChunksDiffer as error:
            await self._start_over(attempt, error)
        except Exception as error:  # noqa: BLE001  # a handler's edge: every failure becomes a row
            await self._fail(attempt, failure_of(error))
        finally:
            attempt.clear()
            self.metrics.task_duration.labels(lease.kind).observe(time.monotonic() - begun)
            self.metrics.cpu_seconds.labels(lease.kind).inc(attempt.cpu_seconds)
            self.services.queue.announce(lease.job_id, claim.job.owner_id)
            await self._make_room(claim)
            logs.job_id.set(None)
            logs.task_id.set(None)

    async def _make_room(self, claim: Claim) -> None:
        """Let the next task of an owner be taken who had reached their limit. Where that fails the
        reaper does it."""
        if self.services.settings.owner_running_tasks:
            with suppress(DependencyDown):
                await self.services.queue.wake([claim.job.owner_id])

    def _begin(self, claim: Claim) -> Attempt:
        task = claim.task
        if task.queued_at and task.started_at:
            waited = (task.started_at - task.queued_at).total_seconds()
            self.metrics.task_wait.labels(task.kind).observe(max(0.0, waited))
        log.debug("task begun", extra={"kind": task.kind, "attempt": task.attempt})
        return Attempt(self.services, claim, self.scratch)

    async def _complete(self, attempt: Attempt, outcome: Outcome) -> None:
        if outcome.publish is not None:
            await outcome.publish(attempt.cpu_seconds)
            if not attempt.lease.kind.follows:
                self.metrics.jobs_processed.labels("completed").inc()
        else:
            queued = await self._store(attempt, outcome)
            await self.services.queue.push_or_leave(queued)
        self._ended["completed"] += 1
        ended = "task skipped" if outcome.skipped else "task completed"
        log.info(ended, extra={"kind": attempt.lease.kind, "detail": outcome.result.get("reason")})

    async def _store(self, attempt: Attempt, outcome: Outcome) -> list[QueuedTask]:
        if outcome.new_tasks:
            return await task_rows.complete_task(
                self.services.db,
                attempt.lease,
                outcome.result,
                cpu_seconds=attempt.cpu_seconds,
                new_tasks=outcome.new_tasks,
                max_attempts=self.services.settings.task_max_attempts,
            )
        return await self._completions.store(
            Completion(attempt.lease, outcome.result, attempt.cpu_seconds, outcome.skipped)
        )

    async def _fail(self, attempt: Attempt, failure: Failure) -> None:
        settings = self.services.settings
        self.metrics.transcode_errors.labels(attempt.lease.kind, failure.code).inc()
        self._ended["failed"] += 1
        try:
            retried = await task_rows.fail_task(
                self.services.db,
                attempt.lease,
                failure,
                cpu_seconds=attempt.cpu_seconds,
                retry_base_seconds=settings.retry_base_seconds,
                retry_max_seconds=settings.retry_max_seconds,
                max_attempts=attempts_allowed(attempt.task, failure),
            )
        except LeaseLost:
            await self._let_go(attempt)
            return
        # A job that is published stays so, whatever becomes of what follows.
        if not retried and not attempt.lease.kind.follows:
            self.metrics.jobs_processed.labels("failed").inc()
        log.warning(
            "task failed",
            extra={"code": failure.code, "detail": failure.message, "retried": retried},
        )

    async def _start_over(self, attempt: Attempt, error: ChunksDiffer) -> None:
        """Workers of different builds or machines made chunks that no player could join, the
        source's pictures can't be counted, or hardware failed."""
        settings = self.services.settings
        code, params = another_way(error, inputs.encode_plan(attempt))
        self.metrics.transcode_errors.labels(attempt.lease.kind, code).inc()
        try:
            await start_over(
                self.services.db,
                attempt.lease,
                params,
                after_seconds=settings.lease_seconds,
                max_attempts=settings.task_max_attempts,
            )
            log.warning("the job starts over", extra={"code": code, "detail": str(error)})
        except (LeaseLost, DependencyDown):
            log.warning("the job could not start over; whoever packages it will find this again")

    async def _give_back(self, attempt: Attempt) -> None:
        try:
            task = await task_rows.return_task(
                self.services.db, attempt.lease, cpu_seconds=attempt.cpu_seconds
            )
            await self.services.queue.push_or_leave([task])
            log.info("task given back")
        except (LeaseLost, DependencyDown):
            log.warning("task could not be given back; its lease will run out")

    async def _let_go(self, attempt: Attempt) -> None:
        """Say that a task that was taken away is worked on no more: resuming its job waits for
        that, at most as long as the lease would have lasted."""
        try:
            queued = await let_go(self.services.db, attempt.lease)
        except DependencyDown:
            return
        await self.services.queue.push_or_leave(queued)

    async def _announce_alive(self) -> None:
        registered = False
        while True:
            try:
                if not registered:
                    await register_worker(
                        self.services.db,
                        self.id,
                        host=socket.gethostname(),
                        pid=os.getpid(),
                        slots=self.services.settings.worker_slots,
                        encoders=sorted(self.services.encoders),
                    )
                    registered = True
                stays = not (self.intake.stopping.is_set() or self.intake.held)
                await self._beat("active" if stays else "draining")
            except DependencyDown:
                log.warning("database unavailable; heartbeat skipped")
            await asyncio.sleep(WORKER_HEARTBEAT_SECONDS)

    async def _beat(self, status: str) -> None:
        ended, self._ended = self._ended, {"completed": 0, "failed": 0}
        try:
            drain = await beat_worker(self.services.db, self.id, status=status, **ended)
            if drain != self.intake.held:
                self.intake.hold(drain)
        except DependencyDown:
            self._ended = {key: self._ended[key] + ended[key] for key in ended}


def worker_name(settings: Settings) -> str:
    """WORKER_ID, or host and process id: unique among the workers alive."""
    return settings.worker_id or f"{socket.gethostname()}-{os.getpid()}"


async def run(settings: Settings) -> None:
    """Run one worker until SIGTERM or SIGINT. Raises `SandboxMissing`."""
    confinement.require(settings.sandbox_required)
    registry = CollectorRegistry()
    services = Services.for_worker(settings)
    worker = Worker(services, worker_name(settings), registry)
    async with supervised(settings, registry, worker.stop):
        await services.db.open()
        log.info("worker started", extra={"worker": worker.id, "slots": settings.worker_slots})
        try:
            await worker.run()
        finally:
            await services.close()


if __name__ == "__main__":
    _settings = load_settings()
    logs.configure_logging("worker", _settings.log_level)
    uvloop.run(run(_settings))
