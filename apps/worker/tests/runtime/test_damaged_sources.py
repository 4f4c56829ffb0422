"""Sources that are damaged a little: what can be shown is shown, at its time."""

from __future__ import annotations

import asyncio
import subprocess
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg

from vidmill.db.job_reads import fetch_renditions
from vidmill.jobs import ACTIVE, JobStatus, job_prefix

LOST = 30


def with_one_picture_lost(clip: Path, path: Path) -> Path:
    """The clip as MJPEG, of whose pictures one is nothing but zeros."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-i", str(clip)]
    coded = ["-c:v", "mjpeg", "-q:v", "8", "-pix_fmt", "yuvj420p", "-c:a", "copy"]
    subprocess.run([*command, *coded, str(path)], check=True)
    with av.open(str(path)) as file:
        packets = [packet for packet in file.demux(video=0) if packet.size]
        place, size = packets[LOST].pos, packets[LOST].size
    assert place is not None
    data = bytearray(path.read_bytes())
    data[place : place + size] = bytes(size)
    path.write_bytes(data)
    return path


async def test_a_picture_that_does_not_decode_moves_no_other(
    pipeline: Any, clip: Path, tmp_path: Path
) -> None:
    update = {"lease_seconds": 2}
    settings = pipeline.services.settings.model_copy(update=update)
    pipeline.services = replace(pipeline.services, settings=settings)
    job_id = await pipeline.post(with_one_picture_lost(clip, tmp_path / "damaged.mov"))
    worker, reaper = pipeline.worker("w1"), pipeline.reaper()
    async with asyncio.timeout(60):
        while (job := await pipeline.job(job_id)).status in ACTIVE:
            await reaper.push_missing()
            await worker.run_once(0.5)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert any("cannot be decoded" in note for note in job.notes), job.notes
    [rendition] = await fetch_renditions(pipeline.services.db, [job_id])
    assert rendition.frames == 49
    mp4 = tmp_path / "video.mp4"
    await pipeline.services.storage.download_file(job_prefix(job_id) + "360p/video_360p.mp4", mp4)
    with av.open(str(mp4)) as file:
        stream = file.streams.video[0]
        base = stream.time_base
        assert base is not None
        times = [frame.pts * base for frame in file.decode(stream) if frame.pts is not None]
    wanted = [Fraction(number, 25) for number in range(50) if number != LOST]
    assert all(abs(a - b) < Fraction(1, 1000) for a, b in zip(times, wanted, strict=True))
