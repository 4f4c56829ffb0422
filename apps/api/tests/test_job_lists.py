from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx
import orjson

from vidmill.users import Role
from vidmill_api.job_list_schemas import JobPage

from .running import V1, Account, Json, Service, post_job, problem, upload
from .worked import Work

JOBS = V1 + "/jobs"


async def test_list_pages_through_everything_once(http: httpx.AsyncClient, video_id: str) -> None:
    posted = [(await post_job(http, video_id, priority=n % 3))["id"] for n in range(7)]
    for sort, key in (("-created_at", "created_at"), ("priority", "priority")):
        seen: list[Json] = []
        cursor: str | None = None
        while True:
            params = {"limit": "3", "sort": sort} | ({"cursor": cursor} if cursor else {})
            reply = await http.get(JOBS, params=params)
            page = reply.json()
            JobPage.model_validate(page)
            assert page["total"] == 7
            seen += page["items"]
            if (cursor := page["next_cursor"]) is None:
                break
        assert sorted(j["id"] for j in seen) == sorted(posted)
        values = [job[key] for job in seen]
        assert values == sorted(values, reverse=sort.startswith("-"))


async def test_list_filters(http: httpx.AsyncClient, work: Work) -> None:
    videos = [
        (await upload(http, filename=name))["video_id"] for name in ("100%_fun.mp4", "1000 fun.mp4")
    ]
    first = await post_job(http, videos[0], priority=1, preset="mobile")
    second = await post_job(http, videos[1], priority=9)
    await work.publish(second["id"])
    tomorrow = (datetime.now(UTC) + timedelta(days=1)).isoformat()

    async def found(**params: object) -> list[str]:
        reply = await http.get(JOBS, params={k: str(v) for k, v in params.items()})
        assert reply.status_code == 200, reply.text
        assert reply.json()["total"] == len(reply.json()["items"])
        return [item["id"] for item in reply.json()["items"]]

    assert await found() == [second["id"], first["id"]]
    assert await found(status="queued") == [first["id"]]
    assert await found(priority=9) == [second["id"]]
    assert await found(preset="mobile") == [first["id"]]
    assert await found(search="%_f") == [first["id"]], "wildcards are only letters"
    assert await found(search="FUN") == [second["id"], first["id"]]
    assert await found(created_from=second["created_at"]) == [second["id"]]
    assert await found(created_to=second["created_at"]) == [first["id"]]
    assert await found(created_from=tomorrow) == []
    assert await found(status="failed") == []
    [summary] = (await http.get(JOBS, params={"priority": "9"})).json()["items"]
    assert summary["duration_seconds"] == 10.01
    assert summary["poster_url"].endswith("thumb_25.jpg")


async def test_bad_queries_are_named(http: httpx.AsyncClient) -> None:
    for query, field in {
        "limit=0": "limit",
        "limit=501": "limit",
        "limit=x": "limit",
        "status=done": "status",
        "sort=id": "sort",
        "created_from=yesterday": "created_from",
        "created_from=2026-01-01T00:00:00": "created_from",
        "search=a%00b": "search",
        "unknown=1": "unknown",
    }.items():
        errors = problem(await http.get(f"{JOBS}?{query}"), 422, "invalid_request")["errors"]
        assert [error["field"] for error in errors] == [field]


async def test_cursors_of_elsewhere(http: httpx.AsyncClient, video_id: str) -> None:
    for _ in range(2):
        await post_job(http, video_id)
    page = (await http.get(JOBS, params={"limit": "1"})).json()
    params = {"cursor": page["next_cursor"], "sort": "priority"}
    problem(await http.get(JOBS, params=params), 422, "invalid_cursor")
    # {"0": 1}, [[…],5,5], [[…],true,"…"], 5, not base64, not ASCII
    for cursor in ("eyIwIjogMX0", "W1siY3JlYXRlZF9hdCIsImlkIl0sNSw1XQ", "NQ", "%%%", "é"):
        problem(await http.get(JOBS, params={"cursor": cursor}), 422, "invalid_cursor")


async def test_several_statuses_and_videos(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    ids = [(await post_job(http, video_id))["id"] for _ in range(3)]
    await work.publish(ids[0])
    await http.post(f"{JOBS}/{ids[1]}/cancel")

    async def found(**params: str) -> set[str]:
        page = (await http.get(JOBS, params=params)).json()
        assert (page["total"], page["total_is_exact"]) == (len(page["items"]), True)
        return {item["id"] for item in page["items"]}

    assert await found(status="completed,cancelled") == set(ids[:2])
    assert await found(status="queued,queued") == {ids[2]}
    assert await found(video_id=video_id) == set(ids)
    assert await found(video_id=ids[0]) == set()
    for bad in ("", "done", "queued,", ",queued", "queued;failed"):
        problem(await http.get(JOBS, params={"status": bad}), 422, "invalid_request")


async def test_metadata_are_searched_by_what_they_contain(
    http: httpx.AsyncClient, service: Service, video_id: str
) -> None:
    wedding = {"project": "wedding", "tags": ["a", "b"], "camera": {"make": "X", "iso": 100}}
    first = (await post_job(http, video_id, metadata=wedding))["id"]
    second = (await post_job(http, video_id, metadata={"project": "match", "tags": ["b"]}))["id"]
    async with service.client(await service.account()) as other:
        theirs = await post_job(other, (await upload(other))["video_id"], metadata=wedding)

    async def found(value: object, client: httpx.AsyncClient = http) -> list[str]:
        params = {"metadata": orjson.dumps(value).decode()}
        page = (await client.get(JOBS, params=params)).json()
        assert page["total"] == len(page["items"])
        return [item["id"] for item in page["items"]]

    assert await found({"project": "wedding"}) == [first]
    assert await found({"tags": ["b"]}) == [second, first]
    assert await found({"tags": ["b", "a"]}) == [first]
    assert await found({"camera": {"iso": 100}}) == [first]
    assert await found({"camera": {"iso": 200}}) == []
    # Nothing in these is in the index of metadata, which otherwise also says whose a job is.
    assert await found({"camera": {}}) == [first]
    assert await found({"tags": []}) == [second, first]
    assert await found({}) == [second, first]
    async with service.client(await service.account(Role.ADMIN)) as admin:
        assert await found({"project": "wedding"}, admin) == [theirs["id"], first]
    for bad in ("", "[]", "1", "{", '{"a": "\\u0000"}'):
        problem(await http.get(JOBS, params={"metadata": bad}), 422, "invalid_request")


async def test_large_lists_say_at_least_how_many_they_have(
    http: httpx.AsyncClient, service: Service, ada: Account, video_id: str
) -> None:
    async with service.context.db.connection() as conn:
        await conn.execute(
            "INSERT INTO jobs (id, owner_id, video_id, preset, spec, filename, metadata)"
            " SELECT gen_random_uuid(), %s, %s, 'web', '{}', 'many.mp4', '{\"n\": 1}'"
            " FROM generate_series(1, 1003)",
            [ada.user.id, video_id],
        )
    whole = (await http.get(JOBS, params={"limit": "1"})).json()
    assert (whole["total"], whole["total_is_exact"]) == (1003, True)
    for narrowed in ({"search": "MANY"}, {"preset": "web"}, {"metadata": '{"n": 1}'}):
        seen: set[str] = set()
        params: dict[str, str] = {"limit": "400", **narrowed}
        while True:
            page = (await http.get(JOBS, params=params)).json()
            assert (page["total"], page["total_is_exact"]) == (1000, False)
            seen |= {item["id"] for item in page["items"]}
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert len(seen) == 1003
    good = (await http.get(JOBS, params={"limit": "1", "preset": "web"})).json()["next_cursor"]
    for bad in (good + "x", good.replace(".", ".-"), good[5:], "."):
        params = {"preset": "web", "cursor": bad}
        problem(await http.get(JOBS, params=params), 422, "invalid_cursor")


async def test_jobs_that_ended_and_those_under_way_are_sorted_by_their_last_change(
    http: httpx.AsyncClient, video_id: str, work: Work
) -> None:
    ids = [(await post_job(http, video_id))["id"] for _ in range(5)]
    await work.publish(ids[0])
    await http.post(f"{JOBS}/{ids[3]}/cancel")
    await http.patch(f"{JOBS}/{ids[1]}", json={"priority": 7})
    changed = [ids[1], ids[3], ids[0], ids[4], ids[2]]
    for sort, wanted in (("-updated_at", changed), ("updated_at", changed[::-1])):
        seen: list[str] = []
        params = {"limit": "2", "sort": sort}
        while True:
            page = (await http.get(JOBS, params=params)).json()
            seen += [item["id"] for item in page["items"]]
            if page["next_cursor"] is None:
                break
            params["cursor"] = page["next_cursor"]
        assert seen == wanted
