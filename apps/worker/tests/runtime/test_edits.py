"""Jobs with edits, through the worker: what is made and what is refused."""

from __future__ import annotations

import json
import subprocess
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import imageio_ffmpeg
import pytest

from vidmill.db import uploads
from vidmill.db.job_reads import fetch_renditions
from vidmill.edits import BurnIn, Clip, Edits, Watermark
from vidmill.ids import new_id
from vidmill.jobs import JobStatus, job_prefix
from vidmill.uploads import UploadMode, UploadPurpose
from vidmill_worker import scratch, source_blocks


async def test_a_clip_of_a_source_that_is_read_by_ranges(
    pipeline: Any, clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scratch, "WHOLE_BYTES", 10_000)
    monkeypatch.setattr(source_blocks, "BLOCK_BYTES", 65_536)
    monkeypatch.setattr(source_blocks, "PIECE_BYTES", 16_384)
    edits = Edits(clip=Clip(start_seconds=0.2, end_seconds=1.4))
    job_id = await pipeline.post_job(await pipeline.upload(clip), clip.name, edits=edits)
    worker = pipeline.worker("w1")
    job = await pipeline.work_until_ended(worker, job_id)
    await worker.scratch.close()
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    db, storage = pipeline.services.db, pipeline.services.storage
    [rendition] = await fetch_renditions(db, [job_id])
    assert (rendition.frames, rendition.duration_seconds) == (30, 1.2)
    assert job.notes == ["Only a part is made: 30 of 50 frames, from 0.200 s on, 1.200 s long."]
    prefix = job_prefix(job_id)
    metadata = json.loads(await storage.read(prefix + "metadata.json"))
    assert metadata["edits"] == {"clip": {"start_seconds": 0.2, "end_seconds": 1.4}}
    assert metadata["source"]["frames"] == 50
    mp4 = tmp_path / "video.mp4"
    await storage.download_file(prefix + "360p/video_360p.mp4", mp4)
    with av.open(str(mp4)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30


async def test_a_clip_that_is_not_in_the_source_fails_at_once(pipeline: Any, clip: Path) -> None:
    edits = Edits(clip=Clip(start_seconds=60))
    job_id = await pipeline.post_job(await pipeline.upload(clip), clip.name, edits=edits)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id, seconds=20)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "clip_out_of_range")
    assert job.error_message == (
        "The clip starts at 60 s, but the video lasts 2.000 s. Choose an earlier start_seconds."
    )


async def test_another_clip_is_another_video(pipeline: Any, clip: Path) -> None:
    """Nothing of one clip is taken over by another, but all of it by the same."""
    video_id = await pipeline.upload(clip)
    worker = pipeline.worker("w1")
    frames: list[int] = []
    taken: list[bool] = []
    for end in (1.2, 1.6, 1.2):
        edits = Edits(clip=Clip(end_seconds=end))
        job_id = await pipeline.post_job(video_id, clip.name, edits=edits)
        job = await pipeline.work_until_ended(worker, job_id)
        [rendition] = await fetch_renditions(pipeline.services.db, [job_id])
        frames.append(rendition.frames)
        taken.append(any("Taken over" in note for note in job.notes))
    assert frames == [30, 40, 30]
    assert taken == [False, False, True]


async def upload_file(pipeline: Any, content: bytes, purpose: UploadPurpose) -> str:
    """As the API does it: a completed upload that is no video. Returns its key."""
    db, storage = pipeline.services.db, pipeline.services.storage
    upload_id = new_id()
    key = f"uploads/{pipeline.owner.id}/{upload_id}/file"
    await storage.put(key, content, content_type="image/png")
    found = await storage.head(key)
    async with db.transaction() as conn:
        upload = await uploads.create_upload(
            conn,
            upload_id=upload_id,
            owner_id=pipeline.owner.id,
            mode=UploadMode.SINGLE,
            object_key=key,
            filename="file",
            content_type="image/png",
            size_bytes=found.size,
            part_size=None,
            part_count=None,
            s3_upload_id=None,
            ttl_seconds=60,
            purpose=purpose,
        )
        await uploads.complete_upload(conn, upload, size_bytes=found.size, etag=found.etag)
    return key


def white_png() -> bytes:
    picture = av.VideoFrame(64, 32, "rgb24")
    picture.planes[0].update(b"\xff" * picture.planes[0].buffer_size)
    encoder: Any = av.CodecContext.create("png", "w")
    encoder.width, encoder.height, encoder.pix_fmt = 64, 32, "rgb24"
    encoder.time_base = Fraction(1, 25)
    return b"".join(map(bytes, [*encoder.encode(picture), *encoder.encode(None)]))


async def test_a_watermark_through_the_worker(pipeline: Any, clip: Path, tmp_path: Path) -> None:
    key = await upload_file(pipeline, white_png(), UploadPurpose.WATERMARK)
    edits = Edits(
        clip=Clip(start_seconds=0.4),
        watermark=Watermark(input_key=key, position="top-left", margin_percent=0),
    )
    job_id = await pipeline.post_job(await pipeline.upload(clip), clip.name, edits=edits)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.notes[1:] == [
        "A watermark is laid over the picture: 96x48 pixels of 640x360, top-left."
    ]
    mp4 = tmp_path / "video.mp4"
    name = job_prefix(job_id) + "360p/video_360p.mp4"
    await pipeline.services.storage.download_file(name, mp4)
    with av.open(str(mp4)) as container:
        for frame in container.decode(video=0):
            plane = frame.planes[0]
            assert min(bytes(plane)[20 * plane.line_size + 10 :][:70]) > 225


async def test_a_watermark_that_is_none_fails_at_once(pipeline: Any, clip: Path) -> None:
    key = await upload_file(pipeline, b"<svg/>", UploadPurpose.WATERMARK)
    edits = Edits(watermark=Watermark(input_key=key))
    job_id = await pipeline.post_job(await pipeline.upload(clip), clip.name, edits=edits)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id, seconds=20)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "watermark_invalid")
    assert job.error_message == (
        "The watermark is not a PNG. Send a PNG; it may have an alpha channel."
    )


async def test_burnt_in_subtitles_through_the_worker(
    pipeline: Any, tmp_path: Path, black: Path
) -> None:
    text = b"1\n00:00:00,600 --> 00:00:01,000\nHello\n"
    key = await upload_file(pipeline, text, UploadPurpose.SUBTITLES)
    edits = Edits(clip=Clip(start_seconds=0.4), burn_in=BurnIn(input_key=key))
    job_id = await pipeline.post_job(await pipeline.upload(black), black.name, edits=edits)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.notes[1:] == [
        "Subtitles are burnt in: an uploaded file, 1 of its texts in the video."
    ]
    mp4 = tmp_path / "video.mp4"
    name = job_prefix(job_id) + "360p/video_360p.mp4"
    await pipeline.services.storage.download_file(name, mp4)
    with av.open(str(mp4)) as container:
        lit = [max(bytes(frame.planes[0])) > 150 for frame in container.decode(video=0)]
    # 25 frames a second; 0.2 s to 0.6 s of the clip.
    assert [number for number, shown in enumerate(lit) if shown] == list(range(5, 15))


async def test_a_track_that_is_not_there_fails_at_once(pipeline: Any, clip: Path) -> None:
    edits = Edits(burn_in=BurnIn(track=0))
    job_id = await pipeline.post_job(await pipeline.upload(clip), clip.name, edits=edits)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id, seconds=20)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "burn_in_invalid")


@pytest.fixture
def black(tmp_path: Path) -> Path:
    """Two seconds of nothing."""
    path = tmp_path / "black.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i"]
    subprocess.run([*command, "color=black:s=640x360:r=25:d=2", str(path)], check=True)
    return path
