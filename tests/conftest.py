from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from pathlib import Path
from typing import Any

import av
import httpx
import imageio_ffmpeg
import pytest

from vidmill_stack.running_stack import RunningStack

Json = dict[str, Any]
ENDED = {"completed", "failed", "cancelled"}


def make_clip(path: Path, *, size: str, seconds: float, rate: int = 25, noise: int = 0) -> Path:
    """A moving test picture with a tone; `noise` makes it slow to encode."""
    picture = f"testsrc2=size={size}:rate={rate}:duration={seconds}"
    if noise:
        picture += f",noise=alls={noise}:allf=t"
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin",
        "-f", "lavfi", "-i", picture,
        "-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={seconds}",
        "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac",
        str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return path


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def short_clip(clips: Path) -> Path:
    """One second, 25 frames."""
    return make_clip(clips / "short.mp4", size="640x360", seconds=1)


@pytest.fixture(scope="session")
def long_clip(clips: Path) -> Path:
    """Six seconds that take as many to encode, 150 frames."""
    return make_clip(clips / "long.mp4", size="1280x720", seconds=6, noise=20)


def program_of(worker_id: str) -> str:
    """The stack's program that calls itself by this worker id."""
    return worker_id.replace("local-", "worker-")


class Product:
    """The product as a client of its public API sees it."""

    def __init__(self, stack: RunningStack, http: httpx.AsyncClient) -> None:
        self.stack = stack
        self.http = http

    async def upload(self, file: Path) -> str:
        """Through a presigned PUT, as a browser does; returns the video's id."""
        content = file.read_bytes()
        reply = await self.http.post(
            "/api/v1/uploads",
            json={"filename": file.name, "size": len(content), "content_type": "video/mp4"},
        )
        upload = reply.raise_for_status().json()
        async with httpx.AsyncClient(timeout=60, trust_env=False) as s3:
            put = await s3.put(upload["url"], content=content, headers=upload["headers"])
            put.raise_for_status()
        done = await self.http.post(f"/api/v1/uploads/{upload['id']}/complete", json={})
        return done.raise_for_status().json()["video_id"]

    async def post_job(self, video_id: str, **fields: Any) -> str:
        """A job that does all of its work itself: tests share their clips."""
        body = {"video_id": video_id, "reuse": False, **fields}
        reply = await self.http.post("/api/v1/jobs", json=body)
        assert reply.status_code == 202, reply.text
        return reply.json()["id"]

    async def job(self, job_id: str) -> Json:
        return (await self.http.get(f"/api/v1/jobs/{job_id}")).raise_for_status().json()

    async def ended(self, job_id: str, seconds: float = 300) -> Json:
        """The job once it has ended, looked at patiently: services may be down meanwhile."""
        return await self.until(job_id, lambda job: job["status"] in ENDED, seconds)

    async def encoding(self, job_id: str, seconds: float = 120) -> str:
        """A program that is well into a long chunk of the job, and far from its end: `worker-1` or
        `worker-2`."""

        def running(job: Json) -> list[str]:
            return [
                t["worker_id"]
                for t in job["tasks"]
                if (t["kind"], t["status"]) == ("video", "running")
                # The first chunk is over too soon to do anything to it.
                and t["ordinal"] > 0
                and 1 < t["progress"] < 70
            ]

        return program_of(running(await self.until(job_id, running, seconds))[0])

    async def until(self, job_id: str, holds: Callable[[Json], object], seconds: float) -> Json:
        deadline = time.monotonic() + seconds
        job: Json = {}
        while time.monotonic() < deadline:
            try:
                job = await self.job(job_id)
                if holds(job):
                    return job
            except httpx.HTTPError:
                pass  # A service is being restarted by the test.
            await asyncio.sleep(0.1)
        raise AssertionError(f"not within {seconds} s: {job}")

    async def frames(self, job: Json, rendition: str, folder: Path) -> int:
        """Frames that decode from a rendition's MP4, as a viewer downloads it."""
        url = next(r["mp4_url"] for r in job["renditions"] if r["name"] == rendition)
        file = folder / f"{rendition}.mp4"
        file.write_bytes((await self.http.get(url)).raise_for_status().content)
        with av.open(str(file)) as container:
            return sum(1 for _ in container.decode(video=0))

    async def eventually(self, check: Callable[[], Awaitable[bool]], seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if await check():
                return
            await asyncio.sleep(0.1)
        raise AssertionError(f"not within {seconds} s")


@pytest.fixture
async def product(stack: RunningStack) -> AsyncGenerator[Product]:
    async with stack.client() as http:
        yield Product(stack, http)
