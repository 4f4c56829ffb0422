"""The same source with the same settings is encoded once."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from uuid import UUID

from vidmill.db import accounts
from vidmill.db.job_reads import fetch_renditions
from vidmill.db.jobs import delete_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.ids import new_id
from vidmill.jobs import Job, JobStatus, job_prefix
from vidmill.presets import WEB, Preset, Rung, VideoSettings, rungs


def preset(crf_240: float = 23) -> Preset:
    """Two rungs, of which the smaller can be had in another quality."""
    small = Rung(short_side=240, crf=crf_240, max_bitrate_bps=600_000, buffer_bits=1_200_000)
    video = VideoSettings(encoder_preset="ultrafast", rungs=(small, *rungs(360)))
    return WEB.model_copy(update={"video": video})


async def completed(pipeline: Any, job_id: UUID) -> Job:
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    return job


async def media(pipeline: Any, job_id: UUID) -> dict[str, str]:
    """ETag by name of all that holds pictures or sound: segments, MP4s, the MP3."""
    storage, prefix = pipeline.services.storage, job_prefix(job_id)
    names = [k.removeprefix(prefix) for k in await storage.list_keys(prefix)]
    chosen = [n for n in names if n.endswith((".m4s", ".mp4", ".mp3"))]
    return {name: (await storage.head(prefix + name)).etag for name in chosen}


def of(rung: str, files: dict[str, str]) -> dict[str, str]:
    return {name: etag for name, etag in files.items() if name.startswith(f"{rung}/")}


async def encoding_seconds(
    pipeline: Any, job_id: UUID, kinds: tuple[str, ...] = ("video", "audio", "mp4")
) -> float:
    """CPU time of the job's tasks of these kinds, by default of all that make media."""
    tasks = await fetch_tasks(pipeline.services.db, [job_id])
    return sum(task.cpu_seconds for task in tasks if task.kind in kinds)


async def test_a_second_job_takes_over_what_the_first_made(pipeline: Any, clip: Path) -> None:
    first = await pipeline.post(clip, spec=preset())
    await completed(pipeline, first)
    made = await media(pipeline, first)

    # Uploaded once more: the content decides, not the upload.
    second = await pipeline.post(clip, spec=preset())
    job = await completed(pipeline, second)
    assert await media(pipeline, second) == made
    assert await encoding_seconds(pipeline, second) == 0
    assert job.notes == ["Taken over from earlier jobs on the same source: 360p, 240p, sound."]
    rows = await fetch_renditions(pipeline.services.db, [first, second])
    facts = [(r.name, r.frames, r.size_bytes, r.bitrate_bps, r.codecs) for r in rows]
    assert facts[:2] == facts[2:]

    # Either job can go without the other, and the second can give to a third.
    await delete_job(pipeline.services.db, first, delete_files=True)
    await pipeline.reaper().purge_objects()
    assert await media(pipeline, second) == made
    third = await pipeline.post(clip, spec=preset())
    await completed(pipeline, third)
    assert await media(pipeline, third) == made


async def test_a_changed_rung_is_encoded_alone(pipeline: Any, clip: Path) -> None:
    first = await pipeline.post(clip, spec=preset())
    await completed(pipeline, first)
    second = await pipeline.post(clip, spec=preset(crf_240=40))
    job = await completed(pipeline, second)
    before, after = await media(pipeline, first), await media(pipeline, second)
    assert of("360p", after) == of("360p", before)
    assert of("240p", after).keys() == of("240p", before).keys()
    assert of("240p", after)["240p/segment_000.m4s"] != of("240p", before)["240p/segment_000.m4s"]
    assert of("audio", after) == of("audio", before)
    seconds = [await encoding_seconds(pipeline, job_id, ("video",)) for job_id in (first, second)]
    assert 0 < seconds[1] < seconds[0]
    assert await encoding_seconds(pipeline, second, ("audio",)) == 0
    assert job.notes == ["Taken over from earlier jobs on the same source: 360p, sound."]


async def test_what_is_asked_for_anew_or_is_another_s_is_encoded(pipeline: Any, clip: Path) -> None:
    await completed(pipeline, await pipeline.post(clip, spec=preset()))
    anew = await pipeline.post(clip, spec=preset(), reuse=False)
    assert (await completed(pipeline, anew)).notes == []
    assert await encoding_seconds(pipeline, anew) > 0

    bob = await accounts.create_user(
        pipeline.services.db, email=f"{new_id()}@example.com", password_hash="x"
    )
    pipeline.owner = bob
    his = await pipeline.post(clip, spec=preset())
    assert (await completed(pipeline, his)).notes == []


async def test_a_donor_that_is_gone_by_then_is_done_without(pipeline: Any, clip: Path) -> None:
    first = await pipeline.post(clip, spec=preset())
    await completed(pipeline, first)
    made = await media(pipeline, first)
    second = await pipeline.post(clip, spec=preset())
    worker = pipeline.worker("w1")
    while not (await pipeline.job(second)).encode_plan:
        await worker.run_once(0.5)
    await delete_job(pipeline.services.db, first, delete_files=True)
    await pipeline.reaper().purge_objects()
    await completed(pipeline, second)
    assert await encoding_seconds(pipeline, second) > 0
    assert (await media(pipeline, second)).keys() == made.keys()
