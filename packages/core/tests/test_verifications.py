"""A verification is a task of a completed job; whatever becomes of it, the job stays completed."""

from __future__ import annotations

from typing import Any

import pytest

from vidmill.db import job_reads, task_reads, tasks
from vidmill.db.job_reads import fetch_job
from vidmill.db.jobs import cancel_job, delete_job, publish_job, retry_job, start_over
from vidmill.db.pool import Database
from vidmill.db.reuse import Donor, find_donors, store_tracks
from vidmill.db.verifications import request_verification
from vidmill.errors import JobFinished, JobNotCompleted, JobNotRetryable, LeaseLost, NotFound
from vidmill.ids import new_id
from vidmill.jobs import JobStatus
from vidmill.queue import Queue
from vidmill.settings import Settings
from vidmill.tasks import Failure, Lease, NewTask, TaskKind
from vidmill.users import User
from vidmill.verifications import VerificationStatus, verification_of

PACKAGE = [NewTask(kind=TaskKind.PACKAGE)]
BROKEN = Failure(code="storage_unavailable", message="The object store does not answer.")


@pytest.fixture
async def verifying(db: Database, jobs: Any) -> Lease:
    """The running verification of a published job, with one attempt."""
    task = await jobs.create()
    [package] = await tasks.complete_task(db, await jobs.begin(task.id), {}, new_tasks=PACKAGE)
    lease = await jobs.begin(package.id)
    await publish_job(db, lease, {}, renditions=[], assets=[], cpu_seconds=0)
    queued = await request_verification(db, task.job_id, max_attempts=1)
    return await jobs.begin(queued.id)


async def fail(db: Database, lease: Lease) -> bool:
    return await tasks.fail_task(
        db, lease, BROKEN, retry_base_seconds=0, retry_max_seconds=0, max_attempts=1
    )


async def verification(db: Database, lease: Lease) -> Any:
    """And that the job is as it was."""
    job = await fetch_job(db, lease.job_id)
    assert (job.status, job.progress) == (JobStatus.COMPLETED, 1)
    assert (job.error_code, job.error_task) == (None, None)
    others = await task_reads.fetch_tasks(db, [lease.job_id])
    assert {t.status for t in others if t.kind != TaskKind.VERIFY} == {"completed"}
    return verification_of(others)


async def test_a_spent_verification_is_a_dead_letter_until_it_is_asked_for_again(
    db: Database, verifying: Lease
) -> None:
    assert not await fail(db, verifying)
    found = await verification(db, verifying)
    assert found.status is VerificationStatus.FAILED
    assert BROKEN.message in found.problems[0].message
    assert await job_reads.count_dead_letters(db) == 1
    with pytest.raises(JobNotRetryable):
        await retry_job(db, verifying.job_id, max_attempts=5)
    again = await request_verification(db, verifying.job_id, max_attempts=1)
    assert again.id != verifying.task_id
    assert (await verification(db, verifying)).status is VerificationStatus.RUNNING
    assert await job_reads.count_dead_letters(db) == 0


async def test_progress_and_a_lost_lease_leave_the_job_alone(
    db: Database, jobs: Any, verifying: Lease
) -> None:
    await tasks.renew_lease(db, verifying, lease_seconds=-1, progress=0.3, speed=None)
    assert (await verification(db, verifying)).progress == pytest.approx(0.3)
    queued, expired = await tasks.expire_leases(db)
    assert (queued, len(expired)) == ([], 1)
    assert (await verification(db, verifying)).status is VerificationStatus.FAILED
    # A drained worker gives it back, with its attempt.
    queued = await request_verification(db, verifying.job_id, max_attempts=1)
    returned = await tasks.return_task(db, await jobs.begin(queued.id))
    assert returned.id == queued.id
    assert (await verification(db, verifying)).status is VerificationStatus.RUNNING
    lease = await jobs.begin(queued.id)
    verdict: dict[str, Any] = {
        "problems": [],
        "problem_count": 0,
        "files": 3,
        "frames": {},
        "cpu_seconds": 0,
    }
    assert await tasks.complete_task(db, lease, verdict) == []
    found = await verification(db, verifying)
    assert (found.status, found.files, found.progress) == (VerificationStatus.PASSED, 3, 1)


async def test_nothing_done_to_a_running_job_is_done_to_a_verified_one(
    db: Database, verifying: Lease
) -> None:
    with pytest.raises(JobFinished):
        await cancel_job(db, verifying.job_id, purge_after_seconds=0)
    with pytest.raises(LeaseLost):
        await start_over(db, verifying, {}, after_seconds=0, max_attempts=5)
    assert (await verification(db, verifying)).status is VerificationStatus.RUNNING


async def test_deleting_the_job_takes_its_verification_away(db: Database, verifying: Lease) -> None:
    await delete_job(db, verifying.job_id, delete_files=True)
    with pytest.raises(LeaseLost):
        await tasks.renew_lease(db, verifying, lease_seconds=30, progress=0.1, speed=None)
    with pytest.raises(NotFound):
        await fetch_job(db, verifying.job_id)


async def test_what_is_found_damaged_is_no_donor_for_other_jobs(
    db: Database, jobs: Any, verifying: Lease, owner: User
) -> None:
    key = bytes(32)
    async with db.transaction() as conn:
        await store_tracks(conn, verifying.job_id, {"360p": key})
    assert await find_donors(db, owner.id, [key]) == {key: Donor(verifying.job_id, "360p")}
    damage = {"file": "360p/init.mp4", "message": "is missing from storage. Restore it."}
    verdict: dict[str, Any] = {"files": 3, "frames": {}, "cpu_seconds": 0}
    found = {**verdict, "problems": [damage], "problem_count": 1}
    await tasks.complete_task(db, verifying, found)
    assert await find_donors(db, owner.id, [key]) == {}
    # Restored, and verified again.
    again = await request_verification(db, verifying.job_id, max_attempts=1)
    whole: dict[str, Any] = {**verdict, "problems": [], "problem_count": 0}
    await tasks.complete_task(db, await jobs.begin(again.id), whole)
    assert await find_donors(db, owner.id, [key]) == {key: Donor(verifying.job_id, "360p")}


async def test_only_what_is_completed_is_verified(db: Database, jobs: Any) -> None:
    task = await jobs.create()
    with pytest.raises(JobNotCompleted, match="The job is queued"):
        await request_verification(db, task.job_id, max_attempts=1)
    with pytest.raises(NotFound):
        await request_verification(db, new_id(), max_attempts=1)


async def test_a_verification_waits_behind_jobs_that_have_begun(
    db: Database, jobs: Any, verifying: Lease, settings: Settings
) -> None:
    """Of the same priority; nobody waits for it."""
    plan = await jobs.create()
    [begun] = await tasks.complete_task(db, await jobs.begin(plan.id), {}, new_tasks=PACKAGE)
    await fail(db, verifying)
    verify = await request_verification(db, verifying.job_id, max_attempts=1)
    queue = Queue(settings.redis_url.get_secret_value())
    await queue.push([verify])
    await queue.push([begun])
    assert [await queue.pop(1), await queue.pop(1)] == [[begun.id], [verify.id]]
    await queue.close()
