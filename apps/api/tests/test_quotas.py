"""Quotas: what they count, that two requests at once can't both take the last, and what those are
told who come too late."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import UTC, datetime
from uuid import UUID

import httpx
import pytest
from psycopg import sql

from vidmill.db.usage import fold_usage
from vidmill.quotas import next_midnight
from vidmill.users import Role
from vidmill_stack.pytest_plugin import MakeSettings

from .running import V1, Account, Json, Service, content_of, post_job, problem, serve, upload
from .worked import CONTENTS, Work

Serve = Callable[..., AbstractAsyncContextManager[Service]]


@pytest.fixture
def limited(make_settings: MakeSettings) -> Serve:
    @asynccontextmanager
    async def running(**quotas: int) -> AsyncGenerator[Service]:
        async with serve(make_settings(**quotas)) as service:
            yield service

    return running


async def quota(http: httpx.AsyncClient) -> Json:
    return (await http.get(V1 + "/auth/me")).json()["quota"]


async def stored(http: httpx.AsyncClient) -> int:
    return int((await quota(http))["stored_bytes"]["used"])


async def give(service: Service, account: Account, column: str, value: int | None) -> None:
    """An administrator's decision."""
    async with service.context.db.connection() as conn:
        await conn.execute(
            sql.SQL("UPDATE users SET {} = %s WHERE id = %s").format(sql.Identifier(column)),
            [value, account.user.id],
        )


async def test_of_jobs_at_once_only_as_many_are_taken_as_are_left(limited: Serve) -> None:
    async with limited(quota_jobs_per_day=3) as service:
        ada = await service.account()
        async with service.client(ada) as http:
            body = {"video_id": (await upload(http))["video_id"]}
            replies = await asyncio.gather(*(http.post(V1 + "/jobs", json=body) for _ in range(8)))
            assert sorted(reply.status_code for reply in replies) == [202] * 3 + [402] * 5
            refused = next(reply for reply in replies if reply.status_code == 402)
            told = problem(refused, 402, "quota_exceeded")
            midnight = next_midnight(datetime.now(UTC))
            resets_at = datetime.fromisoformat(told["quota"].pop("resets_at"))
            assert told["quota"] == {"name": "jobs_per_day", "limit": 3, "used": 3}
            assert resets_at == midnight
            wait = (midnight - datetime.now(UTC)).total_seconds()
            assert wait - 60 < int(refused.headers["retry-after"]) <= wait + 60
            assert "may post 3 jobs a day and has posted 3" in told["detail"]
            assert (await http.get(V1 + "/jobs")).json()["total"] == 3
            assert (await quota(http))["jobs_per_day"] == {
                "limit": 3, "used": 3, "resets_at": refused.json()["quota"]["resets_at"],
            }  # fmt: skip


async def test_neither_deleting_nor_repeating_gives_or_takes_a_job(limited: Serve) -> None:
    async with (
        limited(quota_jobs_per_day=2) as service,
        service.client(await service.account()) as http,
    ):
        video = (await upload(http))["video_id"]
        key = {"Idempotency-Key": "1"}
        replies = [
            await http.post(V1 + "/jobs", json={"video_id": video}, headers=key) for _ in range(3)
        ]
        [job] = {reply.json()["id"] for reply in replies}
        assert (await http.post(f"{V1}/jobs/{job}/cancel")).is_success
        assert (await http.delete(f"{V1}/jobs/{job}")).is_success
        assert (await quota(http))["jobs_per_day"]["used"] == 1
        await post_job(http, video)
        reply = await http.post(V1 + "/jobs", json={"video_id": video})
        problem(reply, 402, "quota_exceeded")


async def test_a_day_later_it_begins_anew(limited: Serve) -> None:
    async with limited(quota_jobs_per_day=1) as service:
        ada = await service.account()
        async with service.client(ada) as http:
            video = (await upload(http))["video_id"]
            await post_job(http, video)
            async with service.context.db.connection() as conn:
                await conn.execute("UPDATE daily_jobs SET day = day - 1")
            assert (await quota(http))["jobs_per_day"]["used"] == 0
            await post_job(http, video)
            assert (await quota(http))["jobs_per_day"]["used"] == 1


async def test_whose_quota_is_another(limited: Serve) -> None:
    async with limited(quota_jobs_per_day=1, quota_stored_bytes=10) as service:
        ada, root = await service.account(), await service.account(Role.ADMIN)
        async with service.client(root) as http:
            video = (await upload(http, content_of(100)))["video_id"]
            for _ in range(2):
                await post_job(http, video)
            told = await quota(http)
            assert (told["jobs_per_day"]["limit"], told["jobs_per_day"]["used"]) == (None, 2)
            assert (told["stored_bytes"]["limit"], told["stored_bytes"]["used"]) == (None, 100)
        async with service.client(ada) as http:
            video = (await upload(http, b"a video"))["video_id"]
            for limit, taken in ((0, False), (1, True), (1, False), (2, True), (-1, True)):
                await give(service, ada, "quota_jobs_per_day", limit)
                reply = await http.post(V1 + "/jobs", json={"video_id": video})
                assert reply.is_success is taken, (limit, reply.text)
            assert (await quota(http))["jobs_per_day"]["limit"] is None
            await give(service, ada, "quota_jobs_per_day", None)
            assert (await quota(http))["jobs_per_day"]["limit"] == 1


async def test_of_uploads_at_once_only_what_fits_is_taken(limited: Serve) -> None:
    async with (
        limited(quota_stored_bytes=1000) as service,
        service.client(await service.account()) as http,
    ):
        body = {"filename": "a.mp4", "size": 400}
        replies = await asyncio.gather(*(http.post(V1 + "/uploads", json=body) for _ in range(6)))
        assert sorted(reply.status_code for reply in replies) == [201] * 2 + [402] * 4
        refused = next(reply for reply in replies if reply.status_code == 402)
        told = problem(refused, 402, "quota_exceeded")
        assert told["quota"] == {
            "name": "stored_bytes", "limit": 1000, "used": 800, "resets_at": None,
        }  # fmt: skip
        assert "retry-after" not in refused.headers, "waiting does not help"
        taken = next(reply.json() for reply in replies if reply.status_code == 201)
        assert (await http.delete(f"{V1}/uploads/{taken['id']}")).is_success
        assert await stored(http) == 400
        assert (await http.post(V1 + "/uploads", json=body)).status_code == 201


async def test_a_file_of_unknown_size_counts_when_it_is_there(
    limited: Serve, s3: httpx.AsyncClient
) -> None:
    async with (
        limited(quota_stored_bytes=1000) as service,
        service.client(await service.account()) as http,
    ):
        links = [(await http.get(V1 + "/upload-url")).json() for _ in range(2)]
        assert await stored(http) == 0
        for link in links:
            put = await s3.put(link["url"], content=content_of(600), headers=link["headers"])
            assert put.is_success
        first, second = [
            await http.post(V1 + "/jobs", json={"input_key": link["key"]}) for link in links
        ]
        assert first.status_code == 202
        problem(second, 402, "quota_exceeded")
        assert await stored(http) == 600


@pytest.mark.parametrize("folded", [False, True])
async def test_what_counts_as_stored(
    service: Service, http: httpx.AsyncClient, work: Work, folded: bool
) -> None:
    """Whether the reaper has added it up or not."""

    async def counts() -> int:
        if folded:
            await fold_usage(service.context.db)
        return await stored(http)

    outputs = 1_100_000 + sum(len(content) for _, _, content in CONTENTS.values())
    source = await upload(http, content_of(100))
    await upload(http, b"\x89PNG", filename="mark.png", purpose="watermark")
    assert await counts() == 104
    pending = await http.post(V1 + "/uploads", json={"filename": "b.mp4", "size": 50})
    assert await counts() == 154
    assert (await http.delete(f"{V1}/uploads/{pending.json()['id']}")).is_success
    jobs = [(await post_job(http, source["video_id"]))["id"] for _ in range(3)]
    assert await counts() == 104
    for job in jobs[:2]:
        await work.publish(job)
    assert await counts() == 104 + 2 * outputs
    assert (await http.post(f"{V1}/jobs/{jobs[2]}/cancel")).is_success
    assert (await http.delete(f"{V1}/jobs/{jobs[2]}")).is_success
    assert (await http.delete(f"{V1}/jobs/{jobs[0]}")).is_success
    assert await counts() == 104 + outputs
    kept = {"delete_files": "false"}
    assert (await http.delete(f"{V1}/jobs/{jobs[1]}", params=kept)).is_success
    assert await counts() == 104 + outputs, "what is kept is stored"
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE uploads SET video_id = NULL")
        await conn.execute("DELETE FROM videos WHERE id = %s", [UUID(source["video_id"])])
    assert await counts() == 4 + outputs
