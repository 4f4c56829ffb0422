"""Every documented answer, made by a real request, is what its model says: no more, no less. An
operation that is new and not asked for here fails the test."""

from __future__ import annotations

import httpx
from starlette.routing import Route

from vidmill.db.workers import register_worker
from vidmill.users import Role
from vidmill_api.app import API_ROUTES, ROUTES
from vidmill_api.openapi_words import EVENT_STREAM
from vidmill_api.operation import Operation, operation_of

from .gallery import a_png
from .running import MIB, PASSWORD, V1, Account, Json, Service, content_of, post_job, upload
from .worked import Work


def answering_json() -> dict[str, Operation]:
    """Operations with a model, by name of their route."""
    found = {route.name: operation_of(route.endpoint) for route in API_ROUTES}
    return {name: one for name, one in found.items() if one is not None and one.response}


async def outcomes(
    http: httpx.AsyncClient, ada: Account, root: Account, work: Work
) -> dict[str, list[bytes]]:
    """What the API answers to a user who does everything once, and an administrator who does what
    is theirs, by name of the route."""
    seen: dict[str, list[bytes]] = {}

    async def ask(
        method: str, path: str, body: Json | None = None, content: bytes | None = None,
        files: Json | None = None,
    ) -> Json:  # fmt: skip
        headers = root.headers if path.startswith(("/admin/", "/workers/")) else {}
        kind = {"Content-Type": "image/png"} if content else {}
        reply = await http.request(
            method, V1 + path, json=body, content=content, headers=headers | kind, files=files
        )
        route = route_of(method, V1 + path)
        declared = operation_of(route.endpoint)
        assert declared is not None
        assert reply.status_code in {declared.status, *declared.also}, reply.text
        seen.setdefault(route.name, []).append(reply.content)
        return reply.json()

    address = {"email": "grace@example.com"}
    invite = await ask("POST", "/admin/invites", address)
    secrets = {"password": PASSWORD, "invite": invite["token"], "with_api_key": True}
    await ask("POST", "/auth/register", {**address, **secrets})
    await ask("GET", "/admin/invites")
    await ask("GET", "/admin/users")
    for path in ("/system/metrics", "/system/health", "/queue/stats"):
        await ask("GET", path)
    await ask("GET", f"/admin/users/{ada.user.id}")
    await ask("PATCH", f"/admin/users/{ada.user.id}", {"quota_jobs_per_day": 7})
    await ask("POST", "/admin/api-keys", {"user_id": str(ada.user.id), "name": "for Ada"})
    key = await ask("POST", "/api-keys", {"name": "a", "ip_allow": ["192.0.2.0/24"]})
    await ask("POST", f"/api-keys/{key['id']}/rotate", {})
    await ask("GET", f"/api-keys/{key['id']}")
    await ask("GET", "/api-keys")
    session = await ask("POST", "/auth/login", {"email": ada.user.email, "password": ada.password})
    await ask("POST", "/auth/refresh", {"refresh_token": session["refresh_token"]})
    await ask("GET", "/auth/me")
    await ask("GET", "/auth/sessions")
    whole = await ask("POST", "/uploads", {"filename": "a.mp4", "size": 100})
    parts = await ask("POST", "/uploads", {"filename": "b.mp4", "size": 200 * MIB})
    signed = await ask("POST", f"/uploads/{parts['id']}/parts", {"numbers": [2]})
    assert len(signed["urls"]) == 1
    small = await ask("POST", "/uploads", {"filename": "c.mp4", "size": 2})
    await ask("PUT", f"/uploads/{small['id']}/parts/1", {})
    await work.context.storage.put(whole["key"], content_of(100), content_type="video/mp4")
    for one in (whole, parts):
        await ask("GET", f"/uploads/{one['id']}")
    done = await ask("POST", f"/uploads/{whole['id']}/complete", {})
    await ask("GET", "/upload-url?filename=c.mp4")
    await ask("GET", f"/download-url/{whole['key']}")
    video = {"video_id": done["video_id"]}
    published, failed, cancelled = [await ask("POST", "/jobs", video) for _ in range(3)]
    await work.publish(published["id"])
    await work.fail(await work.claim((await work.plan(failed["id"])).id))
    await ask("PATCH", f"/jobs/{cancelled['id']}", {"priority": 9})
    for action in ("pause", "resume", "cancel"):
        await ask("POST", f"/jobs/{cancelled['id']}/{action}")
    for job in (published, failed, cancelled):
        await ask("GET", f"/jobs/{job['id']}")
        await ask("GET", f"/jobs/{job['id']}/outputs")
    await ask("POST", f"/videos/{done['video_id']}/transcode", {})
    await ask("POST", "/videos/upload", files={"file": ("d.mp4", b"film")})
    await ask("POST", "/jobs/upload", files={"file": ("d.mp4", b"film")})
    await ask("GET", "/jobs?limit=2")
    await ask("POST", "/jobs/batch-status", {"job_ids": [published["id"], failed["id"]]})
    await ask("GET", "/jobs/stats")
    await register_worker(work.context.db, "w1", host="h", pid=1, slots=1)
    await ask("GET", "/workers/health")
    for method in ("POST", "DELETE"):
        await ask(method, "/admin/workers/w1/drain")
    for path in ("/admin/jobs", "/admin/stats", "/admin/dlq"):
        await ask("GET", path)
    await ask("DELETE", "/admin/jobs?older_than_days=1")
    await ask("POST", "/admin/jobs/restart-failed", {"error_code": "nothing"})
    await ask("POST", "/admin/dlq/retry", {"error_code": "nothing"})
    await ask("DELETE", "/admin/dlq?error_code=nothing")
    await ask("POST", "/jobs/estimate", video)
    for job in (failed, cancelled):
        await ask("POST", f"/jobs/{job['id']}/retry")
    await ask("POST", f"/jobs/{published['id']}/verify")
    sound: Json = {"name": "mine", "thumbnail_percents": []}
    await ask("POST", "/presets", sound)
    await ask("PUT", "/presets/mine", {**sound, "description": "Sound"})
    await ask("GET", "/presets/mine")
    await ask("GET", "/presets")
    await ask("GET", "/usage?limit=1")
    hook = await ask("POST", "/webhooks", {"url": "https://192.0.1.1/hook"})
    await ask("PATCH", f"/webhooks/{hook['id']}", {"events": ["job.failed"]})
    await ask("POST", f"/webhooks/{hook['id']}/rotate-secret", {})
    sent = await ask("POST", f"/webhooks/{hook['id']}/test")
    await ask("POST", f"/deliveries/{sent['id']}/redeliver")
    await ask("GET", f"/deliveries/{sent['id']}")
    await ask("GET", f"/webhooks/{hook['id']}/deliveries")
    await ask("GET", f"/webhooks/{hook['id']}")
    await ask("GET", "/webhooks")
    await ask("GET", f"/videos/{done['video_id']}")
    await ask("GET", "/videos")
    await ask("PATCH", f"/videos/{done['video_id']}", {"visibility": "public", "tags": ["a"]})
    await ask("GET", f"/videos/{done['video_id']}/stream")
    await ask("POST", f"/videos/{done['video_id']}/thumbnail", content=a_png())
    await ask("GET", "/videos")
    for path in ("", "/detailed", "/db", "/redis", "/storage", "/workers"):
        await ask("GET", "/health" + path)
    return seen


def route_of(method: str, path: str) -> Route:
    scope = {"type": "http", "method": method, "path": path.partition("?")[0], "root_path": ""}
    return next(route for route in ROUTES if route.matches(scope)[0].name == "FULL")


async def test_answers_are_as_documented(
    service: Service, http: httpx.AsyncClient, ada: Account, work: Work
) -> None:
    seen = await outcomes(http, ada, await service.account(Role.ADMIN), work)
    declared = answering_json()
    streamed = {name for name, one in declared.items() if one.media_type == EVENT_STREAM}
    assert set(seen) == declared.keys() - streamed
    for name, answers in seen.items():
        model = declared[name].response
        assert model is not None
        for answer in answers:
            model.model_validate_json(answer, strict=True)


async def test_head_answers_at_once(http: httpx.AsyncClient, video_id: str) -> None:
    job = await post_job(http, video_id)
    done = await upload(http)
    for path in (
        "/jobs",
        f"/jobs/{job['id']}",
        f"/jobs/{job['id']}/events",
        "/jobs/events",
        f"/jobs/{job['id']}/outputs",
        f"/uploads/{done['id']}",
        f"/download-url/{done['key']}",
        "/videos",
        "/health",
        "/metrics",
        "/openapi.json",
    ):
        reply = await http.head(V1 + path)
        assert (reply.status_code, reply.content) == (200, b""), path
