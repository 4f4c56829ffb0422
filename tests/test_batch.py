"""Two hundred jobs at once: all complete, the urgent first, then the older (`make test-faults`)."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

PRIORITIES = (2, 5, 8)
COUNT = 200


def ended(job: Any) -> bool:
    return job["status"] in {"completed", "failed"}


@pytest.mark.faults
async def test_jobs_complete_in_order_of_priority_and_age(product: Any, short_clip: Path) -> None:
    video_id = await product.upload(short_clip)
    wanted = [(PRIORITIES[number % 3], number) for number in range(COUNT)]
    at_a_time = max(2, COUNT // 12)
    gate = asyncio.Semaphore(at_a_time)

    async def post(priority: int) -> str:
        async with gate:
            return await product.post_job(video_id, priority=priority, preset="mobile")

    ids = await asyncio.gather(*(post(priority) for priority, _ in wanted))
    assert len(set(ids)) == COUNT
    for job_id in ids:
        await product.until(job_id, ended, 600)
    page = (await product.http.get("/api/v1/jobs", params={"limit": 500})).json()
    jobs = [job for job in page["items"] if job["id"] in set(ids)]
    assert [job["status"] for job in jobs] == ["completed"] * COUNT
    started = sorted(jobs, key=lambda job: job["started_at"])
    # Workers begin before the last job is posted, so that only what was waiting can be ordered.
    posted = max(datetime.fromisoformat(job["created_at"]) for job in jobs)
    waiting = [job for job in started if datetime.fromisoformat(job["started_at"]) > posted]
    assert len(waiting) > COUNT / 2
    priorities = [job["priority"] for job in waiting]
    assert priorities == sorted(priorities, reverse=True)
    for priority in PRIORITIES:
        peers = [job for job in waiting if job["priority"] == priority]
        by_age = sorted(peers, key=lambda job: job["created_at"])
        # Requests that were under way together may have been pushed in another order.
        assert all(abs(by_age.index(job) - place) < at_a_time for place, job in enumerate(peers))
