"""The small stills that lists show: where they are told of, and what stands in for them."""

from __future__ import annotations

import httpx

from .gallery import path_of, played
from .running import V1, Json, Service, post_job
from .test_thumbnails import OWN, SMALL, make, send
from .worked import CONTENTS, Work

NAME = "thumbnails/poster_small.jpg"


async def told(http: httpx.AsyncClient, video_id: str) -> list[Json]:
    """The addresses that each answer has, of a video and of its newest job."""
    video = (await http.get(f"{V1}/videos/{video_id}")).json()
    stream = (await http.get(f"{V1}/videos/{video_id}/stream")).json()
    [listed] = (await http.get(V1 + "/videos", params={"owner": "me"})).json()["items"]
    job_id = video["own"]["latest_job_id"]
    job = (await http.get(f"{V1}/jobs/{job_id}")).json()
    [summary] = (await http.get(V1 + "/jobs")).json()["items"]
    return [video["playback"], stream, listed["playback"], job["playback"], summary]


async def without(service: Service, *kinds: str) -> None:
    """As jobs of which no such thing was made."""
    async with service.context.db.connection() as conn:
        await conn.execute("DELETE FROM assets WHERE kind = ANY(%s)", [list(kinds)])


async def test_lists_and_players_are_told_of_both_stills(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    async with service.client() as nobody:
        for answer in await told(http, video["id"]):
            assert answer["poster_url"].endswith("/thumbnails/thumb_25.jpg")
            assert answer["thumbnail_url"].endswith("/" + NAME)
            reply = await nobody.get(path_of(answer["thumbnail_url"]))
            assert (reply.status_code, reply.content) == (200, CONTENTS[NAME][2])


async def test_where_there_is_no_small_still_the_poster_stands_in(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work)
    await without(service, "small_poster")
    for answer in await told(http, video["id"]):
        assert answer["poster_url"].endswith("/thumbnails/thumb_25.jpg")
        assert path_of(answer["thumbnail_url"]) == path_of(answer["poster_url"])
    await without(service, "thumbnail")
    for answer in await told(http, video["id"]):
        assert (answer["poster_url"], answer["thumbnail_url"]) == (None, None)


async def test_a_job_on_its_way_has_neither(http: httpx.AsyncClient, video_id: str) -> None:
    await post_job(http, video_id)
    [summary] = (await http.get(V1 + "/jobs")).json()["items"]
    assert (summary["poster_url"], summary["thumbnail_url"]) == (None, None)


async def test_an_owner_s_own_still_has_a_small_one_with_the_same_rules(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    path = f"{V1}/videos/{video['id']}"
    plain = video["playback"]["hls_url"].removesuffix("master.m3u8")
    small = plain + "thumbnails/thumb_custom_small.jpg"
    async with service.client() as nobody, service.client(await service.account()) as other:
        await send(http, video)
        await make(service, work, video)
        public = (await http.get(path)).json()["playback"]
        assert public["thumbnail_url"].startswith(small + "?v=")
        assert public["thumbnail_url"].split("?")[1] == public["poster_url"].split("?")[1]
        for client in (nobody, other):
            reply = await client.get(path_of(public["thumbnail_url"]))
            assert (reply.content, reply.headers["content-type"]) == (SMALL, "image/jpeg")
            assert reply.headers["cache-control"] == "public, max-age=60"
            assert (await client.get(path_of(public["poster_url"]))).content == OWN
        # Private: the owner's token opens it, and nobody else is given one.
        await http.patch(path, json={"visibility": "private"})
        private = (await http.get(path)).json()["playback"]["thumbnail_url"]
        reply = await nobody.get(path_of(private))
        assert (reply.status_code, reply.content) == (200, SMALL)
        assert "immutable" in reply.headers["cache-control"]
        assert (await nobody.get(path_of(public["thumbnail_url"]))).status_code == 404
        assert (await other.get(path)).status_code == 404
        # Another job's token opens that job's files, and this is none of them.
        theirs = await played(other, work)
        base = theirs["playback"]["hls_url"].removesuffix("master.m3u8")
        reply = await other.get(path_of(base + "thumbnails/thumb_custom_small.jpg"))
        assert reply.status_code == 404
        # Taken back, it is gone with the large one.
        assert (await http.delete(path + "/thumbnail")).status_code == 204
        assert (await nobody.get(path_of(private))).status_code == 404
        restored = (await http.get(path)).json()["playback"]["thumbnail_url"]
        assert restored.endswith("/" + NAME)
