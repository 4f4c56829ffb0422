from __future__ import annotations

import asyncio

import httpx
import pytest

from vidmill.ids import new_id

from .running import MIB, V1, Service, problem

JOBS, UPLOADS = V1 + "/jobs", V1 + "/uploads"


def key(value: str = "key-1") -> dict[str, str]:
    return {"Idempotency-Key": value}


async def test_a_job_is_made_once(service: Service, http: httpx.AsyncClient, video_id: str) -> None:
    body = {"video_id": video_id, "metadata": {"n": 1.5}}
    first = await http.post(JOBS, json=body, headers=key())
    again = await http.post(JOBS, json=body, headers=key())
    at_root = await http.post("/jobs", json=body, headers=key())
    assert first.status_code == again.status_code == at_root.status_code == 202
    assert first.json() == again.json() == at_root.json()
    assert first.headers["location"] == again.headers["location"]
    assert (await http.get(JOBS)).json()["total"] == 1
    assert len(await service.context.queue.pop(0.1, up_to=9)) == 1
    other = await http.post(JOBS, json={**body, "priority": 1}, headers=key())
    problem(other, 422, "idempotency_key_reused")
    assert (await http.post(JOBS, json=body, headers=key("key-2"))).json() != first.json()
    assert (await http.get(JOBS)).json()["total"] == 2


async def test_the_first_answer_stays_whatever_changed_since(
    http: httpx.AsyncClient, video_id: str
) -> None:
    body = {"video_id": video_id}
    first = await http.post(JOBS, json=body, headers=key())
    job_id = first.json()["id"]
    assert (await http.post(f"{JOBS}/{job_id}/cancel")).status_code == 200
    assert (await http.delete(f"{JOBS}/{job_id}")).status_code == 204
    assert (await http.post(JOBS, json=body, headers=key())).json() == first.json()


async def test_requests_at_once_make_one_job(http: httpx.AsyncClient, video_id: str) -> None:
    body = {"video_id": video_id}
    replies = await asyncio.gather(*(http.post(JOBS, json=body, headers=key()) for _ in range(8)))
    assert {reply.status_code for reply in replies} == {202}
    assert len({reply.json()["id"] for reply in replies}) == 1
    assert (await http.get(JOBS)).json()["total"] == 1


async def test_failures_do_not_use_a_key_up(http: httpx.AsyncClient, video_id: str) -> None:
    wrong = {"video_id": str(new_id())}
    problem(await http.post(JOBS, json=wrong, headers=key()), 404, "not_found")
    right = {"video_id": video_id}
    assert (await http.post(JOBS, json=right, headers=key())).status_code == 202


async def test_keys_are_everybodys_own(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    assert (await http.post(JOBS, json={"video_id": video_id}, headers=key())).status_code == 202
    async with service.client(await service.account()) as bob:
        reply = await bob.post(UPLOADS, json={"filename": "b.mp4", "size": 1}, headers=key())
        assert reply.status_code == 201


async def test_keys_have_a_length(http: httpx.AsyncClient, video_id: str) -> None:
    for value in ("", "x" * 256):
        reply = await http.post(JOBS, json={"video_id": video_id}, headers=key(value))
        [error] = problem(reply, 422, "invalid_request")["errors"]
        assert error["field"] == "Idempotency-Key"


@pytest.mark.parametrize("size", [100, 2 * MIB])
async def test_an_upload_is_begun_once(small_parts: Service, size: int) -> None:
    body = {"filename": "clip.mp4", "size": size}
    async with small_parts.client(await small_parts.account()) as http:
        replies = await asyncio.gather(
            *(http.post(UPLOADS, json=body, headers=key()) for _ in range(4))
        )
        again = await http.post(UPLOADS, json=body, headers=key())
        assert {reply.status_code for reply in replies} == {201}
        assert all(reply.json() == again.json() for reply in replies)
    async with small_parts.context.db.connection() as conn:
        row = await (await conn.execute("SELECT count(*) FROM uploads")).fetchone()
    assert row == (1,)
