"""CPU and wall time of one job against hand-written FFmpeg commands for the same files.

The job goes through the whole product, started as `make up` does with two workers: REST, queue,
S3, probing, encoding, verification, packaging. Its CPU time is that of both workers and their
children; the servers' own is printed beside it. The commands read and write local files. All in
turn, so that a machine whose speed drifts slows all.

    python -m bench.overhead [SOURCE] [ROUNDS]
"""

from __future__ import annotations

import asyncio
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx
from bench.footage import camera, grain
from bench.overhead.reference import best, plain
from bench.processes import family

from vidmill.presets import WEB
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack
from vidmill_worker.ffmpeg.executable import from_wheel
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.probe import Limits, probe

Command = Callable[[str, Path, EncodePlan, Path], list[str]]

COMMANDS: Mapping[str, Command] = {"plain": plain, "best": best}
WORKERS = ("worker-1", "worker-2")
TICKS = os.sysconf("SC_CLK_TCK")


def by_hand(command: Command, source: Path, plan: EncodePlan) -> tuple[float, float]:
    """CPU and wall seconds of the command."""
    with tempfile.TemporaryDirectory() as folder:
        argv = command(from_wheel(), source, plan, Path(folder))
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        begun = time.perf_counter()
        subprocess.run(argv, check=True, cwd=folder)
        wall = time.perf_counter() - begun
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime
    return cpu, wall


def cpu_seconds(pids: list[int]) -> float:
    """CPU time of processes and of their ended children, from the kernel."""
    total = 0
    for pid in pids:
        # One that has ended meanwhile, as PostgreSQL's do, counts as its parent's ended child.
        with suppress(FileNotFoundError, ProcessLookupError):
            fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
            total += sum(int(value) for value in fields[11:15])
    return total / TICKS


async def by_vidmill(
    stack: RunningStack, http: httpx.AsyncClient, source: Path
) -> tuple[float, float, float]:
    """CPU seconds of the workers, wall seconds from the post to completion, CPU of the servers."""
    upload = (
        await http.post(
            "/api/v1/uploads", json={"filename": "a.mp4", "size": source.stat().st_size}
        )
    ).json()
    if upload["mode"] != "single":
        raise SystemExit("Take a source below 100 MB.")
    async with httpx.AsyncClient(timeout=300, trust_env=False) as s3:
        await s3.put(upload["url"], content=source.read_bytes(), headers=upload["headers"])
    workers = [stack.pid(name) for name in WORKERS]
    servers = [
        p for name in ("api", "postgres", "valkey", "swift") for p in family(stack.pid(name))
    ]
    before, servers_before = cpu_seconds(workers), cpu_seconds(servers)
    begun = time.perf_counter()
    posted = (
        await http.post("/api/v1/jobs", json={"input_key": upload["key"], "reuse": False})
    ).json()
    await end_of(http, posted["id"])
    wall = time.perf_counter() - begun
    job = (await http.get(f"/api/v1/jobs/{posted['id']}")).json()
    if job["status"] != "completed":
        raise SystemExit(f"The job failed: {job['error']}")
    return cpu_seconds(workers) - before, wall, cpu_seconds(servers) - servers_before


async def end_of(http: httpx.AsyncClient, job_id: str) -> None:
    """Follow the job's events to their end, as the web and the command do."""
    async with http.stream("GET", f"/api/v1/jobs/{job_id}/events", timeout=None) as events:
        async for line in events.aiter_lines():
            if line == "event: end":
                return


async def compare(running: RunningStack, source: Path, rounds: int) -> None:
    """All ways in turn, and the medians of their ratios."""
    print(f"{source.stem}:")
    plan = make_plan(await probe(source, Limits()), WEB)
    cpu: dict[str, list[float]] = {name: [] for name in COMMANDS}
    wall: dict[str, list[float]] = {name: [] for name in COMMANDS}
    async with running.client() as http:
        for number in range(rounds):
            by_name = {name: by_hand(command, source, plan) for name, command in COMMANDS.items()}
            ours = await by_vidmill(running, http, source)
            spent = "; ".join(f"{n} {c:.1f} s CPU, {w:.1f} s wall" for n, (c, w) in by_name.items())
            print(
                f"  round {number + 1}: {spent}; "
                f"Vidmill {ours[0]:.1f} s CPU, {ours[1]:.1f} s wall (servers {ours[2]:.1f} s CPU)",
                flush=True,
            )
            for name, (hand_cpu, hand_wall) in by_name.items():
                cpu[name].append(ours[0] / hand_cpu)
                wall[name].append(ours[1] / hand_wall)
    for name in COMMANDS:
        print(
            f"  median of {rounds}: CPU {statistics.median(cpu[name]):.2f}, wall "
            f"{statistics.median(wall[name]):.2f} times the {name} command"
        )


async def main() -> None:
    given = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, ephemeral_config() as config:
        sources = [given] if given else [make(Path(folder), 30) for make in (camera, grain)]
        stack = assemble(config, developer={})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            for source in sources:
                await compare(RunningStack(stack), source, rounds)
        finally:
            down(config.home)


if __name__ == "__main__":
    asyncio.run(main())
