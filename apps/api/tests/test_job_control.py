from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from vidmill.errors import LeaseLost
from vidmill_api.job_schemas import JobView

from .running import V1, Json, Service, post_job, problem
from .test_job_events import follow
from .worked import Work


async def do(http: httpx.AsyncClient, job_id: str, action: str) -> Json:
    reply = await http.post(f"{V1}/jobs/{job_id}/{action}")
    assert reply.status_code == 200, reply.text
    JobView.model_validate(reply.json())
    return reply.json()


async def test_pause_and_resume(
    service: Service, http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    lease = await work.claim((await work.plan(job_id)).id)
    async with follow(http, job_id) as stream:
        await stream.until_status("processing")
        paused = await do(http, job_id, "pause")
        assert paused["status"] == "paused"
        assert paused["paused_at"] is not None
        assert {t["kind"]: t["status"] for t in paused["tasks"]} == {
            "plan": "completed", "video": "blocked", "package": "blocked",
        }  # fmt: skip
        assert (await stream.until_status("paused"))["id"] == job_id
        with pytest.raises(LeaseLost):
            await work.progress(lease, 0.5)
        assert (await do(http, job_id, "pause")) == paused
        listed = (await http.get(V1 + "/jobs", params={"status": "paused"})).json()
        assert [job["id"] for job in listed["items"]] == [job_id]
        resumed = await do(http, job_id, "resume")
        assert (resumed["status"], resumed["paused_at"]) == ("processing", None)
        assert (await stream.until_status("processing"))["id"] == job_id
    assert lease.task_id in await service.context.queue.pop(0.1, up_to=9)
    assert (await do(http, job_id, "resume"))["status"] == "processing"


async def test_a_paused_job_is_cancelled_or_resumed_but_not_retried_or_deleted(
    http: httpx.AsyncClient, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    assert (await do(http, job_id, "pause"))["status"] == "paused"
    problem(await http.post(f"{V1}/jobs/{job_id}/retry"), 409, "job_not_retryable")
    problem(await http.delete(f"{V1}/jobs/{job_id}"), 409, "job_active")
    assert (await do(http, job_id, "cancel"))["status"] == "cancelled"
    for action in ("pause", "resume"):
        problem(await http.post(f"{V1}/jobs/{job_id}/{action}"), 409, "job_finished")


async def test_priority_moves_what_is_queued(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    queue = service.context.queue
    first, second = [(await post_job(http, video_id))["id"] for _ in range(2)]
    reply = await http.patch(f"{V1}/jobs/{second}", json={"priority": 9})
    job = reply.json()
    JobView.model_validate(job)
    assert (reply.status_code, job["priority"]) == (200, 9)
    [popped] = await queue.pop(1)
    assert popped == UUID(job["tasks"][0]["id"]), "the second overtakes the first"
    third = (await post_job(http, video_id))["id"]
    await http.patch(f"{V1}/jobs/{first}", json={"priority": 2})
    order = [(await queue.pop(1))[0] for _ in range(2)]
    plans = [(await http.get(f"{V1}/jobs/{i}")).json()["tasks"][0]["id"] for i in (third, first)]
    assert order == [UUID(plan) for plan in plans], "the first waits behind the third now"
    for body in ({}, {"priority": 11}, {"priority": None}, {"status": "paused"}):
        problem(await http.patch(f"{V1}/jobs/{first}", json=body), 422, "invalid_request")
    await do(http, first, "cancel")
    problem(await http.patch(f"{V1}/jobs/{first}", json={"priority": 1}), 409, "job_finished")
