from __future__ import annotations

import time
from uuid import UUID

import httpx
import pytest

from vidmill.ids import new_id
from vidmill.jobs import job_prefix

from .running import Service, post_job, problem
from .worked import CONTENTS, Work

MP4 = "360p/video_360p.mp4"
CONTENT = CONTENTS[MP4][2]


@pytest.fixture
async def base(service: Service, http: httpx.AsyncClient, video_id: str, work: Work) -> str:
    """Where the outputs of a published job of Ada's are played from."""
    job_id = (await post_job(http, video_id))["id"]
    await work.publish(job_id)
    hls_url = (await http.get(f"/api/v1/jobs/{job_id}")).json()["playback"]["hls_url"]
    path = hls_url.removeprefix(service.context.settings.api_public_url)
    return path.removesuffix("master.m3u8")


async def test_files_with_their_types(service: Service, base: str) -> None:
    async with service.client(headers={"Origin": "https://elsewhere.example"}) as player:
        for name, (content_type, _, content) in CONTENTS.items():
            reply = await player.get(base + name)
            assert reply.status_code == 200
            assert reply.content == content
            # Text is told with its charset.
            assert reply.headers["content-type"].removesuffix("; charset=utf-8") == content_type
            assert reply.headers["content-length"] == str(len(content))
            assert reply.headers["access-control-allow-origin"] == "*"
            assert reply.headers["x-content-type-options"] == "nosniff"
            lasting = not name.endswith((".m3u8", ".mpd"))
            assert ("immutable" in reply.headers["cache-control"]) == lasting


RANGES = {
    "bytes=0-99": (0, 100),
    "bytes=100-": (100, len(CONTENT)),
    "bytes=-10": (len(CONTENT) - 10, len(CONTENT)),
    "bytes=10000-99999": (10_000, len(CONTENT)),
}


async def test_ranges(service: Service, base: str) -> None:
    async with service.client() as player:
        for wanted, (start, end) in RANGES.items():
            reply = await player.get(base + MP4, headers={"Range": wanted})
            assert (reply.status_code, reply.content) == (206, CONTENT[start:end]), wanted
            described = f"bytes {start}-{end - 1}/{len(CONTENT)}"
            assert reply.headers["content-range"] == described
            assert reply.headers["content-length"] == str(end - start)
        for ignored in ("bytes=0-1,5-6", "lines=1-2", "bytes=b-a"):
            reply = await player.get(base + MP4, headers={"Range": ignored})
            assert (reply.status_code, reply.content) == (200, CONTENT), ignored
        beyond = await player.get(base + MP4, headers={"Range": "bytes=20000-"})
        problem(beyond, 416, "range_not_satisfiable")
        assert beyond.headers["content-range"] == f"bytes */{len(CONTENT)}"
        assert beyond.headers["access-control-allow-origin"] == "*"


async def test_versions(service: Service, base: str) -> None:
    async with service.client() as player:
        tag = (await player.get(base + MP4)).headers["etag"]
        for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
            reply = await player.get(base + MP4, headers={"If-None-Match": known})
            assert (reply.status_code, reply.content) == (304, b""), known
            assert reply.headers["etag"] == tag
        reply = await player.get(base + MP4, headers={"If-None-Match": '"other"'})
        assert reply.status_code == 200
        same = {"Range": "bytes=0-9", "If-Range": tag}
        assert (await player.get(base + MP4, headers=same)).content == CONTENT[:10]
        changed = {"Range": "bytes=0-9", "If-Range": '"other"'}
        reply = await player.get(base + MP4, headers=changed)
        assert (reply.status_code, reply.content) == (200, CONTENT)


async def test_head(service: Service, base: str) -> None:
    async with service.client() as player:
        reply = await player.head(base + MP4)
        assert (reply.status_code, reply.content) == (200, b"")
        assert reply.headers["content-length"] == str(len(CONTENT))
        assert reply.headers["accept-ranges"] == "bytes"
        assert (await player.head(base + "none.mp4")).status_code == 404


async def test_preflight_is_for_everybody(service: Service, base: str) -> None:
    async with service.client() as player:
        reply = await player.options(
            base + "master.m3u8",
            headers={
                "Origin": "https://elsewhere.example",
                "Access-Control-Request-Method": "GET",
                "Access-Control-Request-Headers": "range",
            },
        )
        assert reply.status_code == 204
        assert reply.headers["access-control-allow-origin"] == "*"
        assert "Range" in reply.headers["access-control-allow-headers"]


async def test_only_the_job_of_the_token(
    service: Service, http: httpx.AsyncClient, base: str
) -> None:
    await service.context.storage.put("processed/secret.txt", b"x", content_type="text/plain")
    token = base.split("/")[2]
    signer = service.context.signer
    other = signer.playback(new_id(), expires=0)
    expired = signer.playback(UUID(int=1), expires=int(time.time()) - 1)
    forged = token[:-2] + ("AA" if token[-2:] != "AA" else "BB")
    for path in (
        f"/media/{other}/master.m3u8",
        f"/media/{expired}/master.m3u8",
        f"/media/{forged}/master.m3u8",
        "/media/x/master.m3u8",
        "/media/%C3%A9/master.m3u8",
        base + "none.m4s",
        base + "%2e%2e/secret.txt",
        base + "a/%2e%2e/master.m3u8",
        base + "a//master.m3u8",
        base + "master.m3u8%00",
        base + "thumbnails/",
        base,
    ):
        reply = await http.get(path)
        problem(reply, 404, "not_found")
    late = await http.get(f"/media/{expired}/master.m3u8")
    assert "expired" in late.json()["detail"]
    assert late.headers["access-control-allow-origin"] == "*"


async def test_outputs_under_way_are_there(
    service: Service, http: httpx.AsyncClient, video_id: str
) -> None:
    job_id = UUID((await post_job(http, video_id))["id"])
    key = job_prefix(job_id) + "720p/segment_000.m4s"
    await service.context.storage.put(key, b"moof", content_type="video/iso.segment")
    token = service.context.signer.playback(job_id, expires=0)
    reply = await http.get(f"/media/{token}/720p/segment_000.m4s")
    assert (reply.content, reply.headers["content-type"]) == (b"moof", "video/iso.segment")
