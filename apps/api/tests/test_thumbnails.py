"""Pictures that people send for their videos: taken, refused, replaced, taken back. What workers
make of them is tried with workers."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from vidmill.db.task_reads import fetch_tasks
from vidmill.db.thumbnails import awaited_thumbnails, refuse_thumbnail, store_thumbnail
from vidmill.tasks import TaskKind
from vidmill.thumbnails import small_thumbnail_key, thumbnail_folder, thumbnail_key

from .gallery import a_png, a_video, path_of, played
from .running import MIB, V1, Json, Service, post_job, problem
from .worked import Work

PNG = {"Content-Type": "image/png"}
JPEG = b"\xff\xd8\xff\xc0\0\x11\x08\0\x10\0\x10" + bytes(20)
OWN, SMALL = b"\xff\xd8 own", b"\xff\xd8 sm"
WEBP = b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\0\0\0" + bytes(9)


async def send(http: httpx.AsyncClient, video: Json, picture: bytes | None = None) -> Json:
    path = f"{V1}/videos/{video['id']}/thumbnail"
    reply = await http.post(path, content=picture or a_png(), headers=PNG)
    assert reply.status_code == 202, reply.text
    return reply.json()


async def thumbnail_task(service: Service, video: Json) -> Any:
    tasks = await fetch_tasks(service.context.db, [UUID(video["own"]["latest_job_id"])])
    return next((task for task in tasks if task.kind == TaskKind.THUMBNAIL), None)


async def make(service: Service, work: Work, video: Json) -> str:
    """What a worker does with the picture."""
    context, task = service.context, await thumbnail_task(service, video)
    lease, source = await work.claim(task.id), task.params["source"]
    key = thumbnail_key(UUID(video["id"]), source)
    for one, content in ((key, OWN), (small_thumbnail_key(key), SMALL)):
        await context.storage.put(one, content, content_type="image/jpeg")
    await store_thumbnail(context.db, lease, UUID(video["id"]), source, key, cpu_seconds=0.1)
    return key


async def test_a_picture_becomes_the_poster_of_every_job(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    video = await played(http, work, visibility="public")
    path = f"{V1}/videos/{video['id']}"
    still = video["playback"]["poster_url"]
    sent = await send(http, video)
    assert sent["own"]["thumbnail"] == {"status": "pending", "detail": None}
    assert sent["playback"]["poster_url"] == still
    first = await make(service, work, video)
    made = (await http.get(path)).json()
    assert made["own"]["thumbnail"] == {"status": "ready", "detail": None}
    poster = made["playback"]["poster_url"]
    assert "/thumbnails/thumb_custom.jpg?v=" in poster
    async with service.client() as nobody:
        reply = await nobody.get(path_of(poster))
        assert (reply.content, reply.headers["content-type"]) == (OWN, "image/jpeg")
        # It survives new jobs, and the loss of the one it was made with.
        await work.publish((await post_job(http, video["id"]))["id"])
        await http.delete(f"{V1}/jobs/{video['own']['latest_job_id']}")
        newer = (await http.get(path)).json()
        assert newer["playback"]["poster_url"] != poster
        assert (await nobody.get(path_of(newer["playback"]["poster_url"]))).status_code == 200
        # Another one is at another address; a private one is opened by the owner's token alone.
        await send(http, newer)
        second = await make(service, work, newer)
        await http.patch(path, json={"visibility": "private"})
        own = (await http.get(path)).json()["playback"]["poster_url"]
        assert (await nobody.get(path_of(own))).status_code == 200
        assert (await nobody.get(path_of(newer["playback"]["poster_url"]))).status_code == 404
        assert (await http.delete(path + "/thumbnail")).status_code == 204
        assert (await nobody.get(path_of(own))).status_code == 404
    restored = (await http.get(path)).json()
    assert restored["own"]["thumbnail"] is None
    assert restored["playback"]["poster_url"].endswith("/thumbnails/thumb_25.jpg")
    assert (await http.delete(path + "/thumbnail")).status_code == 204
    async with service.context.db.connection() as conn:
        rows = await (await conn.execute("SELECT prefix FROM purges")).fetchall()
    unwanted = {row[0] for row in rows}
    assert {thumbnail_folder(first), thumbnail_folder(second)} <= unwanted
    assert len([key for key in unwanted if key.startswith("uploads/")]) == 2


async def test_a_picture_may_come_before_any_job(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    db = service.context.db
    video = await a_video(http)
    assert (await send(http, video))["own"]["thumbnail"]["status"] == "pending"
    assert await awaited_thumbnails(db, max_attempts=2) == []
    await work.publish((await post_job(http, video["id"]))["id"])
    [task] = await awaited_thumbnails(db, max_attempts=2)
    assert await awaited_thumbnails(db, max_attempts=2) == []
    video = (await http.get(f"{V1}/videos/{video['id']}")).json()
    assert (await thumbnail_task(service, video)).id == task.id
    # Another picture meanwhile: what the worker makes of the first is not wanted any more.
    lease = await work.claim(task.id)
    old = (await thumbnail_task(service, video)).params["source"]
    await send(http, video)
    made = thumbnail_key(UUID(video["id"]), old)
    await store_thumbnail(db, lease, UUID(video["id"]), old, made, cpu_seconds=0)
    video = (await http.get(f"{V1}/videos/{video['id']}")).json()
    assert video["own"]["thumbnail"]["status"] == "pending"
    assert "custom" not in video["playback"]["poster_url"]


async def test_what_is_wrong_with_a_picture_is_told(
    service: Service, http: httpx.AsyncClient, work: Work
) -> None:
    db, video = service.context.db, await played(http, work)
    await send(http, video)
    task = await thumbnail_task(service, video)
    why = "The picture is damaged and cannot be read. Export it again, then upload it."
    await refuse_thumbnail(
        db, await work.claim(task.id), UUID(video["id"]), task.params["source"], why, cpu_seconds=0
    )
    video = (await http.get(f"{V1}/videos/{video['id']}")).json()
    assert video["own"]["thumbnail"] == {"status": "failed", "detail": why}
    assert video["playback"]["poster_url"].endswith("thumb_25.jpg")
    # A worker that cannot, however often: it is given up, and the job stays as it is.
    await send(http, video)
    await work.fail(await work.claim((await thumbnail_task(service, video)).id))
    assert await awaited_thumbnails(db, max_attempts=2) == []
    video = (await http.get(f"{V1}/videos/{video['id']}")).json()
    assert video["own"]["thumbnail"]["status"] == "failed"
    assert video["own"]["thumbnail"]["detail"].endswith("Send the picture again.")
    job = (await http.get(f"{V1}/jobs/{video['own']['latest_job_id']}")).json()
    assert (job["status"], job["error"]) == ("completed", None)


async def test_bodies_and_forms(http: httpx.AsyncClient) -> None:
    video = await a_video(http)
    path = f"{V1}/videos/{video['id']}/thumbnail"
    for kind, picture in (("png", a_png()), ("jpeg", JPEG), ("webp", WEBP)):
        headers = {"Content-Type": f"image/{kind}"}
        assert (await http.post(path, content=picture, headers=headers)).status_code == 202, kind
    form = {"file": ("any name.png", a_png(), "image/png")}
    assert (await http.post(path, files=form, data={"title": "x"})).status_code == 202
    gif = {"Content-Type": "image/gif"}
    lost = {"Content-Type": "multipart/form-data"}
    unknown = {"Content-Type": "multipart/form-data; boundary=y"}
    wrong: list[tuple[Json, int, str]] = [
        ({"content": a_png(), "headers": gif}, 415, "unsupported_media_type"),
        ({"json": {}}, 415, "unsupported_media_type"),
        ({"data": {"file": "text"}}, 415, "unsupported_media_type"),
        ({"files": {"a": b"x", "b": b"y"}}, 400, "malformed_json"),
        ({"content": b"--x", "headers": lost}, 400, "malformed_json"),
        ({"content": b"--x", "headers": unknown}, 400, "malformed_json"),
        ({"content": bytes(5 * MIB + 1), "headers": PNG}, 413, "body_too_large"),
        ({"files": {"file": bytes(5 * MIB + 1)}}, 413, "body_too_large"),
    ]
    for options, status, code in wrong:
        problem(await http.post(path, **options), status, code)


LIARS = (
    b"",
    b"GIF89a\x01\0\x01\0\0\0\0;",
    b"<svg xmlns='http://www.w3.org/2000/svg'/>",
    b"#EXTM3U\nfile:///etc/passwd\n",
    a_png()[:20],
    a_png(50_000, 50_000),
    a_png(0, 10),
    a_png(2**32 - 1, 2**32 - 1),
    JPEG[:8],
    WEBP[:12] + b"EXIF" + WEBP[16:],
)


async def test_what_lies_or_bursts_is_refused_at_once(http: httpx.AsyncClient) -> None:
    video = await a_video(http)
    path = f"{V1}/videos/{video['id']}"
    for picture in LIARS:
        reply = await http.post(path + "/thumbnail", content=picture, headers=PNG)
        problem(reply, 422, "invalid_image")
    assert (await http.get(path)).json()["own"]["thumbnail"] is None
