"""A task that fills the disk is given up while it writes."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from vidmill.db.claims import claim_task
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.scratch import Scratch, ScratchFull


async def test_a_handler_that_writes_too_much_is_stopped(
    pipeline: Any, clip: Path, tmp_path: Path
) -> None:
    await pipeline.post(clip)
    [task_id] = await pipeline.services.queue.pop(5, up_to=1)
    claim = await claim_task(pipeline.services.db, task_id, worker_id="full", lease_seconds=30)
    assert claim is not None
    space = Scratch(tmp_path / "full", max_bytes=2**20)
    space.clear()
    attempt = Attempt(pipeline.services, claim, space)

    async def handler(attempt: Attempt) -> Outcome:
        with (attempt.scratch / "endless").open("wb") as file:
            while True:
                file.write(bytes(2**16))
                file.flush()
                await asyncio.sleep(0.01)

    async with asyncio.timeout(30):
        with pytest.raises(ScratchFull):
            await attempt.run(handler)
    attempt.clear()
    assert not list(space.root.glob("*-1"))
