from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from vidmill.db import jobs as job_rows
from vidmill.db import sources, webhooks
from vidmill.db.claims import claim_task
from vidmill.db.pool import Database
from vidmill.db.videos import fetch_video
from vidmill.errors import InvalidRequest, LeaseLost
from vidmill.ids import new_id
from vidmill.objects import ObjectInfo
from vidmill.outbound_rules import read_url
from vidmill.quotas import NO_QUOTAS
from vidmill.sealing import Sealer
from vidmill.source_places import (
    PathNotAllowed,
    read_places,
    reference,
    root_of,
    split_reference,
)
from vidmill.users import User
from vidmill.webhooks import WebhookEvent

ADA, BOB = new_id(), new_id()


async def test_a_fetched_video_is_told_of_when_it_is_there(db: Database, owner: User) -> None:
    async with db.transaction() as conn:
        await webhooks.create_webhook(
            conn, Sealer("s" * 32, "test"), owner_id=owner.id, target=read_url("https://a.example"),
            events=[WebhookEvent.VIDEO_UPLOADED], secret="whsec_x",
        )  # fmt: skip
        video_id = await sources.expect_video(conn, owner_id=owner.id, filename="a.mp4")
        task = (await job_rows.create_job(
            conn, owner_id=owner.id, video_id=video_id, filename="a.mp4", preset="web", spec={},
            priority=5, metadata={}, max_attempts=3, origin={"url": "https://a.example/a.mp4"},
        )).queued  # fmt: skip
    claim = await claim_task(db, task.id, worker_id="w1", lease_seconds=60)
    assert claim is not None
    assert claim.task.params == {"url": "https://a.example/a.mp4"}
    video = await fetch_video(db, video_id)
    room: dict[str, Any] = {"owner_id": owner.id, "quotas": NO_QUOTAS}
    found = ObjectInfo(video.object_key, 7, '"1"', "video/mp4")
    await sources.promise_purge(db, video.object_key, after_seconds=60)
    assert await _events(db) == []
    stale = claim.task.lease.__class__(task.id, task.job_id, task.kind, 0, 9, "w1")
    with pytest.raises(LeaseLost):
        await sources.store_source(db, stale, found, **room)
    assert await _purges(db) == 1, "the purge stays with whoever has no lease"
    await sources.store_source(db, claim.task.lease, found, **room)
    assert await _purges(db) == 0
    stored = await fetch_video(db, video_id)
    assert (stored.size_bytes, stored.etag, stored.content_type) == (7, '"1"', "video/mp4")
    [payload] = await _events(db)
    assert '"size_bytes" : 7' in payload


async def _events(db: Database) -> list[str]:
    async with db.connection() as conn:
        rows = await (await conn.execute("SELECT payload::text FROM deliveries")).fetchall()
    return [row[0] for row in rows]


async def _purges(db: Database) -> int:
    async with db.connection() as conn:
        return len(await (await conn.execute("SELECT prefix FROM purges")).fetchall())


def test_places_of_buckets() -> None:
    places = read_places(" archive, films/old/ ,in/{user}/new/ ")

    def allowed(bucket: str, key: str, *, user: object = ADA, admin: bool = False) -> bool:
        return any(
            place.allows(bucket, key, user_id=ADA if user is ADA else BOB, is_admin=admin)
            for place in places
        )

    assert allowed("archive", "a/b", admin=True)
    assert not allowed("archive", "a/b")
    assert allowed("films", "old/a", admin=True)
    assert not allowed("films", "older/a", admin=True)
    assert allowed("in", f"{ADA}/new/a")
    assert allowed("in", f"{ADA}/new/a", admin=True)
    assert not allowed("in", f"{ADA}/new/a", user=BOB, admin=True)
    assert not allowed("in", f"{ADA}/other/a")
    assert not allowed("in", "{user}/new/a")
    assert read_places("") == ()
    for wrong in ("a b", "/films", "in/{user}", "in/x{user}y/"):
        with pytest.raises(ValueError):  # noqa: PT011  # pydantic names the setting
            read_places(wrong)


def test_references() -> None:
    assert split_reference(reference("b", "a b/ü.mp4")) == ("b", "a b/ü.mp4")
    assert split_reference("uploads/a/b/c") is None
    for key in ("", "/a", "a/", "a//b", "a/../b", "./a"):
        with pytest.raises(InvalidRequest):
            reference("b", key)


def test_roots() -> None:
    roots = [Path("/srv/films"), Path("/mnt")]
    root, rest = root_of("/srv/films/a/b.mp4", roots)
    assert (root, str(rest)) == (roots[0], "a/b.mp4")
    for path in ("/srv/films", "/srv/filmsx/a", "/srv/films/../a", "/etc/a", "srv/films/a", ""):
        with pytest.raises(PathNotAllowed):
            root_of(path, roots)
    with pytest.raises(PathNotAllowed):
        root_of("/srv/films/a", [])
