"""Videos over GraphQL: the gallery's for everybody, and one's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from vidmill.db import videos
from vidmill.users import Role
from vidmill.videos import VideoChanges

VIDEO = """query($id: ID!) { video(id: $id) {
  id ownerId title description tags category visibility views createdAt updatedAt durationSeconds
  width height playback { hlsUrl dashUrl posterUrl thumbnailUrl storyboardUrl }
  posterUrl thumbnailUrl
  filename sizeBytes contentType latestJobId latestJobStatus } }"""
LIST = """query($search: String, $visibility: Visibility, $category: String, $tag: String,
                $mine: Boolean, $owner: ID, $by: VideoOrder, $first: Int, $after: String) {
  videos(search: $search, visibility: $visibility, category: $category, tag: $tag, mine: $mine,
         ownerId: $owner, orderBy: $by, first: $first, after: $after) {
    totalCount pageInfo { hasNextPage endCursor } nodes { id title filename } } }"""
SECRET = ("filename", "sizeBytes", "contentType", "latestJobId", "latestJobStatus")


async def as_nobody(client: Any, query: str, **variables: Any) -> Any:
    reply = await client.http.post("/query", json={"query": query, "variables": variables})
    return reply.status_code, reply.json()


async def a_video(data: Any, owner: Any, **fields: Any) -> str:
    """A video of theirs with a published job."""
    job_id = await data.finished_job(owner)
    async with data.db.connection() as conn:
        row = await (
            await conn.execute("SELECT video_id FROM jobs WHERE id = %s", [job_id])
        ).fetchone()
    video_id: UUID = row[0]
    await videos.update_video(data.db, video_id, VideoChanges(fields), if_match=None)
    return str(video_id)


async def test_who_sees_what(client: Any, data: Any) -> None:
    ada, key = await data.user()
    _, bob = await data.user()
    _, root = await data.user(Role.ADMIN)
    by_title = {
        name: await a_video(data, ada, title=name, visibility=name)
        for name in ("private", "unlisted", "public")
    }

    async def titles(key: str | None, **variables: Any) -> set[str]:
        if key is None:
            status, answer = await as_nobody(client, LIST, **variables)
            assert status == 200, answer
            page = answer["data"]["videos"]
        else:
            page = (await client.data(LIST, key, **variables))["videos"]
        assert page["totalCount"] == len(page["nodes"])
        return {node["title"] for node in page["nodes"]}

    for who, by_id, listed in (
        (None, {"unlisted", "public"}, {"public"}),
        (bob, {"unlisted", "public"}, {"public"}),
        (key, set(by_title), set(by_title)),
        (root, set(by_title), set(by_title)),
    ):
        assert await titles(who) == listed
        assert await titles(who, visibility="PRIVATE") == listed & {"private"}
        assert await titles(who, owner=str(ada.id)) == listed
        assert await titles(who, owner="nobody's") == set()
        for title, video_id in by_title.items():
            if who is None:
                _, answer = await as_nobody(client, VIDEO, id=video_id)
                video = answer["data"]["video"]
            else:
                video = (await client.data(VIDEO, who, id=video_id))["video"]
            assert (video is not None) == (title in by_id), (who, title)
            if video is not None:
                assert (video["width"], video["height"], video["durationSeconds"]) == (
                    1440,
                    720,
                    10,
                )
                assert video["posterUrl"] == video["playback"]["posterUrl"]
                assert video["posterUrl"].endswith("/thumbnails/thumb_00.jpg")
                assert video["thumbnailUrl"] == video["playback"]["thumbnailUrl"]
                assert video["thumbnailUrl"].endswith("/thumbnails/poster_small.jpg")
                told = {name for name in SECRET if video[name] is not None}
                assert told == (set(SECRET) if who in {key, root} else set())
    assert await titles(key, mine=True) == set(by_title)
    assert await titles(bob, mine=True) == set()


async def test_nobody_gets_anything_else(client: Any, data: Any) -> None:
    ada, _ = await data.user()
    video = await a_video(data, ada, visibility="public")
    for query in (
        "{ me { id } }",
        "{ jobs { id } }",
        "{ jobsConnection { totalCount } }",
        "{ systemMetrics { totalJobs } }",
        "{ workers { id } }",
        "{ videos(mine: true) { totalCount } }",
        f'{{ video(id: "{video}") {{ title }} jobs {{ id }} }}',
    ):
        status, answer = await as_nobody(client, query)
        assert status == 401, query
        assert answer.get("data") is None
        assert answer["errors"][0]["extensions"]["code"] == "unauthenticated"


async def test_searches_sorts_and_pages(client: Any, data: Any) -> None:
    ada, _ = await data.user()
    for fields in (
        {"title": "Red cars in the rain", "tags": ["street"], "category": "Driving"},
        {"title": "Rain", "description": "Drops on a car window."},
        {"title": "a carpet"},
    ):
        await a_video(data, ada, visibility="public", **fields)

    async def titles(**variables: Any) -> list[str]:
        found: list[str] = []
        after = None
        while True:
            _, answer = await as_nobody(client, LIST, first=1, after=after, **variables)
            page = answer["data"]["videos"]
            found += [node["title"] for node in page["nodes"]]
            after = page["pageInfo"]["endCursor"]
            if not page["pageInfo"]["hasNextPage"]:
                return found

    red, rain, carpet = "Red cars in the rain", "Rain", "a carpet"
    assert await titles(search="car") == [carpet, red, rain]
    assert await titles(search="car", by="CREATED_AT_ASC") == [red, rain, carpet]
    assert await titles(by="TITLE_ASC") == [carpet, rain, red]
    assert await titles(tag="Street") == await titles(category="Driving") == [red]
    assert await titles(by="VIEWS_DESC") == await titles() == [carpet, rain, red]
    _, answer = await as_nobody(client, LIST, by="RELEVANCE")
    assert answer["errors"][0]["extensions"]["code"] == "search_missing"


@pytest.mark.parametrize("count", [2, 9])
async def test_a_page_is_read_at_once(
    client: Any, data: Any, statements: list[str], count: int
) -> None:
    ada, key = await data.user()
    for _ in range(count):
        await a_video(data, ada, visibility="public")
    statements.clear()
    nodes = (
        "nodes { durationSeconds width height posterUrl thumbnailUrl playback { hlsUrl } "
        "latestJobId latestJobStatus }"
    )
    page = (await client.data(f"{{ videos {{ totalCount {nodes} }} }}", key))["videos"]
    assert len(page["nodes"]) == page["totalCount"] == count
    # The account, the count and the page, what plays, and where the jobs stand.
    assert len(statements) == 5


async def test_where_there_is_no_small_still_the_poster_stands_in(client: Any, data: Any) -> None:
    ada, key = await data.user()
    video_id = await a_video(data, ada)
    async with data.db.connection() as conn:
        await conn.execute("DELETE FROM assets WHERE kind = 'small_poster'")
    video = (await client.data(VIDEO, key, id=video_id))["video"]
    query = "query($id: ID!) { job(id: $id) { playback { posterUrl thumbnailUrl } } }"
    job = (await client.data(query, key, id=video["latestJobId"]))["job"]
    for shown in (video, video["playback"], job["playback"]):
        assert shown["thumbnailUrl"] == shown["posterUrl"]
        assert shown["posterUrl"].endswith("/thumbnails/thumb_00.jpg")
