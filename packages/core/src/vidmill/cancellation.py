"""Ending tasks that would go on for ever."""

from __future__ import annotations

import asyncio
from typing import Any

#: A task that has not ended by then is cancelled again, in seconds.
AGAIN_SECONDS = 0.2


async def cancel_and_wait(*tasks: asyncio.Task[Any] | None) -> None:
    """Cancel endless tasks until they have ended, whatever they end with. Once is not enough on
    Python 3.11: `asyncio.wait_for`, which clients of Redis and PostgreSQL use, takes no notice of
    being cancelled where what it waits for is done at that moment (python/cpython#86296, mended in
    3.12). Not for tasks that tidy up when cancelled: that would be interrupted."""
    running = {task for task in tasks if task is not None}
    while running:
        for task in running:
            task.cancel()
        _, running = await asyncio.wait(running, timeout=AGAIN_SECONDS)
