"""How far estimates are from what jobs then take, by how many jobs there were to learn from.

Generated clips of several sizes, lengths and kinds of picture, and those of a folder if one is
given, go through the whole stack one after another in a random order. Before each is posted it is
estimated by its shape; the last third, after 20 jobs of learning or more, is what counts.

    python -m bench.estimate [JOBS] [FOLDER]
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import httpx

from vidmill_cli.client import Client
from vidmill_stack.conductor import assemble, down, up
from vidmill_stack.ephemeral import ephemeral_config
from vidmill_stack.running_stack import RunningStack
from vidmill_worker.ffmpeg.executable import from_wheel

WANTED = 0.15
LEARNING = 20
PICTURES = {
    "fractal": "mandelbrot=size={size}:rate={rate}:maxiter=200",
    "drawn": "testsrc2=size={size}:rate={rate}",
    "life": "life=size={size}:rate={rate}:mold=10:ratio=0.1:death_color=#303080",
}
SIZES = ("640x360", "854x480", "1280x720", "1920x1080")
#: A job learns nothing about the next from what it took over.
PRESET = "web"


def make_clip(folder: Path, number: int, draw: random.Random) -> Path:
    """A clip of its own kind, size, rate and length."""
    kind, size = draw.choice(list(PICTURES)), draw.choice(SIZES)
    seconds, rate = draw.uniform(4, 14), draw.choice((24, 25, 30))
    path = folder / f"{number:03}-{kind}-{size}.mp4"
    picture = PICTURES[kind].format(size=size, rate=rate)
    subprocess.run(
        [
            from_wheel(), "-v", "error", "-nostdin", "-f", "lavfi", "-i", picture,
            "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", f"{seconds:.2f}",
            "-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-pix_fmt", "yuv420p",
            "-c:a", "aac", str(path),
        ],
        check=True,
    )  # fmt: skip
    return path


def estimate(http: httpx.Client, **body: Any) -> dict[str, Any]:
    """The API's answer."""
    reply = http.post("/api/v1/jobs/estimate", json={"preset": PRESET, **body})
    reply.raise_for_status()
    return reply.json()


def finish(client: Client, http: httpx.Client, clip: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The estimate before a job began to encode, and the job when it was done."""
    video = client.upload(clip)
    # The source has to be looked at once: a job that is cancelled as soon as it was.
    look = client.create_job(video_id=video["video_id"], reuse=False)
    for _ in client.events(look["id"]):
        if http.get(f"/api/v1/jobs/{look['id']}").json()["source"]:
            break
    http.post(f"/api/v1/jobs/{look['id']}/cancel")
    told = estimate(http, video_id=video["video_id"])
    job = client.create_job(video_id=video["video_id"], reuse=False)
    for event in client.events(job["id"]):
        if event["status"] in {"failed", "cancelled"}:
            raise SystemExit(f"The job {event['status']}.")
    return told, http.get(f"/api/v1/jobs/{job['id']}").json()


def wrong_by(told: float, real: float) -> float:
    """As a share of what it really was."""
    return abs(told - real) / real


def report(errors: Sequence[float], what: str) -> float:
    """Print and return the median of errors after learning."""
    learnt = errors[LEARNING:]
    median = statistics.median(learnt)
    early = statistics.median(errors[:LEARNING])
    print(
        f"{what}: median error {100 * median:.1f} % after {LEARNING} jobs, "
        f"{100 * early:.1f} % before"
    )
    return median


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 40
    draw = random.Random(7)
    with tempfile.TemporaryDirectory() as folder, ephemeral_config() as config:
        clips = [make_clip(Path(folder), number, draw) for number in range(count)]
        if len(sys.argv) > 2:
            clips += [path for path in Path(sys.argv[2]).iterdir() if path.suffix == ".mp4"]
        draw.shuffle(clips)
        stack = assemble(
            config, developer={"RATE_LIMIT_PER_SECOND": "0", "QUOTA_JOBS_PER_DAY": "-1"}
        )
        up(stack, lambda _: None, dies_with_us=True)
        try:
            running = RunningStack(stack)
            client = Client(running.api_url, api_key=running.admin_api_key)
            wall: list[float] = []
            cpu: list[float] = []
            size: list[float] = []
            headers = {"X-API-Key": running.admin_api_key}
            with httpx.Client(base_url=running.api_url, headers=headers, trust_env=False) as http:
                for number, clip in enumerate(clips, 1):
                    told, job = finish(client, http, clip)
                    took = job["timings"]
                    real = took["total_seconds"] - took["queue_seconds"]
                    made = sum(
                        r["size_bytes"] + (r["mp4_size_bytes"] or 0) for r in job["renditions"]
                    )
                    wall.append(wrong_by(told["processing_seconds"]["likely"], real))
                    cpu.append(wrong_by(told["cpu_seconds"]["likely"], took["cpu_seconds"]))
                    size.append(wrong_by(told["output_bytes"], made))
                    print(
                        f"{number:3} {clip.stem:32} {real:6.1f} s, told "
                        f"{told['processing_seconds']['likely']:6.1f} s from "
                        f"{told['learnt_from']:2} jobs: {100 * wall[-1]:4.0f} %; "
                        f"load {os.getloadavg()[0]:.1f}",
                        flush=True,
                    )
        finally:
            down(config.home)
    report(cpu, "CPU time")
    report(size, "size")
    if report(wall, "processing time") > WANTED:
        raise SystemExit(f"wanted {100 * WANTED:.0f} %")


if __name__ == "__main__":
    main()
