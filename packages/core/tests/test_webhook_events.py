"""Events are written by the change itself, whoever makes it, and only for those who listen."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import pytest
from psycopg.rows import dict_row

from vidmill.db import accounts, tasks, webhooks
from vidmill.db.job_control import pause_job, resume_job
from vidmill.db.jobs import cancel_job, retry_job
from vidmill.db.pool import Database
from vidmill.outbound_rules import read_url
from vidmill.sealing import Sealer
from vidmill.tasks import Failure, NewTask, TaskKind
from vidmill.users import User
from vidmill.webhooks import MAX_WEBHOOKS, TooManyWebhooks, Webhook, WebhookEvent

SEALER = Sealer("s" * 32, "test")
ALL = tuple(WebhookEvent)
PACKAGE = [
    NewTask(kind=TaskKind.VIDEO),
    NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO})),
]


async def listen(
    db: Database, owner: User, events: Sequence[WebhookEvent] = ALL, path: str = ""
) -> Webhook:
    async with db.transaction() as conn:
        made = await webhooks.create_webhook(
            conn, SEALER, owner_id=owner.id, target=read_url(f"https://example.com/{path}"),
            events=events, secret="whsec_x",
        )  # fmt: skip
    await webhooks.tell_active_jobs(db, owner.id)
    return made


async def written(db: Database, webhook: Webhook | None = None) -> list[dict[str, Any]]:
    async with db.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
        await cursor.execute("SELECT * FROM deliveries ORDER BY seq")
        rows = await cursor.fetchall()
    return [row for row in rows if webhook is None or row["webhook_id"] == webhook.id]


async def names(db: Database, webhook: Webhook | None = None) -> list[str]:
    return [row["event"] for row in await written(db, webhook)]


async def set_progress(db: Database, job_id: UUID, progress: float) -> None:
    async with db.connection() as conn:
        await conn.execute("UPDATE jobs SET progress = %s WHERE id = %s", [progress, job_id])


async def publish(db: Database, job_id: UUID) -> None:
    async with db.connection() as conn:
        await conn.execute(
            "UPDATE jobs SET status = 'completed', playable_at = coalesce(playable_at, now()),"
            " finished_at = now(), progress = 1 WHERE id = %s",
            [job_id],
        )


async def test_a_jobs_life_is_told_in_order(db: Database, owner: User, jobs: Any) -> None:
    webhook = await listen(db, owner)
    task = await jobs.create()
    lease = await jobs.begin(task.id)
    await tasks.complete_task(db, lease, {}, new_tasks=PACKAGE)
    for progress in (0.05, 0.12, 0.19, 0.41):
        await set_progress(db, task.job_id, progress)
    await publish(db, task.job_id)
    assert await names(db) == [
        "video.uploaded", "job.started", "job.progress", "job.progress", "job.playable",
        "job.completed",
    ]  # fmt: skip
    rows = await written(db, webhook)
    assert {row["subject_id"] for row in rows[1:]} == {task.job_id}
    last = rows[-1]["payload"]
    assert list(last) == ["id", "event", "timestamp", "data"]
    assert (last["id"], last["event"]) == (str(rows[-1]["id"]), "job.completed")
    assert last["timestamp"].endswith("Z")
    data = last["data"]
    assert (data["id"], data["status"], data["progress"]) == (str(task.job_id), "completed", 100)
    assert (data["metadata"], data["error"]) == ({"title": "A clip"}, None)
    assert rows[2]["payload"]["data"]["progress"] == 12


async def test_failure_retry_and_cancellation_are_told(
    db: Database, owner: User, jobs: Any
) -> None:
    await listen(db, owner)
    task = await jobs.create(max_attempts=1)
    failure = Failure(code="corrupt_file", message="Bad.", retryable=False)
    await tasks.fail_task(
        db, await jobs.begin(task.id), failure, retry_base_seconds=1, retry_max_seconds=1,
        max_attempts=1,
    )  # fmt: skip
    [again] = await retry_job(db, task.job_id, max_attempts=1)
    await jobs.begin(again.id)
    await cancel_job(db, task.job_id, purge_after_seconds=0)
    assert (await names(db))[1:] == ["job.started", "job.failed", "job.started", "job.cancelled"]
    failed = (await written(db))[2]["payload"]["data"]
    assert failed["error"] == {"code": "corrupt_file", "message": "Bad.", "task": "plan"}


async def test_going_on_after_a_pause_is_no_start(db: Database, owner: User, jobs: Any) -> None:
    await listen(db, owner)
    task = await jobs.create()
    await jobs.begin(task.id)
    await pause_job(db, task.job_id, lease_seconds=1)
    [again] = await resume_job(db, task.job_id)
    await jobs.claim(again.id)
    assert (await names(db)).count("job.started") == 1


async def test_only_what_was_asked_for_and_by_its_owner(
    db: Database, owner: User, jobs: Any
) -> None:
    done = await listen(db, owner, [WebhookEvent.JOB_COMPLETED])
    off = await listen(db, owner)
    await webhooks.change_webhook(db, off, target=None, events=None, description=None, active=False)
    gone = await listen(db, owner)
    assert await webhooks.disable_webhook(db, gone.id, "Gone.")
    stranger = await accounts.create_user(db, email="eve@example.com", password_hash="x")
    assert stranger is not None
    eve = await listen(db, stranger)
    task = await jobs.create()
    await jobs.begin(task.id)
    await publish(db, task.job_id)
    assert await names(db, done) == ["job.completed"]
    for other in (off, gone, eve):
        assert await names(db, other) == []


async def test_a_change_that_is_taken_back_tells_nothing(
    db: Database, owner: User, jobs: Any
) -> None:
    await listen(db, owner)
    task = await jobs.create()
    async with db.connection() as conn, conn.transaction(force_rollback=True):
        await conn.execute(
            "UPDATE jobs SET status = 'cancelled', finished_at = now() WHERE id = %s",
            [task.job_id],
        )
    assert await names(db) == ["video.uploaded"]


async def test_nothing_is_written_or_flagged_where_nobody_listens(
    db: Database, owner: User, jobs: Any
) -> None:
    task = await jobs.create()
    await jobs.begin(task.id)
    await publish(db, task.job_id)
    assert await names(db) == []
    async with db.connection() as conn:
        row = await (await conn.execute("SELECT bool_or(has_listeners) FROM jobs")).fetchone()
    assert row == (False,)


async def test_a_webhook_hears_of_jobs_that_were_posted_before_it(
    db: Database, owner: User, jobs: Any
) -> None:
    running, waiting = await jobs.create(), await jobs.create()
    await jobs.begin(running.id)
    webhook = await listen(db, owner)
    await jobs.begin(waiting.id)
    await publish(db, running.job_id)
    assert await names(db, webhook) == ["job.started", "job.playable", "job.completed"]


async def test_no_job_slips_between_while_a_webhook_is_made(
    db: Database, owner: User, jobs: Any
) -> None:
    made = [jobs.create() for _ in range(12)]
    made.insert(6, listen(db, owner, [WebhookEvent.JOB_STARTED]))
    results = await asyncio.gather(*made)
    posted = [one for one in results if not isinstance(one, Webhook)]
    for task in posted:
        await jobs.begin(task.id)
    assert len(await names(db)) == len(posted)


async def test_a_job_can_have_a_webhook_of_its_own(db: Database, owner: User, jobs: Any) -> None:
    mine, other = await jobs.create(), await jobs.create()
    async with db.transaction() as conn:
        await webhooks.create_job_webhook(
            conn, SEALER, owner_id=owner.id, job_id=mine.job_id,
            target=read_url("https://example.com/job"), secret="whsec_x",
        )  # fmt: skip
    for task in (mine, other):
        await jobs.begin(task.id)
    assert [row["subject_id"] for row in await written(db)] == [mine.job_id]
    page = await webhooks.list_webhooks(db, owner_id=owner.id, limit=10, cursor=None)
    assert page.items == []


async def test_an_account_has_so_many_webhooks(db: Database, owner: User) -> None:
    for number in range(MAX_WEBHOOKS):
        await listen(db, owner, path=str(number))
    with pytest.raises(TooManyWebhooks):
        await listen(db, owner)
