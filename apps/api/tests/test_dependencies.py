"""What clients are told while PostgreSQL, Redis or S3 is away, and that nothing is lost by it.

Servers are stopped and started on the main thread: they are told to end when the thread that
started them does."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import httpx
import pytest

from vidmill import s3_calls
from vidmill.db.uploads import due_uploads
from vidmill_stack.pytest_plugin import Servers

from .running import MIB, V1, Service, eventually, post_job, problem, upload
from .worked import Work

JOBS = V1 + "/jobs"


async def health(http: httpx.AsyncClient) -> tuple[int, dict[str, str]]:
    reply = await http.get(V1 + "/health/detailed")
    services = reply.json()["services"]
    return reply.status_code, {name: check["status"] for name, check in services.items()}


async def test_without_redis_jobs_are_taken(
    service: Service, servers: Servers, http: httpx.AsyncClient, video_id: str
) -> None:
    servers.valkey.kill()
    begun = time.monotonic()
    job = await post_job(http, video_id)
    assert time.monotonic() - begun < 5
    assert (await http.get(f"{JOBS}/{job['id']}")).json()["status"] == "queued"
    assert (await http.post(f"{JOBS}/{job['id']}/cancel")).status_code == 200
    assert (await http.post(f"{JOBS}/{job['id']}/retry")).status_code == 202
    assert (await http.get(V1 + "/health/redis")).status_code == 503
    status, services = await health(http)
    assert (status, services["redis"], services["db"]) == (503, "unhealthy", "healthy")
    assert (await http.get(V1 + "/health")).status_code == 200
    servers.valkey.start()
    assert (await post_job(http, video_id))["status"] == "queued"


async def test_without_the_database(
    servers: Servers, http: httpx.AsyncClient, video_id: str
) -> None:
    servers.postgres.kill()
    (status, services), *replies = await asyncio.gather(
        health(http),
        http.get(JOBS),
        http.post(JOBS, json={"video_id": video_id}),
        http.post(V1 + "/auth/login", json={"email": "a@b.c", "password": "x"}),
    )
    for reply in replies:
        problem(reply, 503, "database_unavailable")
        assert int(reply.headers["retry-after"]) > 0
    assert (await http.get(V1 + "/health")).json() == {"status": "ok"}
    assert status == 503
    assert services == {
        "db": "unhealthy", "redis": "healthy", "storage": "healthy", "workers": "unhealthy",
    }  # fmt: skip
    servers.postgres.start()

    async def answers() -> bool:
        return (await http.get(JOBS)).status_code == 200

    await eventually(answers)
    assert (await http.get(JOBS)).json()["total"] == 0, "what was refused was not done"


async def test_a_restart_of_the_database_is_hardly_noticed(
    servers: Servers, http: httpx.AsyncClient, video_id: str
) -> None:
    await post_job(http, video_id)
    servers.postgres.restart()

    async def answers() -> bool:
        return (await http.get(JOBS)).status_code == 200

    await eventually(answers, seconds=5)


async def test_without_storage(small_parts: Service, servers: Servers) -> None:
    async with small_parts.client(await small_parts.account()) as http:
        completed = await upload(http)
        job_id = (await post_job(http, completed["video_id"]))["id"]
        await Work(small_parts.context).publish(job_id)
        played = (await http.get(f"{JOBS}/{job_id}")).json()["playback"]["hls_url"]
        played = played.removeprefix(small_parts.context.settings.api_public_url)
        body = {"filename": "clip.mp4", "size": 100}
        single = (await http.post(V1 + "/uploads", json=body)).json()
        servers.swift.kill()
        # Links are made here and need nobody.
        assert (await http.post(V1 + "/uploads", json=body)).status_code == 201
        large = {"filename": "clip.mp4", "size": 2 * MIB}
        for reply in (
            await http.post(V1 + "/uploads", json=large),
            await http.post(f"{V1}/uploads/{single['id']}/complete"),
            await http.post(JOBS, json={"input_key": single["key"]}),
            await http.get(f"{V1}/download-url/{completed['key']}"),
            await http.get(played),
        ):
            problem(reply, 503, "storage_unavailable")
            assert int(reply.headers["retry-after"]) > 0
        assert (await health(http))[1]["storage"] == "unhealthy"
        # A job on what is uploaded already waits for storage by itself.
        assert (await post_job(http, completed["video_id"]))["status"] == "queued"
        servers.swift.start()
        async with small_parts.context.db.connection() as conn:
            query = "SELECT count(*) FROM uploads WHERE mode = 'multipart'"
            row = await (await conn.execute(query)).fetchone()
        assert row == (0,), "the upload that could not begin left no row"
        assert await due_uploads(small_parts.context.db) == []
        assert (await http.post(V1 + "/uploads", json=large)).status_code == 201


async def test_all_is_well(service: Service, http: httpx.AsyncClient) -> None:
    status, services = await health(http)
    assert status == 503, "nobody works here yet"
    assert services["workers"] == "unhealthy"
    async with service.context.db.connection() as conn:
        await conn.execute(
            "INSERT INTO workers (id, host, pid, slots, status) VALUES ('w', 'h', 1, 1, 'active')"
        )
    status, services = await health(http)
    assert (status, set(services.values())) == (200, {"healthy"})
    for name in ("db", "redis", "storage", "workers"):
        reply = await http.get(f"{V1}/health/{name}")
        assert (reply.status_code, reply.json()["status"]) == (200, "healthy")
        assert reply.json()["milliseconds"] > 0


def stopped(pid: int) -> Iterator[int]:
    """Stops a process and all below it, and tells each. It begins at the top, for who stands still
    starts no more; one may have ended by itself before its turn comes."""
    with suppress(ProcessLookupError, FileNotFoundError):
        os.kill(pid, signal.SIGSTOP)
        yield pid
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
            yield from stopped(int(child))


async def test_storage_that_hangs_is_down(
    servers: Servers,
    http: httpx.AsyncClient,
    video_id: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    key = (await upload(http))["key"]
    monkeypatch.setattr(s3_calls, "CALL_SECONDS", 0.5)
    with ExitStack() as going_on:
        for pid in stopped(servers.swift.pid):
            going_on.callback(os.kill, pid, signal.SIGCONT)
        problem(await http.get(f"{V1}/download-url/{key}"), 503, "storage_unavailable")
        assert (await post_job(http, video_id))["status"] == "queued"

    async def answers() -> bool:
        return (await http.get(f"{V1}/download-url/{key}")).status_code == 200

    await eventually(answers)
