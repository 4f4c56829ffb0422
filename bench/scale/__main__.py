"""One file on one and on two workers of one core each; and what more workers would make of it.

Each worker, with the FFmpeg it starts, is bound to a core of its own, as a host with one core would
be; the servers run beside them. One and two in turn. The tasks of the runs with one worker then
tell what each kind costs, and a simulation what 8, 16 and 64 such workers take for longer videos.

    python -m bench.scale [ROUNDS]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from bench.footage import camera
from bench.scale.simulation import Cost, line, simulate, tasks_of

from vidmill.tasks import TaskKind
from vidmill_cli.client import Client
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack

WANTED = 1.8
LENGTHS = (20, 60)
"""Seconds. From two, what grows with the video is told from what does not."""
SIMULATED = {"10 min": 600, "2 h": 7200}
WORKERS = (1, 2, 8, 16, 64)
TASKS = """query ($id: ID!) {
  job(id: $id) { tasks { kind ordinal startedAt finishedAt } }
}"""


@dataclass(frozen=True)
class Taken:
    """A task that has ended."""

    kind: TaskKind
    ordinal: int
    seconds: float


def bind(pid: int, core: int) -> None:
    """Keep a process, and all that it will start, on one core."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(thread.name), {core})


def run(source: Path, workers: int) -> tuple[float, list[Taken]]:
    """Seconds from post to completion, and the job's tasks."""
    with ephemeral_config() as config:
        config = config.model_copy(update={"workers": workers})
        stack = assemble(config, developer={"FFMPEG_THREADS": "1"})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            for core, number in zip(cores(), range(workers), strict=False):
                bind(running.pid(f"worker-{number + 1}"), core)
            return finish(running, source)
        finally:
            down(config.home)


def cores() -> list[int]:
    """Those that this process may use."""
    return sorted(os.sched_getaffinity(0))


def finish(running: RunningStack, source: Path) -> tuple[float, list[Taken]]:
    """One job, from post to end."""
    client = Client(running.api_url, api_key=running.admin_api_key)
    video = client.upload(source)
    begun = time.perf_counter()
    job = client.create_job(video_id=video["video_id"], reuse=False)
    for event in client.events(job["id"]):
        if event["status"] in {"failed", "cancelled"}:
            raise SystemExit(f"The job {event['status']}.")
    seconds = time.perf_counter() - begun
    answer = httpx.post(
        f"{running.graphql_url}/query",
        json={"query": TASKS, "variables": {"id": job["id"]}},
        headers={"X-API-Key": running.admin_api_key},
        trust_env=False,
    ).raise_for_status()
    return seconds, [taken(task) for task in answer.json()["data"]["job"]["tasks"]]


def taken(task: dict[str, Any]) -> Taken:
    """A task, of GraphQL's answer."""
    begun, ended = (datetime.fromisoformat(task[name]) for name in ("startedAt", "finishedAt"))
    seconds = (ended - begun).total_seconds()
    return Taken(TaskKind(task["kind"].lower()), task["ordinal"], seconds)


def costs(runs: Mapping[int, Sequence[Taken]]) -> dict[TaskKind, Cost]:
    """What a task of each kind costs, from the tasks of runs by the length of their source."""
    points: dict[TaskKind, list[tuple[float, float]]] = {}
    for length, tasks in runs.items():
        chunks = [work for work in tasks_of(length, UNIT) if work.kind == TaskKind.VIDEO]
        for task in tasks:
            size = chunks[task.ordinal].seconds if task.kind == TaskKind.VIDEO else length
            points.setdefault(task.kind, []).append((size, task.seconds))
    return {kind: line(some) for kind, some in points.items()}


UNIT = dict.fromkeys(TaskKind, Cost(0, 1))
"""Of which a task costs as many seconds as there are of video in it."""


def report(measured: Mapping[TaskKind, Cost]) -> None:
    """What a task costs, and what workers make of it."""
    print("a task on one core, in seconds: start + for each second of video in it")
    for kind, cost in measured.items():
        print(f"  {kind.value:8} {cost.start:6.2f} + {cost.per_second:.4f}")
    for name, seconds in SIMULATED.items():
        work = tasks_of(seconds, measured)
        alone = simulate(work, 1).ends
        print(f"{name} of video, {len(work)} tasks, simulated:")
        for count in WORKERS:
            outcome = simulate(work, count)
            print(
                f"  {count:2} workers: {outcome.ends:7.0f} s, {alone / outcome.ends:5.1f} times as "
                f"fast; last chunk at {outcome.last_chunk:.0f} s, sound at {outcome.sound:.0f} s"
            )


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 3
    if len(cores()) < 2:
        raise SystemExit("Two workers need two cores: this process may use one only.")
    with tempfile.TemporaryDirectory() as folder:
        sources = {length: camera(Path(folder), length, f"{length} s") for length in LENGTHS}
        runs: dict[int, list[Taken]] = {length: [] for length in LENGTHS}
        ratios: list[float] = []
        for number in range(rounds):
            for length in LENGTHS[:-1]:
                runs[length] += run(sources[length], 1)[1]
            one, tasks = run(sources[LENGTHS[-1]], 1)
            runs[LENGTHS[-1]] += tasks
            two, _ = run(sources[LENGTHS[-1]], 2)
            ratios.append(one / two)
            print(
                f"round {number + 1}: one worker {one:.1f} s, two {two:.1f} s: {one / two:.2f} "
                "times as fast",
                flush=True,
            )
        print(f"median of {rounds}: {statistics.median(ratios):.2f}, wanted {WANTED}")
        report(costs(runs))


if __name__ == "__main__":
    main()
