from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

import httpx
import orjson
import pytest

from vidmill.settings import Settings
from vidmill_api.job_schemas import JobProgress
from vidmill_stack.pytest_plugin import Servers

from .running import V1, Account, Json, Service, eventually, post_job, problem, serve, upload
from .worked import Work

#: More than the two seconds at which streams look by themselves, less than two looks.
SOON = 3.5


class Stream:
    """Server-sent events as they arrive."""

    def __init__(self, reply: httpx.Response) -> None:
        self.reply = reply
        self.last_id: str | None = None
        self._lines = reply.aiter_lines()

    async def next(self, seconds: float = SOON) -> tuple[str, Json]:
        """The next event and its data; raises TimeoutError, StopAsyncIteration at the end."""
        name = ""
        async with asyncio.timeout(seconds):
            while True:
                field, _, value = (await anext(self._lines)).partition(": ")
                if field == "event":
                    name = value
                elif field == "id":
                    self.last_id = value
                elif field == "data":
                    return name, orjson.loads(value)

    async def rest(self) -> list[str]:
        """What comes until the stream ends."""
        return [line async for line in self._lines if line]

    async def until_status(self, status: str) -> Json:
        while True:
            _, job = await self.next()
            if job["status"] == status:
                return job


@asynccontextmanager
async def follow(
    http: httpx.AsyncClient, job_id: str, known: str | None = None
) -> AsyncGenerator[Stream]:
    headers = {} if known is None else {"Last-Event-ID": known}
    async with http.stream("GET", f"{V1}/jobs/{job_id}/events", headers=headers) as reply:
        assert reply.status_code == 200
        yield Stream(reply)


async def test_progress_arrives_at_once(http: httpx.AsyncClient, video_id: str, work: Work) -> None:
    job_id = (await post_job(http, video_id))["id"]
    async with follow(http, job_id) as stream:
        assert stream.reply.headers["content-type"].startswith("text/event-stream")
        assert stream.reply.headers["cache-control"] == "no-cache, no-transform"
        name, job = await stream.next()
        JobProgress.model_validate(job)
        assert (name, job["status"], job["renditions"]) == ("job", "queued", [])
        lease = await work.claim((await work.plan(job_id)).id)
        await work.progress(lease, 0.25)
        begun = time.monotonic()
        job = await stream.until_status("processing")
        assert time.monotonic() - begun < 1.5, "a wake-up, not the look every two seconds"
        assert job["renditions"] == [
            {"name": "720p", "progress": 25.0},
            {"name": "360p", "progress": 25.0},
        ]
        await work.fail(lease)
        job = await stream.until_status("failed")
        assert job["error"]["code"] == "corrupt_file"
        name, last = await stream.next()
        assert (name, last["status"]) == ("end", "failed")
        assert await stream.rest() == []


async def test_ended_job_says_so_and_closes(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    async with follow(http, job_id) as stream:
        name, job = await stream.next()
        JobProgress.model_validate(job)
        assert (name, job["status"], job["progress"]) == ("job", "completed", 100.0)
        assert job["playback"]["hls_url"].endswith("/master.m3u8")
        assert (await stream.next())[0] == "end"


async def test_deleted_job_ends_the_stream(http: httpx.AsyncClient, video_id: str) -> None:
    job_id = (await post_job(http, video_id))["id"]
    async with follow(http, job_id) as stream:
        await stream.next()
        assert (await http.post(f"{V1}/jobs/{job_id}/cancel")).status_code == 200
        assert (await stream.until_status("cancelled"))["progress"] == 0
    missing = await http.get(f"{V1}/jobs/{UUID(int=0)}/events")
    problem(missing, 404, "not_found")


async def test_many_changes_are_few_events(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    lease = await work.claim((await work.plan(job_id)).id)
    async with follow(http, job_id) as stream:
        await stream.next()
        begun, events = time.monotonic(), 0
        for step in range(1, 101):
            await work.progress(lease, step / 100)
        while True:
            _, job = await stream.next()
            events += 1
            if next(t for t in job["tasks"] if t["kind"] == "video")["progress"] == 100.0:
                break
        # Five a second, and what was under way when it began and ended.
        assert events <= 5 * (time.monotonic() - begun) + 2


async def test_streams_survive_redis(
    service: Service,
    servers: Servers,
    ada: Account,
    http: httpx.AsyncClient,
    video_id: str,
    work: Work,
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    async with follow(http, job_id) as stream:
        await stream.next()
        servers.valkey.kill()
        lease = await work.claim((await work.plan(job_id)).id)
        assert (await stream.until_status("processing"))["id"] == job_id
        servers.valkey.start()

        async def wakes() -> bool:
            """Whether wake-ups arrive again: one changes nothing, so ask the feed itself."""
            service.context.queue.announce(UUID(job_id), ada.user.id)
            with service.context.feed.watch(UUID(job_id)) as rung:
                try:
                    async with asyncio.timeout(0.2):
                        service.context.queue.announce(UUID(job_id), ada.user.id)
                        await rung.wait()
                except TimeoutError:
                    return False
                return True

        await eventually(wakes)
        await work.fail(lease)
        await stream.until_status("failed")


async def test_streams_survive_the_database(
    servers: Servers, http: httpx.AsyncClient, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    async with follow(http, job_id) as stream:
        await stream.next()
        servers.postgres.restart()

        async def cancelled() -> bool:
            return (await http.post(f"{V1}/jobs/{job_id}/cancel")).status_code == 200

        await eventually(cancelled)
        await stream.until_status("cancelled")


async def test_no_connection_is_held_while_waiting(
    service: Service, http: httpx.AsyncClient, ada: Account, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    pool = service.context.db.pool
    async with service.client(ada) as other:
        streams = [follow(other, job_id) for _ in range(pool.max_size + 5)]
        opened = [await stream.__aenter__() for stream in streams]
        for stream in opened:
            await stream.next()
        # More streams than connections, and yet everybody else is served.
        assert (await http.get(f"{V1}/jobs/{job_id}")).status_code == 200
        for stream in streams:
            await stream.__aexit__(None, None, None)
    # Who leaves is noticed without a word being sent to them.
    watching = service.context.feed.watchers

    async def nobody() -> bool:
        return watching(UUID(job_id)) == 0

    await eventually(nobody)


async def test_streams_end_when_the_service_stops(settings: Settings) -> None:
    async with serve(settings) as service, service.client(await service.account()) as http:
        job_id = (await post_job(http, (await upload(http))["video_id"]))["id"]
        async with follow(http, job_id) as stream:
            await stream.next()
            service.stop()
            begun = time.monotonic()
            assert await stream.rest() == []
            assert time.monotonic() - begun < 1


async def test_whoever_comes_back_gets_what_was_missed_and_nothing_twice(
    service: Service, settings: Settings, ada: Account, http: httpx.AsyncClient, video_id: str,
    work: Work,
) -> None:  # fmt: skip
    job_id = (await post_job(http, video_id))["id"]
    async with follow(http, job_id) as stream:
        await stream.next()
        seen = stream.last_id
    # To another server, as after a restart: the ids are those of the job.
    async with serve(settings) as restarted, restarted.client(ada) as other:
        async with follow(other, job_id, known=seen) as stream:
            with pytest.raises(TimeoutError):
                await stream.next(0.5)
        async with follow(other, job_id, known=seen) as stream:
            assert (await http.post(f"{V1}/jobs/{job_id}/pause")).status_code == 200
            assert (await stream.until_status("paused"))["paused_at"] is not None
            assert stream.last_id not in (None, seen)
        async with follow(other, job_id, known=seen) as stream:
            assert (await stream.next())[1]["status"] == "paused", "what was missed, at once"
            seen = stream.last_id
    assert (await http.post(f"{V1}/jobs/{job_id}/resume")).status_code == 200
    await work.publish(job_id)
    async with follow(http, job_id, known=seen) as stream:
        name, job = await stream.next()
        assert (name, job["status"]) == ("job", "completed")
        assert None not in (job["started_at"], job["playable_at"], job["completed_at"])
        assert (await stream.next())[0] == "end"
        seen = stream.last_id
    async with follow(http, job_id, known=seen) as stream:
        assert (await stream.next())[0] == "end", "it is over, and known already"
    async with follow(http, job_id, known="nonsense") as stream:
        assert (await stream.next())[0] == "job"
