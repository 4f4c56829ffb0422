"""The queue: Redis lists of task ids, LPUSH to enqueue and BRPOP to take.

A message only says "look at this task". The claim in PostgreSQL decides, so a lost, doubled or
stale message does no harm, and Redis may be flushed at any moment.

Each priority has two lists. Tasks of jobs that have begun are taken before plans of new ones;
otherwise two hundred jobs posted at once would all be planned before the first is finished.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Iterable
from typing import Any, cast
from uuid import UUID

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from vidmill.errors import DependencyDown
from vidmill.tasks import QueuedTask, TaskKind

log = logging.getLogger(__name__)

PRIORITIES = range(10, -1, -1)
JOBS_CHANNEL = "vidmill:jobs"

#: These are not taken before tasks of jobs that have begun: plans, and what nobody waits for.
_WAITING = frozenset({TaskKind.PLAN, TaskKind.VERIFY})

#: Longest a BRPOP waits, in seconds; short enough that a stopping worker is not kept.
POP_TIMEOUT_SECONDS = 5.0


class QueueDown(DependencyDown):
    """The queue does not answer. Accepted jobs are safe; they go on when it is back."""

    code = "queue_unavailable"


def list_name(priority: int, *, started: bool) -> str:
    """The list for tasks of one priority, of begun jobs or of new (and completed) ones."""
    return f"vidmill:queue:{priority}:{'started' if started else 'new'}"


#: In the order in which BRPOP looks: urgent first, begun before new.
LISTS = tuple(list_name(p, started=s) for p in PRIORITIES for s in (True, False))


class Queue:
    """Push, pop and look at the lists; announce changed jobs to whoever watches."""

    def __init__(self, url: str) -> None:
        self._redis: Redis = _client(url, timeout=5.0)
        # redis-py would give up on a blocking pop after its own socket timeout, and would send it
        # again on an error: a message taken by the lost first call would be gone until the reaper.
        self._blocking: Redis = _client(url, timeout=POP_TIMEOUT_SECONDS + 5.0)
        self._changed: set[UUID] = set()
        self._announcing: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._announcing is not None:
            await self._announcing
        await self._redis.aclose()
        await self._blocking.aclose()

    async def push(self, tasks: Iterable[QueuedTask]) -> None:
        """Enqueue tasks that are already queued in PostgreSQL, first come first served.
        Raises `QueueDown`."""
        by_list: dict[str, list[str]] = {}
        for task in tasks:
            name = list_name(task.priority, started=task.kind not in _WAITING)
            by_list.setdefault(name, []).append(str(task.id))
        if not by_list:
            return
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name, ids in by_list.items():
                    pipeline.lpush(name, *ids)
                await pipeline.execute()
        except (RedisError, OSError) as error:
            raise QueueDown from error

    async def push_or_leave(self, tasks: Iterable[QueuedTask]) -> None:
        """`push`, but a dead Redis is only logged: the reaper pushes what no list holds."""
        try:
            await self.push(tasks)
        except QueueDown:
            log.warning("queue unavailable; the reaper will push these tasks")

    async def pop(
        self, timeout_seconds: float = POP_TIMEOUT_SECONDS, *, up_to: int = 1
    ) -> list[UUID]:
        """Up to that many of the most urgent task ids, as soon as there is one; none after the
        timeout. Raises `QueueDown`."""
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
        name, first = reply
        more = await self._pop_more(name, up_to - 1) if up_to > 1 else []
        return [task_id for task_id in map(_task_id, [first, *more]) if task_id is not None]

    async def _pop_more(self, name: bytes, count: int) -> list[bytes]:
        """What waits behind a message in its list; another list comes with the next `pop`."""
        try:
            found = await cast("Any", self._redis.rpop(name, count))
        except (RedisError, OSError):
            return []
        return cast("list[bytes] | None", found) or []

    async def depths(self) -> dict[int, int]:
        """Messages per priority. Raises `QueueDown`."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name in LISTS:
                    pipeline.llen(name)
                lengths = [int(n) for n in await pipeline.execute()]
        except (RedisError, OSError) as error:
            raise QueueDown from error
        return {p: lengths[2 * i] + lengths[2 * i + 1] for i, p in enumerate(PRIORITIES)}

    async def contents(self) -> set[UUID]:
        """Every task id in any list. Raises `QueueDown`."""
        try:
            async with self._redis.pipeline(transaction=False) as pipeline:
                for name in LISTS:
                    pipeline.lrange(name, 0, -1)
                lists = cast("list[list[bytes]]", await pipeline.execute())
        except (RedisError, OSError) as error:
            raise QueueDown from error
        found: set[UUID] = set()
        for entry in (entry for entries in lists for entry in entries):
            try:
                found.add(UUID(entry.decode()))
            except ValueError:
                continue  # Not ours; whoever pops it drops it.
        return found

    def announce(self, job_id: UUID) -> None:
        """Tell watchers, soon, that a job changed. Best effort: they also look by themselves."""
        self._changed.add(job_id)
        if self._announcing is None or self._announcing.done():
            self._announcing = asyncio.create_task(self._announce())

    async def _announce(self) -> None:
        # What changes while one message is under way shares the next.
        while self._changed:
            changed, self._changed = self._changed, set()
            try:
                async with self._redis.pipeline(transaction=False) as pipeline:
                    for job_id in changed:
                        pipeline.publish(JOBS_CHANNEL, str(job_id))
                    await pipeline.execute()
            except (RedisError, OSError) as error:
                log.debug("could not announce jobs", extra={"error": str(error)})

    async def watch(self) -> AsyncGenerator[UUID]:
        """Ids of jobs as they change, until the connection breaks. Raises `QueueDown`."""
        try:
            async with self._blocking.pubsub(ignore_subscribe_messages=True) as pubsub:
                await pubsub.subscribe(JOBS_CHANNEL)
                while True:
                    message = cast(
                        "dict[str, bytes] | None",
                        await pubsub.get_message(timeout=POP_TIMEOUT_SECONDS),
                    )
                    if message is not None:
                        yield UUID(message["data"].decode())
        except (RedisError, OSError, ValueError) as error:
            raise QueueDown from error

    async def ping(self) -> None:
        """Raises `QueueDown` unless Redis answers."""
        try:
            await cast("Any", self._redis.ping())
        except (RedisError, OSError) as error:
            raise QueueDown from error


def _task_id(message: bytes) -> UUID | None:
    try:
        return UUID(message.decode())
    except ValueError:
        log.warning("message is no task id; dropped", extra={"dropped": repr(message)})
        return None


def _client(url: str, *, timeout: float) -> Redis:
    return Redis.from_url(
        url,
        socket_timeout=timeout,
        socket_connect_timeout=5.0,
        socket_keepalive=True,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=0,
    )
