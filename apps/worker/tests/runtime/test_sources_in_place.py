"""Sources of the worker's machine, and of other buckets."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from vidmill.db import jobs, sources
from vidmill.errors import InvalidSource
from vidmill.ids import new_id
from vidmill.jobs import JobStatus
from vidmill.settings import Settings
from vidmill.source_places import reference
from vidmill.storage import Storage
from vidmill_stack.pytest_plugin import MakeSettings
from vidmill_worker.fetching.origins import SourceUnavailable
from vidmill_worker.fetching.server_files import FileOrigin, open_below

from .fetched import post


@pytest.fixture
def settings(make_settings: MakeSettings, tmp_path: Path) -> Settings:
    return make_settings(source_roots=str(tmp_path / "films"))


async def test_a_job_of_a_file(pipeline: Any, clip: Path, tmp_path: Path) -> None:
    folder = tmp_path / "films" / "new"
    folder.mkdir(parents=True)
    (folder / "a clip.mp4").write_bytes(clip.read_bytes())
    job = await post(pipeline, {"file_path": str(folder / "a clip.mp4")})
    assert (await job.once()).status == "completed"
    assert await job.content() == clip.read_bytes()
    assert (folder / "a clip.mp4").exists()


def test_only_regular_files_below_a_root_are_opened(tmp_path: Path) -> None:
    root, outside = tmp_path / "films", tmp_path / "outside"
    (root / "new").mkdir(parents=True)
    outside.mkdir()
    for folder in (root, root / "new", outside):
        (folder / "a.mp4").write_bytes(b"x")
    (root / "link.mp4").symlink_to(outside / "a.mp4")
    (root / "inner.mp4").symlink_to(root / "a.mp4")
    (root / "linked").symlink_to(outside)
    os.mkfifo(root / "pipe")
    (root / "…\n.mp4").write_bytes(b"x")
    for path in ("a.mp4", "new/a.mp4", "…\n.mp4"):
        os.close(open_below(f"{root}/{path}", [root]))
    refused = {
        "path_not_allowed": [
            f"{root}/link.mp4", f"{root}/inner.mp4", f"{root}/linked/a.mp4", f"{root}/pipe",
            f"{root}/new", f"{root}", f"{root}/../outside/a.mp4", f"{root}/new/../a.mp4",
            f"{outside}/a.mp4", f"{root}x/a.mp4", "films/a.mp4", "", "/", f"{root}/a\0.mp4",
            "/proc/self/environ", f"{root}/new/a.mp4/..", f"{root}/new/a.mp4/b",
        ],
        "missing_file": [f"{root}/none.mp4", f"{root}/none/a.mp4"],
    }  # fmt: skip
    for code, paths in refused.items():
        for path in paths:
            with pytest.raises(InvalidSource) as caught:
                open_below(path, [root])
            assert caught.value.source_code == code, path


async def test_a_file_that_is_written_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"x" * 3_000_000)
    origin = FileOrigin(str(path), [tmp_path])
    async with origin.read(0, None) as offer:
        assert (offer.start, offer.total) == (0, 3_000_000)
        chunks = aiter(offer.chunks)
        await anext(chunks)
        path.write_bytes(b"y" * 3_000_000)
        os.utime(path, ns=(1, 1))
        with pytest.raises(SourceUnavailable):
            async for _ in chunks:
                pass
    async with origin.read(1_000_000, offer.version) as again:
        assert again.start == 0, "that version is gone"
    async with origin.read(1_000_000, again.version) as further:
        assert len(b"".join([chunk async for chunk in further.chunks])) == 2_000_000


async def test_an_object_of_another_bucket(
    pipeline: Any, clip: Path, make_settings: MakeSettings
) -> None:
    services = pipeline.services
    archive = Storage(make_settings(s3_bucket=f"archive-{new_id()}"))
    await archive.ensure_bucket()
    await archive.upload_file(clip, "films/clip.mp4", content_type="video/mp4")
    found = await services.storage.head(reference(archive.bucket, "films/clip.mp4"))
    ids: list[UUID] = []
    for _ in range(2):
        async with services.db.transaction() as conn:
            ids.append(
                await sources.refer_to_object(
                    conn, owner_id=pipeline.owner.id, filename="clip.mp4", found=found
                )
            )
    assert ids[0] == ids[1], "the same version of the same object is the same video"
    job_id = await pipeline.post_job(ids[0], "clip.mp4")
    job = await pipeline.work_until_ended(pipeline.worker("w1"), job_id)
    assert (job.status, job.error_message) == (JobStatus.COMPLETED, None)
    assert job.input_key == f"s3://{archive.bucket}/films/clip.mp4"
    # Whatever is removed of ours, theirs stays.
    await services.storage.delete_prefix(job.input_key)
    await jobs.delete_job(services.db, job_id, delete_files=True)
    assert await archive.read("films/clip.mp4") == clip.read_bytes()
    await archive.put("films/clip.mp4", b"another", content_type="video/mp4")
    job_id = await pipeline.post_job(ids[0], "clip.mp4", reuse=False)
    job = await pipeline.work_until_ended(pipeline.worker("w2"), job_id)
    assert (job.status, job.error_code) == (JobStatus.FAILED, "source_changed")
    archive.close()
