"""A preset of sound alone, through the worker to what is published, and proven again."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from vidmill.db import growing
from vidmill.db.growing import Growth
from vidmill.db.job_reads import fetch_assets, fetch_renditions
from vidmill.db.task_reads import fetch_tasks
from vidmill.jobs import AssetKind, JobStatus, job_prefix
from vidmill.presentation import source_summary
from vidmill.presets import AUDIO
from vidmill.tasks import TaskKind
from vidmill.verifications import VerificationStatus

from .test_verify_task import Published

FILES = {
    "master.m3u8": AssetKind.MASTER_PLAYLIST,
    "manifest.mpd": AssetKind.DASH_MANIFEST,
    "audio/playlist.m3u8": AssetKind.MEDIA_PLAYLIST,
    "audio/audio.m4a": AssetKind.AUDIO,
    "audio/audio.mp3": AssetKind.AUDIO,
    "metadata.json": AssetKind.METADATA,
}


async def test_a_video_becomes_sound(pipeline: Any, clip: Path) -> None:
    db, storage = pipeline.services.db, pipeline.services.storage
    job_id = await pipeline.post(clip, spec=AUDIO)
    worker = pipeline.worker("w1")
    assert await worker.run_once(5)
    # While it is made, its playlists grow by sound, and forget nothing.
    async with growing.playlists(db, job_id) as conn:
        await growing.save_growth(conn, job_id, Growth(0, 1))
        assert await growing.growth(conn, job_id) == Growth(0, 1)
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    kinds = {task.kind for task in await fetch_tasks(db, [job_id])}
    assert kinds == {TaskKind.PLAN, TaskKind.AUDIO, TaskKind.MP4, TaskKind.PACKAGE}
    assert await fetch_renditions(db, [job_id]) == []
    assets = {asset.name: asset for asset in await fetch_assets(db, [job_id])}
    assert {name: asset.kind for name, asset in assets.items()} == FILES
    m4a = assets["audio/audio.m4a"]
    assert (m4a.content_type, m4a.rendition) == ("audio/mp4", None)
    document = json.loads(await storage.read(job_prefix(job_id) + "metadata.json"))
    assert document["outputs"].keys() == {"audio"}
    assert document["outputs"]["audio"]["m4a"]["size_bytes"] == m4a.size_bytes

    published = Published(pipeline, worker, job_id)
    assert (await published.verify()).status is VerificationStatus.PASSED
    spoilt = bytearray(await published.read("audio/audio.m4a"))
    spoilt[-20] ^= 1
    async with published.damaged({"audio/audio.m4a": bytes(spoilt)}):
        found = await published.verify()
    assert found.status is VerificationStatus.FAILED


@pytest.fixture
def silent(clip: Path, tmp_path: Path) -> Path:
    """The clip without its sound."""
    file = tmp_path / "silent.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", clip, "-an", "-c", "copy"]
    subprocess.run([*command, file], check=True)
    return file


async def test_a_silent_video_makes_no_sound(pipeline: Any, silent: Path) -> None:
    job_id = await pipeline.post(silent, spec=AUDIO)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "no_audio_stream")


@pytest.fixture
def song(clip: Path, tmp_path: Path) -> Path:
    """The clip without its picture."""
    file = tmp_path / "song.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", clip, "-vn", "-c", "copy"]
    subprocess.run([*command, file], check=True)
    return file


async def test_sound_becomes_sound(pipeline: Any, song: Path) -> None:
    db, storage = pipeline.services.db, pipeline.services.storage
    job_id = await pipeline.post(song, spec=AUDIO)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert {asset.name for asset in await fetch_assets(db, [job_id])} == FILES.keys()
    document = json.loads(await storage.read(job_prefix(job_id) + "metadata.json"))
    assert document["source"]["audio_codec"] == "aac"
    assert "resolution" not in document["source"]
    summary = source_summary(job)
    assert summary is not None
    assert (summary["width"], summary["fps"], summary["video_codec"]) == (None, None, None)
    assert summary["audio_codec"] == "aac"
