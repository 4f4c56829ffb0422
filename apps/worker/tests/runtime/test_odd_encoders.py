"""Workers whose encoders differ, or make what they should not: FFmpeg behind a script that changes
its arguments."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import imageio_ffmpeg
import pytest
from prometheus_client import CollectorRegistry

from vidmill.db.growing import Growth, growth
from vidmill.db.job_reads import count_dead_letters, fetch_renditions
from vidmill.db.task_reads import fetch_tasks
from vidmill.jobs import JobStatus, job_prefix
from vidmill.tasks import TaskStatus
from vidmill_worker.worker import Worker


def altered_ffmpeg(path: Path, old: str, new: str, only: str = "") -> Path:
    """FFmpeg with each argument `old` given as `new`, where the command line names `only`."""
    path.write_text(
        "#!/bin/bash\n"
        "arguments=()\n"
        f'if [[ "$*" == *"{only}"* ]]; then\n'
        f'  for one in "$@"; do [[ "$one" == "{old}" ]] && one="{new}"; arguments+=("$one"); done\n'
        'else arguments=("$@"); fi\n'
        f'exec "{imageio_ffmpeg.get_ffmpeg_exe()}" "${{arguments[@]}}"\n'
    )
    path.chmod(0o755)
    return path


def worker_with(pipeline: Any, name: str, executable: Path) -> Worker:
    """A worker on another machine, whose FFmpeg is that one."""
    settings = pipeline.services.settings.model_copy(update={"ffmpeg_path": executable})
    worker = Worker(replace(pipeline.services, settings=settings), name, CollectorRegistry())
    worker.scratch.clear()
    return worker


async def test_chunks_that_do_not_join_are_encoded_in_one_pass(
    impatient: Any, six_seconds: Path, tmp_path: Path
) -> None:
    pipeline = impatient
    db, storage = pipeline.services.db, pipeline.services.storage
    other = altered_ffmpeg(tmp_path / "ffmpeg", "high", "main")
    job_id = await pipeline.post(six_seconds)
    ours = pipeline.worker("w1")
    theirs = worker_with(pipeline, "w2", other)
    await ours.run_once(2)  # plan
    await ours.run_once(2)  # sound
    await ours.run_once(2)  # lead
    assert (await pipeline.job(job_id)).playable_at is not None
    await storage.put(
        job_prefix(job_id) + "360p/segment_009.m4s", b"of the plan before", content_type="video/mp4"
    )
    await theirs.run_once(2)
    job = await pipeline.job(job_id)
    assert (job.status, job.playable_at) == (JobStatus.PROCESSING, None)
    assert await growth_of(db, job_id) == Growth(0, 0)
    [plan] = await fetch_tasks(db, [job_id])
    assert (plan.kind, plan.status) == ("plan", TaskStatus.QUEUED)

    job = await pipeline.end(theirs, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert [t.ordinal for t in await fetch_tasks(db, [job_id]) if t.kind == "video"] == [0]
    [rendition] = await fetch_renditions(db, [job_id])
    assert rendition.frames == 150
    [note] = job.notes
    assert "360p: init segments of chunks differ" in note
    left = await storage.list_keys(job_prefix(job_id))
    assert not [key for key in left if key.endswith("segment_009.m4s")]


async def growth_of(db: Any, job_id: Any) -> Growth:
    async with db.connection() as conn:
        return await growth(conn, job_id)


async def test_what_fails_verification_is_made_once_again_and_then_fails_the_job(
    impatient: Any, clip: Path, tmp_path: Path
) -> None:
    pipeline = impatient
    db = pipeline.services.db
    # Key pictures elsewhere than planned.
    wrong = altered_ffmpeg(tmp_path / "ffmpeg", "50", "40", only="libx264")
    job_id = await pipeline.post(clip)
    job = await pipeline.end(worker_with(pipeline, "w1", wrong), job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "verification_failed")
    assert "360p: segment 0 has key pictures elsewhere" in (job.error_message or "")
    video = next(t for t in await fetch_tasks(db, [job_id]) if t.kind == "video")
    assert (video.attempt, video.status) == (2, TaskStatus.FAILED)
    assert await count_dead_letters(db) == 1


@pytest.mark.media
async def test_what_failed_verification_once_completes_elsewhere(
    impatient: Any, clip: Path, tmp_path: Path
) -> None:
    pipeline = impatient
    wrong = altered_ffmpeg(tmp_path / "ffmpeg", "50", "40", only="libx264")
    job_id = await pipeline.post(clip)
    bad = worker_with(pipeline, "w1", wrong)
    while not any(t.error_code for t in await fetch_tasks(pipeline.services.db, [job_id])):
        await bad.run_once(0.5)
    job = await pipeline.end(pipeline.worker("w2"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
