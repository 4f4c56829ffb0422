"""Watching: views are counted once, and what is private plays for nobody."""

from __future__ import annotations

import asyncio
import time

import httpx

from vidmill_api import media_access

from .gallery import a_video, changed, path_of, played
from .running import V1, Service, post_job, problem
from .worked import CONTENTS, Work

BROWSER = {"User-Agent": "Mozilla/5.0 Firefox/150.0"}


async def test_views_count_once_an_hour(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    path = f"{V1}/videos/{video['id']}"
    stream = path + "/stream"

    async def views() -> int:
        return (await http.get(path)).json()["views"]

    accounts = [await service.account() for _ in range(3)]
    async with service.client(headers=BROWSER) as nobody:
        # Twelve at once of each of four viewers.
        for replies in [
            await asyncio.gather(
                *(nobody.get(stream) for _ in range(12)),
                *(nobody.get(stream, headers=one.headers) for one in accounts for _ in range(12)),
            )
        ]:
            assert {reply.status_code for reply in replies} == {200}
        assert await views() == 4
        assert (await nobody.get(stream, headers={"User-Agent": "Chrome"})).json()["views"] == 5
        robots = (
            "Googlebot/2.1 (+http://www.google.com/bot.html)",
            "bingbot",
            "Slackbot-LinkExpanding",
        )
        for robot in robots:
            assert (await nobody.get(stream, headers={"User-Agent": robot})).status_code == 200
        assert (await nobody.head(stream)).status_code == 200
        await nobody.get(stream, headers={"User-Agent": "New", "Sec-Purpose": "prefetch"})
        for _ in range(3):
            await nobody.get(path, headers={"User-Agent": "Other"})
        assert await views() == 5
        before = (await http.get(path)).json()
        async with service.context.db.connection() as conn:
            await conn.execute("UPDATE video_views SET counted_at = now() - interval '61 minutes'")
        await asyncio.gather(*(nobody.get(stream) for _ in range(12)))
        after = (await http.get(path)).json()
        assert after == before | {"views": 6}  # and so is no change of the video
        async with service.context.db.connection() as conn:
            rows = await (await conn.execute("SELECT viewer FROM video_views")).fetchall()
    stored = b"".join(bytes(row[0]) for row in rows)
    assert len(stored) == 16 * 5
    assert all(one.user.id.bytes not in stored for one in accounts)


async def test_a_public_address_stays_and_ends_with_privacy(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    stream = f"{V1}/videos/{video['id']}/stream"
    async with service.client(headers=BROWSER) as nobody:
        told = (await nobody.get(stream)).json()
        assert told["expires_at"] is None
        assert told | {"views": 2} == (await http.get(stream)).json()
        assert told["hls_url"] == video["playback"]["hls_url"]
        manifest = path_of(told["hls_url"])
        names = [name for name in CONTENTS if not name.endswith((".m3u8", ".mpd"))]
        for name in CONTENTS:
            reply = await nobody.get(manifest.replace("master.m3u8", name))
            assert (reply.status_code, reply.content) == (200, CONTENTS[name][2])
            assert reply.headers["cache-control"] in {"public, max-age=2", "public, max-age=60"}
        for hidden in ("metadata.json", "edits/watermark.png"):
            key = f"processed/{video['own']['latest_job_id']}/{hidden}"
            await service.context.storage.put(key, b"{}", content_type="application/json")
            lost = await nobody.get(manifest.replace("master.m3u8", hidden))
            problem(lost, 404, "not_found")
        # Private at once, segments included.
        await changed(http, video["id"], visibility="private")
        for name in (*names, "master.m3u8"):
            ended = await nobody.get(manifest.replace("master.m3u8", name))
            assert "not public any more" in problem(ended, 404, "not_found")["detail"]
        problem(await nobody.get(stream), 404, "not_found")
        # The owner's own address is another one, and ends by itself.
        own = (await http.get(stream)).json()
        assert own["expires_at"] is not None
        assert (await nobody.get(path_of(own["hls_url"]))).status_code == 200
        # Public again is another address: what was given out before stays ended.
        await changed(http, video["id"], visibility="unlisted")
        again = (await nobody.get(stream)).json()
        assert again["hls_url"] not in {told["hls_url"], own["hls_url"]}
        assert (await nobody.get(path_of(again["hls_url"]))).status_code == 200
        assert (await nobody.get(manifest)).status_code == 404
        await changed(http, video["id"], visibility="public")
        assert (await nobody.get(path_of(again["hls_url"]))).status_code == 200


async def test_another_process_notices_within_seconds(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    manifest = path_of(video["playback"]["hls_url"])
    playing = service.context.playing
    late = time.monotonic() + media_access.KEPT_SECONDS
    async with service.client() as nobody:
        assert (await nobody.get(manifest)).status_code == 200
        async with service.context.db.connection() as conn:
            await conn.execute("UPDATE videos SET visibility = 'private'")
        playing.clock = lambda: late + 1
        assert (await nobody.get(manifest)).status_code == 404


async def test_the_newest_published_job_plays(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await a_video(http, visibility="public")
    path = f"{V1}/videos/{video['id']}"
    assert (video["playback"], video["duration_seconds"], video["width"]) == (None, None, None)
    problem(await http.get(path + "/stream"), 409, "not_playable")
    first, second = [await post_job(http, video["id"]) for _ in range(2)]
    problem(await http.get(path + "/stream"), 409, "not_playable")
    addresses: list[str] = []
    for job in (first, second):
        await work.publish(job["id"])
        shown = (await http.get(path)).json()
        assert (shown["width"], shown["height"]) == (640, 360)
        assert shown["duration_seconds"] == 10.01
        assert shown["playback"]["poster_url"].endswith("/thumbnails/thumb_25.jpg")
        assert shown["playback"]["dash_url"].endswith("/manifest.mpd")
        assert shown["playback"]["storyboard_url"].endswith("/thumbnails/storyboard.vtt")
        listed = (await http.get(V1 + "/videos")).json()["items"]
        assert listed == [shown]
        addresses.append(shown["playback"]["hls_url"])
    assert addresses[0] != addresses[1]
    assert (await http.delete(f"{V1}/jobs/{second['id']}")).status_code == 204
    assert (await http.get(path)).json()["playback"]["hls_url"] == addresses[0]
    async with service.client() as nobody:
        assert (await nobody.get(path_of(addresses[0]))).status_code == 200
