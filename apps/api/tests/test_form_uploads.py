"""Small files in one form."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from typing import Any
from uuid import UUID

import httpx
import pytest

from vidmill.db.videos import fetch_video
from vidmill.object_writer import PART_BYTES
from vidmill_stack.pytest_plugin import MakeSettings

from .gallery import a_png
from .running import V1, Account, Json, Service, content_of, eventually, problem, serve

VIDEOS, JOBS = V1 + "/videos/upload", V1 + "/jobs/upload"
FILE = ("Urlaub.mp4", b"a film", "video/mp4")


@pytest.fixture
async def service(make_settings: MakeSettings) -> AsyncGenerator[Service]:
    async with serve(make_settings(upload_form_max_bytes=20_000_000)) as running:
        yield running


async def uploads(service: Service) -> list[tuple[Any, ...]]:
    async with service.context.db.connection() as conn:
        query = "SELECT status::text, size_bytes FROM uploads ORDER BY created_at"
        return await (await conn.execute(query)).fetchall()


async def source_of(service: Service, video_id: str) -> bytes:
    video = await fetch_video(service.context.db, UUID(video_id))
    return await service.context.storage.read(video.object_key)


@pytest.mark.parametrize("size", [6, PART_BYTES, 2 * PART_BYTES + 77])
async def test_a_video(service: Service, http: httpx.AsyncClient, size: int) -> None:
    content = content_of(size)
    reply = await http.post(
        VIDEOS,
        data={"title": "Meer", "tags": '["Sea", "sea"]', "visibility": "public"},
        files={"file": ("C:\\films\\Urlaub 1.mp4", content, "video/mp4")},
    )
    assert reply.status_code == 201, reply.text
    video = reply.json()
    assert reply.headers["location"] == f"{V1}/videos/{video['id']}"
    said = (video["title"], video["tags"], video["visibility"], video["description"])
    assert said == ("Meer", ["sea"], "public", "")
    own = video["own"]
    assert (own["filename"], own["size_bytes"], own["content_type"]) == (
        "Urlaub 1.mp4", size, "video/mp4",
    )  # fmt: skip
    assert (await http.get(reply.headers["location"])).json() == video
    assert await source_of(service, video["id"]) == content
    assert await uploads(service) == [("completed", size)]


async def test_a_video_as_the_first_clients_send_it(http: httpx.AsyncClient) -> None:
    reply = await http.post(VIDEOS, files={"video": FILE})
    assert reply.status_code == 201, reply.text
    assert reply.json()["title"] == "Urlaub"


async def test_a_job_with_all_that_belongs_to_it(service: Service, http: httpx.AsyncClient) -> None:
    reply = await http.post(
        JOBS,
        data={"priority": "9", "preset": "mobile", "metadata": '{"a": [1]}', "reuse": "false",
              "captions": "en", "metrics": '["psnr"]', "clip": '{"start_seconds": 1}'},
        files={"file": FILE, "thumbnail": ("still.png", a_png(), "image/png")},
    )  # fmt: skip
    assert reply.status_code == 202, reply.text
    job = reply.json()
    assert reply.headers["location"] == f"{V1}/jobs/{job['id']}"
    assert (job["priority"], job["preset"], job["metadata"]) == (9, "mobile", {"a": [1]})
    assert (job["filename"], job["status"]) == ("Urlaub.mp4", "queued")
    assert job["edits"]["clip"]["start_seconds"] == 1
    assert [(task["kind"], task["status"]) for task in job["tasks"]] == [("plan", "queued")]
    assert await source_of(service, job["video_id"]) == FILE[1]
    video = (await http.get(f"{V1}/videos/{job['video_id']}")).json()
    assert video["own"]["thumbnail"]["status"] == "pending"
    assert sum((await service.context.queue.depths()).values()) == 1


async def test_lists_are_a_field_for_each_entry(http: httpx.AsyncClient) -> None:
    file = {"file": ("sea.mp4", b"a video", "video/mp4")}
    reply = await http.post(V1 + "/videos/upload", files=file, data={"tags": ["sea", "0"]})
    assert reply.status_code == 201, reply.text
    assert reply.json()["tags"] == ["sea", "0"]
    reply = await http.post(V1 + "/videos/upload", files=file, data={"tags": "sea"})
    assert reply.json()["tags"] == ["sea"]
    twice = await http.post(V1 + "/videos/upload", files=file, data={"title": ["Sea", "Sky"]})
    assert problem(twice, 422, "invalid_request")["errors"][0]["field"] == "title"


async def test_the_same_form_twice_is_one_job(service: Service, http: httpx.AsyncClient) -> None:
    key = {"Idempotency-Key": "k"}

    async def send(content: bytes, priority: str = "9") -> httpx.Response:
        files = {"file": ("a.mp4", content)}
        return await http.post(JOBS, data={"priority": priority}, files=files, headers=key)

    both = await asyncio.gather(send(b"film"), send(b"film"))
    assert both[0].json() == both[1].json()
    assert (await send(b"film")).json() == both[0].json(), "another boundary, the same form"
    problem(await send(b"fiim"), 422, "idempotency_key_reused")
    problem(await send(b"film", "8"), 422, "idempotency_key_reused")
    assert (await http.get(V1 + "/jobs")).json()["total"] == 1
    assert (await http.get(V1 + "/videos")).json()["total"] == 1
    ended = [status for status, _ in await uploads(service)]
    assert ended.count("completed") == 1
    assert set(ended) <= {"completed", "aborted"}


WRONG: list[tuple[Json, Json, int, str, str | None]] = [
    ({}, {"title": "no file"}, 422, "invalid_request", "file"),
    ({"file": ("a.mp4", b"")}, {}, 422, "corrupt_file", None),
    ({"file": ("a.mp4", b"x" * 20_000_001)}, {}, 413, "too_large", None),
    ({"file": FILE, "video": FILE}, {}, 422, "invalid_request", "video"),
    ({"file": FILE, "other": FILE}, {}, 422, "invalid_request", "other"),
    ({"file": ("..", b"x")}, {}, 422, "invalid_request", "file"),
    ({"file": FILE}, {"priority": "high"}, 422, "invalid_request", "priority"),
    ({"file": FILE}, {"priority": "11"}, 422, "invalid_request", "priority"),
    ({"file": FILE}, {"metadata": "[1]"}, 422, "invalid_request", "metadata"),
    ({"file": FILE}, {"preset": "wep"}, 422, "invalid_request", "preset"),
    ({"file": FILE}, {"video_id": str(UUID(int=1))}, 422, "invalid_request", "video_id"),
    ({"file": FILE, "thumbnail": ("a.png", b"no picture")}, {}, 422, "invalid_image", None),
]


async def test_what_is_wrong_leaves_nothing(service: Service, http: httpx.AsyncClient) -> None:
    for files, fields, status, code, field in WRONG:
        reply = await http.post(JOBS, data=fields, files=files or {"": ("", b"")})
        told = problem(reply, status, code)
        if field is not None and files:
            assert [error["field"] for error in told["errors"]] == [field], told
    assert (await http.get(V1 + "/videos")).json()["total"] == 0
    assert (await http.get(V1 + "/jobs")).json()["total"] == 0
    assert {status for status, _ in await uploads(service)} <= {"aborted"}
    assert service.context.streams.count(UUID(int=0)) == 0


async def test_bodies_that_are_no_forms(http: httpx.AsyncClient) -> None:
    kind = {"Content-Type": "multipart/form-data; boundary=b"}
    for content in (b"", b"x", b"--b\r\n\r\n", b"--b\r\nContent-Disposition: form-data\r\n\r\nx",
                    b'--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\nx',
                    b"--b\r\n" + b"a" * 20_000):  # fmt: skip
        problem(await http.post(VIDEOS, content=content, headers=kind), 400, "malformed_form")
    problem(await http.post(VIDEOS, json={}), 415, "unsupported_media_type")
    kind = {"Content-Type": "multipart/form-data"}
    problem(await http.post(VIDEOS, content=b"x", headers=kind), 415, "unsupported_media_type")


async def test_a_client_that_leaves_in_the_middle(
    service: Service, http: httpx.AsyncClient, ada: Account
) -> None:
    _, writer = await asyncio.open_connection(*service.address)
    head = (
        f"POST {VIDEOS} HTTP/1.1\r\nHost: x\r\nX-API-Key: {ada.key}\r\nContent-Length: 19000000\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a.mp4"\r\n\r\n'
    )
    writer.write(head.encode() + content_of(PART_BYTES + 1000))
    await writer.drain()
    folder = f"uploads/{ada.user.id}/"

    async def stored_a_part() -> bool:
        return len(await service.context.storage.unfinished_uploads(folder)) == 1

    async def over() -> bool:
        return await uploads(service) == [("aborted", None)]

    await eventually(stored_a_part)
    writer.close()
    await eventually(over)
    assert await service.context.storage.unfinished_uploads(folder) == []
    assert await service.context.storage.list_keys(folder) == []
    assert service.context.streams.count(ada.user.id) == 0
    assert (await http.get(V1 + "/videos")).json()["total"] == 0
