"""Owners take turns, and nobody runs more than they may."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
import redis.asyncio

from vidmill.db.claims import claim_tasks, owners_below, refused_tasks
from vidmill.db.pool import Database
from vidmill.db.tasks import complete_task
from vidmill.ids import new_id
from vidmill.queue import LISTS, Queue, list_name
from vidmill.settings import Settings
from vidmill.tasks import QueuedTask, TaskKind

ADA, BOB, EVE = (new_id() for _ in range(3))


def task(owner: UUID, kind: TaskKind = TaskKind.PLAN, priority: int = 5) -> QueuedTask:
    return QueuedTask(new_id(), new_id(), owner, priority, kind)


@pytest.fixture
async def queue(settings: Settings) -> AsyncGenerator[Queue]:
    made = Queue(settings.redis_url.get_secret_value())
    yield made
    await made.close()


@pytest.fixture
async def raw(settings: Settings) -> AsyncGenerator[redis.asyncio.Redis]:
    async with redis.asyncio.Redis.from_url(settings.redis_url.get_secret_value()) as client:
        yield client


async def drain(queue: Queue, *, up_to: int = 1) -> list[UUID]:
    """All that can be taken, in the order in which it is."""
    found: list[UUID] = []
    while ids := await queue.pop(0.05, up_to=up_to):
        found += ids
    return found


def test_lists_are_looked_at_from_urgent_to_background() -> None:
    assert LISTS[0] == "vidmill:queue:10"
    assert LISTS[-1] == "vidmill:queue:0"
    assert len(set(LISTS)) == 11


async def test_one_owners_tasks_come_first_in_first_out_begun_jobs_first(queue: Queue) -> None:
    plans = [task(ADA) for _ in range(3)]
    begun = [task(ADA, TaskKind.VIDEO) for _ in range(3)]
    urgent = task(ADA, priority=9)
    await queue.push([*plans, *begun, urgent])
    assert await drain(queue) == [t.id for t in (urgent, *begun, *plans)]


@pytest.mark.parametrize("up_to", [1, 4])
async def test_owners_take_turns_whatever_others_have_waiting(queue: Queue, up_to: int) -> None:
    many = [task(ADA) for _ in range(200)] + [task(ADA, TaskKind.VIDEO) for _ in range(50)]
    await queue.push(many)
    await queue.pop(1)
    few = [task(BOB), task(BOB, TaskKind.VIDEO)]
    await queue.push(few)
    await queue.push([task(EVE)])
    order = await drain(queue, up_to=up_to)
    owner_of = {t.id: t.owner_id for t in [*many, *few]}
    assert [owner_of.get(i, EVE) for i in order[:6]] == [ADA, BOB, EVE, ADA, BOB, ADA]
    assert [i for i in order if owner_of.get(i) == BOB] == [few[1].id, few[0].id]
    assert len(order) == len(set(order)) == 252
    assert await queue.depths() == dict.fromkeys(range(10, -1, -1), 0)


async def test_somebody_alone_gets_all_that_is_asked_for(queue: Queue) -> None:
    plans, begun = [task(ADA) for _ in range(3)], [task(ADA, TaskKind.VIDEO) for _ in range(2)]
    await queue.push([*plans, *begun])
    assert await queue.pop(1, up_to=4) == [t.id for t in (*begun, *plans[:2])]
    assert (await queue.depths())[5] == 1
    assert await queue.pop(1, up_to=4) == [plans[2].id]
    assert await queue.pop(0.05) == []


async def test_what_is_pushed_twice_waits_once_and_nothing_else_is_lost(queue: Queue) -> None:
    one, other = task(ADA), task(ADA)
    await queue.push([one, one, other])
    await queue.push([other])
    assert (await queue.depths())[5] == 2
    assert await drain(queue) == [one.id, other.id]
    await queue.push([one])
    assert await drain(queue) == [one.id], "what was taken may come again"


async def test_what_waits_in_no_list_is_told(queue: Queue) -> None:
    tasks = [task(owner, priority=5 + n % 2) for n in range(1500) for owner in (ADA, BOB)]
    await queue.push(tasks[100:])
    taken = await queue.pop(1, up_to=7)
    told = {t.id for t in await queue.missing(tasks)}
    assert told == {*taken, *(t.id for t in tasks[:100])}
    await queue.push(await queue.missing(tasks))
    assert await queue.missing(tasks) == []
    assert sorted(await drain(queue, up_to=50)) == sorted(t.id for t in tasks)
    assert await queue.depths() == dict.fromkeys(range(10, -1, -1), 0)


async def test_what_moves_to_another_priority_is_taken_there_only(queue: Queue) -> None:
    moved, stays, bobs = task(ADA), task(ADA), task(BOB)
    await queue.push([moved, stays, bobs])
    await queue.move_or_leave([replace(moved, priority=1)], before=5)
    assert await queue.missing([moved, stays, bobs]) == [moved], "at its old priority"
    assert await drain(queue) == [stays.id, bobs.id, moved.id]
    await queue.push([moved])
    await queue.move_or_leave([replace(moved, priority=9)], before=5)
    assert await drain(queue) == [moved.id]


async def test_a_message_popped_by_a_worker_that_died_is_made_again(
    queue: Queue, raw: redis.asyncio.Redis
) -> None:
    tasks = [task(ADA), task(BOB)]
    await queue.push(tasks)
    await raw.rpop(list_name(5))
    assert len(await drain(queue)) == 1
    assert await queue.missing(tasks) == [tasks[0]]
    assert await queue.heal() == 1
    assert await drain(queue) == [tasks[1].id]
    assert await queue.heal() == 0


async def test_messages_without_tasks_do_no_harm(queue: Queue, raw: redis.asyncio.Redis) -> None:
    await raw.lpush(list_name(5), "gone", "gone")
    assert await queue.pop(1) == []
    await queue.push([one := task(ADA)])
    assert await queue.heal() == 0
    assert (await queue.depths())[5] == 1
    assert await drain(queue) == [one.id]


async def test_parked_owners_wait_until_they_are_woken(queue: Queue) -> None:
    adas, bobs = [task(ADA) for _ in range(3)], [task(BOB) for _ in range(2)]
    await queue.push([*adas, *bobs])
    [first] = await queue.pop(1)
    await queue.park([adas[0]])
    assert first == adas[0].id
    assert await drain(queue) == [t.id for t in bobs]
    await queue.push([late := task(ADA, TaskKind.VIDEO)])
    assert await queue.pop(0.05) == []
    await queue.wake([ADA, BOB])
    assert await queue.pop(1) == [late.id]
    await queue.wake([ADA])
    assert await queue.pop(1) == [adas[0].id]
    # Nobody wakes them any more; the reaper does.
    await queue.park([adas[0]])
    await queue.heal()
    assert await queue.pop(1) == [adas[0].id]
    await queue.heal()
    assert await drain(queue) == [t.id for t in adas[1:]]


async def test_nobody_claims_more_than_their_share(db: Database, jobs: Any) -> None:
    mine = [await jobs.create() for _ in range(5)]
    ids = [t.id for t in mine]

    async def claim(worker: str, wanted: list[UUID]) -> list[UUID]:
        claims = await claim_tasks(db, wanted, worker_id=worker, lease_seconds=30, owner_limit=2)
        return [c.task.id for c in claims]

    # Several at once take no more than one after the other would.
    found = await asyncio.gather(*(claim(f"w{i}", [ids[i]]) for i in range(4)))
    claimed = [i for ids_of_one in found for i in ids_of_one]
    assert len(claimed) == 2
    left = [i for i in ids if i not in claimed]
    assert await claim("w9", left) == []
    refused = await refused_tasks(db, [*claimed, *left], owner_limit=2)
    assert [t.id for t in refused] == left[::-1]
    owner = refused[0].owner_id
    assert await owners_below(db, [owner], owner_limit=2) == []
    done = (await claim_tasks(db, [left[0]], worker_id="w", lease_seconds=30))[0]
    await complete_task(db, done.task.lease, {})
    assert await owners_below(db, [owner], owner_limit=3) == [owner]
    assert len(await claim("w9", left)) == 0
