"""Workers killed at random moments of chunked jobs: every job ends right, and each kill costs at
most the one chunk that the worker held. `SEED=number` repeats a run."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import re
import signal
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from .conftest import ENDED, make_clip

log = logging.getLogger(__name__)

KILLS = 12
JOBS = 2
SECONDS, RATE = 60, 25
SAME_PICTURE_DB = 28
"""Two encodes of the same picture of this clip are 33 dB apart or more; neighbouring pictures 23 on
average."""
WORKERS = ("worker-1", "worker-2")


@pytest.fixture(scope="module")
def minute(clips: Path) -> Path:
    """Sixteen segments: a lead and three long chunks."""
    return make_clip(clips / "minute.mp4", size="640x360", seconds=SECONDS, rate=RATE, noise=8)


async def kill_at_random(product: Any, job_ids: list[str], dice: random.Random) -> int:
    """Kill workers, dice deciding which and when, while a job is being made; says how many."""
    kills = 0
    while kills < KILLS:
        await asyncio.sleep(dice.uniform(0.3, 3))
        jobs = [await product.job(job_id) for job_id in job_ids]
        if all(job["status"] in ENDED for job in jobs):
            break
        worker = dice.choice(WORKERS)
        try:
            product.stack.signal(worker, signal.SIGKILL)
        except (LookupError, ProcessLookupError):
            continue  # It is being started again after the last kill.
        kills += 1
    return kills


def least_similarity(one: Path, other: Path) -> float:
    """PSNR in dB of the two pictures that differ most, each compared with its counterpart: one that
    is missing, doubled or elsewhere is found by its counter and its noise. Not hashes: under a bit
    rate cap, the threads of x264 decide the last bits of a picture."""
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(one), "-i", str(other),
        "-lavfi", "[0:v][1:v]psnr", "-an", "-f", "null", "-",
    ]  # fmt: skip
    said = subprocess.run(command, check=True, capture_output=True, text=True).stderr
    found = re.search(r" min:([\d.]+|inf)", said)
    assert found, said
    return float(found[1])


async def download(product: Any, job: Any, file: Path) -> Path:
    url = next(r["mp4_url"] for r in job["renditions"] if r["name"] == "360p")
    file.write_bytes((await product.http.get(url)).raise_for_status().content)
    return file


@pytest.mark.faults
async def test_chunked_jobs_survive_workers_killed_at_random(
    product: Any, minute: Path, tmp_path: Path
) -> None:
    seed = int(os.environ.get("SEED") or random.SystemRandom().randrange(10**6))
    log.info("SEED=%s", seed)
    video_id = await product.upload(minute)
    calm = await product.ended(await product.post_job(video_id), 300)
    reference = await download(product, calm, tmp_path / "calm.mp4")

    job_ids = [await product.post_job(video_id) for _ in range(JOBS)]
    kills = await kill_at_random(product, job_ids, random.Random(seed))
    repeated = 0
    for job_id in job_ids:
        job = await product.ended(job_id, 600)
        assert (job["status"], job["error"]) == ("completed", None), f"SEED={seed}"
        assert {r["frames"] for r in job["renditions"]} == {SECONDS * RATE}
        names = [asset["name"] for asset in job["outputs"]]
        assert len(names) == len(set(names)), "published twice"
        assert await product.frames(job, "360p", tmp_path) == SECONDS * RATE
        least = least_similarity(reference, tmp_path / "360p.mp4")
        assert least > SAME_PICTURE_DB, f"other pictures than in a calm run, SEED={seed}"
        repeated += sum(task["attempt"] - 1 for task in job["tasks"])
    log.info("%s kills, %s tasks done again", kills, repeated)
    assert kills >= KILLS / 2, "too few to show anything"
    assert repeated <= kills, "a kill cost more than the task that was held"
