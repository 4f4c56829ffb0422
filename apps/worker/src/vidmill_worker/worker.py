"""The worker: takes task ids from Redis, claims them in PostgreSQL, does the work.

`run()` is a loop around `run_once()` in each slot. SIGTERM drains: running tasks may finish
within the grace period; what is left then goes back to the queue with nothing lost.
"""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import time
from uuid import UUID

from prometheus_client import CollectorRegistry, start_http_server

from vidmill import logs
from vidmill.db import tasks as task_rows
from vidmill.db.job_reads import fetch_job
from vidmill.db.pool import Database
from vidmill.db.workers import beat_worker, register_worker
from vidmill.errors import DependencyDown, LeaseLost, NotFound
from vidmill.jobs import JobStatus
from vidmill.metrics import WorkerMetrics
from vidmill.queue import Queue
from vidmill.settings import Settings, load_settings
from vidmill.storage import Storage
from vidmill.tasks import Failure, Lease, Task
from vidmill.workers import WORKER_HEARTBEAT_SECONDS
from vidmill_worker.attempt import Attempt, Outcome, Services
from vidmill_worker.failures import failure_of
from vidmill_worker.scratch import Scratch
from vidmill_worker.tasks import HANDLERS

log = logging.getLogger(__name__)

#: Pause after PostgreSQL or Redis did not answer, in seconds.
DEPENDENCY_PAUSE_SECONDS = 1.0


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
        self.stopping = asyncio.Event()
        self._ended = {"completed": 0, "failed": 0}

    async def run(self) -> None:
        """Work until `stop()`, then drain."""
        self.scratch.clear()
        beat = asyncio.create_task(self._announce_alive())
        slots = [
            asyncio.create_task(self._slot()) for _ in range(self.services.settings.worker_slots)
        ]
        await self.stopping.wait()
        log.info("draining", extra={"grace_seconds": self.services.settings.drain_grace_seconds})
        await asyncio.wait(slots, timeout=self.services.settings.drain_grace_seconds)
        for slot in slots:
            slot.cancel()
        await asyncio.gather(*slots, return_exceptions=True)
        beat.cancel()
        await asyncio.gather(beat, return_exceptions=True)
        await self._beat("stopped")
        self.scratch.clear()

    def stop(self) -> None:
        """Take no more tasks and let `run()` end."""
        self.stopping.set()

    async def _slot(self) -> None:
        while not self.stopping.is_set():
            try:
                await self.run_once()
            except DependencyDown as error:
                log.warning("waiting for a dependency", extra={"code": error.code})
                await asyncio.sleep(DEPENDENCY_PAUSE_SECONDS)
            except Exception:  # the loop's edge: one bad task must not end a worker
                log.exception("a task ended in an unexpected way")
                await asyncio.sleep(DEPENDENCY_PAUSE_SECONDS)

    async def run_once(self, timeout_seconds: float = 5.0) -> bool:
        """Take one message and do its task; False if none came within the timeout or the message
        was stale. Raises `DependencyDown`."""
        task_id = await self._pop(timeout_seconds)
        if task_id is None:
            return False
        task = await task_rows.claim_task(
            self.services.db,
            task_id,
            worker_id=self.id,
            lease_seconds=self.services.settings.lease_seconds,
        )
        if task is None:
            log.debug("stale message", extra={"task": str(task_id)})
            return False
        logs.job_id.set(str(task.job_id))
        logs.task_id.set(str(task.id))
        try:
            with self.metrics.active.track_inprogress():
                await self._work(task)
        finally:
            logs.job_id.set(None)
            logs.task_id.set(None)
        return True

    async def _pop(self, timeout_seconds: float) -> UUID | None:
        """Wait for a message, but no longer than until the worker is told to stop. A message that
        comes at that very moment is pushed back by the reaper's next look."""
        pop = asyncio.ensure_future(self.services.queue.pop(timeout_seconds))
        stopping = asyncio.ensure_future(self.stopping.wait())
        try:
            await asyncio.wait({pop, stopping}, return_when=asyncio.FIRST_COMPLETED)
            return pop.result() if pop.done() else None
        finally:
            stopping.cancel()
            if not pop.done():
                pop.cancel()
                await asyncio.gather(pop, return_exceptions=True)

    async def _work(self, task: Task) -> None:
        begun = time.monotonic()
        lease = task.lease
        try:
            attempt = await self._begin(task, lease)
        except NotFound:
            return  # The job was deleted between claim and here; its tasks are gone with it.
        try:
            outcome = await attempt.run(HANDLERS[lease.kind])
            await attempt.persist(lambda: self._complete(attempt, outcome))
        except LeaseLost:
            self.metrics.leases_lost.inc()
            log.info("task was taken away", extra={"attempt": lease.attempt})
        except asyncio.CancelledError:
            await asyncio.shield(self._give_back(attempt))
            raise
        except Exception as error:  # noqa: BLE001  # a handler's edge: every failure becomes a row
            await self._fail(attempt, failure_of(error))
        finally:
            self.scratch.release(attempt.scratch)
            self.metrics.task_duration.labels(lease.kind).observe(time.monotonic() - begun)
            self.metrics.cpu_seconds.labels(lease.kind).inc(attempt.cpu_seconds)
            await self.services.queue.announce(lease.job_id)

    async def _begin(self, task: Task, lease: Lease) -> Attempt:
        job = await fetch_job(self.services.db, lease.job_id)
        # The plan of a new job, or whichever task a retried one had left to do. Not part of the
        # claim, which would lock the task's row before the job's.
        if job.status == JobStatus.QUEUED:
            await task_rows.start_job(self.services.db, lease.job_id)
        if task.queued_at and task.started_at:
            waited = (task.started_at - task.queued_at).total_seconds()
            self.metrics.task_wait.labels(lease.kind).observe(max(0.0, waited))
        log.info("task begun", extra={"kind": lease.kind, "attempt": lease.attempt})
        return Attempt(self.services, lease, job, task, self.scratch)

    async def _complete(self, attempt: Attempt, outcome: Outcome) -> None:
        if outcome.publish is not None:
            await outcome.publish(attempt.cpu_seconds)
            self.metrics.jobs_processed.labels("completed").inc()
        else:
            queued = await task_rows.complete_task(
                self.services.db,
                attempt.lease,
                outcome.result,
                cpu_seconds=attempt.cpu_seconds,
                new_tasks=outcome.new_tasks,
                max_attempts=self.services.settings.task_max_attempts,
            )
            await self.services.queue.push_or_leave(queued)
        self._ended["completed"] += 1
        log.info("task completed", extra={"kind": attempt.lease.kind})

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
                max_attempts=attempt.task.max_attempts,
            )
        except LeaseLost:
            return
        if not retried:
            self.metrics.jobs_processed.labels("failed").inc()
        log.warning(
            "task failed",
            extra={"code": failure.code, "detail": failure.message, "retried": retried},
        )

    async def _give_back(self, attempt: Attempt) -> None:
        try:
            task = await task_rows.return_task(
                self.services.db, attempt.lease, cpu_seconds=attempt.cpu_seconds
            )
            await self.services.queue.push_or_leave([task])
            log.info("task given back")
        except (LeaseLost, DependencyDown):
            log.warning("task could not be given back; its lease will run out")

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
                    )
                    registered = True
                await self._beat("draining" if self.stopping.is_set() else "active")
            except DependencyDown:
                log.warning("database unavailable; heartbeat skipped")
            await asyncio.sleep(WORKER_HEARTBEAT_SECONDS)

    async def _beat(self, status: str) -> None:
        ended, self._ended = self._ended, {"completed": 0, "failed": 0}
        try:
            await beat_worker(self.services.db, self.id, status=status, **ended)
        except DependencyDown:
            self._ended = {key: self._ended[key] + ended[key] for key in ended}


def worker_name(settings: Settings) -> str:
    """WORKER_ID, or host and process id: unique among the workers alive."""
    return settings.worker_id or f"{socket.gethostname()}-{os.getpid()}"


async def run(settings: Settings) -> None:
    """Run one worker until SIGTERM or SIGINT."""
    registry = CollectorRegistry()
    services = Services(
        settings,
        Database(
            settings.database_url.get_secret_value(),
            # Each slot may hold one connection while its heartbeat wants another.
            size=max(4, 2 * settings.worker_slots),
            name="vidmill-worker",
            # A dead connection fails a statement, which workers try again; a check before each
            # would double the round trips of a task.
            check=False,
        ),
        Queue(settings.redis_url.get_secret_value()),
        Storage(settings),
    )
    worker = Worker(services, worker_name(settings), registry)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, worker.stop)
    server, thread = start_http_server(
        settings.metrics_port, addr=settings.metrics_host, registry=registry
    )
    await services.db.open()
    log.info("worker started", extra={"worker": worker.id, "slots": settings.worker_slots})
    try:
        await worker.run()
    finally:
        services.storage.close()
        await services.queue.close()
        await services.db.close()
        server.shutdown()
        thread.join()


if __name__ == "__main__":
    _settings = load_settings()
    logs.configure_logging("worker", _settings.log_level)
    asyncio.run(run(_settings))
