"""The service of comparison: Strawberry and dataloaders, written as their documentation has it
(strawberry.rocks: Object types, DataLoaders, ASGI), over the same functions that read the rows.

    uvicorn bench.graphql.plain:app
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import strawberry
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.dataloader import DataLoader
from strawberry.types import Info

from vidmill import jobs as rows
from vidmill.authentication import identify
from vidmill.db import job_reads, lean_reads
from vidmill.db.pool import Database
from vidmill.presentation import percent
from vidmill.settings import load_settings
from vidmill.tokens import Signer

settings = load_settings()
db = Database(settings.database_url.get_secret_value(), size=10, name="plain")
signer = Signer(settings.secret_key.get_secret_value())

strawberry.enum(rows.JobStatus, name="JobStatus")


@strawberry.type
class Rendition:
    id: strawberry.ID
    name: str
    resolution: str
    output_key: str
    width: int
    height: int
    codec: str
    fps: float
    duration_seconds: float
    bitrate_bps: float
    size_bytes: float
    vmaf: float | None

    @classmethod
    def of(cls, row: rows.Rendition) -> Rendition:
        return cls(
            id=strawberry.ID(str(row.id)),
            name=row.name,
            resolution=row.name,
            output_key=row.mp4_key or row.playlist_key,
            width=row.width,
            height=row.height,
            codec=row.codec,
            fps=row.fps,
            duration_seconds=row.duration_seconds,
            bitrate_bps=row.bitrate_bps,
            size_bytes=row.size_bytes,
            vmaf=row.vmaf,
        )


@strawberry.type
class Job:
    id: strawberry.ID
    status: rows.JobStatus
    priority: int
    preset: str
    input_key: str
    filename: str
    progress: float
    created_at: datetime
    updated_at: datetime
    completed_at: datetime | None
    error_message: str | None

    @strawberry.field
    async def renditions(self, info: Info) -> list[Rendition]:
        return await info.context["renditions"].load(UUID(self.id))

    @classmethod
    def of(cls, row: rows.Job) -> Job:
        return cls(
            id=strawberry.ID(str(row.id)),
            status=rows.JobStatus(row.status),
            priority=row.priority,
            preset=row.preset,
            input_key=row.input_key,
            filename=row.filename,
            progress=percent(row.progress),
            created_at=row.created_at,
            updated_at=row.updated_at,
            completed_at=row.finished_at,
            error_message=row.error_message,
        )


@strawberry.type
class Query:
    @strawberry.field
    async def jobs(self, info: Info, limit: int = 10) -> list[Job]:
        where = rows.JobFilter(owner_id=info.context["user"].scope)
        page = await lean_reads.list_jobs(db, where, limit=limit, counted=False)
        return [Job.of(row) for row in page.items]


async def load_renditions(job_ids: list[UUID]) -> list[list[Rendition]]:
    grouped: dict[UUID, list[Rendition]] = defaultdict(list)
    for row in await job_reads.fetch_renditions(db, job_ids):
        grouped[row.job_id].append(Rendition.of(row))
    return [grouped[job_id] for job_id in job_ids]


class Service(GraphQL[dict[str, Any], None]):
    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002  # Strawberry's signature
    ) -> dict[str, Any]:
        who = await identify(
            db, signer, headers=request.headers, cookies={}, host=None, session_ttl_seconds=None
        )
        return {"user": who.user, "renditions": DataLoader(load_fn=load_renditions)}


@asynccontextmanager
async def lifespan(_: Starlette) -> AsyncGenerator[None]:
    await db.open()
    yield
    await db.close()


app = Starlette(routes=[Mount("/query", Service(strawberry.Schema(Query)))], lifespan=lifespan)
