"""What a whole round of the reaper leaves behind."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vidmill.db.job_statistics import fetch_days
from vidmill.queue import Queue
from vidmill_worker.attempt import Services
from vidmill_worker.reaper import Reaper


async def test_a_round_adds_up_what_is_counted(pipeline: Any, clip: Path) -> None:
    """Else both would be right for ever, and read ever more slowly."""
    db = pipeline.services.db

    async def waiting() -> tuple[int, int]:
        async with db.connection() as conn:
            cursor = await conn.execute(
                "SELECT (SELECT count(*) FROM job_changes), (SELECT count(*) FROM usage_entries)"
            )
            row = await cursor.fetchone()
            assert row is not None
            return row

    await pipeline.post(clip)
    counted = await fetch_days(db, owner_id=pipeline.owner.id, first=None, last=None)
    changes, entries = await waiting()
    assert changes
    assert entries
    await pipeline.reaper().run_once()
    assert await waiting() == (0, 0)
    assert await fetch_days(db, owner_id=pipeline.owner.id, first=None, last=None) == counted
    [day] = counted
    assert day.queued == 1


async def test_a_round_measures_since_when_nothing_can_be_played(pipeline: Any, clip: Path) -> None:
    """What alerts ask: a job that was begun and shows nothing, and when one last showed any."""
    registry = CollectorRegistry()
    reaper = Reaper(pipeline.services, registry)
    job_id = await pipeline.post(clip)

    async def measured(change: str) -> tuple[float, float]:
        async with pipeline.services.db.connection() as conn:
            await conn.execute(f"UPDATE jobs SET {change} WHERE id = %s", [job_id])
        await reaper.measure()
        unplayable = registry.get_sample_value("unplayable_job_seconds")
        last = registry.get_sample_value("last_playable_timestamp_seconds")
        assert unplayable is not None
        assert last is not None
        return unplayable, last

    assert await measured("priority = 5") == (0, 0)
    unplayable, last = await measured(
        "status = 'processing', started_at = now() - interval '20 minutes'"
    )
    assert unplayable == pytest.approx(1200, abs=30)
    assert last == 0
    unplayable, last = await measured("playable_at = to_timestamp(1700000000)")
    assert (unplayable, last) == (0, 1700000000)
    done = "status = 'completed', progress = 1, finished_at = to_timestamp(1700000009)"
    assert await measured(done) == (0, 1700000009)


async def test_a_round_says_which_services_answer(services: Services) -> None:
    """A reaper that can't reach Redis still says that storage and the database are there."""
    registry = CollectorRegistry()

    def seen() -> dict[str, float | None]:
        return {
            name: registry.get_sample_value("dependency_up", {"dependency": name})
            for name in ("database", "redis", "storage")
        }

    nowhere = Queue("redis://127.0.0.1:1/0")
    away = Services(services.settings, services.db, nowhere, services.storage)
    reaper = Reaper(away, registry)
    try:
        await asyncio.wait_for(reaper.run_once(), 60)
        assert seen() == {"database": 1, "redis": 0, "storage": 1}
    finally:
        await nowhere.close()
    reaper.services = services
    await reaper.run_once()
    assert seen() == {"database": 1, "redis": 1, "storage": 1}
