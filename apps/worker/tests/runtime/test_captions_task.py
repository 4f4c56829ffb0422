"""Captions that a job asks for: published and proven where they are possible, and no hindrance
where they are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from prometheus_client import CollectorRegistry

from vidmill.db.job_reads import fetch_assets
from vidmill.db.task_reads import fetch_tasks
from vidmill.db.verifications import request_verification
from vidmill.jobs import JobStatus, job_prefix
from vidmill.presets import AUDIO, WEB, rungs
from vidmill.tasks import Task, TaskKind, TaskStatus
from vidmill.verifications import VerificationStatus, verification_of
from vidmill_worker.worker import Worker

from .clips import copied, film

CAPTIONED = WEB.model_copy(
    update={
        "video": WEB.video.model_copy(update={"rungs": rungs(360)}),
        "mp4": False,
        "thumbnail_percents": (),
        "storyboard": False,
        "previews": (),
        "captions": "auto",
    }
)

SOUND_ALONE = AUDIO.model_copy(update={"captions": "auto", "mp4": False, "dash": False})


@pytest.fixture(scope="session")
def spoken(tmp_path_factory: pytest.TempPathFactory, voice: Callable[[float], list[str]]) -> Path:
    """Two seconds with a voice."""
    return film(tmp_path_factory.mktemp("clips") / "spoken.mp4", 2, [voice(2)])


@pytest.fixture(scope="session")
def mute(spoken: Path) -> Path:
    """The same without a sound track."""
    return copied(spoken, "mute.mp4", "-an")


def worker_with(pipeline: Any, models: Path | None) -> Worker:
    changed = {"captions_models": models, "retry_base_seconds": 0.1}
    settings = pipeline.services.settings.model_copy(update=changed)
    worker = Worker(replace(pipeline.services, settings=settings), "w1", CollectorRegistry())
    worker.scratch.clear()
    return worker


async def captions_task(pipeline: Any, job_id: UUID) -> Task:
    tasks = await fetch_tasks(pipeline.services.db, [job_id])
    return next(task for task in tasks if task.kind == TaskKind.CAPTIONS)


async def test_what_is_spoken_is_published_and_proven(
    pipeline: Any, spoken: Path, tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    db, storage = pipeline.services.db, pipeline.services.storage
    write_model(tmp_path / "models" / "tiny")
    worker = worker_with(pipeline, tmp_path / "models")
    job_id = await pipeline.post(spoken, spec=CAPTIONED)
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    task = await captions_task(pipeline, job_id)
    assert (task.status, task.skip_reason) == (TaskStatus.COMPLETED, None)
    assert task.cpu_seconds > 0
    prefix = job_prefix(job_id)
    master = (await storage.read(prefix + "master.m3u8")).decode()
    assert (
        'TYPE=SUBTITLES,GROUP-ID="subtitles",LANGUAGE="de",NAME="Deutsch (automatic)",DEFAULT=NO,'
        'AUTOSELECT=YES,FORCED=NO,URI="transcription/transcript.m3u8"'
    ) in master
    playlist = (await storage.read(prefix + "transcription/transcript.m3u8")).decode()
    assert "transcript.vtt" in playlist.splitlines()
    assert b"hello world." in await storage.read(prefix + "transcription/transcript.vtt")
    metadata = json.loads(await storage.read(prefix + "metadata.json"))
    transcription = metadata["outputs"]["transcription"]
    assert transcription["whisper_model"] == "tiny"
    assert transcription["text"].items() >= {"language": "de", "word_count": 2}.items()
    assert transcription.keys() >= {"text", "srt", "vtt", "json"}
    assert [text["name"] for text in metadata["outputs"]["subtitles"]] == ["Deutsch (automatic)"]
    assets = {a.name: a for a in await fetch_assets(db, [job_id])}
    found = {name: (a.kind, a.content_type, a.language) for name, a in assets.items()
             if name.startswith("transcription/")}  # fmt: skip
    assert found == {
        "transcription/transcript.vtt": ("subtitles", "text/vtt", "de"),
        "transcription/transcript.m3u8": ("media_playlist", "application/vnd.apple.mpegurl", "de"),
        "transcription/transcript.txt": ("transcript", "text/plain; charset=utf-8", "de"),
        "transcription/transcript.srt": ("transcript", "application/x-subrip", "de"),
        "transcription/transcript.json": ("transcript", "application/json", "de"),
    }
    await storage.put(
        prefix + "transcription/transcript.txt", b"HELLO WORLD.\n", content_type="text/plain"
    )
    proof = await request_verification(db, job_id, max_attempts=2)
    await pipeline.services.queue.push([proof])
    await worker.run_once(5)
    verdict = verification_of(await fetch_tasks(db, [job_id]))
    assert verdict is not None
    assert verdict.status is VerificationStatus.FAILED
    assert [problem.file for problem in verdict.problems] == ["transcription/transcript.txt"]


async def test_without_a_model_the_task_is_skipped_and_the_job_completes(
    pipeline: Any, spoken: Path
) -> None:
    job_id = await pipeline.post(spoken, spec=SOUND_ALONE)
    job = await pipeline.work_until_ended(worker_with(pipeline, None), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.progress == 1
    task = await captions_task(pipeline, job_id)
    assert (task.status, task.attempt) == (TaskStatus.SKIPPED, 1)
    assert task.skip_reason == "No speech model is installed (CAPTIONS_MODELS is not set)."
    master = await pipeline.services.storage.read(job_prefix(job_id) + "master.m3u8")
    assert b"SUBTITLES" not in master


@pytest.mark.media
async def test_a_model_that_does_not_load_is_tried_twice_and_then_done_without(
    pipeline: Any, spoken: Path, tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    model = write_model(tmp_path / "models" / "base")
    (model / "model.bin").write_bytes(b"nothing")
    job_id = await pipeline.post(spoken, spec=SOUND_ALONE)
    worker = worker_with(pipeline, tmp_path / "models")
    job = await pipeline.end(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    task = await captions_task(pipeline, job_id)
    assert (task.status, task.attempt) == (TaskStatus.SKIPPED, 2)
    assert (task.skip_reason or "").startswith("Captions could not be made: RuntimeError: ")


async def test_a_video_without_sound_says_so(
    pipeline: Any, mute: Path, tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    write_model(tmp_path / "models" / "tiny")
    job_id = await pipeline.post(mute, spec=CAPTIONED)
    job = await pipeline.work_until_ended(worker_with(pipeline, tmp_path / "models"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    task = await captions_task(pipeline, job_id)
    assert task.skip_reason == "The video has no sound, so there is nothing to caption."


@pytest.mark.media
async def test_sound_alone_has_captions_too(
    pipeline: Any, spoken: Path, tmp_path: Path, write_model: Callable[..., Path]
) -> None:
    write_model(tmp_path / "models" / "tiny")
    spec = SOUND_ALONE.model_copy(update={"captions": "en"})
    job_id = await pipeline.post(spoken, spec=spec)
    job = await pipeline.work_until_ended(worker_with(pipeline, tmp_path / "models"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    master = await pipeline.services.storage.read(job_prefix(job_id) + "master.m3u8")
    assert b'NAME="English (automatic)"' in master
    assert b'SUBTITLES="subtitles"' in master
