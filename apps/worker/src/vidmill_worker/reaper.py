"""The reaper: heals what crashed, and clears away what nobody wants any more.

Each round takes expired leases back, pushes queued tasks that no list holds, ends stale uploads,
removes unwanted objects and adds up what is counted. Every step is safe to repeat and to run in two
reapers at once.
"""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import UTC, datetime, timedelta

from prometheus_client import CollectorRegistry

from vidmill.db import (
    deliveries,
    idempotency,
    purges,
    sessions,
    task_reads,
    uploads,
    webhooks,
    workers,
)
from vidmill.db import tasks as task_rows
from vidmill.db.gallery import forget_viewers
from vidmill.db.job_reads import count_dead_letters, fetch_playability
from vidmill.db.job_statistics import count_by_status, fold_changes
from vidmill.db.pool import Database
from vidmill.db.thumbnails import awaited_thumbnails
from vidmill.db.usage import fold_usage
from vidmill.errors import DependencyDown
from vidmill.health import check_database, check_queue, check_storage
from vidmill.jobs import PROCESSED_PREFIX
from vidmill.logs import configure_logging
from vidmill.metrics import ReaperMetrics
from vidmill.queue import Queue
from vidmill.settings import Settings, load_settings
from vidmill.storage import Storage
from vidmill.uploads import UPLOADS_PREFIX, UploadStatus
from vidmill_worker.attempt import Services
from vidmill_worker.process import supervised

log = logging.getLogger(__name__)

#: Prefixes removed per round, so that a long list of them does not hold up the healing.
PURGES_PER_ROUND = 20
#: A long video has thousands of segments, and some stores remove a hundred a second.
PURGE_SECONDS = 600.0
#: Between two looks for parts that nothing knows of: a list of all uploads under way is not cheap.
SWEEP_SECONDS = 3600.0
#: How long after its upload would have expired a part is certainly nobody's; no task lasts longer.
ABANDONED_AFTER = timedelta(days=1)


class Reaper:
    """One process; a second one does no harm."""

    def __init__(self, services: Services, registry: CollectorRegistry) -> None:
        self.services = services
        self.metrics = ReaperMetrics(registry)
        self.stopping = asyncio.Event()
        self._next_sweep = time.monotonic()

    async def run(self) -> None:
        """Do rounds until told to stop."""
        while not self.stopping.is_set():
            await self.run_once()
            try:
                async with asyncio.timeout(self.services.settings.reaper_interval_seconds):
                    await self.stopping.wait()
            except TimeoutError:
                continue

    async def run_once(self) -> None:
        """One round. A step that cannot be done now does not keep the others from being done."""
        for step in (
            self.look_at_dependencies,
            self.expire_leases,
            self.push_missing,
            self.make_thumbnails,
            self.expire_uploads,
            self.sweep_parts,
            self.purge_objects,
            self.add_up,
            self.forget,
            self.measure,
        ):
            try:
                await step()
            except DependencyDown as error:
                log.warning("step put off", extra={"step": step.__name__, "code": error.code})
            except Exception:  # the loop's edge: one step must not end the healing
                log.exception("step failed", extra={"step": step.__name__})

    async def expire_leases(self) -> None:
        """Take tasks from workers that fell silent, and queue or fail them."""
        queued, expired = await task_rows.expire_leases(self.services.db)
        if expired:
            log.warning("leases expired", extra={"leases": len(expired)})
            self.metrics.leases_expired.inc(len(expired))
        await self.services.queue.push_or_leave(queued)
        for job_id, owner_id in expired:
            self.services.queue.announce(job_id, owner_id)

    async def push_missing(self) -> None:
        """Push tasks that could be claimed but are in no list: Redis lost them, a push failed, or
        their time for another try has come. A task popped a moment ago may be pushed once more;
        its claim then finds it running."""
        candidates = await task_reads.queued_tasks(
            self.services.db, older_than_seconds=self.services.settings.reaper_interval_seconds
        )
        if not candidates:
            return
        await self.services.queue.heal()
        if missing := await self.services.queue.missing(candidates):
            log.info("tasks pushed again", extra={"tasks": len(missing)})
            self.metrics.tasks_repushed.inc(len(missing))
            await self.services.queue.push(missing)

    async def make_thumbnails(self) -> None:
        """Queue the making of stills whose pictures came before there was a job to belong to."""
        queued = await awaited_thumbnails(
            self.services.db, max_attempts=self.services.settings.task_max_attempts
        )
        await self.services.queue.push_or_leave(queued)

    async def expire_uploads(self) -> None:
        """End uploads whose time has run out and free their parts. Storage comes first: what is
        still pending is found again next time. One that is being completed right now is either
        assembled already, and then stays so, or fails to be."""
        db, storage = self.services.db, self.services.storage
        seconds = self.services.settings.presign_ttl_seconds
        for upload in await uploads.due_uploads(db):
            if upload.s3_upload_id is not None:
                await storage.abort_multipart(upload.object_key, upload.s3_upload_id)
            expired = UploadStatus.EXPIRED
            if await uploads.end_upload(db, upload.id, expired, url_seconds=seconds):
                self.metrics.uploads_expired.inc()

    async def sweep_parts(self) -> None:
        """Drop, now and then, parts of uploads that nothing knows of: whoever began them died
        before it could write that down, or in the middle of sending."""
        if time.monotonic() < self._next_sweep:
            return
        self._next_sweep = time.monotonic() + SWEEP_SECONDS
        lifetime = timedelta(seconds=self.services.settings.upload_ttl_seconds) + ABANDONED_AFTER
        storage = self.services.storage
        for prefix in (UPLOADS_PREFIX, PROCESSED_PREFIX):
            for key, upload_id, begun in await storage.unfinished_uploads(prefix):
                if begun < datetime.now(UTC) - lifetime:
                    await storage.abort_multipart(key, upload_id)
                    log.info("parts removed", extra={"key": key, "begun": begun.isoformat()})

    async def purge_objects(self) -> None:
        """Remove objects below unwanted prefixes. The request's row stays locked meanwhile and
        goes in the same transaction: a crash leaves it to the next round."""
        for _ in range(PURGES_PER_ROUND):
            async with self.services.db.transaction(seconds=PURGE_SECONDS) as conn:
                prefix = await purges.lock_due_purge(conn)
                if prefix is None:
                    return
                removed = await self.services.storage.delete_prefix(prefix)
                await purges.withdraw_purge(conn, prefix)
            self.metrics.objects_purged.inc(removed)
            log.info("objects removed", extra={"prefix": prefix, "objects": removed})

    async def forget(self) -> None:
        """Drop rows that only matter for a while."""
        await idempotency.forget_keys(self.services.db)
        await sessions.forget_sessions(self.services.db)
        await workers.forget_workers(self.services.db)
        kept = self.services.settings.webhook_log_seconds
        await deliveries.forget_deliveries(self.services.db, after_seconds=kept)
        await webhooks.forget_job_webhooks(self.services.db, after_seconds=kept)
        await forget_viewers(self.services.db)

    async def add_up(self) -> None:
        """Add what became of jobs to their statistics, and what was used to its sums: both are read
        as sums and changes."""
        await fold_changes(self.services.db)
        await fold_usage(self.services.db)

    async def look_at_dependencies(self) -> None:
        """Tell Prometheus which of the services that all need answer."""
        services = self.services
        checks = {
            "database": check_database(services.db),
            "redis": check_queue(services.queue),
            "storage": check_storage(services.storage),
        }
        for name, check in zip(checks, await asyncio.gather(*checks.values()), strict=True):
            self.metrics.dependency_up.labels(name).set(check.healthy)

    async def measure(self) -> None:
        """Refresh the gauges."""
        playability = await fetch_playability(self.services.db)
        self.metrics.unplayable.set(playability.unplayable_seconds)
        self.metrics.last_playable.set(playability.last_playable)
        now = datetime.now(UTC)
        known = await workers.fetch_workers(self.services.db)
        active = sum(worker.status == "active" and worker.is_healthy(now) for worker in known)
        self.metrics.workers_active.set(active)
        for priority, depth in (await self.services.queue.depths()).items():
            self.metrics.queue_depth.labels(str(priority)).set(depth)
        self.metrics.queued_tasks.set(await task_reads.count_queued(self.services.db))
        self.metrics.dead_letters.set(await count_dead_letters(self.services.db))
        for status, count in (await count_by_status(self.services.db)).items():
            self.metrics.jobs.labels(status).set(count)


async def run(settings: Settings) -> None:
    """Run the reaper until SIGTERM or SIGINT."""
    registry = CollectorRegistry()
    services = Services(
        settings,
        Database(settings.database_url.get_secret_value(), size=2, name="vidmill-reaper"),
        Queue(settings.redis_url.get_secret_value()),
        Storage(settings),
    )
    reaper = Reaper(services, registry)
    async with supervised(settings, registry, reaper.stopping.set):
        await services.db.open()
        try:
            await reaper.run()
        finally:
            services.storage.close()
            await services.queue.close()
            await services.db.close()


if __name__ == "__main__":
    _settings = load_settings()
    configure_logging("reaper", _settings.log_level)
    asyncio.run(run(_settings))
