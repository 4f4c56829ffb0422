"""CPU and wall time of one job against one hand-written FFmpeg command for the same files.

The job goes through the whole product, started as `make up` does with two workers: REST, queue,
S3, probing, encoding, verification, packaging. Its CPU time is that of both workers and their
children; the servers' own is printed beside it. The command reads and writes local files. Both in
turn, so that a machine whose speed drifts slows both.

    python bench/overhead [SOURCE] [ROUNDS]
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
from pathlib import Path

import httpx
from reference import command

from vidmill.presets import WEB
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack
from vidmill_worker.ffmpeg.executable import from_wheel
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.probe import Limits, probe

WORKERS = ("worker-1", "worker-2")
TICKS = os.sysconf("SC_CLK_TCK")


def camera(folder: Path) -> Path:
    """Thirty seconds of 1080p as a camera gives them: a slow pan over detail, light sensor noise.
    The first rung comes out at 3 to 4 Mbit/s, as real footage does."""
    still = folder / "still.png"
    _make("-f", "lavfi", "-i", "mandelbrot=size=3840x2160:maxiter=200:start_scale=1.2",
          "-frames:v", "1", str(still))  # fmt: skip
    pan = "crop=2880:1620:x='480+440*sin(t*0.7)':y='270+240*cos(t*0.5)'"
    return _encode(
        folder / "camera.mp4",
        ["-loop", "1", "-framerate", "30", "-i", str(still)],
        f"{pan},scale=1920:1080:flags=bilinear,noise=alls=5:allf=t",
    )


def grain(folder: Path) -> Path:
    """The hardest case: thirty seconds of nothing but fine detail, which takes every rung to its
    cap. Decoding, and so the proof, costs most there."""
    picture = ["-f", "lavfi", "-i", "mandelbrot=size=1920x1080:rate=30:maxiter=300"]
    return _encode(folder / "grain.mp4", picture, "noise=alls=6:allf=t")


def _encode(path: Path, picture: list[str], filters: str) -> Path:
    sound = ["-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000"]
    _make(*picture, *sound, "-t", "30", "-vf", filters, "-c:v", "libx264", "-preset", "ultrafast",
          "-crf", "26", "-pix_fmt", "yuv420p", "-c:a", "aac", str(path))  # fmt: skip
    return path


def _make(*arguments: str) -> None:
    subprocess.run([from_wheel(), "-v", "error", "-nostdin", *arguments], check=True)


def by_hand(source: Path, plan: EncodePlan) -> tuple[float, float]:
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
        fields = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
        total += sum(int(value) for value in fields[11:15])
    return total / TICKS


def family(pid: int) -> list[int]:
    """A process and its living descendants."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in path.read_text().split():
            found += family(int(child))
    return found


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
    """Both ways in turn, and the medians of their ratios."""
    print(f"{source.stem}:")
    plan = make_plan(await probe(source, Limits()), WEB)
    rows: list[tuple[float, float, float, float, float]] = []
    async with running.client() as http:
        for number in range(rounds):
            hand = by_hand(source, plan)
            ours = await by_vidmill(running, http, source)
            rows.append((*hand, *ours))
            print(
                f"  round {number + 1}: by hand {hand[0]:.1f} s CPU, {hand[1]:.1f} s wall; "
                f"Vidmill {ours[0]:.1f} s CPU, {ours[1]:.1f} s wall (servers {ours[2]:.1f} s CPU)"
            )
    cpu = statistics.median(row[2] / row[0] for row in rows)
    wall = statistics.median(row[3] / row[1] for row in rows)
    print(f"  median of {rounds}: CPU {cpu:.2f}, wall {wall:.2f} times the hand-written command")


async def main() -> None:
    given = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else None
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 3
    with tempfile.TemporaryDirectory() as folder, ephemeral_config() as config:
        sources = [given] if given else [make(Path(folder)) for make in (camera, grain)]
        stack = assemble(config, developer={})
        up(stack, lambda _: None, dies_with_us=True)
        try:
            for source in sources:
                await compare(RunningStack(stack), source, rounds)
        finally:
            down(config.home)


if __name__ == "__main__":
    asyncio.run(main())
