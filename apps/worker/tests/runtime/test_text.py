"""A source's own text and languages, through the worker to what is published."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest

from vidmill.db.job_reads import fetch_assets
from vidmill.db.task_reads import fetch_tasks
from vidmill.jobs import AssetKind, JobStatus, job_prefix
from vidmill.tasks import TaskKind, TaskStatus


@pytest.fixture
def dubbed(clip: Path, tmp_path: Path) -> Path:
    """The clip with a second sound track, and text in a language and in one without a cue."""
    text, empty, path = tmp_path / "a.srt", tmp_path / "b.srt", tmp_path / "dubbed.mkv"
    text.write_text("1\n00:00:00,500 --> 00:00:01,500\nGuten Tag\n")
    empty.write_text("1\n00:00:00,500 --> 00:00:01,500\n<i> </i>\n")
    command = [
        imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", clip, "-i", text, "-i", empty,
        "-map", "0", "-map", "0:a", "-map", "1", "-map", "2", "-c", "copy",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=deu",
        "-metadata:s:s:0", "language=deu", "-metadata:s:s:1", "language=fra", path,
    ]  # fmt: skip
    subprocess.run(command, check=True)
    return path


async def test_languages_of_sound_and_text_are_published(pipeline: Any, dubbed: Path) -> None:
    db, storage = pipeline.services.db, pipeline.services.storage
    job_id = await pipeline.post(dubbed)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    tasks = {task.kind: task for task in await fetch_tasks(db, [job_id])}
    assert tasks[TaskKind.SUBTITLES].status == TaskStatus.COMPLETED
    left_out = "The subtitles Français are left out: nothing is written in them."
    assert job.notes == [left_out]
    assets = await fetch_assets(db, [job_id])
    said = {asset.name: (asset.kind, asset.language, asset.label) for asset in assets}
    playlist, text = AssetKind.MEDIA_PLAYLIST, AssetKind.SUBTITLES
    assert said["audio/playlist.m3u8"] == (playlist, "en", "English")
    assert said["audio_2/playlist.m3u8"] == (playlist, "de", "Deutsch")
    assert said["subtitles/de.m3u8"] == (playlist, "de", "Deutsch")
    assert said["subtitles/de.vtt"] == (text, "de", "Deutsch")
    assert said["360p/playlist.m3u8"] == (playlist, None, None)
    assert [name for name in said if "fr" in name] == []
    prefix = job_prefix(job_id)
    document = json.loads(await storage.read(prefix + "metadata.json"))
    assert document["notes"] == [left_out]
    [described] = document["outputs"]["subtitles"]
    assert (described["language"], described["cues"]) == ("de", 1)
    vtt = (await storage.read(described["path"])).decode()
    assert "00:00:00.500 --> 00:00:01.500\nGuten Tag\n" in vtt
    assert described["size_bytes"] == len(vtt)
