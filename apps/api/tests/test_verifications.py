"""A published job is verified again when somebody asks for it."""

from __future__ import annotations

from uuid import UUID

import httpx

from vidmill_api.job_schemas import JobView

from .running import V1, Json, Service, post_job, problem
from .worked import Work

PROBLEM = {"file": "360p/init.mp4", "message": "is missing from storage. Restore it."}


async def verify(http: httpx.AsyncClient, job_id: str) -> Json:
    reply = await http.post(f"{V1}/jobs/{job_id}/verify")
    assert reply.status_code == 202, reply.text
    JobView.model_validate(reply.json())
    return reply.json()


def task_of(job: Json) -> UUID:
    [task] = [task for task in job["tasks"] if task["kind"] == "verify"]
    return UUID(task["id"])


async def test_what_is_not_published_cannot_be_verified(
    http: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    queued, failed = [await post_job(http, video_id) for _ in range(2)]
    await work.fail(await work.begin(failed["id"]))
    for job, status in ((queued, "queued"), (failed, "failed")):
        reply = await http.post(f"{V1}/jobs/{job['id']}/verify")
        problem(reply, 409, "job_not_completed")
        assert f"The job is {status};" in reply.json()["detail"]


async def test_a_verification_is_asked_for_done_and_asked_for_again(
    service: Service, http: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    before = (await http.get(f"{V1}/jobs/{job_id}")).json()
    assert before["verification"] is None

    asked = await verify(http, job_id)
    assert (asked["status"], asked["verification"]["status"]) == ("completed", "running")
    assert task_of(asked) in await service.context.queue.pop(0.1, up_to=9)
    # Nobody waits for it: it is taken after what has begun, and not asked for twice.
    again = await verify(http, job_id)
    assert task_of(again) == task_of(asked)
    lease = await work.claim(task_of(asked))
    await work.progress(lease, 0.4)
    running = await verify(http, job_id)
    assert task_of(running) == task_of(asked)
    assert running["verification"]["progress"] == 40
    assert (running["status"], running["progress"]) == ("completed", 100)
    assert running["verification"]["started_at"] is not None
    await work.fail(lease, retryable=True)
    failed = (await http.get(f"{V1}/jobs/{job_id}")).json()
    assert (failed["status"], failed["verification"]["status"]) == ("completed", "running")

    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE tasks SET run_after = NULL WHERE kind = 'verify'")
    await work.verify(task_of(asked), [PROBLEM])
    found = (await http.get(f"{V1}/jobs/{job_id}")).json()
    JobView.model_validate(found)
    verdict = found["verification"]
    assert (verdict["status"], verdict["problems"], verdict["files"]) == ("failed", [PROBLEM], 7)
    assert verdict["renditions"] == [{"name": "360p", "frames": 300}]
    assert verdict["finished_at"] is not None
    for field in ("status", "progress", "completed_at", "timings", "outputs", "error"):
        shown = found[field] if field != "outputs" else len(found[field])
        assert shown == (before[field] if field != "outputs" else len(before[field])), field

    replaced = await verify(http, job_id)
    assert task_of(replaced) != task_of(asked)
    await work.verify(task_of(replaced), [])
    assert (await http.get(f"{V1}/jobs/{job_id}")).json()["verification"]["status"] == "passed"
