from __future__ import annotations

import asyncio
from contextlib import suppress

from vidmill.cancellation import cancel_and_wait


async def test_a_task_that_missed_being_cancelled_is_ended_all_the_same() -> None:
    deaf = asyncio.Event()

    async def endless() -> None:
        # As asyncio.wait_for on Python 3.11 where its answer comes at the same moment.
        with suppress(asyncio.CancelledError):
            deaf.set()
            await asyncio.sleep(3600)
        await asyncio.sleep(3600)

    task = asyncio.create_task(endless())
    await deaf.wait()
    async with asyncio.timeout(5):
        await cancel_and_wait(task, None)
    assert task.cancelled()


async def test_what_a_task_ends_with_is_not_raised() -> None:
    async def broken() -> None:
        try:
            await asyncio.sleep(3600)
        finally:
            raise ValueError

    task = asyncio.create_task(broken())
    await asyncio.sleep(0)
    await cancel_and_wait(task)
    assert isinstance(task.exception(), ValueError)
