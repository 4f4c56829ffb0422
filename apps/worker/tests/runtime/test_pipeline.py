"""One job through the worker, with real PostgreSQL, Valkey, S3 and FFmpeg."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import av
import imageio_ffmpeg
import pytest

from vidmill.db.claims import claim_task
from vidmill.db.job_reads import count_dead_letters, fetch_assets, fetch_renditions, fetch_whole_job
from vidmill.db.jobs import retry_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.db.tasks import fail_task
from vidmill.errors import MissingObject
from vidmill.jobs import JobStatus, job_prefix
from vidmill.tasks import Failure, Task
from vidmill_worker.packaging import hls


async def test_a_clip_becomes_every_output_of_the_preset(
    pipeline: Any, clip: Path, tmp_path: Path
) -> None:
    job_id = await pipeline.post(clip)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    db, storage = pipeline.services.db, pipeline.services.storage
    [rendition] = await fetch_renditions(db, [job_id])
    assert (rendition.name, rendition.width, rendition.height) == ("360p", 640, 360)
    assert rendition.frames == 50
    prefix = job_prefix(job_id)
    keys = {key.removeprefix(prefix) for key in await storage.list_keys(prefix)}
    assert keys == {
        "master.m3u8", "manifest.mpd", "metadata.json",
        "360p/init.mp4", "360p/segment_000.m4s", "360p/playlist.m3u8", "360p/video_360p.mp4",
        "audio/init.mp4", "audio/segment_000.m4s", "audio/playlist.m3u8", "audio/audio.mp3",
        "thumbnails/thumb_00.jpg", "thumbnails/thumb_25.jpg", "thumbnails/thumb_50.jpg",
        "thumbnails/thumb_75.jpg", "thumbnails/thumb_100.jpg", "thumbnails/poster_small.jpg",
        "thumbnails/storyboard.vtt", "thumbnails/sprite_000.jpg",
        "preview/preview.gif", "preview/preview.webp",
    }  # fmt: skip
    assets = {a.object_key.removeprefix(prefix): a for a in await fetch_assets(db, [job_id])}
    kinds = {name: (asset.kind, asset.content_type) for name, asset in assets.items()}
    assert kinds["thumbnails/storyboard.vtt"] == ("storyboard", "text/vtt")
    assert kinds["thumbnails/poster_small.jpg"] == ("small_poster", "image/jpeg")
    assert kinds["thumbnails/sprite_000.jpg"] == ("sprite", "image/jpeg")
    assert kinds["preview/preview.webp"] == ("preview", "image/webp")
    assert (await storage.head(prefix + "preview/preview.gif")).content_type == "image/gif"
    assert assets.keys() == {key for key in keys if not key.endswith((".m4s", "init.mp4"))}
    metadata = json.loads(await storage.read(prefix + "metadata.json"))
    assert metadata["user_metadata"] == {"title": "A clip"}
    assert metadata["outputs"]["thumbnails"]["storyboard"]["tiles"] == 20
    assert metadata["outputs"]["previews"].keys() == {"gif", "webp"}
    mp4 = tmp_path / "video.mp4"
    await storage.download_file(prefix + "360p/video_360p.mp4", mp4)
    with av.open(str(mp4)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 50
        assert [stream.type for stream in container.streams] == ["video", "audio"]
    assert not list(Path(pipeline.services.settings.scratch_dir).rglob("*-1"))
    used = (await fetch_whole_job(db, job_id)).ledger
    stored = [(await storage.head(prefix + key)).size for key in keys]
    assert used.output_bytes == sum(stored), "each byte once"
    assert (used.input_bytes, used.video_ms) == (clip.stat().st_size, 2000)
    tasks = await fetch_tasks(db, [job_id])
    assert used.cpu_ms == sum(round(1000 * task.cpu_seconds) for task in tasks) > 0


async def test_every_name_in_the_playlists_is_an_object(pipeline: Any, clip: Path) -> None:
    job_id = await pipeline.post(clip)
    await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    storage, prefix = pipeline.services.storage, job_prefix(job_id)
    keys = set(await storage.list_keys(prefix))
    todo, seen = ["master.m3u8"], set[str]()
    while todo:
        name = todo.pop()
        seen.add(name)
        folder = name.rsplit("/", 1)[0] + "/" if "/" in name else ""
        for line in (await storage.read(prefix + name)).decode().splitlines():
            named = line if line and not line.startswith("#") else None
            if 'URI="' in line:
                named = line.split('URI="')[1].split('"')[0]
            if named:
                assert prefix + folder + named in keys, named
                if named.endswith(".m3u8"):
                    todo.append(folder + named)
    assert seen == {"master.m3u8", "360p/playlist.m3u8", "audio/playlist.m3u8"}


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "corrupt_file"),
        (b"This is a text and no video.\n" * 100, "unsupported_format"),
        (bytes(range(256)) * 40, "unsupported_format"),
    ],
    ids=["empty", "text", "garbage"],
)
async def test_what_is_no_video_fails_at_once_and_is_not_tried_again(
    pipeline: Any, tmp_path: Path, content: bytes, code: str
) -> None:
    file = tmp_path / "clip.mp4"
    file.write_bytes(content)
    await _refuse_at_once(pipeline, file, code)


async def test_a_truncated_file_is_corrupt(pipeline: Any, clip: Path, tmp_path: Path) -> None:
    file = tmp_path / "cut.mp4"
    file.write_bytes(clip.read_bytes()[: clip.stat().st_size // 2])
    await _refuse_at_once(pipeline, file, "corrupt_file")


@pytest.fixture
def sound(clip: Path, tmp_path: Path) -> Path:
    """The clip without its picture."""
    file = tmp_path / "sound.mp4"
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-i", clip, "-vn", "-c", "copy"]
    subprocess.run([*command, file], check=True)
    return file


async def test_sound_alone_is_no_video(pipeline: Any, sound: Path) -> None:
    await _refuse_at_once(pipeline, sound, "no_video_stream")


async def _refuse_at_once(pipeline: Any, file: Path, code: str) -> None:
    job_id = await pipeline.post(file)
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id, seconds=20)
    assert (job.status, job.error_code) == (JobStatus.FAILED, code)
    [plan] = await fetch_tasks(pipeline.services.db, [job_id])
    assert plan.attempt == 1, "what is wrong with a file stays wrong"
    assert await count_dead_letters(pipeline.services.db) == 0


async def test_a_source_that_was_replaced_is_refused(pipeline: Any, clip: Path) -> None:
    job_id = await pipeline.post(clip)
    job = await pipeline.job(job_id)
    await pipeline.services.storage.put(job.input_key, b"something else", content_type="video/mp4")
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id, seconds=20)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_changed")


async def test_a_failed_job_that_is_retried_completes_with_what_it_had(
    pipeline: Any, clip: Path
) -> None:
    db = pipeline.services.db
    job_id = await pipeline.post(clip)
    worker = pipeline.worker("w1")
    while not (await pipeline.job(job_id)).encode_plan:
        await worker.run_once(0.5)
    video = next(t for t in await fetch_tasks(db, [job_id]) if t.kind == "video")
    claimed = await claim_task(db, video.id, worker_id="other", lease_seconds=30)
    assert claimed is not None
    await fail_task(
        db,
        claimed.task.lease,
        Failure(code="ffmpeg_failed", message="It broke."),
        retry_base_seconds=0,
        retry_max_seconds=0,
        max_attempts=1,
    )
    assert (await pipeline.job(job_id)).status == JobStatus.FAILED
    await pipeline.services.queue.push(await retry_job(db, job_id, max_attempts=5))
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    attempts = {str(t.kind): t.attempt for t in await fetch_tasks(db, [job_id])}
    assert attempts["plan"] == 1
    assert attempts["video"] == 2


async def test_a_playlist_that_breaks_a_rule_is_not_published(
    pipeline: Any, clip: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = hls.master_playlist

    def wrong(*given: Any) -> str:
        return good(*given).replace("360p/", "elsewhere/")

    monkeypatch.setattr(hls, "master_playlist", wrong)
    job_id = await pipeline.post(clip)
    worker = pipeline.worker("w1")
    async with asyncio.timeout(60):
        while not (package := await _task(pipeline, job_id, "package")) or not package.error_code:
            await worker.run_once(0.5)
    assert package.error_code == "verification_failed"
    assert (await pipeline.job(job_id)).status == JobStatus.PROCESSING
    keys = await pipeline.services.storage.list_keys(job_prefix(job_id))
    assert not [key for key in keys if key.endswith((".m3u8", ".mpd"))]


async def _task(pipeline: Any, job_id: UUID, kind: str) -> Task | None:
    tasks = await fetch_tasks(pipeline.services.db, [job_id])
    return next((task for task in tasks if task.kind == kind), None)


async def test_a_segment_that_is_gone_is_named_as_the_cause(pipeline: Any, clip: Path) -> None:
    job_id = await pipeline.post(clip)
    worker = pipeline.worker("w1")
    async with asyncio.timeout(60):
        while not (video := await _task(pipeline, job_id, "video")) or not video.result:
            await worker.run_once(0.5)
    await pipeline.services.storage.delete_prefix(job_prefix(job_id) + "360p/segment_000")
    job = await pipeline.work_until_ended(worker, job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, MissingObject.code)
