"""Quality that a job asks for: measured, published, and never waited for to play."""

from __future__ import annotations

import asyncio
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vidmill.db.job_reads import fetch_renditions
from vidmill.db.task_reads import fetch_tasks
from vidmill.jobs import ACTIVE, JobStatus, job_prefix
from vidmill.presets import Preset, VideoSettings, rungs
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_worker.engine.metrics import NotAligned
from vidmill_worker.ffmpeg.run import FFmpegStalled
from vidmill_worker.tasks import metrics as metrics_task

MEASURED = Preset(
    name="measured",
    video=VideoSettings(encoder_preset="superfast", rungs=rungs(360)),
    mp4=False,
    thumbnail_percents=(),
    metrics=("psnr", "ssim", "vmaf"),
)


async def test_a_job_plays_before_it_is_measured_and_completes_after(
    pipeline: Any, clip: Path
) -> None:
    db = pipeline.services.db
    job_id = await pipeline.post(clip, spec=MEASURED)
    worker = pipeline.worker("w1")
    while (await pipeline.job(job_id)).playable_at is None:
        assert await worker.run_once(5)
    tasks = {task.kind: task for task in await fetch_tasks(db, [job_id])}
    assert tasks[TaskKind.METRICS].status in {TaskStatus.BLOCKED, TaskStatus.QUEUED}
    assert tasks[TaskKind.PACKAGE].status == TaskStatus.BLOCKED
    playable_at = (await pipeline.job(job_id)).playable_at
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.playable_at == playable_at
    [rendition] = await fetch_renditions(db, [job_id])
    assert rendition.psnr is not None
    assert rendition.ssim is not None
    assert rendition.vmaf is not None
    assert 30 < rendition.psnr < 60
    assert 0.9 < rendition.ssim < 1
    assert 80 < rendition.vmaf <= 100
    text = await pipeline.services.storage.read(job_prefix(job_id) + "metadata.json")
    metadata = json.loads(text)
    assert metadata["quality_metrics"] == {
        "360p": {"psnr": rendition.psnr, "ssim": rendition.ssim, "vmaf": rendition.vmaf}
    }
    assert metadata["quality_comparison"]["frames"] == 50
    tasks = {task.kind: task for task in await fetch_tasks(db, [job_id])}
    assert tasks[TaskKind.METRICS].cpu_seconds > 0


async def test_what_was_taken_over_is_measured_too(pipeline: Any, clip: Path) -> None:
    first = await pipeline.post(clip, spec=MEASURED.model_copy(update={"metrics": ()}))
    await pipeline.work_until_ended(pipeline.worker("w1"), first)
    second = await pipeline.post(clip, spec=MEASURED.model_copy(update={"metrics": ("psnr",)}))
    job = await pipeline.work_until_ended(pipeline.worker("w1"), second)
    assert job.notes == ["Taken over from earlier jobs on the same source: 360p, sound."]
    [rendition] = await fetch_renditions(pipeline.services.db, [second])
    assert rendition.psnr is not None
    assert 30 < rendition.psnr < 60
    assert (rendition.ssim, rendition.vmaf) == (None, None)


@pytest.mark.parametrize(
    ("error", "attempts"),
    [
        (NotAligned("360p: 49 of 50 pictures"), 1),
        pytest.param(FFmpegStalled("It stalled.", ""), 2, marks=pytest.mark.media),
    ],
)
async def test_a_job_that_can_not_be_measured_completes_without(
    pipeline: Any, clip: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, attempts: int
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(metrics_task, "measure", fail)
    soon = pipeline.services.settings.model_copy(update={"retry_base_seconds": 0.1})
    pipeline.services = replace(pipeline.services, settings=soon)
    job_id = await pipeline.post(clip, spec=MEASURED)
    worker, reaper = pipeline.worker("w1"), pipeline.reaper()
    async with asyncio.timeout(60):
        while (job := await pipeline.job(job_id)).status in ACTIVE:
            await reaper.push_missing()
            await worker.run_once(0.5)
    assert job.status == JobStatus.COMPLETED
    [note] = job.notes
    assert str(error) in note
    [rendition] = await fetch_renditions(pipeline.services.db, [job_id])
    assert (rendition.psnr, rendition.ssim, rendition.vmaf) == (None, None, None)
    tasks = {t.kind: t for t in await fetch_tasks(pipeline.services.db, [job_id])}
    assert tasks[TaskKind.METRICS].attempt == attempts
