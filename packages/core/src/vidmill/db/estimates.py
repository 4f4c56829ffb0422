"""What estimates are made of: finished jobs, known sources, and what waits before a job."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from psycopg.rows import dict_row

from vidmill.db.pool import Database
from vidmill.db.queries import load_queries
from vidmill.estimates import FinishedJob, SourceShape
from vidmill.presets import Preset

SQL = load_queries("estimates.sql")

#: Jobs that are learnt from.
LEARNT_FROM = 60


async def fetch_finished(db: Database, preset: str, spec: dict[str, Any]) -> list[FinishedJob]:
    """The last finished jobs of a preset; those made with these very settings, if they are many
    enough to tell."""
    values = {"preset": preset, "limit": LEARNT_FROM}
    async with db.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute(SQL["fetch_finished"], values)
        rows = await cursor.fetchall()
    wanted = _made_of(spec)
    same = [row for row in rows if _made_of(row["spec"]) == wanted]
    chosen = same if len(same) >= min(5, len(rows)) else rows
    return [
        FinishedJob(
            source=SourceShape.of(row["source"]),
            preset=Preset.model_validate(row["spec"]),
            processing_seconds=max(0.1, row["processing_seconds"]),
            cpu_seconds=max(0.01, float(row["cpu_seconds"])),
            sizes=row["sizes"] or {},
        )
        for row in chosen
    ]


def _made_of(spec: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in spec.items() if name not in {"name", "description"}}


async def fetch_source(db: Database, video_id: UUID) -> SourceShape | None:
    """What the last job that looked at a video found out; None where none has."""
    async with db.connection() as conn:
        cursor = await conn.execute(SQL["fetch_source"], {"video_id": video_id})
        row = await cursor.fetchone()
    return SourceShape.of(row[0]) if row else None


async def queue_seconds(
    db: Database, *, owner_id: UUID, priority: int, each: float
) -> tuple[int, float]:
    """How many jobs come before a new one of this owner, and the seconds that they will take by
    the pace of the last day's: jobs done for each second in which any was under way. Where none was
    done, `each` is what one takes."""
    async with db.connection() as conn:
        values = {"owner_id": owner_id, "priority": priority}
        row = await (await conn.execute(SQL["count_ahead"], values)).fetchone()
        spans = await (await conn.execute(SQL["fetch_spans"])).fetchall()
    ahead = int(row[0]) if row else 0
    busy, until = 0.0, None
    for begun, ended in sorted(spans):
        since = begun if until is None or begun > until else until
        busy += max(0.0, (ended - since).total_seconds())
        until = ended if until is None else max(until, ended)
    return ahead, ahead * (busy / len(spans) if spans else each)
