"""The stream of all of one's jobs."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import httpx
import pytest

from vidmill import job_feed
from vidmill.db import job_rows
from vidmill.db.sessions import end_session
from vidmill.settings import Settings
from vidmill.users import Role
from vidmill_api import event_stream
from vidmill_api.job_list_schemas import LiveJob
from vidmill_api.job_schemas import JobProgress
from vidmill_stack.pytest_plugin import Servers

from .running import V1, Account, Service, eventually, post_job, problem, serve, upload
from .streamed import listen, read
from .test_session_tokens import begin
from .worked import Work


async def test_all_that_happens_to_own_jobs_is_told(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    async with service.client(await service.account()) as bob, listen(bob) as his:
        async with listen(http) as stream:
            assert stream.reply.headers["content-type"].startswith("text/event-stream")
            assert stream.reply.headers["cache-control"] == "no-cache, no-transform"
            job_id = (await post_job(http, video_id))["id"]
            job = await stream.until("job", job_id)
            LiveJob.model_validate(job)
            assert (job["status"], job["video_id"]) == ("queued", video_id)
            lease = await work.claim((await work.plan(job_id)).id)
            await work.progress(lease, 0.25)
            assert (await stream.until("job", job_id, "processing"))["progress"] > 0
            assert (await http.post(f"{V1}/jobs/{job_id}/pause")).status_code == 200
            await stream.until("job", job_id, "paused")
            assert (await http.post(f"{V1}/jobs/{job_id}/cancel")).status_code == 200
            await stream.until("job", job_id, "cancelled")
            assert (await http.delete(f"{V1}/jobs/{job_id}")).status_code == 204
            assert await stream.until("deleted", job_id) == {"id": job_id}
            other = (await post_job(http, video_id))["id"]
            await work.publish(other)
            assert (await stream.until("job", other, "completed"))["playable_at"] is not None
            assert (await http.delete(f"{V1}/videos/{video_id}")).status_code == 204
            await stream.until("deleted", other)
        assert await his.heard(1.5) == [], "of others nothing is told, not even an id"


async def test_administrators_hear_of_everybodys(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    async with service.client(await service.account(Role.ADMIN)) as root, listen(root) as stream:
        job_id = (await post_job(http, video_id))["id"]
        await stream.until("job", job_id)


async def test_named_jobs_are_told_in_full(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    named, other = [(await post_job(http, video_id))["id"] for _ in range(2)]
    async with listen(http, named) as stream:
        name, job = await stream.next()
        JobProgress.model_validate(job)
        assert (name, job["id"], job["status"]) == ("progress", named, "queued")
        lease = await work.claim((await work.plan(named)).id)
        await work.progress(lease, 0.25)
        job = await stream.until("progress", named, "processing")
        assert job["renditions"][0] == {"name": "720p", "progress": 25.0}
        assert (await http.post(f"{V1}/jobs/{other}/cancel")).status_code == 200
        assert ("progress", other) not in await stream.heard(1.5)
    async with service.client(await service.account()) as bob:
        for ids in ([named], [str(UUID(int=0))]):
            reply = await bob.get(f"{V1}/jobs/events", params={"job_id": ids})
            problem(reply, 404, "not_found")
    both = await http.get(f"{V1}/jobs/events", params={"job_id": [named, str(UUID(int=0))]})
    problem(both, 404, "not_found")
    many = await http.get(f"{V1}/jobs/events", params={"job_id": [named] * 21})
    problem(many, 422, "invalid_request")
    wrong = await http.get(f"{V1}/jobs/events", params={"job_id": "nonsense"})
    problem(wrong, 422, "invalid_request")


class Reads:
    """How often jobs are read for streams, and how many at once."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sizes: list[int] = []
        read = job_rows.fetch_summaries

        async def counted(db: Any, job_ids: Sequence[UUID]) -> Any:
            self.sizes.append(len(job_ids))
            return await read(db, job_ids)

        monkeypatch.setattr(job_rows, "fetch_summaries", counted)


async def test_many_changes_are_few_reads_and_others_changes_none(
    service: Service, http: httpx.AsyncClient, video_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads = Reads(monkeypatch)
    async with service.client(await service.account()) as bob, listen(bob) as his:
        begun = time.monotonic()
        job_ids = {(await post_job(http, video_id))["id"] for _ in range(40)}
        assert reads.sizes == [], "nobody who may see them watches"
        async with listen(http) as stream:
            for job_id in job_ids:
                reply = await http.patch(f"{V1}/jobs/{job_id}", json={"priority": 7})
                assert reply.status_code == 200
            told: set[str] = set()
            while told != job_ids:
                name, job = await stream.next()
                assert name == "job"
                if job["priority"] == 7:
                    told.add(job["id"])
        assert len(reads.sizes) <= time.monotonic() - begun + 2, "one a second, of all that rang"
        assert await his.heard(0.2) == []


async def test_whatever_one_look_does_not_hold_the_next_does(
    http: httpx.AsyncClient, video_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_feed, "JOBS_A_LOOK", 3)
    monkeypatch.setattr(job_feed, "OWNER_COALESCE_SECONDS", 0.1)
    reads = Reads(monkeypatch)
    async with listen(http) as stream:
        job_ids = {(await post_job(http, video_id))["id"] for _ in range(10)}
        told: set[str] = set()
        while told != job_ids:
            told.add((await stream.next())[1]["id"])
    assert max(reads.sizes) <= 3


async def test_whoever_is_too_slow_is_told_to_read_again(
    http: httpx.AsyncClient, video_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(job_feed, "MOST_REMEMBERED", 4)
    async with listen(http) as stream:
        for _ in range(6):
            await post_job(http, video_id)
        assert "reset" in {name for name, _ in await stream.heard(2.5)}


async def test_nothing_is_missed_while_redis_is_away(
    service: Service, servers: Servers, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id, other = [(await post_job(http, video_id))["id"] for _ in range(2)]
    async with listen(http, job_id) as stream:
        servers.valkey.kill()
        # Whoever looks at this one sees it go on; of all others they are told to read again.
        lease = await work.claim((await work.plan(job_id)).id)
        await stream.until("progress", job_id, "processing")
        assert (await http.post(f"{V1}/jobs/{other}/cancel")).status_code == 200
        servers.valkey.start()

        async def back() -> bool:
            return (await stream.next())[0] == "reset"

        await eventually(back)
        await work.fail(lease)
        await stream.until("job", job_id, "failed")


async def test_nothing_is_missed_while_the_database_is_away(
    servers: Servers, http: httpx.AsyncClient, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    async with listen(http, job_id) as stream:
        await stream.until("progress", job_id)
        servers.postgres.restart()

        async def cancelled() -> bool:
            return (await http.post(f"{V1}/jobs/{job_id}/cancel")).status_code == 200

        await eventually(cancelled)
        await stream.until("progress", job_id, "cancelled")


async def test_silence_is_broken_by_pings(
    http: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.5)
    async with listen(http) as stream:
        assert await stream.next() == ("ping", {})


@pytest.mark.parametrize("path", ["/jobs/events", "/jobs/{job_id}/events"])
async def test_streams_end_with_the_session_or_the_key(
    service: Service, http: httpx.AsyncClient, ada: Account, video_id: str, path: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(event_stream, "PING_SECONDS", 0.3)
    url = path.format(job_id=(await post_job(http, video_id))["id"])
    session = await begin(service, ada.user)
    key = (await http.post(f"{V1}/api-keys", json={"name": "for a while"})).json()

    async def revoke_key() -> None:
        assert (await http.delete(f"{V1}/api-keys/{key['id']}")).is_success

    async def sign_out() -> None:
        assert await end_session(service.context.db, session.id)

    ways = [
        ({"X-API-Key": key["key"]}, revoke_key),
        ({"Authorization": f"Bearer {session.token}"}, sign_out),
    ]
    for headers, end in ways:
        async with service.client(headers=headers) as client, read(client, url) as stream:
            await stream.next()
            with pytest.raises(TimeoutError):
                await stream.end(2.5)
            await end()
            await stream.end(4)


async def test_streams_end_when_the_service_stops(settings: Settings) -> None:
    async with serve(settings) as service:
        ada = await service.account()
        async with service.client(ada) as http, listen(http) as stream:
            await post_job(http, (await upload(http))["video_id"])
            service.stop()
            await stream.end(1)
        assert service.context.feed.owner_watchers(ada.user.id) == 0


async def test_whoever_leaves_is_watched_for_no_more(
    service: Service, http: httpx.AsyncClient, ada: Account
) -> None:
    watching = service.context.feed.owner_watchers
    async with service.client(ada) as other:
        async with listen(other):
            assert watching(ada.user.id) == 1

        async def nobody() -> bool:
            return watching(ada.user.id) == 0

        await eventually(nobody)
