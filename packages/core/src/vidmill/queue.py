"""The queue: Redis lists of task ids, LPUSH to enqueue and BRPOP to take.

A message only says "look here". The claim in PostgreSQL decides, so a lost, doubled or stale
message does no harm, and Redis may be flushed at any moment.

Each priority has one list of messages, which workers wait for, and each owner has lists of their
tasks. Whoever has popped a message takes the task of the owner whose turn it is: ten thousand jobs
of one owner do not hold up the one of another. An owner's tasks of jobs that have begun come before
plans of new ones; otherwise two hundred jobs posted at once would all be planned before the first
is finished. What has to happen at once in Redis is in `queue.lua`.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, cast
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from vidmill.blocks import load_blocks
from vidmill.errors import DependencyDown
from vidmill.tasks import QueuedTask, TaskKind

log = logging.getLogger(__name__)

PRIORITIES = range(10, -1, -1)
#: Each message is the id of a job, a blank and the id of its owner.
JOBS_CHANNEL = "vidmill:changed-jobs"

#: These are not taken before tasks of jobs that have begun: what begins a job, and what nobody
#: waits for.
_WAITING = frozenset({TaskKind.FETCH, TaskKind.PLAN, TaskKind.VERIFY})

#: Redis does one thing at a time: tasks are pushed, and asked for, so few at a time that
#: nobody else has to wait long, as after a FLUSHALL, when all are pushed again.
_AT_ONCE = 1000

#: Longest a BRPOP waits, in seconds; short enough that a stopping worker is not kept.
POP_TIMEOUT_SECONDS = 5.0


class QueueDown(DependencyDown):
    """The queue does not answer. Accepted jobs are safe; they go on when it is back."""

    code = "queue_unavailable"


@dataclass(frozen=True, slots=True)
class JobChange:
    """A job that was made, changed or deleted."""

    job_id: UUID
    owner_id: UUID


def list_name(priority: int) -> str:
    """The list of messages of one priority: as many as tasks wait."""
    return f"vidmill:queue:{priority}"


#: In the order in which BRPOP looks: urgent first.
LISTS = tuple(list_name(p) for p in PRIORITIES)

_SCRIPTS = load_blocks("vidmill", "queue.lua")


class Queue:
    """Push, pop and look at the lists; announce changed jobs to whoever watches."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = _client(url, timeout=5.0)
        # redis-py would give up on a blocking pop after its own socket timeout, and would send it
        # again on an error: a message taken by the lost first call would be gone until the reaper.
        self._blocking: Redis = _client(url, timeout=POP_TIMEOUT_SECONDS + 5.0)
        self._scripts = {name: self._redis.register_script(text) for name, text in _SCRIPTS.items()}
        self._changed: set[JobChange] = set()
        self._announcing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._announcing is not None:
            await self._announcing
        await self._redis.aclose()
        await self._blocking.aclose()

    async def push(self, tasks: Iterable[QueuedTask]) -> None:
        """Enqueue tasks that are already queued in PostgreSQL, first come first served among those
        of one owner. Raises `QueueDown`."""
        waiting = list(tasks)
        for first in range(0, len(waiting), _AT_ONCE):
            await self._run("push", *_arguments(waiting[first : first + _AT_ONCE]))

    async def push_or_leave(self, tasks: Iterable[QueuedTask]) -> None:
        """`push`, but a dead Redis is only logged: the reaper pushes what no list holds."""
        try:
            await self.push(tasks)
        except QueueDown:
            log.warning("queue unavailable; the reaper will push these tasks")

    async def move_or_leave(self, tasks: Sequence[QueuedTask], *, before: int) -> None:
        """`push_or_leave` at the tasks' priority, no more to be taken at the one `before`."""
        try:
            if arguments := _arguments([replace(task, priority=before) for task in tasks]):
                await self._run("withdraw", *arguments)
        except QueueDown:
            log.warning("queue unavailable; tasks may be taken at their old priority")
        await self.push_or_leave(tasks)

    async def pop(
        self, timeout_seconds: float = POP_TIMEOUT_SECONDS, *, up_to: int = 1
    ) -> list[UUID]:
        """Up to that many task ids of the most urgent priority that has any, one an owner in turns,
        as soon as there is one; none after the timeout. Raises `QueueDown`."""
        timeout = min(timeout_seconds, POP_TIMEOUT_SECONDS)
        try:
            reply = cast(
                "tuple[bytes, bytes] | None",
                await cast("Any", self._blocking.brpop(list(LISTS), timeout=timeout)),
            )
        except (RedisError, OSError) as error:
            raise QueueDown from error
        if reply is None:
            return []
        taken = await self._run("take", reply[0].rsplit(b":", 1)[1], up_to)
        return [UUID(task_id.decode()) for task_id in taken]

    async def park(self, tasks: Iterable[QueuedTask]) -> None:
        """Put back tasks whose owners run as many as they may. Nothing of theirs is taken until
        `wake`, at that priority. Raises `QueueDown`."""
        if arguments := _arguments(tasks):
            await self._run("park", *arguments)

    async def wake(self, owners: Iterable[UUID]) -> None:
        """Parked owners may have one more task. Raises `QueueDown`."""
        await self._run("wake", len(PRIORITIES), *map(str, owners))

    async def heal(self) -> int:
        """Give a turn to every parked owner, and every waiting task a message: what a worker that
        died had popped, or should have woken. Returns how many messages were missing. Raises
        `QueueDown`."""
        return sum([max(0, await self._run("heal", priority)) for priority in PRIORITIES])

    async def depths(self) -> dict[int, int]:
        """Messages per priority. Raises `QueueDown`."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name in LISTS:
                    pipeline.llen(name)
                lengths = [int(n) for n in await pipeline.execute()]
        except (RedisError, OSError) as error:
            raise QueueDown from error
        return dict(zip(PRIORITIES, lengths, strict=True))

    async def missing(self, tasks: Sequence[QueuedTask]) -> list[QueuedTask]:
        """Those that wait in no list. Raises `QueueDown`."""
        found: list[QueuedTask] = []
        for priority in PRIORITIES:
            asked = [task for task in tasks if task.priority == priority]
            for first in range(0, len(asked), _AT_ONCE):
                some = asked[first : first + _AT_ONCE]
                found += await self._missing_of(priority, some)
        return found

    async def _missing_of(self, priority: int, tasks: list[QueuedTask]) -> list[QueuedTask]:
        name = f"vidmill:waiting:{priority}"
        try:
            held = await cast("Any", self._redis.smismember(name, [str(task.id) for task in tasks]))
        except (RedisError, OSError) as error:
            raise QueueDown from error
        return [task for task, waits in zip(tasks, held, strict=True) if not waits]

    async def _run(self, script: str, *arguments: str | bytes | int) -> Any:
        try:
            return await cast("Any", self._scripts[script](args=arguments))
        except (RedisError, OSError) as error:
            raise QueueDown from error

    def announce(self, job_id: UUID, owner_id: UUID) -> None:
        """Tell watchers, soon, that a job changed. Best effort: they also look by themselves."""
        self._changed.add(JobChange(job_id, owner_id))
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        # What changes while one message is under way shares the next.
        while self._changed:
            changed, self._changed = self._changed, set()
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for change in changed:
                        pipeline.publish(JOBS_CHANNEL, f"{change.job_id} {change.owner_id}")
                    await pipeline.execute()
            except (RedisError, OSError) as error:
                log.debug("could not announce jobs", extra={"error": str(error)})

    async def watch(self) -> AsyncGenerator[JobChange | None]:
        """None once it listens, then jobs as they change, until the connection breaks. Raises
        `QueueDown`, also where Redis has not even answered a ping."""
        asked = False
        try:
            async with self._blocking.pubsub() as pubsub:
                await pubsub.subscribe(JOBS_CHANNEL)
                while True:
                    message = cast(
                        "dict[str, Any] | None",
                        await pubsub.get_message(timeout=POP_TIMEOUT_SECONDS),
                    )
                    if message is None:
                        if asked:
                            raise QueueDown
                        # Silence is usual; but of a machine that is gone nothing else is ever seen.
                        await pubsub.ping("there?")
                        asked = True
                        continue
                    asked = False
                    if message["type"] == "subscribe":
                        yield None
                    elif message["type"] == "message":
                        job_id, owner_id = message["data"].decode().split()
                        yield JobChange(UUID(job_id), UUID(owner_id))
        except (RedisError, OSError, ValueError) as error:
            raise QueueDown from error

    async def ping(self) -> None:
        """Raises `QueueDown` unless Redis answers."""
        try:
            await cast("Any", self._redis.ping())
        except (RedisError, OSError) as error:
            raise QueueDown from error


def _arguments(tasks: Iterable[QueuedTask]) -> list[str]:
    """As `queue.lua` takes tasks."""
    return [
        word
        for t in tasks
        for word in (
            str(t.priority),
            str(t.owner_id),
            "new" if t.kind in _WAITING else "started",
            str(t.id),
        )
    ]


def _client(url: str, *, timeout: float) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=5.0,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
