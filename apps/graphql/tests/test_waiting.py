"""What waits for what: a job for its turn, a task for others."""

from __future__ import annotations

from typing import Any

from vidmill.db import tasks
from vidmill.db.claims import claim_task
from vidmill.db.task_reads import fetch_tasks
from vidmill.tasks import NewTask, TaskKind

POSITIONS = "{ jobs { id queuePosition } }"
GRAPH = "query($id: ID!) { job(id: $id) { tasks { kind waitsFor workerId ranOn } } }"


async def test_owners_take_turns_in_the_queue_and_urgent_jobs_come_first(
    client: Any, data: Any
) -> None:
    eager, eager_key = await data.user()
    other, other_key = await data.user()
    first, second, third = [str(await data.job(eager)) for _ in range(3)]
    theirs = str(await data.job(other))
    urgent = str(await data.job(other, priority=9))
    done = str(await data.finished_job(other))

    async def told(key: str) -> dict[str, int | None]:
        jobs = (await client.data(POSITIONS, key))["jobs"]
        return {job["id"]: job["queuePosition"] for job in jobs}

    assert await told(eager_key) == {first: 2, second: 4, third: 5}
    assert await told(other_key) == {urgent: 1, theirs: 3, done: None}


async def test_a_task_tells_what_it_waits_for_and_who_ran_it(
    client: Any, data: Any, statements: list[str]
) -> None:
    user, key = await data.user()
    job_id = await data.job(user)
    [plan] = await fetch_tasks(data.db, [job_id])
    claim = await claim_task(data.db, plan.id, worker_id="w", lease_seconds=30)
    assert claim is not None
    video, audio = TaskKind.VIDEO, TaskKind.AUDIO
    planned = [
        NewTask(kind=video), NewTask(kind=video, ordinal=1), NewTask(kind=audio),
        NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({video, audio})),
    ]  # fmt: skip
    await tasks.complete_task(data.db, claim.task.lease, {}, new_tasks=planned)
    statements.clear()
    told = (await client.data(GRAPH, key, id=str(job_id)))["job"]["tasks"]
    assert len(statements) == 4, "the account, the job, its tasks, and what they wait for"
    assert [(task["kind"], sorted(task["waitsFor"])) for task in told] == [
        ("PLAN", []), ("VIDEO", []), ("VIDEO", []), ("AUDIO", []), ("PACKAGE", ["AUDIO", "VIDEO"]),
    ]  # fmt: skip
    assert [(task["workerId"], task["ranOn"]) for task in told] == [
        (None, "w"),
        *[(None, None)] * 4,
    ]
