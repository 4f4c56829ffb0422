"""The other queues, each as durable as it gets: a task is only acknowledged when it is done.

    python peers.py PEER worker|send COUNT GAP_SECONDS

runs in the environment of requirements/bench.txt with BENCH_REDIS, BENCH_TASKS and BENCH_OUT.
"""

from __future__ import annotations

import asyncio
import os
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from recorder import tick  # after the path that makes it importable

REDIS = os.environ.get("BENCH_REDIS", "")
SLOTS = 64


def task_for_rq(sent_ns: int) -> None:
    tick(sent_ns)


def spaced(count: int, gap: float, send: Callable[[int], Any]) -> None:
    for _ in range(count):
        send(time.time_ns())
        time.sleep(gap)


async def spaced_async(count: int, gap: float, send: Callable[[int], Awaitable[Any]]) -> None:
    for _ in range(count):
        await send(time.time_ns())
        await asyncio.sleep(gap)


def celery(role: str, count: int, gap: float) -> None:
    from celery import Celery

    app = Celery("bench", broker=REDIS)
    app.conf.update(
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_ignore_result=True,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
    )
    job = app.task(name="tick")(tick)
    if role == "worker":
        app.worker_main(["worker", "--pool=solo", "--loglevel=ERROR", "--without-gossip"])
    else:
        spaced(count, gap, job.delay)


def rq(role: str, count: int, gap: float) -> None:
    from redis import Redis
    from rq import Queue, SimpleWorker

    connection = Redis.from_url(REDIS)
    queue = Queue("bench", connection=connection)
    if role == "worker":
        SimpleWorker([queue], connection=connection).work(logging_level="ERROR")
    else:
        import peers

        spaced(count, gap, lambda sent: queue.enqueue(peers.task_for_rq, sent, result_ttl=0))


def dramatiq(role: str, count: int, gap: float) -> None:
    import dramatiq as library
    from dramatiq.brokers.redis import RedisBroker

    broker = RedisBroker(url=REDIS)
    library.set_broker(broker)
    actor = library.actor(tick, actor_name="tick", broker=broker)
    if role == "worker":
        worker = library.Worker(broker, worker_threads=SLOTS)
        worker.start()
        time.sleep(3600)
    else:
        spaced(count, gap, actor.send)


def arq(role: str, count: int, gap: float) -> None:
    from arq import create_pool
    from arq.connections import RedisSettings
    from arq.worker import Worker, func

    settings = RedisSettings.from_dsn(REDIS)

    async def job(_: Any, sent: int) -> None:
        tick(sent)

    async def send() -> None:
        pool = await create_pool(settings)
        await spaced_async(count, gap, lambda sent: pool.enqueue_job("job", sent))

    if role == "worker":
        asyncio.set_event_loop(asyncio.new_event_loop())
        Worker(
            [func(job, name="job", keep_result=0)],
            redis_settings=settings,
            max_jobs=SLOTS,
            poll_delay=0.01,
            handle_signals=False,
        ).run()
    else:
        asyncio.run(send())


def saq(role: str, count: int, gap: float) -> None:
    from saq import Queue, Worker

    async def job(_: Any, *, sent: int) -> None:
        tick(sent)

    async def work() -> None:
        queue = Queue.from_url(REDIS)
        await queue.connect()
        await Worker(queue, functions=[("job", job)], concurrency=SLOTS).start()

    async def send() -> None:
        queue = Queue.from_url(REDIS)
        await queue.connect()
        await spaced_async(count, gap, lambda sent: queue.enqueue("job", sent=sent, ttl=-1))
        await queue.disconnect()

    asyncio.run(work() if role == "worker" else send())


def taskiq(role: str, count: int, gap: float) -> None:
    from taskiq.api import run_receiver_task
    from taskiq_redis import RedisStreamBroker

    broker = RedisStreamBroker(REDIS)

    @broker.task(task_name="tick")
    async def job(sent: int) -> None:
        tick(sent)

    async def work() -> None:
        broker.is_worker_process = True
        await broker.startup()
        await run_receiver_task(broker, max_async_tasks=SLOTS)

    async def send() -> None:
        await broker.startup()
        await spaced_async(count, gap, job.kiq)
        await broker.shutdown()

    asyncio.run(work() if role == "worker" else send())


PEERS = {"Celery": celery, "RQ": rq, "Dramatiq": dramatiq, "arq": arq, "SAQ": saq, "taskiq": taskiq}

if __name__ == "__main__":
    PEERS[sys.argv[1]](sys.argv[2], int(sys.argv[3]), float(sys.argv[4]))
