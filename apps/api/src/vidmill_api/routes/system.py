"""Figures of the whole system, and what is wrong with it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from vidmill.access import Scope
from vidmill.db import figures as rows
from vidmill.db.job_statistics import count_by_status
from vidmill.db.workers import fetch_current_jobs, fetch_workers
from vidmill.health import check_queue, check_storage
from vidmill.jobs import JobStatus
from vidmill.system_health import Figures, assess
from vidmill.workers import Worker
from vidmill_api.operation import Call, Operation
from vidmill_api.system_schemas import (
    QueueStatsView,
    SystemHealthView,
    SystemMetricsView,
    WorkersView,
)


@Operation(summary="Figures of the system", tag="system", response=SystemMetricsView)
async def system_metrics(call: Call[None, None]) -> dict[str, Any]:
    """How much there is to do and how much was done."""
    db, owner = call.context.db, call.user.scope
    now = datetime.now(UTC)
    counts = await count_by_status(db, owner_id=owner)
    averages = await rows.fetch_averages(db, owner_id=owner)
    queue = await rows.fetch_queue(db)
    present = [worker for worker in await fetch_workers(db) if worker.status != "stopped"]
    return {
        "queue_depth": sum(one.waiting + one.delayed for one in queue),
        "dlq_depth": await rows.count_dead_letters_of(db, owner),
        "active_jobs": counts[JobStatus.PROCESSING],
        "queued_jobs": counts[JobStatus.QUEUED],
        "total_jobs": sum(counts.values()),
        "completed_jobs": counts[JobStatus.COMPLETED],
        "failed_jobs": counts[JobStatus.FAILED],
        "cancelled_jobs": counts[JobStatus.CANCELLED],
        "average_wait_time_seconds": _rounded(averages.wait_seconds),
        "average_process_time_seconds": _rounded(averages.process_seconds),
        "worker_count": len(present),
        "healthy_workers": sum(worker.is_healthy(now) for worker in present),
        "last_updated": now,
    }


@Operation(summary="Is anything wrong?", tag="system", response=SystemHealthView)
async def system_health(call: Call[None, None]) -> dict[str, Any]:
    """`healthy`; `warning`: something wants looking at; `critical`: jobs are not made. Each alert
    says what to do."""
    context, db = call.context, call.context.db
    redis, storage = await asyncio.gather(
        check_queue(context.queue), check_storage(context.storage)
    )
    queue = await rows.fetch_queue(db)
    now = datetime.now(UTC)
    figures = Figures(
        now=now,
        workers=await fetch_workers(db),
        waiting_tasks=sum(one.waiting for one in queue),
        oldest_wait_seconds=max((one.oldest_wait_seconds for one in queue), default=0.0),
        dead_letters=await rows.count_dead_letters_of(db, None),
        unreachable=[
            name for name, check in (("redis", redis), ("storage", storage)) if not check.healthy
        ],
    )
    status, alerts = assess(figures, context.settings)
    return {"status": status, "alerts": [asdict(one) for one in alerts], "checked_at": now}


@Operation(
    summary="Workers", tag="system", response=WorkersView, scope=Scope.ADMIN
)  # Their hosts and everybody's jobs are nobody else's business.
async def workers_health(call: Call[None, None]) -> dict[str, Any]:
    """Those heard of in the last day, with what they do now."""
    db = call.context.db
    found = await fetch_workers(db)
    current = await fetch_current_jobs(db)
    return {"workers": [worker_view(one, current.get(one.id, ())) for one in found]}


@Operation(summary="What waits", tag="system", response=QueueStatsView)
async def queue_stats(call: Call[None, None]) -> dict[str, Any]:
    """Tasks by priority; dead letters are yours, or, for administrators, everybody's."""
    db = call.context.db
    queue = await rows.fetch_queue(db)
    return {
        "queue_depth": sum(one.waiting + one.delayed for one in queue),
        "delayed": sum(one.delayed for one in queue),
        "oldest_wait_seconds": _rounded(max((q.oldest_wait_seconds for q in queue), default=0.0)),
        "dlq_depth": await rows.count_dead_letters_of(db, call.user.scope),
        "priorities": [
            {**asdict(one), "oldest_wait_seconds": _rounded(one.oldest_wait_seconds)}
            for one in queue
        ],
    }


def worker_view(worker: Worker, current_jobs: Sequence[UUID]) -> dict[str, Any]:
    """`WorkerView`."""
    status = "healthy" if worker.status == "active" else worker.status
    silent = worker.status != "stopped" and not worker.is_healthy(datetime.now(UTC))
    return {
        "worker_id": worker.id,
        "host": worker.host,
        "status": "silent" if silent else status,
        "slots": worker.slots,
        "running_tasks": worker.running_tasks,
        "current_jobs": list(current_jobs),
        "processed_tasks": worker.tasks_completed,
        "failed_attempts": worker.tasks_failed,
        "encoders": worker.encoders,
        "started_at": worker.started_at,
        "last_heartbeat": worker.heartbeat_at,
        "drain_requested_at": worker.drain_requested_at,
    }


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)
