"""Parts that are sent through the API."""

from __future__ import annotations

import asyncio
import hashlib
from base64 import b64encode
from collections.abc import AsyncGenerator
from contextlib import ExitStack

import httpx
import pytest

from vidmill.errors import MissingObject
from vidmill.uploads import MIN_PART_BYTES
from vidmill_api.streams import STREAMS_A_USER

from .running import MIB, V1, Account, Json, Service, content_of, eventually, problem

UPLOADS = V1 + "/uploads"


@pytest.fixture
async def owner(small_parts: Service) -> Account:
    return await small_parts.account()


@pytest.fixture
async def multipart(small_parts: Service, owner: Account) -> AsyncGenerator[httpx.AsyncClient]:
    async with small_parts.client(owner) as client:
        yield client


async def begin(http: httpx.AsyncClient, size: int) -> Json:
    reply = await http.post(UPLOADS, json={"filename": "clip.mp4", "size": size})
    assert reply.status_code == 201, reply.text
    return reply.json()


def md5_of(content: bytes) -> dict[str, str]:
    digest = hashlib.md5(content, usedforsecurity=False).digest()
    return {"Content-MD5": b64encode(digest).decode()}


async def stored(http: httpx.AsyncClient, upload: Json) -> list[Json]:
    return (await http.get(f"{UPLOADS}/{upload['id']}")).json()["parts"]


async def test_a_large_file_in_parts(small_parts: Service, multipart: httpx.AsyncClient) -> None:
    content = content_of(MIN_PART_BYTES + 123)
    upload = await begin(multipart, len(content))
    tags: list[Json] = []
    for number in (2, 1):
        part = content[(number - 1) * MIN_PART_BYTES : number * MIN_PART_BYTES]
        reply = await multipart.put(
            f"{UPLOADS}/{upload['id']}/parts/{number}", content=part, headers=md5_of(part)
        )
        assert reply.status_code == 200, reply.text
        etag = f'"{hashlib.md5(part, usedforsecurity=False).hexdigest()}"'
        assert reply.json() == {"number": number, "size": len(part), "etag": etag}
        assert reply.headers["etag"] == etag
        tags.append({"number": number, "etag": etag})
    done = await multipart.post(f"{UPLOADS}/{upload['id']}/complete", json={"parts": tags})
    assert done.status_code == 200, done.text
    assert await small_parts.context.storage.read(upload["key"]) == content


async def test_a_small_file_is_one_part(service: Service, http: httpx.AsyncClient) -> None:
    content = content_of(5000)
    upload = await begin(http, 5000)
    url = f"{UPLOADS}/{upload['id']}/parts/1"
    assert (await http.put(url, content=content_of(5000, "other"))).status_code == 200
    again = await http.put(url, content=content, headers=md5_of(content))
    assert (again.status_code, again.json()["size"]) == (200, 5000)
    done = await http.post(f"{UPLOADS}/{upload['id']}/complete")
    assert done.json()["status"] == "completed"
    info = await service.context.storage.head(upload["key"])
    assert (info.etag, info.content_type) == (again.headers["etag"], "application/octet-stream")
    assert await service.context.storage.read(upload["key"]) == content
    problem(await http.put(url, content=content), 409, "upload_not_pending")


async def test_a_file_of_unknown_size(http: httpx.AsyncClient) -> None:
    link = (await http.get(V1 + "/upload-url")).json()
    url = f"{UPLOADS}/{link['upload_id']}/parts/1"

    async def chunks() -> AsyncGenerator[bytes]:
        yield b"abc"

    problem(await http.put(url, content=chunks()), 411, "length_required")
    problem(await http.put(url, content=b""), 422, "wrong_part_size")
    assert (await http.put(url, content=b"abc")).status_code == 200
    done = await http.post(f"{UPLOADS}/{link['upload_id']}/complete")
    assert done.json()["size"] == 3


async def test_what_is_wrong_is_not_kept(multipart: httpx.AsyncClient) -> None:
    content = content_of(2 * MIB)
    upload = await begin(multipart, len(content))
    url = f"{UPLOADS}/{upload['id']}/parts/1"

    async def chunked(content: bytes) -> AsyncGenerator[bytes]:
        for start in range(0, len(content), 100_000):
            yield content[start : start + 100_000]

    for wrong in (content[:-1], content + b"1", b""):
        problem(await multipart.put(url, content=wrong), 422, "wrong_part_size")
    for wrong in (content[:-1], content + b"1", content * 2):
        reply = await multipart.put(url, content=chunked(wrong))
        assert "2,097,152" in problem(reply, 422, "wrong_part_size")["detail"]
    reply = await multipart.put(url, content=content, headers=md5_of(b"other"))
    problem(reply, 422, "checksum_mismatch")
    for odd in ("", "abc", "!" * 24, b64encode(b"short").decode()):
        reply = await multipart.put(url, content=content, headers={"Content-MD5": odd})
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "Content-MD5"
    for number in (0, 2, 10**30):
        reply = await multipart.put(f"{UPLOADS}/{upload['id']}/parts/{number}", content=content)
        assert problem(reply, 422, "invalid_request")["errors"][0]["field"] == "number"
    assert await stored(multipart, upload) == []
    reply = await multipart.put(url, content=chunked(content), headers=md5_of(content))
    assert reply.status_code == 200, reply.text
    # A failed attempt leaves what is there.
    problem(
        await multipart.put(url, content=content_of(2 * MIB, "x"), headers=md5_of(content)),
        422, "checksum_mismatch",
    )  # fmt: skip
    assert [part["etag"] for part in await stored(multipart, upload)] == [reply.headers["etag"]]


@pytest.mark.parametrize("mode", ["single", "multipart"])
async def test_a_client_that_leaves_in_the_middle(
    small_parts: Service, multipart: httpx.AsyncClient, owner: Account, mode: str
) -> None:
    size = 900_000 if mode == "single" else 3 * MIB
    upload = await begin(multipart, size)
    assert upload["mode"] == mode
    _, writer = await asyncio.open_connection(*small_parts.address)
    head = f"PUT {UPLOADS}/{upload['id']}/parts/1 HTTP/1.1\r\nHost: x\r\nX-API-Key: {owner.key}\r\n"
    writer.write(f"{head}Content-Length: {size}\r\n\r\n".encode() + content_of(size - 1))
    await writer.drain()
    streams = small_parts.context.streams

    async def under_way() -> bool:
        return streams.count(owner.user.id) == 1

    async def over() -> bool:
        return streams.count(owner.user.id) == 0

    await eventually(under_way)
    writer.close()
    await eventually(over)
    assert await stored(multipart, upload) == []
    with pytest.raises(MissingObject):
        await small_parts.context.storage.head(upload["key"])


class LinkDown(Exception):
    """The sender's network failed."""


async def cut_off(part: bytes) -> AsyncGenerator[bytes]:
    yield part[: len(part) // 2]
    raise LinkDown


async def test_a_third_of_all_requests_fail(
    small_parts: Service, multipart: httpx.AsyncClient
) -> None:
    """Senders that break off, spoil bytes or lose some, and try again until all of it is there."""
    content = content_of(3 * MIN_PART_BYTES + 77)
    upload = await begin(multipart, len(content))
    faults = iter(["cut", "", "spoilt", "short", "", "", "cut", "", ""])
    failed = 0
    for number in (3, 1, 4, 2):
        part = content[(number - 1) * MIN_PART_BYTES : number * MIN_PART_BYTES]
        url, headers = f"{UPLOADS}/{upload['id']}/parts/{number}", md5_of(part)
        sized = {**headers, "Content-Length": str(len(part))}
        while (fault := next(faults)) != "":
            failed += 1
            if fault == "cut":
                with pytest.raises(LinkDown):
                    await multipart.put(url, content=cut_off(part), headers=sized)
                continue
            sent = part[:-1] if fault == "short" else b"x" + part[1:]
            problem(
                await multipart.put(url, content=sent, headers=headers),
                422, "wrong_part_size" if fault == "short" else "checksum_mismatch",
            )  # fmt: skip
        assert (await multipart.put(url, content=part, headers=headers)).status_code == 200
    assert failed == 4
    done = await multipart.post(f"{UPLOADS}/{upload['id']}/complete")
    assert done.status_code == 200, done.text
    assert await small_parts.context.storage.read(upload["key"]) == content


async def test_no_account_takes_every_place(
    small_parts: Service, multipart: httpx.AsyncClient, owner: Account
) -> None:
    upload = await begin(multipart, 100)
    url = f"{UPLOADS}/{upload['id']}/parts/1"
    with ExitStack() as places:
        for _ in range(STREAMS_A_USER):
            places.enter_context(small_parts.context.streams.place(owner.user.id))
        problem(await multipart.put(url, content=content_of(100)), 429, "too_many_streams")
    assert (await multipart.put(url, content=content_of(100))).status_code == 200


async def test_signature_of_a_part_binds_its_size(
    multipart: httpx.AsyncClient, s3: httpx.AsyncClient
) -> None:
    created = await begin(multipart, MIN_PART_BYTES + 100)
    signed = await multipart.post(f"{UPLOADS}/{created['id']}/parts", json={"numbers": [1, 2]})
    last = signed.json()["urls"][1]["url"]
    for wrong in (content_of(99), content_of(101), content_of(MIB)):
        assert (await s3.put(last, content=wrong)).status_code == 403
    assert (await multipart.get(f"{UPLOADS}/{created['id']}")).json()["parts"] == []
    assert (await s3.put(last, content=content_of(100))).status_code == 200
