"""Our queue with a task that does nothing: the worker as it runs, claims and completions in
PostgreSQL included. Each task is the one task of a job, as durable as any.

    python ours.py worker|send COUNT GAP_SECONDS
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
import uvloop
from prometheus_client import CollectorRegistry
from recorder import tick

from vidmill.db import accounts, videos
from vidmill.db.jobs import create_job
from vidmill.ids import new_id
from vidmill.settings import Settings, load_settings
from vidmill.tasks import TaskKind
from vidmill_worker import tasks as handlers
from vidmill_worker import worker as worker_module
from vidmill_worker.attempt import Attempt, Outcome, Services
from vidmill_worker.worker import Worker

SLOTS = 64


async def nothing(attempt: Attempt) -> Outcome:
    """The no-op. When it was sent travels in the job's metadata."""
    tick(attempt.job.metadata["sent"])
    return Outcome({})


async def work(settings: Settings) -> None:
    made = Services.for_worker(settings.model_copy(update={"worker_slots": SLOTS}))
    await made.db.open()
    worker_module.HANDLERS = {**handlers.HANDLERS, TaskKind.PLAN: nothing}
    await Worker(made, "bench", CollectorRegistry()).run()


async def send(settings: Settings, count: int, gap: float) -> None:
    made = Services.for_worker(settings)
    await made.db.open()
    user = await accounts.create_user(
        made.db, email=f"{new_id()}@example.com", password_hash="none"
    )
    assert user is not None
    async with made.db.transaction() as conn:
        video_id = await videos.create_video(
            conn,
            owner_id=user.id,
            object_key=f"uploads/bench/{new_id()}",
            filename="none.mp4",
            content_type="video/mp4",
            size_bytes=1,
            etag="none",
        )
    for _ in range(count):
        async with made.db.transaction() as conn:
            task = (
                await create_job(
                    conn,
                    owner_id=user.id,
                    video_id=video_id,
                    filename="none.mp4",
                    preset="web",
                    spec={},
                    priority=5,
                    metadata={"sent": time.time_ns()},
                    max_attempts=5,
                )
            ).queued
        await made.queue.push([task])
        await asyncio.sleep(gap)
    await made.close()


if __name__ == "__main__":
    os.environ.setdefault("WORKER_ID", "bench")
    _settings = load_settings()
    if sys.argv[1] == "worker":
        uvloop.run(work(_settings))
    else:
        asyncio.run(send(_settings, int(sys.argv[2]), float(sys.argv[3])))
