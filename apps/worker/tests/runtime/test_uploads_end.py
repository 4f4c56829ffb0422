"""Uploads whose time runs out, and who comes first when they are completed at that moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vidmill.db import uploads
from vidmill.errors import MissingObject, StorageDown
from vidmill.ids import new_id
from vidmill.jobs import job_prefix
from vidmill.settings import Settings
from vidmill.storage import Storage
from vidmill.uploads import Upload, UploadMode, UploadStatus, owner_prefix, upload_key
from vidmill_stack.pytest_plugin import MakeSettings
from vidmill_worker import reaper as reaper_module
from vidmill_worker.attempt import Services
from vidmill_worker.reaper import Reaper

PART = b"part" * 1000


async def begun(pipeline: Any, *, multipart: bool, ttl_seconds: float = -1) -> Upload:
    """A pending upload with all of its bytes in storage."""
    services: Services = pipeline.services
    upload_id = new_id()
    key = upload_key(pipeline.owner.id, upload_id, "clip.mp4")
    s3_upload_id = None
    if multipart:
        s3_upload_id = await services.storage.create_multipart(key, content_type="video/mp4")
        await services.storage.put_part(key, s3_upload_id, 1, PART)
    else:
        await services.storage.put(key, PART, content_type="video/mp4")
    async with services.db.transaction() as conn:
        return await uploads.create_upload(
            conn,
            upload_id=upload_id,
            owner_id=pipeline.owner.id,
            mode=UploadMode.MULTIPART if multipart else UploadMode.SINGLE,
            object_key=key,
            filename="clip.mp4",
            content_type="video/mp4",
            size_bytes=len(PART),
            part_size=len(PART) if multipart else None,
            part_count=1 if multipart else None,
            s3_upload_id=s3_upload_id,
            ttl_seconds=ttl_seconds,
        )


async def status_of(services: Services, upload: Upload) -> UploadStatus:
    return (await uploads.fetch_upload(services.db, upload.id)).status


async def purge_now(services: Services, reaper: Reaper) -> None:
    """As if the hours had passed that a late PUT is given."""
    async with services.db.connection() as conn:
        await conn.execute("UPDATE purges SET not_before = now()")
    await reaper.purge_objects()


async def test_what_expires_is_removed(pipeline: Any, settings: Settings) -> None:
    services, reaper = pipeline.services, pipeline.reaper()
    parts, whole = [await begun(pipeline, multipart=m) for m in (True, False)]
    alive = await begun(pipeline, multipart=True, ttl_seconds=60)
    await reaper.expire_uploads()
    assert [await status_of(services, u) for u in (parts, whole, alive)] == [
        UploadStatus.EXPIRED, UploadStatus.EXPIRED, UploadStatus.PENDING
    ]  # fmt: skip
    with pytest.raises(MissingObject):
        await services.storage.list_parts(parts.object_key, parts.s3_upload_id)
    async with services.db.connection() as conn:
        rows = await (await conn.execute("SELECT not_before FROM purges")).fetchall()
    late = datetime.now(UTC) + timedelta(seconds=settings.presign_ttl_seconds)
    assert all(row[0] > late for row in rows), "a URL may still be used"
    await purge_now(services, reaper)
    with pytest.raises(MissingObject):
        await services.storage.head(whole.object_key)
    [held] = await services.storage.list_parts(alive.object_key, alive.s3_upload_id)
    assert held.size == len(PART)


async def test_while_storage_is_away_nothing_is_forgotten(
    pipeline: Any, make_settings: MakeSettings
) -> None:
    services = pipeline.services
    upload = await begun(pipeline, multipart=True)
    away = Storage(make_settings(s3_endpoint_url="http://127.0.0.1:9"))
    reaper = Reaper(
        Services(services.settings, services.db, services.queue, away), CollectorRegistry()
    )
    with pytest.raises(StorageDown):
        await reaper.expire_uploads()
    away.close()
    assert await status_of(services, upload) == UploadStatus.PENDING
    await pipeline.reaper().expire_uploads()
    assert await status_of(services, upload) == UploadStatus.EXPIRED


async def test_completed_at_the_last_moment(pipeline: Any) -> None:
    """Its object was assembled when the reaper came, and its row was first."""
    services, reaper = pipeline.services, pipeline.reaper()
    won, lost = [await begun(pipeline, multipart=True) for _ in range(2)]
    for upload in (won, lost):
        parts = await services.storage.list_parts(upload.object_key, upload.s3_upload_id)
        await services.storage.complete_multipart(upload.object_key, upload.s3_upload_id, parts)
    async with services.db.transaction() as conn:
        locked = await uploads.lock_upload(conn, won.id)
        await uploads.complete_upload(conn, locked, size_bytes=len(PART), etag='"1"')
    await reaper.expire_uploads()
    assert await status_of(services, won) == UploadStatus.COMPLETED
    assert await status_of(services, lost) == UploadStatus.EXPIRED
    await purge_now(services, reaper)
    assert await services.storage.read(won.object_key) == PART
    with pytest.raises(MissingObject):
        await services.storage.head(lost.object_key)


async def test_parts_of_what_nobody_finished_go_with_their_folder(pipeline: Any) -> None:
    storage = pipeline.services.storage
    upload = await begun(pipeline, multipart=True)
    await begun(pipeline, multipart=False)
    folder = upload.object_key.rsplit("/", 1)[0] + "/"
    assert len(await storage.unfinished_uploads(folder)) == 1
    assert await storage.delete_prefix(folder) == 0
    assert await storage.unfinished_uploads(folder) == []
    assert len(await storage.list_keys(owner_prefix(pipeline.owner.id))) == 1, (
        "the other is not below it"
    )


async def test_parts_that_no_row_knows_are_swept_away_in_the_end(
    pipeline: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever began them died before the row was written, or a worker did while it sent a file."""
    storage = pipeline.services.storage
    keys = [upload_key(pipeline.owner.id, new_id(), "a.mp4"), f"{job_prefix(new_id())}mp4/720p.mp4"]
    for key in keys:
        await storage.put_part(
            key, await storage.create_multipart(key, content_type="video/mp4"), 1, PART
        )

    async def left() -> int:
        return sum([len(await storage.unfinished_uploads(key)) for key in keys])

    await pipeline.reaper().run_once()
    assert await left() == 2, "somebody may still be sending them"
    swept = pipeline.reaper()
    await swept.sweep_parts()
    monkeypatch.setattr(reaper_module, "ABANDONED_AFTER", timedelta(days=-2))
    await swept.sweep_parts()
    assert await left() == 2, "it looks once in a while"
    await pipeline.reaper().run_once()
    assert await left() == 0
