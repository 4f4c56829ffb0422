"""Encoders in graphics hardware: how a worker finds them, when a plan uses one, and what happens
where one is missing or fails. Pictures of a real one are made by x264 under its name."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import imageio_ffmpeg
import pytest
from prometheus_client import CollectorRegistry

from vidmill.db.task_reads import fetch_tasks
from vidmill.db.workers import beat_worker, fetch_workers, register_worker
from vidmill.jobs import ACTIVE, JobStatus
from vidmill.presets import WEB, rungs
from vidmill.settings import Settings
from vidmill.tasks import TaskStatus
from vidmill.workers import encoders_everywhere
from vidmill_worker.encoder_trial import find_encoders
from vidmill_worker.worker import Worker

DEVICES = [*Path("/dev").glob("dri"), *Path("/dev").glob("nvidia*")]
PICTURES_ALONE = WEB.model_copy(
    update={
        "video": WEB.video.model_copy(update={"rungs": rungs(360)}),
        "audio": None,
        "mp4": False,
        "thumbnail_percents": (),
        "storyboard": False,
        "previews": (),
    }
)


def stand_in(path: Path) -> Path:
    """FFmpeg on a machine with NVENC for H.264: x264 does what that is asked for."""
    path.write_text(
        "#!/bin/bash\n"
        'arguments=(); before=""\n'
        'if [[ "$*" != *h264_nvenc* ]]; then arguments=("$@"); else for one in "$@"; do\n'
        '  case "$before $one" in\n'
        '    "-c:v h264_nvenc") given=libx264 ;;\n'
        '    "-preset p4") given=ultrafast ;;\n'
        '    "-tune hq") given=film ;;\n'
        '    *" -no-scenecut") given=-x264-params ;;\n'
        '    "-no-scenecut 1") given=open-gop=0:scenecut=0:stitchable=1 ;;\n'
        '    *) given="$one" ;;\n'
        '  esac; arguments+=("$given"); before="$one"\n'
        "done; fi\n"
        f'exec "{imageio_ffmpeg.get_ffmpeg_exe()}" "${{arguments[@]}}"\n'
    )
    path.chmod(0o755)
    return path


def worker_of(pipeline: Any, name: str, **settings: object) -> Worker:
    changed = pipeline.services.settings.model_copy(update=settings)
    worker = Worker(replace(pipeline.services, settings=changed), name, CollectorRegistry())
    worker.scratch.clear()
    return worker


def with_encoders(pipeline: Any, name: str, *encoders: str) -> Worker:
    """A worker that was found to have these; its FFmpeg is the usual one, which can't use them."""
    worker = worker_of(pipeline, name, video_encoder="auto")
    worker.services = replace(worker.services, encoders=frozenset(encoders))
    return worker


async def register(pipeline: Any, name: str, *encoders: str) -> None:
    await register_worker(
        pipeline.services.db, name, host="host", pid=1, slots=1, encoders=encoders
    )


async def plan_of(pipeline: Any, job_id: UUID) -> dict[str, Any]:
    plan = (await pipeline.job(job_id)).encode_plan
    assert plan is not None
    return plan


async def chunks(pipeline: Any, job_id: UUID) -> int:
    return len([t for t in await fetch_tasks(pipeline.services.db, [job_id]) if t.kind == "video"])


@pytest.mark.skipif(bool(DEVICES), reason=f"this machine has {DEVICES}")
async def test_a_machine_without_hardware_says_so_and_works_in_software(
    settings: Settings, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        found = await find_encoders(settings.model_copy(update={"video_encoder": "auto"}), tmp_path)
    assert found == []
    assert list(tmp_path.iterdir()) == []
    [warning] = [r for r in caplog.records if r.levelno == logging.WARNING]
    assert "encoded in software" in warning.message
    told = {
        r.__dict__["encoder"]: r.__dict__["detail"] for r in caplog.records if "encoder" in vars(r)
    }
    assert len(told) == 9
    # Each got as far as its driver: none was refused for an option.
    assert "Cannot load libcuda" in told["hevc_nvenc"]
    assert "MFX session" in told["av1_qsv"]
    assert "libva" in told["h264_vaapi"]


async def test_nothing_is_tried_where_software_is_asked_for(
    settings: Settings, tmp_path: Path
) -> None:
    assert settings.video_encoder == "x264"
    nowhere = settings.model_copy(update={"ffmpeg_path": tmp_path / "nothing"})
    assert await find_encoders(nowhere, tmp_path / "untouched") == []
    assert not (tmp_path / "untouched").exists()


async def test_an_encoder_that_works_is_found_used_and_proven(
    pipeline: Any, six_seconds: Path, tmp_path: Path
) -> None:
    ffmpeg = stand_in(tmp_path / "ffmpeg")
    worker = worker_of(pipeline, "w1", ffmpeg_path=ffmpeg, video_encoder="nvenc")
    running = asyncio.create_task(worker.run())
    job_id = await pipeline.post(six_seconds, spec=PICTURES_ALONE)
    async with asyncio.timeout(60):
        async with aclosing(pipeline.services.queue.watch()) as changes:
            async for _ in changes:
                if (await pipeline.job(job_id)).status not in ACTIVE:
                    break
    job = await pipeline.job(job_id)
    [row] = await fetch_workers(pipeline.services.db)
    worker.stop()
    await running
    assert row.encoders == ["h264_nvenc"]
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert (await plan_of(pipeline, job_id))["encoder"] == "h264_nvenc"
    assert await chunks(pipeline, job_id) == 2
    assert job.notes == []
    [gauge] = worker.metrics.hardware_encoders.collect()
    assert [(s.labels, s.value) for s in gauge.samples] == [({"encoder": "h264_nvenc"}, 1)]


async def test_a_plan_takes_what_every_worker_at_work_has(pipeline: Any, six_seconds: Path) -> None:
    db = pipeline.services.db
    await register(pipeline, "w1", "h264_nvenc", "h264_qsv")
    await register(pipeline, "w2", "h264_qsv", "h264_vaapi")
    await register(pipeline, "leaving")
    await beat_worker(db, "leaving", status="draining", completed=0, failed=0)
    await register(pipeline, "gone", "h264_vaapi")
    async with db.connection() as conn:
        await conn.execute("UPDATE workers SET heartbeat_at = now() - '1 h'::interval "
                           "WHERE id = 'gone'")  # fmt: skip
    planner = with_encoders(pipeline, "w1", "h264_nvenc", "h264_qsv")
    first = await pipeline.post(six_seconds, spec=PICTURES_ALONE)
    await planner.run_once(2)
    assert (await plan_of(pipeline, first))["encoder"] == "h264_qsv"
    await register(pipeline, "w3")
    assert encoders_everywhere(await fetch_workers(db), datetime.now(UTC)) == frozenset()
    second = await pipeline.post(six_seconds, spec=PICTURES_ALONE)
    # The first job's chunks come first.
    for _ in range(3):
        await planner.run_once(2)
    plan = await plan_of(pipeline, second)
    assert plan["encoder"] == "libx264"
    [note] = plan["notes"]
    assert "not every worker has an encoder for h264 in hardware" in note


@pytest.mark.parametrize(
    ("encoders", "why"),
    [
        pytest.param((), "does not work on every worker", id="missing"),
        pytest.param(
            ("h264_nvenc",),
            "failed (FFmpeg ended with code",
            id="failing",
            marks=pytest.mark.media,
        ),
    ],
)
async def test_a_job_starts_over_in_software(
    impatient: Any,
    six_seconds: Path,
    encoders: tuple[str, ...],
    why: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    pipeline = impatient
    await register(pipeline, "w1", "h264_nvenc")
    job_id = await pipeline.post(six_seconds, spec=PICTURES_ALONE)
    await with_encoders(pipeline, "w1", "h264_nvenc").run_once(2)  # plan
    assert (await plan_of(pipeline, job_id))["encoder"] == "h264_nvenc"
    late = with_encoders(pipeline, "w2", *encoders)
    await late.run_once(2)
    [task] = await fetch_tasks(pipeline.services.db, [job_id])
    assert (task.kind, task.status) == ("plan", TaskStatus.QUEUED)
    assert why in task.params["why_software"]
    [counter] = late.metrics.transcode_errors.collect()
    [errors] = [s for s in counter.samples if s.name.endswith("_total")]
    assert errors.labels == {"kind": "video", "code": "hardware_failed"}
    assert "the job starts over" in caplog.text
    if not encoders:
        return
    job = await pipeline.end(late, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert (await plan_of(pipeline, job_id))["encoder"] == "libx264"
    [note] = job.notes
    assert note.startswith("The video is encoded in software, as h264_nvenc ")
    assert why in note
    assert await chunks(pipeline, job_id) == 2, "chunks are no matter of hardware"
