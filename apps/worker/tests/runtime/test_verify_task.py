"""A published job is verified again, whole and with every kind of damage done to it in storage."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vidmill.db.claims import claim_task
from vidmill.db.job_reads import fetch_assets, fetch_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.jobs import JobStatus
from vidmill.presets import Preset, VideoSettings, rungs
from vidmill.tasks import TaskKind, TaskStatus
from vidmill.verifications import VerificationStatus
from vidmill_worker.tasks import verify as verify_task
from vidmill_worker.worker import Worker

from .clips import film, tone
from .published import Published

SMALL = Preset(
    name="small",
    video=VideoSettings(encoder_preset="superfast", gop_seconds=0.5, rungs=rungs(240, 360)),
    segment_seconds=1,
    thumbnail_percents=(0, 50),
    storyboard=True,
    previews=("webp",),
)
FRAMES = 75
Damage = dict[str, tuple[str, bytes | None]]
"""By name of the object: what is to be said of it, and what it becomes; None for removed."""


@pytest.fixture(scope="module")
def three_seconds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three seconds of 640x360 at 25 fps with two tracks of sound, and text."""
    path = tmp_path_factory.mktemp("clips") / "three.mp4"
    text = path.with_name("text.srt")
    text.write_text("1\n00:00:01,000 --> 00:00:02,000\nOne\n")
    return film(
        path,
        3,
        [tone(440, 3), tone(880, 3), ["-i", str(text)]],
        ("-map", "0", "-map", "1", "-map", "2", "-map", "3", "-c:s", "mov_text"),
    )


@pytest.fixture
async def published(pipeline: Any, three_seconds: Path) -> Published:
    job_id = await pipeline.post(three_seconds, spec=SMALL)
    worker = pipeline.worker("w1")
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    return Published(pipeline, worker, job_id)


def flipped(data: bytes, place: int) -> bytes:
    """With one bit changed at that byte."""
    at = place % len(data)
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


async def test_what_was_published_passes_and_every_damage_is_named(
    published: Published, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = published
    # So that even this job takes several batches, the first time.
    monkeypatch.setattr(verify_task, "BATCH_BYTES", 60_000)
    good = await job.verify()
    assert (good.status, good.problems, good.progress) == (VerificationStatus.PASSED, (), 1)
    assert good.frames == {"240p": FRAMES, "360p": FRAMES}
    stored = await job.pipeline.services.storage.list_keys(job.prefix)
    assert good.files == len(stored)
    assert good.finished_at is not None
    assert not list(job.worker.scratch.root.glob("*-1"))

    monkeypatch.undo()
    for digests, damage in await damages(job):
        if not digests:
            await forget_digests(job)
        async with job.damaged({name: data for name, (_, data) in damage.items()}):
            found = await job.verify()
        assert found.status is VerificationStatus.FAILED
        told = {str(problem.file): problem.message for problem in found.problems}
        assert told.keys() == damage.keys(), told
        assert found.problem_count == len(told)
        for name, (what, _) in damage.items():
            assert what in told[name]
            assert told[name].endswith(". Restore it from a backup, or transcode the video again.")
        lost = {"240p": 0, "360p": 0}
        for name in damage:
            if "segment" in name and name[:4] in lost:
                lost[name[:4]] += await job.frames(name)
        for name in damage:
            if name.endswith("p/init.mp4"):
                # Without it nothing of a track can be decoded.
                lost[name[:4]] = FRAMES
        assert found.frames == {rung: FRAMES - frames for rung, frames in lost.items()}
    assert (await job.verify()).status is VerificationStatus.PASSED


async def forget_digests(job: Published) -> None:
    """Make the job one of a version that recorded none of segments and files."""
    async with job.pipeline.services.db.connection() as conn:
        await conn.execute(
            """UPDATE tasks SET result = regexp_replace(
                   result::text, '"(mp3_)?sha256": "[0-9a-f]{64}"', '"\\1sha256": ""', 'g')::jsonb
               WHERE result IS NOT NULL"""
        )


async def damages(job: Published) -> list[tuple[bool, Damage]]:
    """Rounds of damage, the first of them with digests of all files."""
    low, high = "240p/segment_001.m4s", "360p/segment_001.m4s"
    mp4, playlist, init = "240p/video_240p.mp4", "240p/playlist.m3u8", "360p/init.mp4"
    sound, still = "audio_2/segment_001.m4s", "thumbnails/thumb_50.jpg"
    small = "thumbnails/poster_small.jpg"
    media, movie, picture = await job.read(high), await job.read(mp4), await job.read(still)
    tiny = await job.read(small)
    head = media.index(b"mdat") + 8
    # A tick of its decode time: version 1 of the box has it in 8 bytes.
    ticks = media.index(b"tfdt\x01") + 15
    shorter = (await job.read(playlist)).replace(b"TARGETDURATION:1", b"TARGETDURATION:9")
    hiss = (await job.read(sound))[:-300] + b"\xff" * 300
    text = "subtitles/und.vtt"
    board, preview = "thumbnails/storyboard.vtt", "preview/preview.webp"
    cues, moving = await job.read(board), await job.read(preview)
    flips: Damage = {
        # One bit, which may well decode.
        name: ("SHA-256", flipped(await job.read(name), -200))
        for name in (high, sound, mp4, still, small, board, preview, "audio/audio.mp3")
    }
    return [
        (
            True,
            {
                **flips,
                text: ("SHA-256", flipped(await job.read(text), -3)),
                low: ("is missing from storage", None),
                playlist: ("differs from line 3 on", shorter),
                "manifest.mpd": ("is missing from storage", None),
            },
        ),
        (
            True,
            {
                high: ("bytes where", await job.read(low)),
                init: ("SHA-256", flipped(await job.read(init), 400)),
                mp4: ("bytes where", movie[: len(movie) // 2]),
                still: ("is missing from storage", None),
                small: ("bytes where", picture),
            },
        ),
        (
            False,
            {
                high: ("does not decode", media[: head + 600] + bytes(400) + media[head + 1000 :]),
                low: ("no whole segment", (await job.read(low)).replace(b"moof", b"junk")),
                mp4: ("decode", movie[:-20_000] + bytes(10_000) + movie[-10_000:]),
                still: ("decode", picture[:40] + bytes(len(picture) - 40)),
                small: ("decode", tiny[:40] + bytes(len(tiny) - 40)),
                sound: ("does not decode", hiss),
            },
        ),
        (
            False,
            {
                high: ("other frames or times", flipped(media, ticks)),
                "240p/init.mp4": ("bytes where", await job.read("audio/init.mp4")),
                "master.m3u8": ("is missing from storage", None),
                board: ("breaks a rule: a tile is named twice", cues.replace(b"=160,", b"=000,")),
                preview: ("decode", moving[:40] + bytes(len(moving) - 40)),
            },
        ),
    ]


async def test_all_problems_are_named_at_once(published: Published) -> None:
    job = published
    names = ["240p/segment_000.m4s", "360p/segment_002.m4s", "360p/video_360p.mp4", "manifest.mpd"]
    for name in names:
        await job.pipeline.services.storage.delete_prefix(job.prefix + name)
    async with job.pipeline.services.db.connection() as conn:
        await conn.execute("UPDATE renditions SET frames = 74 WHERE name = '240p'")
    found = await job.verify()
    told = {problem.file: problem.message for problem in found.problems}
    assert sorted(filter(None, told)) == sorted([*names, "240p"])
    assert told["240p"].startswith("has 75 frames, but 74 frames of it is listed.")
    lost = {name[:4]: await job.frames(name) for name in names[:2]}
    assert found.frames == {rung: FRAMES - frames for rung, frames in lost.items()}
    # What was stored by another version may be unreadable: that is a verdict too.
    async with job.pipeline.services.db.connection() as conn:
        await conn.execute("UPDATE tasks SET result = '{}' WHERE kind = 'audio'")
    [problem] = (await job.verify()).problems
    assert problem.file is None
    assert "can't be read" in problem.message


async def test_whatever_becomes_of_a_verification_the_job_stays_completed(
    published: Published, tmp_path: Path
) -> None:
    job, services = published, published.pipeline.services
    before = await fetch_assets(services.db, [job.job_id])
    # A worker that dies, twice: the reaper queues it again, then gives it up.
    for _ in range(2):
        await job.ask()
        task = next(t for t in await _tasks(job) if t.kind == TaskKind.VERIFY)
        assert await claim_task(services.db, task.id, worker_id="dying", lease_seconds=-1)
        assert (await job.verification()).status is VerificationStatus.RUNNING
        await job.pipeline.reaper().expire_leases()
    assert next(t for t in await _tasks(job) if t.kind == TaskKind.VERIFY).status == "failed"
    gone = await job.verification()
    assert gone.status is VerificationStatus.FAILED
    assert "Worker dying stopped answering" in gone.problems[0].message

    # An FFmpeg that is killed tells nothing of the files.
    killed = tmp_path / "ffmpeg"
    killed.write_text("#!/bin/sh\nkill -9 $$\n")
    killed.chmod(0o755)
    settings = services.settings.model_copy(update={"ffmpeg_path": killed})
    unlucky = Worker(replace(services, settings=settings), "unlucky", CollectorRegistry())
    unlucky.scratch.clear()
    await job.ask()
    async with asyncio.timeout(20):
        # What the dying worker left in the lists is stale.
        while not await unlucky.run_once(0.5):
            pass
    task = next(t for t in await _tasks(job) if t.kind == TaskKind.VERIFY)
    assert (task.status, task.error_code, task.attempt) == ("queued", "ffmpeg_failed", 1)
    statuses = {task.status for task in await _tasks(job) if task.kind != TaskKind.VERIFY}
    assert statuses == {TaskStatus.COMPLETED}
    done = await fetch_job(services.db, job.job_id)
    assert (done.status, done.progress, done.error_code) == (JobStatus.COMPLETED, 1, None)
    assert await fetch_assets(services.db, [job.job_id]) == before


async def _tasks(job: Published) -> Any:
    return await fetch_tasks(job.pipeline.services.db, [job.job_id])
