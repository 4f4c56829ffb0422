"""INSERT and LPUSH behind Starlette and nothing else: no account, no limits, no validation, no
answer to speak of. What Python's HTTP makes of the bare statements.

    python -m bench.rest.bare_service PORT DATABASE_URL REDIS_URL OWNER
"""

from __future__ import annotations

import sys
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import redis.asyncio
import uvicorn
from bench.rest.creation import INSERT, stored_spec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vidmill.db.pool import Database
from vidmill.ids import new_id


def create_app(database_url: str, redis_url: str, owner_id: UUID) -> Starlette:
    """`POST /` makes a job."""
    db = Database(database_url, size=10, name="bench")
    queue = redis.asyncio.Redis.from_url(redis_url)
    spec = stored_spec(database_url)

    async def create(request: Request) -> JSONResponse:
        await request.body()
        job_id = new_id()
        async with db.connection() as conn:
            await conn.execute(INSERT, [job_id, owner_id, spec, owner_id])
        await queue.lpush("bench:bare", str(job_id))
        return JSONResponse({"id": str(job_id)}, 202)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await db.open()
        yield
        await db.close()
        await queue.aclose()

    return Starlette(routes=[Route("/", create, methods=["POST"])], lifespan=lifespan)


def main() -> None:
    """Serve until SIGTERM."""
    port, database_url, redis_url, owner_id = sys.argv[1:]
    app = create_app(database_url, redis_url, UUID(owner_id))
    uvicorn.run(
        app, host="127.0.0.1", port=int(port), loop="uvloop", http="httptools", ws="none",
        log_level="warning", access_log=False,
    )  # fmt: skip


if __name__ == "__main__":
    main()
