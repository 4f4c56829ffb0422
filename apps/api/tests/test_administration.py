from __future__ import annotations

from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest

from vidmill.db.workers import beat_worker, register_worker
from vidmill.jobs import job_prefix
from vidmill.users import Role

from .running import V1, Account, Service, post_job, problem
from .worked import Work

ADMIN = V1 + "/admin"


@pytest.fixture
async def admin(service: Service) -> AsyncGenerator[httpx.AsyncClient]:
    async with service.client(await service.account(Role.ADMIN)) as client:
        yield client


async def failed_jobs(http: httpx.AsyncClient, work: Work, video_id: str, count: int) -> list[str]:
    made = [(await post_job(http, video_id))["id"] for _ in range(count)]
    for job_id in made:
        await work.fail(await work.begin(job_id), retryable=True, max_attempts=1)
    return made


async def aged(service: Service, job_id: str, days: int) -> None:
    async with service.context.db.connection() as conn:
        await conn.execute(
            "UPDATE jobs SET finished_at = now() - make_interval(days => %s) WHERE id = %s",
            [days, UUID(job_id)],
        )


async def test_everybodys_jobs_have_owners(
    service: Service, http: httpx.AsyncClient, admin: httpx.AsyncClient, ada: Account, video_id: str
) -> None:
    job = await post_job(http, video_id)
    page = (await admin.get(f"{ADMIN}/jobs")).json()
    assert [(one["id"], one["owner_id"]) for one in page["items"]] == [
        (job["id"], str(ada.user.id))
    ]
    bob = await service.account()
    for owner, total in ((ada.user.id, 1), (bob.user.id, 0)):
        page = (await admin.get(f"{ADMIN}/jobs", params={"owner_id": str(owner)})).json()
        assert page["total"] == total


async def test_statistics(
    http: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    await failed_jobs(http, work, video_id, 2)
    await work.publish((await post_job(http, video_id))["id"])
    stats = (await admin.get(f"{ADMIN}/stats")).json()
    assert (stats["users"], stats["videos"], stats["video_bytes"]) == (3, 1, len(b"a video"))
    published = sum(one["output_bytes"] for one in (await admin.get(V1 + "/usage")).json()["items"])
    assert stats["stored_bytes"] == stats["video_bytes"] + published > stats["video_bytes"]
    assert (stats["jobs"]["failed"], stats["jobs"]["completed"]) == (2, 1)
    assert (stats["failed_today"], stats["completed_today"]) == (2, 1)
    assert stats["dead_letters"] == {"corrupt_file": 2}


async def test_failed_jobs_are_started_again_batch_by_batch(
    service: Service, http: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    jobs = await failed_jobs(http, work, video_id, 3)
    path = f"{ADMIN}/jobs/restart-failed"
    none = (await admin.post(path, json={"error_code": "too_long"})).json()
    assert (none["changed"], none["remaining"]) == (0, 0)
    later = {"failed_from": "2100-01-01T00:00:00Z"}
    assert (await admin.post(path, json=later)).json()["changed"] == 0
    first = (await admin.post(path, json={"error_code": "corrupt_file", "limit": 2})).json()
    assert (first["changed"], first["skipped"], first["remaining"]) == (2, 0, 1)
    assert first["job_ids"] == jobs[:2], "those that failed first"
    rest = (await admin.post(path)).json()
    assert (rest["changed"], rest["remaining"]) == (1, 0)
    for job_id in jobs:
        assert (await http.get(f"{V1}/jobs/{job_id}")).json()["status"] == "queued"
    assert len(await service.context.queue.pop(0.1, up_to=9)) == 3


async def test_old_jobs_are_deleted_with_their_files(
    service: Service, http: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    old, new, active = [(await post_job(http, video_id))["id"] for _ in range(3)]
    for job_id in (old, new):
        await work.publish(job_id)
    await aged(service, old, 31)
    await aged(service, new, 29)
    problem(await admin.delete(f"{ADMIN}/jobs"), 422, "invalid_request")
    counted = (await admin.delete(f"{ADMIN}/jobs?older_than_days=30&dry_run=true")).json()
    assert counted == {"changed": 0, "skipped": 0, "remaining": 1, "job_ids": []}
    assert (await http.get(f"{V1}/jobs/{old}")).status_code == 200
    reply = (await admin.delete(f"{ADMIN}/jobs?older_than_days=30")).json()
    assert reply == {"changed": 1, "skipped": 0, "remaining": 0, "job_ids": [old]}
    problem(await http.get(f"{V1}/jobs/{old}"), 404, "not_found")
    for job_id in (new, active):
        assert (await http.get(f"{V1}/jobs/{job_id}")).status_code == 200
    async with service.context.db.connection() as conn:
        rows = await (await conn.execute("SELECT prefix FROM purges")).fetchall()
    assert rows == [(job_prefix(UUID(old)),)]


async def test_dead_letters_are_listed_retried_and_cleared(
    http: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work, ada: Account, video_id: str
) -> None:
    jobs = await failed_jobs(http, work, video_id, 3)
    page = (await admin.get(f"{ADMIN}/dlq?limit=2")).json()
    assert (page["total"], page["by_code"]) == (3, {"corrupt_file": 3})
    rest = (await admin.get(f"{ADMIN}/dlq", params={"cursor": page["next_cursor"]})).json()
    letters = [*page["items"], *rest["items"]]
    assert [one["job_id"] for one in letters] == jobs[::-1]
    assert letters[0]["owner_id"] == str(ada.user.id)
    assert letters[0]["error_log"] == "moov atom not found"
    assert (await admin.get(f"{ADMIN}/dlq?error_code=other")).json()["total"] == 0
    one = (await admin.post(f"{ADMIN}/dlq/retry", json={"ids": [letters[0]["id"]]})).json()
    assert (one["job_ids"], one["remaining"]) == ([jobs[2]], 0)
    many = (await admin.post(f"{ADMIN}/dlq/retry", json={"limit": 1})).json()
    assert (many["job_ids"], many["remaining"]) == ([jobs[0]], 1)
    assert (await admin.delete(f"{ADMIN}/dlq?error_code=other")).json() == {"deleted": 0}
    assert (await admin.delete(f"{ADMIN}/dlq")).json() == {"deleted": 1}
    assert (await admin.get(f"{ADMIN}/dlq")).json()["items"] == []
    assert (await http.get(f"{V1}/jobs/{jobs[1]}")).json()["status"] == "failed"


async def test_what_failed_to_be_verified_stays_published(
    http: httpx.AsyncClient, admin: httpx.AsyncClient, work: Work, video_id: str
) -> None:
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    assert (await http.post(f"{V1}/jobs/{job_id}/verify")).status_code == 202
    tasks = (await http.get(f"{V1}/jobs/{job_id}")).json()["tasks"]
    [verify] = [UUID(one["id"]) for one in tasks if one["kind"] == "verify"]
    await work.fail(await work.claim(verify), retryable=True, max_attempts=1)
    assert (await admin.get(f"{ADMIN}/dlq")).json()["total"] == 1
    retried = (await admin.post(f"{ADMIN}/dlq/retry")).json()
    assert (retried["changed"], retried["remaining"]) == (0, 0)
    assert (await http.get(f"{V1}/jobs/{job_id}")).json()["status"] == "completed"


async def test_a_drain_is_asked_for_and_taken_back(
    service: Service, admin: httpx.AsyncClient
) -> None:
    db = service.context.db
    path = f"{ADMIN}/workers/host-1/drain"
    problem(await admin.post(path), 404, "not_found")
    await register_worker(db, "host-1", host="h", pid=1, slots=1)
    for _ in range(2):
        assert (await admin.post(path)).json()["drain_requested_at"] is not None
    assert await beat_worker(db, "host-1", status="active", completed=0, failed=0)
    assert (await admin.delete(path)).json()["drain_requested_at"] is None
    assert not await beat_worker(db, "host-1", status="draining", completed=0, failed=0)
    await admin.post(path)
    await register_worker(db, "host-1", host="h", pid=2, slots=1)
    assert not await beat_worker(db, "host-1", status="active", completed=0, failed=0), "anew"
