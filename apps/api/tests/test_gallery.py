"""The gallery: who finds which videos, and what searches find."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from vidmill.users import Role

from .gallery import a_video, changed, played, titles
from .running import V1, Account, Json, Service, problem
from .worked import Work

VISIBILITIES = ("private", "unlisted", "public")


async def test_who_sees_what(
    service: Service, http: httpx.AsyncClient, ada: Account, work: Work
) -> None:
    videos = [await played(http, work, title=v, visibility=v) for v in VISIBILITIES]
    bob, root = await service.account(), await service.account(Role.ADMIN)
    async with service.client() as nobody, service.client(bob) as his, service.client(root) as all_:
        for client, by_id, listed, own in (
            (nobody, {"unlisted", "public"}, {"public"}, False),
            (his, {"unlisted", "public"}, {"public"}, False),
            (http, set(VISIBILITIES), set(VISIBILITIES), True),
            (all_, set(VISIBILITIES), set(VISIBILITIES), True),
        ):
            for video in videos:
                for path in ("", "/stream"):
                    reply = await client.get(f"{V1}/videos/{video['id']}{path}")
                    if video["title"] not in by_id:
                        problem(reply, 404, "not_found")
                        continue
                    assert reply.status_code == 200
                    assert ada.user.email not in reply.text
                    if not path:
                        assert (reply.json()["own"] is not None) == own
                    if not own:
                        for secret in ("uploads/", "clip.mp4", "size_bytes", "latest_job_id"):
                            assert secret not in reply.text
            assert set(await titles(client)) == listed
            assert await titles(client, visibility="public") == ["public"]
            assert set(await titles(client, visibility="private")) <= listed - {"public"}
            assert set(await titles(client, owner=str(ada.user.id))) == listed
        mine = await a_video(his, title="his")
        assert set(await titles(his)) == {"his", "public"}
        assert await titles(his, owner="me") == ["his"]
        assert set(await titles(http, owner="me")) == set(VISIBILITIES)
        problem(await nobody.get(V1 + "/videos?owner=me"), 401, "unauthenticated")
        wrong = {"X-API-Key": "vm_wrong"}
        problem(await nobody.get(V1 + "/videos", headers=wrong), 401, "unauthenticated")
        for video in (*videos, mine):
            path = f"{V1}/videos/{video['id']}"
            problem(await nobody.patch(path, json={"title": "x"}), 401, "unauthenticated")
            other = http if video is mine else his
            problem(await other.patch(path, json={"title": "x"}), 404, "not_found")
            problem(await other.delete(path), 404, "not_found")
            problem(await other.post(path + "/thumbnail"), 404, "not_found")


SHELF: tuple[Json, ...] = (
    {"title": "Red cars in the rain", "tags": ["rain", "street"], "category": "Driving"},
    {"title": "Rain", "description": "Two minutes of drops on a café window, with thunder."},
    {"title": "A carpet is woven", "tags": ["craft"], "category": "Craft"},
    {"title": "Ein Gewitter über Köln", "description": "The rain comes later.", "tags": ["rain"]},
    {"title": "Cooking with Zoë", "description": "Red cabbage; see file:///etc/x?a=b."},
)

#: What "rain" finds, the best first.
RAINY = (0, 1, 3)


@pytest.fixture
async def shelf(http: httpx.AsyncClient) -> None:
    for video in SHELF:
        await a_video(http, visibility="public", **video)


async def test_searches_find_what_people_mean(
    service: Service, http: httpx.AsyncClient, shelf: None
) -> None:
    async with service.client() as nobody:
        # Titles first, then tags and categories, then descriptions; of equals the newest.
        ranked = [SHELF[n]["title"] for n in RAINY]
        assert await titles(nobody, search="rain") == ranked
        wanted: list[tuple[str, set[int]]] = [
            ("CARS", {0}),
            ("car", {0, 2}),
            ("red car", {0}),
            ("-rain car", {2}),
            ("cars -rain", set()),
            ('"red cars"', {0}),
            ('"cars red"', set()),
            ('"car"', set()),
            ("carpet or thunder", {1, 2}),
            ("koln", {3}),
            ("KÖLN", {3}),
            ("cafe", {1}),
            ("zoe", {4}),
            ("craft", {2}),
            ("driving", {0}),
            ("z", {4}),
            ("etc", {4}),
        ]
        for search, found in wanted:
            expected = {SHELF[n]["title"] for n in found}
            assert set(await titles(nobody, search=search)) == expected, search
        assert await titles(nobody, category="Craft") == ["A carpet is woven"]
        assert set(await titles(nobody, tag="Rain")) == {SHELF[0]["title"], SHELF[3]["title"]}
        assert await titles(nobody, tag="rain", search="red") == [SHELF[0]["title"]]
        assert await titles(nobody, search="clip.mp4") == []


SEARCHES = (
    "'", "''", "'; DROP TABLE videos; --", "%", "_", "\\", "a:*", "a & | b", "!", "!!a",
    "(((", "<->", '"', '"a', "-", "--a", "- -", "or or or", "a or", "-or", "a <2> b", "*",
    "$1", "%s", "%(search)s", "{}", "it's", "o'neil'", "\t\n", "🎬", "ａｂｃ", "x" * 200,
    "-a -b", "'a':*", "a\\'b", "http://e.x/?q='a'&b", "-\"a b\"", "a -'b'", "١٢٣",
)  # fmt: skip


async def test_searches_are_only_text(service: Service, http: httpx.AsyncClient) -> None:
    await a_video(http, visibility="public", title="The only one", category=None)
    async with service.client() as nobody:
        for search in SEARCHES:
            assert set(await titles(nobody, search=search)) <= {"The only one"}, search
            if search.strip():
                for other in ({"tag": search[:50]}, {"category": search[:50]}):
                    assert await titles(nobody, **other) == [], search
    assert await titles(http) == ["The only one"]


async def test_pages_in_every_order(service: Service, http: httpx.AsyncClient, shelf: None) -> None:
    oldest = [video["title"] for video in SHELF]
    async with service.client() as nobody:
        for sort, query, expected in (
            ("created_at", {}, oldest),
            ("-created_at", {}, oldest[::-1]),
            ("title", {}, [oldest[n] for n in (2, 4, 3, 1, 0)]),
            ("-views", {}, oldest[::-1]),
            ("relevance", {"search": "rain"}, [oldest[n] for n in RAINY]),
        ):
            seen: list[str] = []
            page: dict[str, Any] = {"sort": sort, "limit": 2, **query}
            while True:
                reply = (await nobody.get(V1 + "/videos", params=page)).json()
                assert reply["total"] == len(expected)
                seen += [one["title"] for one in reply["items"]]
                if reply["next_cursor"] is None:
                    break
                page["cursor"] = reply["next_cursor"]
            assert seen == expected, sort
            other = "title" if sort != "title" else "created_at"
            wrong = {"sort": other, "cursor": page["cursor"]}
            problem(await nobody.get(V1 + "/videos", params=wrong), 422, "invalid_cursor")
        problem(await nobody.get(V1 + "/videos?sort=relevance"), 422, "search_missing")
        problem(await nobody.get(V1 + "/videos?sort=views"), 422, "invalid_request")


async def test_what_is_private_leaves_every_list(service: Service, http: httpx.AsyncClient) -> None:
    video = await a_video(http, title="Now you see it", visibility="public", tags=["Now", "now"])
    assert video["tags"] == ["now"]
    async with service.client() as nobody:
        for visibility, listed in (("public", 1), ("unlisted", 0), ("public", 1), ("private", 0)):
            await changed(http, video["id"], visibility=visibility)
            for query in ({}, {"search": "see"}, {"tag": "now"}, {"sort": "-views"}):
                assert len(await titles(nobody, **query)) == listed
