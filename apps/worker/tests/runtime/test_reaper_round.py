"""What a whole round of the reaper leaves behind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from vidmill.db.job_statistics import fetch_days


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
