"""What is killed, stopped, flushed or restarted in mid-encode: nothing is lost, nothing is
published twice. The whole product runs, as `make up` starts it, with leases of six seconds."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import psycopg
import pytest
import redis.asyncio

from vidmill.queue import Queue
from vidmill.tasks import QueuedTask, TaskKind
from vidmill.workers import WORKER_HEARTBEAT_SECONDS

LEASE_SECONDS = 6

pytestmark = pytest.mark.faults


async def completed_right(product: Any, job_id: str, tmp_path: Path, frames: int = 150) -> Any:
    job = await product.ended(job_id)
    assert (job["status"], job["error"]) == ("completed", None)
    assert [r["name"] for r in job["renditions"]] == ["360p", "480p", "720p"]
    assert {r["frames"] for r in job["renditions"]} == {frames}
    assert await product.frames(job, "720p", tmp_path) == frames
    names = [asset["name"] for asset in job["outputs"]]
    assert len(names) == len(set(names)), "published twice"
    return job


def attempts(job: Any, kind: str) -> int:
    return max((t["attempt"] for t in job["tasks"] if t["kind"] == kind), default=0)


def taken_over(job: Any) -> bool:
    return attempts(job, "video") == 2


def retaken(job: Any) -> list[str]:
    """The workers that hold a second attempt at a chunk."""
    again = [t for t in job["tasks"] if t["kind"] == "video" and t["attempt"] == 2]
    return [t["worker_id"] for t in again if t["worker_id"]]


def begun(job: Any) -> bool:
    return job["status"] != "queued"


async def test_a_killed_worker_s_job_is_completed_by_another(
    product: Any, long_clip: Path, tmp_path: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = await product.encoding(job_id)
    product.stack.signal(worker, signal.SIGKILL)
    killed = time.monotonic()
    await product.until(job_id, taken_over, LEASE_SECONDS + 10)
    assert time.monotonic() - killed < LEASE_SECONDS + 10
    job = await completed_right(product, job_id, tmp_path)
    assert attempts(job, "video") == 2
    assert attempts(job, "plan") == 1


async def test_a_worker_that_slept_through_its_lease_changes_nothing(
    product: Any, long_clip: Path, tmp_path: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = await product.encoding(job_id)
    pid = product.stack.pid(worker)
    os.kill(pid, signal.SIGSTOP)
    try:
        # An expired attempt has no worker until the next one takes it.
        job = await product.until(job_id, retaken, LEASE_SECONDS + 10)
        assert retaken(job)[0] != worker.replace("worker-", "local-")
    finally:
        os.kill(pid, signal.SIGCONT)
    job = await completed_right(product, job_id, tmp_path)
    assert attempts(job, "video") == 2


async def test_a_cancelled_job_stops_ffmpeg_within_two_seconds(
    product: Any, long_clip: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = await product.encoding(job_id)
    pid = product.stack.pid(worker)
    assert children(pid)
    reply = await product.http.post(f"/api/v1/jobs/{job_id}/cancel")
    assert reply.json()["status"] == "cancelled"
    cancelled = time.monotonic()

    async def stopped() -> bool:
        return not children(pid)

    await product.eventually(stopped, 5)
    assert time.monotonic() - cancelled < 2.5  # The heartbeat's 1.5 s, and a busy machine.
    retried = await product.http.post(f"/api/v1/jobs/{job_id}/retry")
    assert retried.status_code == 202
    assert (await product.ended(job_id))["status"] == "completed"


async def test_a_paused_job_frees_the_processor_and_goes_on_when_resumed(
    product: Any, long_clip: Path, tmp_path: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = await product.encoding(job_id)
    pid = product.stack.pid(worker)
    reply = await product.http.post(f"/api/v1/jobs/{job_id}/pause")
    assert reply.json()["status"] == "paused"
    paused = time.monotonic()

    async def stopped() -> bool:
        return not children(pid)

    await product.eventually(stopped, 5)
    assert time.monotonic() - paused < 2.5  # As on cancelling.
    # Whatever dies meanwhile: what is paused stays so, and goes on afterwards.
    product.stack.signal(worker, signal.SIGKILL)
    product.stack.signal("valkey", signal.SIGKILL)
    assert (await product.job(job_id))["status"] == "paused"

    async def resumed() -> bool:
        return (await product.http.post(f"/api/v1/jobs/{job_id}/resume")).is_success

    await product.eventually(resumed, 15)
    await completed_right(product, job_id, tmp_path)


async def test_a_worker_told_to_stop_gives_its_task_back(
    product: Any, long_clip: Path, tmp_path: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = await product.encoding(job_id)
    product.stack.signal(worker, signal.SIGTERM)
    await completed_right(product, job_id, tmp_path)


async def test_a_drained_worker_finishes_its_task_and_takes_no_more(
    product: Any, long_clip: Path, short_clip: Path, tmp_path: Path
) -> None:
    job_id = await product.post_job(await product.upload(long_clip))
    worker = (await product.encoding(job_id)).replace("worker-", "local-")
    path = f"/api/v1/admin/workers/{worker}/drain"
    pid = product.stack.pid(worker.replace("local-", "worker-"))

    async def state() -> Any:
        listed = (await product.http.get("/api/v1/workers/health")).json()["workers"]
        return next(one for one in listed if one["worker_id"] == worker)

    async def drained() -> bool:
        seen = await state()
        return seen["status"] == "draining" and seen["running_tasks"] == 0

    assert (await product.http.post(path)).status_code == 200
    try:
        await product.eventually(drained, 60)
        # What it did until then is told with its next heartbeat.
        await asyncio.sleep(2 * WORKER_HEARTBEAT_SECONDS)
        before = (await state())["processed_tasks"]
        video_id = await product.upload(short_clip)
        for other in [await product.post_job(video_id) for _ in range(2)]:
            assert (await product.ended(other))["status"] == "completed"
        assert (await state())["processed_tasks"] == before
        job = await completed_right(product, job_id, tmp_path)
        assert attempts(job, "video") == 1, "nothing was taken from it"
        assert product.stack.pid(worker.replace("local-", "worker-")) == pid, "it stays"
    finally:
        assert (await product.http.delete(path)).status_code == 200

    async def at_work() -> bool:
        return (await state())["status"] == "healthy"

    await product.eventually(at_work, 15)


@pytest.mark.parametrize("fault", ["flush", "valkey", "postgres", "swift"])
async def test_a_batch_survives_what_its_services_go_through(
    product: Any, short_clip: Path, fault: str
) -> None:
    video_id = await product.upload(short_clip)
    jobs = [await product.post_job(video_id) for _ in range(6)]
    await product.until(jobs[0], begun, 120)
    if fault == "flush":
        async with redis.asyncio.Redis.from_url(product.stack.environment["REDIS_URL"]) as client:
            await client.flushall()
    else:
        product.stack.signal(fault, signal.SIGKILL)
    for job_id in jobs:
        job = await product.ended(job_id)
        assert (job["status"], job["error"]) == ("completed", None)
        assert [r["frames"] for r in job["renditions"]] == [25]


async def test_a_message_pushed_five_times_is_done_once(product: Any, short_clip: Path) -> None:
    video_id = await product.upload(short_clip)
    job_id = await product.post_job(video_id)
    task_id = (await product.job(job_id))["tasks"][0]["id"]
    queue = Queue(product.stack.environment["REDIS_URL"])
    owner_id = UUID((await product.http.get("/api/v1/auth/me")).json()["id"])
    message = QueuedTask(UUID(task_id), UUID(job_id), owner_id, 5, TaskKind.PLAN)
    await queue.push([message] * 5)
    await queue.close()
    job = await product.ended(job_id)
    assert job["status"] == "completed"
    assert {t["attempt"] for t in job["tasks"]} == {1}
    async with (
        await psycopg.AsyncConnection.connect(product.stack.environment["DATABASE_URL"]) as conn,
    ):
        row = await (
            await conn.execute("SELECT count(*) FROM assets WHERE job_id = %s", [job_id])
        ).fetchone()
    assert row is not None
    assert row[0] == len(job["outputs"])


def children(pid: int) -> list[int]:
    """Processes that a process started, from the kernel's own list of each of its threads, of which
    one may end meanwhile."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found += [int(child) for child in path.read_text().split()]
    return found


async def test_jobs_are_accepted_while_redis_is_away(product: Any, short_clip: Path) -> None:
    video_id = await product.upload(short_clip)
    product.stack.signal("valkey", signal.SIGSTOP)
    try:
        job_id = await asyncio.wait_for(product.post_job(video_id), 20)
    finally:
        product.stack.signal("valkey", signal.SIGCONT)
    assert (await product.ended(job_id))["status"] == "completed"
