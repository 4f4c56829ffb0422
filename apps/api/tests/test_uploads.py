from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

import httpx
import pytest

from vidmill.errors import MissingObject
from vidmill.uploads import MIN_PART_BYTES
from vidmill_stack.pytest_plugin import MakeSettings

from .running import MIB, V1, Account, Json, Service, content_of, problem, serve, upload

UPLOADS = V1 + "/uploads"


async def begin(http: httpx.AsyncClient, size: int, **fields: Any) -> Json:
    reply = await http.post(UPLOADS, json={"filename": "clip.mp4", "size": size, **fields})
    assert reply.status_code == 201, reply.text
    return reply.json()


async def send_parts(
    http: httpx.AsyncClient,
    s3: httpx.AsyncClient,
    created: Json,
    content: bytes,
    numbers: list[int],
) -> dict[int, str]:
    """Signs and sends some parts; returns their ETags."""
    reply = await http.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": numbers})
    assert reply.status_code == 200, reply.text
    tags: dict[int, str] = {}
    for signed in reply.json()["urls"]:
        start = (signed["number"] - 1) * created["part_size"]
        sent = await s3.put(signed["url"], content=content[start : start + created["part_size"]])
        assert sent.status_code == 200, sent.text
        tags[signed["number"]] = sent.headers["etag"]
    return tags


@pytest.fixture
async def multipart(small_parts: Service) -> AsyncGenerator[httpx.AsyncClient]:
    async with small_parts.client(await small_parts.account()) as client:
        yield client


async def test_single_put(service: Service, http: httpx.AsyncClient, s3: httpx.AsyncClient) -> None:
    content = content_of(5000)
    reply = await http.post(
        UPLOADS, json={"filename": "Urlaub.mp4", "size": 5000, "content_type": "video/mp4"}
    )
    created = reply.json()
    assert reply.headers["location"] == f"{UPLOADS}/{created['id']}"
    assert created["status"] == "pending"
    assert created["mode"] == "single"
    assert created["part_size"] is created["part_count"] is created["video_id"] is None
    assert created["headers"] == {"Content-Type": "video/mp4"}
    put = await s3.put(created["url"], content=content, headers=created["headers"])
    assert put.status_code == 200
    first = await http.post(f"{UPLOADS}/{created['id']}/complete", json={})
    again = await http.post(f"{UPLOADS}/{created['id']}/complete", json={})
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    done = first.json()
    assert (done["status"], done["url"], done["headers"]) == ("completed", None, None)
    video = (await http.get(f"{V1}/videos/{done['video_id']}")).json()
    own = video["own"]
    assert (own["filename"], video["title"]) == ("Urlaub.mp4", "Urlaub")
    assert (own["size_bytes"], own["content_type"]) == (5000, "video/mp4")
    assert await service.context.storage.read(created["key"]) == content


async def test_signature_binds_size_and_type(
    http: httpx.AsyncClient, s3: httpx.AsyncClient
) -> None:
    created = await begin(http, 100, content_type="video/mp4")
    longer = await s3.put(created["url"], content=content_of(101), headers=created["headers"])
    other = await s3.put(
        created["url"], content=content_of(100), headers={"Content-Type": "text/html"}
    )
    assert longer.status_code == other.status_code == 403


async def test_multipart_resumes(multipart: httpx.AsyncClient, s3: httpx.AsyncClient) -> None:
    size = 2 * MIN_PART_BYTES + 123
    content = content_of(size)
    created = await begin(multipart, size)
    assert (created["mode"], created["url"]) == ("multipart", None)
    assert (created["part_size"], created["part_count"]) == (MIN_PART_BYTES, 3)
    tags = await send_parts(multipart, s3, created, content, [3, 1])
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/complete", json={})
    assert "2" in problem(reply, 409, "upload_incomplete")["detail"]
    held = (await multipart.get(f"{UPLOADS}/{created['id']}")).json()
    assert held["status"] == "pending"
    assert [(p["number"], p["size"]) for p in held["parts"]] == [(1, MIN_PART_BYTES), (3, 123)]
    tags |= await send_parts(multipart, s3, created, content, [2])
    parts = [{"number": n, "etag": tag} for n, tag in tags.items()]
    wrong = [{**parts[0], "etag": '"0123"'}, *parts[1:]]
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/complete", json={"parts": wrong})
    problem(reply, 409, "upload_incomplete")
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/complete", json={"parts": parts})
    assert reply.status_code == 200, reply.text
    assert reply.json()["video_id"]
    after = (await multipart.get(f"{UPLOADS}/{created['id']}")).json()
    assert (after["status"], after["size"], after["parts"]) == ("completed", size, [])


async def test_concurrent_completes_make_one_video(
    small_parts: Service, multipart: httpx.AsyncClient, s3: httpx.AsyncClient
) -> None:
    content = content_of(2 * MIB)
    created = await begin(multipart, len(content))
    await send_parts(multipart, s3, created, content, [1])
    url = f"{UPLOADS}/{created['id']}/complete"
    replies = await asyncio.gather(*(multipart.post(url) for _ in range(6)))
    assert [reply.status_code for reply in replies] == [200] * 6, [r.text for r in replies]
    assert len({reply.json()["video_id"] for reply in replies}) == 1
    assert (await multipart.get(V1 + "/videos")).json()["total"] == 1
    assert len(await small_parts.context.storage.read(created["key"])) == len(content)


async def test_complete_goes_on_after_a_crash_between_storage_and_database(
    small_parts: Service, multipart: httpx.AsyncClient, s3: httpx.AsyncClient
) -> None:
    content = content_of(2 * MIB)
    created = await begin(multipart, len(content))
    await send_parts(multipart, s3, created, content, [1])
    storage = small_parts.context.storage
    async with small_parts.context.db.connection() as conn:
        query = "SELECT s3_upload_id FROM uploads WHERE id = %s"
        row = await (await conn.execute(query, [created["id"]])).fetchone()
    assert row is not None
    parts = await storage.list_parts(created["key"], row[0])
    await storage.complete_multipart(created["key"], row[0], parts)
    assert (await multipart.get(f"{UPLOADS}/{created['id']}")).json()["status"] == "pending"
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/complete")
    assert reply.status_code == 200, reply.text
    assert reply.json()["video_id"]


async def test_short_part_is_named(small_parts: Service, multipart: httpx.AsyncClient) -> None:
    created = await begin(multipart, 2 * MIB)
    async with small_parts.context.db.connection() as conn:
        row = await (await conn.execute("SELECT s3_upload_id FROM uploads")).fetchone()
    assert row is not None
    await small_parts.context.storage.put_part(created["key"], row[0], 1, content_of(MIB))
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/complete")
    assert "Part 1" in problem(reply, 409, "upload_incomplete")["detail"]


async def test_parts_beyond_the_last(multipart: httpx.AsyncClient) -> None:
    created = await begin(multipart, 2 * MIB)
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": [1, 2]})
    assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "numbers"
    for numbers in ([], [0], list(range(1, 102))):
        reply = await multipart.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": numbers})
        problem(reply, 422, "invalid_request")


async def test_single_upload_has_no_parts(http: httpx.AsyncClient) -> None:
    created = await begin(http, 100)
    reply = await http.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": [1]})
    problem(reply, 409, "upload_not_pending")


async def test_completed_multipart_takes_no_more_parts(
    multipart: httpx.AsyncClient, s3: httpx.AsyncClient
) -> None:
    content = content_of(2 * MIB)
    created = await begin(multipart, len(content))
    await send_parts(multipart, s3, created, content, [1])
    assert (await multipart.post(f"{UPLOADS}/{created['id']}/complete")).status_code == 200
    reply = await multipart.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": [1]})
    problem(reply, 409, "upload_not_pending")
    problem(await multipart.delete(f"{UPLOADS}/{created['id']}"), 409, "upload_not_pending")


async def test_complete_without_the_file(http: httpx.AsyncClient) -> None:
    created = await begin(http, 100)
    reply = await http.post(f"{UPLOADS}/{created['id']}/complete")
    problem(reply, 404, "missing_file")
    assert (await http.get(f"{UPLOADS}/{created['id']}")).json()["status"] == "pending"


async def test_object_of_another_size_is_no_video(
    service: Service, http: httpx.AsyncClient
) -> None:
    created = await begin(http, 100)
    await service.context.storage.put(created["key"], b"short", content_type="video/mp4")
    reply = await http.post(f"{UPLOADS}/{created['id']}/complete")
    problem(reply, 409, "upload_incomplete")
    assert (await http.get(V1 + "/videos")).json()["total"] == 0


@pytest.mark.parametrize("mode", ["single", "multipart"])
async def test_abort_removes_what_was_sent(
    small_parts: Service, multipart: httpx.AsyncClient, s3: httpx.AsyncClient, mode: str
) -> None:
    content = content_of(2 * MIB if mode == "multipart" else 100)
    created = await begin(multipart, len(content))
    if mode == "multipart":
        await send_parts(multipart, s3, created, content, [1])
    assert (await multipart.delete(f"{UPLOADS}/{created['id']}")).status_code == 204
    assert (await multipart.delete(f"{UPLOADS}/{created['id']}")).status_code == 204
    assert (await multipart.get(f"{UPLOADS}/{created['id']}")).json()["status"] == "aborted"
    for action in ("complete", "parts"):
        reply = await multipart.post(f"{UPLOADS}/{created['id']}/{action}", json={"numbers": [1]}
                                     if action == "parts" else {})  # fmt: skip
        problem(reply, 409, "upload_not_pending")
    async with small_parts.context.db.connection() as conn:
        query = "SELECT s3_upload_id, object_key LIKE p.prefix || '%%' FROM uploads, purges p"
        rows = await (await conn.execute(query)).fetchall()
    [(s3_upload_id, purged)] = rows
    assert purged, "the reaper shall remove what a late PUT leaves"
    if s3_upload_id:
        with pytest.raises(MissingObject):
            await small_parts.context.storage.list_parts(created["key"], s3_upload_id)


async def test_abort_of_a_completed_upload(http: httpx.AsyncClient) -> None:
    done = await upload(http)
    problem(await http.delete(f"{UPLOADS}/{done['id']}"), 409, "upload_not_pending")
    assert (await http.get(f"{V1}/videos/{done['video_id']}")).status_code == 200


async def test_expired_upload(service: Service, http: httpx.AsyncClient) -> None:
    created = await begin(http, 100)
    await service.context.storage.put(created["key"], content_of(100), content_type="video/mp4")
    async with service.context.db.connection() as conn:
        await conn.execute("UPDATE uploads SET expires_at = now() - interval '1 second'")
    shown = (await http.get(f"{UPLOADS}/{created['id']}")).json()
    assert (shown["status"], shown["url"]) == ("expired", None)
    problem(await http.post(f"{UPLOADS}/{created['id']}/complete"), 410, "upload_expired")
    reply = await http.post(V1 + "/jobs", json={"input_key": created["key"]})
    problem(reply, 410, "upload_expired")


async def test_limits(make_settings: MakeSettings) -> None:
    settings = make_settings(upload_single_max_bytes=1000, input_max_bytes=5000)
    async with serve(settings) as service, service.client(await service.account()) as http:
        assert (await begin(http, 1000))["mode"] == "single"
        reply = await http.post(UPLOADS, json={"filename": "clip.mp4", "size": 5001})
        assert "5,000" in problem(reply, 413, "too_large")["detail"]
        # A URL without a size leaves it to completion.
        link = (await http.get(V1 + "/upload-url")).json()
        await service.context.storage.put(link["key"], content_of(5001), content_type="video/mp4")
        reply = await http.post(V1 + "/jobs", json={"input_key": link["key"]})
        problem(reply, 413, "too_large")


BAD_FIELDS: list[tuple[Json, str]] = [
    ({"filename": "clip.mp4"}, "size"),
    ({"size": 1}, "filename"),
    ({"filename": "", "size": 1}, "filename"),
    ({"filename": "../..", "size": 1}, "filename"),
    ({"filename": "a" * 256, "size": 1}, "filename"),
    # Counted as they were sent, as the document has it.
    ({"filename": " " + "a" * 255, "size": 1}, "filename"),
    ({"filename": "a\0b", "size": 1}, "filename"),
    ({"filename": "clip.mp4", "size": 0}, "size"),
    ({"filename": "clip.mp4", "size": "1"}, "size"),
    ({"filename": "clip.mp4", "size": 1.5}, "size"),
    ({"filename": "clip.mp4", "size": True}, "size"),
    ({"filename": "clip.mp4", "size": 1, "content_type": "vidéo/mp4"}, "content_type"),
    ({"filename": "clip.mp4", "size": 1, "content_type": "video"}, "content_type"),
    ({"filename": "clip.mp4", "size": 1, "sise": 1}, "sise"),
]


async def test_bad_fields_are_named(http: httpx.AsyncClient) -> None:
    for body, field in BAD_FIELDS:
        reply = await http.post(UPLOADS, json=body)
        errors = problem(reply, 422, "invalid_request")["errors"]
        assert [error["field"] for error in errors] == [field], body
        assert all(error["detail"] and error["code"] for error in errors)


FILE_NAMES = [
    ("../../etc/passwd", "passwd", "passwd"),
    ("C:\\films\\Zürich 1.mov", "Zürich 1.mov", "Zurich_1.mov"),
    ("line\nbreak.mp4", "linebreak.mp4", "linebreak.mp4"),
    ("日本.mp4", "日本.mp4", "mp4"),
]


async def test_file_names(http: httpx.AsyncClient, ada: Account) -> None:
    for given, shown, stored in FILE_NAMES:
        created = await begin(http, 1, filename=given)
        assert created["filename"] == shown
        assert created["key"] == f"uploads/{ada.user.id}/{created['id']}/{stored}"
