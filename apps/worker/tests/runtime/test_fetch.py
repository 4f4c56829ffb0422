"""Sources that others hold: pulled by URL, taken from the machine's folders, read in place."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from vidmill.db import jobs, videos
from vidmill.db.job_reads import fetch_job
from vidmill.db.task_reads import fetch_tasks
from vidmill.errors import NotFound
from vidmill.jobs import JobStatus
from vidmill.settings import Settings
from vidmill.tasks import TaskKind
from vidmill.uploads import MIN_PART_BYTES
from vidmill_stack.pytest_plugin import MakeSettings
from vidmill_worker.fetching import pull

from .fetched import post
from .file_server import serving

MIB = 1024**2
LARGE = bytes(range(256)) * ((MIN_PART_BYTES * 2 + MIB) // 256)


@pytest.fixture
def settings(make_settings: MakeSettings, tmp_path: Path) -> Settings:
    return make_settings(
        outbound_allow_cidrs="127.0.0.0/8",
        source_roots=str(tmp_path / "films"),
        retry_base_seconds=0,
        retry_max_seconds=0,
        reaper_interval_seconds=0.01,
    )


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pull, "PAUSE_SECONDS", 0.01)


async def purges(pipeline: Any) -> list[str]:
    async with pipeline.services.db.connection() as conn:
        return [
            row[0] for row in await (await conn.execute("SELECT prefix FROM purges")).fetchall()
        ]


async def test_a_job_of_a_url(pipeline: Any, clip: Path) -> None:
    async with serving(clip.read_bytes()) as shelf:
        shelf.headers = ("Content-Type: video/mp4; charset=utf-8",)
        job = await post(pipeline, {"url": shelf.url})
        before = await job.video()
        assert (before.size_bytes, before.etag) == (0, "")
        ended = await pipeline.work_until_ended(job.worker, job.job_id)
    assert (ended.status, ended.error_message) == (JobStatus.COMPLETED, None)
    video = await job.video()
    assert (video.size_bytes, video.content_type) == (clip.stat().st_size, "video/mp4")
    assert await job.content() == clip.read_bytes()
    assert await purges(pipeline) == [], "what was fetched stays"
    assert shelf.asked == [None]


async def test_progress_counts_the_fetch_as_a_part_of_the_job(pipeline: Any, clip: Path) -> None:
    async with serving(clip.read_bytes()) as shelf:
        job = await post(pipeline, {"url": shelf.url})
        assert (await job.once()).status == "completed"
    assert 0.1 < (await fetch_job(job.db, job.job_id)).progress < 0.2
    plan = next(t for t in await fetch_tasks(job.db, [job.job_id]) if t.kind == TaskKind.PLAN)
    assert plan.status == "queued"


async def test_a_connection_that_breaks_is_taken_up_again(pipeline: Any) -> None:
    async with serving(LARGE) as shelf:
        shelf.cuts = [3 * MIB, 20 * MIB, 2 * MIB]
        job = await post(pipeline, {"url": shelf.url})
        assert (await job.once()).status == "completed"
    assert shelf.asked[0] is None
    starts = [int((one or "").removeprefix("bytes=").rstrip("-")) for one in shelf.asked[1:]]
    assert starts == sorted(starts)
    assert len(starts) == 3
    assert starts[0] > 0, "not one byte is asked for twice"
    assert await job.content() == LARGE


async def test_the_next_attempt_goes_on_where_the_last_one_ended(pipeline: Any) -> None:
    async with serving(LARGE) as shelf:
        shelf.cuts = [MIN_PART_BYTES + MIB, 0, 0, 0]
        job = await post(pipeline, {"url": shelf.url})
        failed = await job.once()
        assert (failed.status, failed.error_code) == ("queued", "outbound_failed")
        assert await job.unfinished() == 1
        assert len(await purges(pipeline)) == 1, "it would not stay for ever"
        asked = len(shelf.asked)
        assert (await job.once()).status == "completed"
    assert shelf.asked[asked:] == [f"bytes={MIN_PART_BYTES}-"]
    assert await job.content() == LARGE
    assert await job.unfinished() == 0
    assert await purges(pipeline) == []


@pytest.mark.parametrize("knows", ["ranges", "versions", "nothing"])
async def test_what_changes_meanwhile_is_fetched_anew(pipeline: Any, knows: str) -> None:
    async with serving(LARGE) as shelf:
        shelf.cuts = [MIN_PART_BYTES + MIB]
        shelf.ranges = knows == "ranges"
        shelf.version = None if knows == "nothing" else '"1"'

        def change() -> None:
            if len(shelf.asked) == 2:
                shelf.content = LARGE[::-1]
                shelf.version = shelf.version and '"2"'

        shelf.on_request = change
        job = await post(pipeline, {"url": shelf.url})
        assert (await job.once()).status == "completed"
    assert await job.content() == LARGE[::-1]
    assert await job.unfinished() == 0


async def test_a_size_that_nobody_says(pipeline: Any, clip: Path) -> None:
    async with serving(clip.read_bytes()) as shelf:
        shelf.sized = False
        job = await post(pipeline, {"url": shelf.url})
        assert (await job.once()).status == "completed"
    assert await job.content() == clip.read_bytes()


REFUSALS: dict[str, tuple[str, ...]] = {
    "source_not_found": ("404 Not Found",),
    "source_forbidden": ("403 Forbidden",),
    "source_redirected": ("302 Found", "Location: http://127.0.0.1/"),
    "source_refused": ("200 OK", "Content-Encoding: gzip"),
    "corrupt_file": ("200 OK",),
    "too_large": ("200 OK",),
}
SIZES = {"corrupt_file": 0, "too_large": 5001}


@pytest.mark.parametrize("code", REFUSALS)
async def test_what_stays_wrong_is_not_tried_again(pipeline: Any, code: str) -> None:
    settings = pipeline.services.settings.model_copy(update={"input_max_bytes": 5000})
    pipeline.services = replace(pipeline.services, settings=settings)
    async with serving(bytes(SIZES.get(code, 5000))) as shelf:
        shelf.status, *headers = REFUSALS[code]
        shelf.headers = tuple(headers)
        job = await post(pipeline, {"url": shelf.url})
        task = await job.once()
        sizes = len(shelf.asked)
        if code == "too_large":
            shelf.sized = False
            unsized = await post(pipeline, {"url": shelf.url})
            assert (await unsized.once()).error_code == code
    assert (task.status, task.error_code, task.attempt, sizes) == ("failed", code, 1, 1)
    ended = await fetch_job(job.db, job.job_id)
    assert (ended.status, ended.error_code, ended.error_task) == ("failed", code, "fetch")
    assert ended.error_message
    assert "secret" not in ended.error_message
    assert ended.error_message.endswith(".")


async def test_what_may_pass_is_tried_again(pipeline: Any) -> None:
    async with serving(b"x") as shelf:
        shelf.status = "503 Busy"
        job = await post(pipeline, {"url": shelf.url})
        assert ((await job.once()).status, shelf.asked) == ("queued", [None] * 3)
        assert (await job.task()).error_code == "source_unavailable"
        shelf.status = "200 OK"
        assert (await job.once()).status == "completed"


async def test_private_addresses_are_refused(pipeline: Any) -> None:
    settings = pipeline.services.settings.model_copy(update={"outbound_allow_cidrs": ()})
    pipeline.services = replace(pipeline.services, settings=settings)
    async with serving(b"x") as shelf:
        for url in (shelf.url, shelf.url.replace("127.0.0.1", "localhost")):
            job = await post(pipeline, {"url": url.replace("http:", "https:")})
            task = await job.once()
            assert (task.status, task.error_code) == ("failed", "url_refused")
    assert shelf.asked == []


async def test_a_cancelled_job_is_fetched_when_it_is_tried_again(pipeline: Any, clip: Path) -> None:
    async with serving(clip.read_bytes()) as shelf:
        job = await post(pipeline, {"url": shelf.url})
        await jobs.cancel_job(job.db, job.job_id, purge_after_seconds=0)
        [again] = await jobs.retry_job(job.db, job.job_id, max_attempts=3)
        assert again.kind == TaskKind.FETCH
        await pipeline.services.queue.push([again])
        assert (await job.once()).status == "completed"
        # Fetched once, it is not fetched for another retry.
        await jobs.cancel_job(job.db, job.job_id, purge_after_seconds=0)
        [again] = await jobs.retry_job(job.db, job.job_id, max_attempts=3)
        assert again.kind == TaskKind.PLAN


async def test_a_job_that_is_deleted_unfetched_leaves_no_video(pipeline: Any) -> None:
    job = await post(pipeline, {"url": "https://example.com/a.mp4"})
    video = await job.video()
    await jobs.cancel_job(job.db, job.job_id, purge_after_seconds=0)
    await jobs.delete_job(job.db, job.job_id, delete_files=True)
    with pytest.raises(NotFound):
        await videos.fetch_video(job.db, video.id)
