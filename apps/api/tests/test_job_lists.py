from __future__ import annotations

from datetime import UTC, datetime, timedelta

import httpx

from vidmill_api.job_list_schemas import JobPage

from .running import V1, Json, post_job, problem, upload
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
