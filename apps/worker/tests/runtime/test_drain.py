"""A worker is told at its heartbeat to take no more tasks, and to take them again."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from vidmill.db.task_reads import fetch_tasks
from vidmill.db.workers import fetch_workers, request_drain
from vidmill.jobs import JobStatus
from vidmill.presets import AUDIO
from vidmill.tasks import TaskStatus
from vidmill_worker import worker as worker_module
from vidmill_worker.attempt import Services


async def eventually(check: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(60):
        while not await check():  # noqa: ASYNC110  # the database has no events
            await asyncio.sleep(0.02)


async def until(services: Services, wanted: str) -> None:
    async def is_so() -> bool:
        return [row.status for row in await fetch_workers(services.db)] == [wanted]

    await eventually(is_so)


async def next_heartbeat(services: Services) -> None:
    [before] = await fetch_workers(services.db)

    async def beaten() -> bool:
        return (await fetch_workers(services.db))[0].heartbeat_at > before.heartbeat_at

    await eventually(beaten)


async def test_a_drained_worker_takes_nothing_until_it_is_let(
    services: Services, pipeline: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worker_module, "WORKER_HEARTBEAT_SECONDS", 0.1)
    worker = pipeline.worker("w1")
    running = asyncio.create_task(worker.run())
    await until(services, "active")
    await request_drain(services.db, "w1", drain=True)
    await until(services, "draining")
    job_id = await pipeline.post(clip, spec=AUDIO)
    # Whoever looks for work would have found it by the second heartbeat from here.
    for _ in range(2):
        await next_heartbeat(services)
    [plan] = await fetch_tasks(services.db, [job_id])
    assert plan.status == TaskStatus.QUEUED
    assert not running.done(), "the process stays"
    await request_drain(services.db, "w1", drain=False)

    async def completed() -> bool:
        return (await pipeline.job(job_id)).status == JobStatus.COMPLETED

    await eventually(completed)
    await until(services, "active")
    # A stopped worker ends, drained or not.
    await request_drain(services.db, "w1", drain=True)
    await until(services, "draining")
    worker.stop()
    async with asyncio.timeout(10):
        await running
    await until(services, "stopped")
