"""Videos described, hidden and deleted by their owners."""

from __future__ import annotations

import asyncio

import httpx

from vidmill.db import purges
from vidmill.ids import new_id

from .gallery import a_png, a_video, changed, path_of, played
from .running import V1, Json, Service, post_job, problem
from .worked import CONTENTS, Work


async def test_only_what_is_named_changes(http: httpx.AsyncClient) -> None:
    video = await a_video(http)
    assert (video["title"], video["visibility"], video["views"]) == ("clip", "private", 0)
    path = f"{V1}/videos/{video['id']}"
    changes: tuple[Json, ...] = (
        {"title": "  A   title "},
        {"description": "Line one\nline two"},
        {"tags": ["B", "a", "b"]},
        {"category": "Music"},
        {"visibility": "unlisted"},
        {"category": None, "tags": []},
        {},
    )
    for fields in changes:
        before = video
        video = (await http.patch(path, json=fields)).json()
        expected = fields | ({"title": "A   title"} if "title" in fields else {})
        expected |= {"tags": ["b", "a"]} if fields.get("tags") else {}
        assert video == before | expected | {"updated_at": video["updated_at"]}
        assert (video["updated_at"] == before["updated_at"]) == (not fields)
    assert (await http.get(path)).json() == video


MISFITS: tuple[Json, ...] = (
    {"title": ""},
    {"title": "   "},
    {"title": None},
    {"title": "x" * 201},
    {"title": "two\nlines"},
    {"title": "nul\0"},
    {"description": "x" * 5001},
    {"tags": ["a"] * 31},
    {"tags": [""]},
    {"tags": "a"},
    {"category": ""},
    {"visibility": "secret"},
    {"visibility": None},
    {"views": 1_000_000},
    {"owner_id": "x"},
)


async def test_what_does_not_fit_is_refused(http: httpx.AsyncClient) -> None:
    video = await a_video(http)
    path = f"{V1}/videos/{video['id']}"
    for fields in MISFITS:
        body = problem(await http.patch(path, json=fields), 422, "invalid_request")
        assert body["errors"][0]["field"].split(".")[0] in fields
    assert (await http.get(path)).json() == video


async def test_changes_can_insist_on_a_version(http: httpx.AsyncClient) -> None:
    video = await a_video(http)
    path = f"{V1}/videos/{video['id']}"
    tag = (await http.get(path)).headers["etag"]

    async def change(title: str, if_match: str) -> httpx.Response:
        return await http.patch(path, json={"title": title}, headers={"If-Match": if_match})

    replies = await asyncio.gather(*(change(f"{n}", tag) for n in range(8)))
    assert sorted(reply.status_code for reply in replies) == [200] + [412] * 7
    won = next(reply for reply in replies if reply.status_code == 200)
    problem(next(reply for reply in replies if reply is not won), 412, "video_changed")
    assert won.headers["etag"] == (await http.get(path)).headers["etag"] != tag
    assert (await change("again", f'"other", {won.headers["etag"]}')).status_code == 200
    assert (await change("any", "*")).status_code == 200
    problem(await change("weak", "W/" + tag), 412, "video_changed")


async def purge(service: Service) -> None:
    """What the reaper does, for all that is due."""
    storage = service.context.storage
    while True:
        async with service.context.db.transaction() as conn:
            prefix = await purges.lock_due_purge(conn)
            if prefix is None:
                return
            await storage.delete_prefix(prefix)
            await purges.withdraw_purge(conn, prefix)


async def test_nothing_of_a_deleted_video_is_left(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    kept = await played(http, work, title="kept", visibility="public")
    video = await played(http, work, title="gone", visibility="public")
    path = f"{V1}/videos/{video['id']}"
    failed = await post_job(http, video["id"])
    await work.fail(await work.begin(failed["id"]))
    picture = {"Content-Type": "image/png"}
    assert (await http.post(path + "/thumbnail", content=a_png(), headers=picture)).is_success
    public = path_of((await http.get(path + "/stream")).json()["hls_url"])
    job_id = (await http.get(path)).json()["own"]["latest_job_id"]
    ours = [job for job in (await http.get(V1 + "/jobs")).json()["items"]
            if job["video_id"] == video["id"]]  # fmt: skip
    assert job_id in {job["id"] for job in ours}
    playing = next(job for job in ours if job["status"] == "completed")
    private = path_of((await http.get(f"{V1}/jobs/{playing['id']}")).json()["playback"]["hls_url"])
    async with service.client() as nobody:
        for manifest in (public, private):
            assert (await nobody.get(manifest)).status_code == 200
        active = await post_job(http, video["id"])
        body = problem(await http.delete(path), 409, "video_busy")
        assert active["id"] in body["detail"]
        await http.post(f"{V1}/jobs/{active['id']}/cancel")
        assert (await http.delete(path)).status_code == 204
        for manifest in (public, private):
            for name in CONTENTS:
                lost = await nobody.get(manifest.replace("master.m3u8", name))
                problem(lost, 404, "not_found")
        for gone in (path, path + "/stream", *(f"{V1}/jobs/{job['id']}" for job in ours)):
            problem(await http.get(gone), 404, "not_found")
        problem(await http.delete(path), 404, "not_found")
        problem(await http.post(V1 + "/jobs", json={"video_id": video["id"]}), 404, "not_found")
        assert (await nobody.get(V1 + "/videos")).json()["total"] == 1
        async with service.context.db.connection() as conn:
            # Those of stopped jobs wait until no worker can be writing.
            await conn.execute("UPDATE purges SET not_before = now()")
        await purge(service)
        storage = service.context.storage
        assert len(await storage.list_keys(f"uploads/{video['owner_id']}/")) == 1  # of the other
        for job in ours:
            assert await storage.list_keys(f"processed/{job['id']}/") == []
        stream = (await nobody.get(f"{V1}/videos/{kept['id']}/stream")).json()
        assert (await nobody.get(path_of(stream["hls_url"]))).status_code == 200


async def test_a_source_that_is_not_ours_stays(service: Service, http: httpx.AsyncClient) -> None:
    """Of another bucket, or below another account's folder of our own."""
    for key in ("s3://archive/film.mp4", f"uploads/{new_id()}/{new_id()}/film.mp4"):
        video = await a_video(http)
        async with service.context.db.connection() as conn:
            query = "UPDATE videos SET object_key = %s WHERE id = %s"
            await conn.execute(query, [key, video["id"]])
        assert (await http.delete(f"{V1}/videos/{video['id']}")).status_code == 204
    async with service.context.db.connection() as conn:
        assert await (await conn.execute("SELECT prefix FROM purges")).fetchall() == []


async def test_a_job_posted_meanwhile_keeps_the_video(
    service: Service, http: httpx.AsyncClient
) -> None:
    """Whichever comes first: never a job without a video, nor an error of ours."""
    for number in range(6):
        video = await a_video(http, title=f"{number}")
        deleted, posted = await asyncio.gather(
            http.delete(f"{V1}/videos/{video['id']}"),
            http.post(V1 + "/jobs", json={"video_id": video["id"]}),
        )
        outcome = (deleted.status_code, posted.status_code)
        assert outcome in {(204, 404), (409, 202)}, (deleted.text, posted.text)
        if deleted.status_code == 409:
            await changed(http, video["id"], title="x")
