"""The REST service: what it answers, with what, and how errors look."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import cache
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.routing import Route

from vidmill.errors import VidmillError
from vidmill.settings import Settings
from vidmill_api import problems
from vidmill_api.context import build_context
from vidmill_api.middleware import AnswerAnyway, Cors, Measure, RequestId
from vidmill_api.openapi import build_document
from vidmill_api.routes import (
    admin_dead_letters,
    admin_jobs,
    admin_users,
    admin_workers,
    api_keys,
    deliveries,
    docs,
    form_uploads,
    health,
    invites,
    job_control,
    job_creation,
    job_estimates,
    job_events,
    job_export,
    job_lists,
    job_overview,
    jobs,
    links,
    live_jobs,
    media,
    outputs,
    own_sessions,
    parts,
    presets,
    registration,
    sessions,
    system,
    thumbnails,
    uploads,
    usage,
    verifications,
    videos,
    watching,
    webhooks,
)

PREFIX = "/api/v1"

#: Also answered at the root, where the first clients look for them.
ROOT_ROUTES = [
    Route("/health", health.health),
    Route("/metrics", health.metrics),
    Route("/jobs", job_lists.list_jobs),
    Route("/jobs", job_creation.create_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}", jobs.get_job),
    Route("/jobs/{job_id:uuid}", jobs.delete_job, methods=["DELETE"]),
    Route("/jobs/{job_id:uuid}", job_control.change_job, methods=["PATCH"]),
    Route("/upload-url", links.upload_url),
    Route("/download-url/{key:path}", links.download_url),
]

API_ROUTES = [
    *ROOT_ROUTES,
    Route("/health/detailed", health.detailed),
    *(Route(f"/health/{name}", health.dependency, name=f"health_{name}") for name in health.CHECKS),
    Route("/openapi.json", docs.openapi),
    Route("/docs", docs.docs),
    Route("/auth/login", sessions.login, methods=["POST"]),
    Route("/auth/refresh", sessions.refresh, methods=["POST"]),
    Route("/auth/logout", sessions.logout, methods=["POST"]),
    Route("/auth/me", sessions.me),
    Route("/auth/register", registration.register, methods=["POST"]),
    Route("/auth/password", registration.change_password, methods=["POST"]),
    Route("/auth/sessions", own_sessions.list_sessions),
    Route("/auth/sessions/{session_id:uuid}", own_sessions.end_session, methods=["DELETE"]),
    Route("/api-keys", api_keys.list_api_keys),
    Route("/api-keys", api_keys.create_api_key, methods=["POST"]),
    Route("/api-keys/{key_id:uuid}", api_keys.get_api_key),
    Route("/api-keys/{key_id:uuid}", api_keys.revoke_api_key, methods=["DELETE"]),
    Route("/api-keys/{key_id:uuid}/rotate", api_keys.rotate_api_key, methods=["POST"]),
    Route("/admin/invites", invites.list_invites),
    Route("/admin/invites", invites.create_invite, methods=["POST"]),
    Route("/admin/invites/{invite_id:uuid}", invites.revoke_invite, methods=["DELETE"]),
    Route("/admin/users", admin_users.list_users),
    Route("/admin/users/{user_id:uuid}", admin_users.get_user),
    Route("/admin/users/{user_id:uuid}", admin_users.change_user, methods=["PATCH"]),
    Route("/admin/api-keys", admin_users.create_key_for, methods=["POST"]),
    Route("/uploads", uploads.create_upload, methods=["POST"]),
    Route("/uploads/{upload_id:uuid}", uploads.get_upload),
    Route("/uploads/{upload_id:uuid}", uploads.abort_upload, methods=["DELETE"]),
    Route("/uploads/{upload_id:uuid}/parts", uploads.sign_parts, methods=["POST"]),
    Route("/uploads/{upload_id:uuid}/parts/{number:int}", parts.put_part, methods=["PUT"]),
    Route("/uploads/{upload_id:uuid}/complete", uploads.complete_upload, methods=["POST"]),
    Route("/usage", usage.usage),
    Route("/videos", videos.list_videos),
    Route("/videos/{video_id:uuid}", videos.get_video),
    Route("/system/metrics", system.system_metrics),
    Route("/system/health", system.system_health),
    Route("/workers/health", system.workers_health),
    Route("/queue/stats", system.queue_stats),
    Route("/admin/jobs", admin_jobs.list_everybodys_jobs),
    Route("/admin/jobs", admin_jobs.delete_old_jobs, methods=["DELETE"]),
    Route("/admin/jobs/restart-failed", admin_jobs.restart_failed, methods=["POST"]),
    Route("/admin/stats", admin_jobs.admin_stats),
    Route("/admin/dlq", admin_dead_letters.list_dead_letters),
    Route("/admin/dlq", admin_dead_letters.delete_dead_letters, methods=["DELETE"]),
    Route("/admin/dlq/retry", admin_dead_letters.retry_dead_letters, methods=["POST"]),
    Route("/admin/workers/{worker_id}/drain", admin_workers.drain_worker, methods=["POST"]),
    Route("/admin/workers/{worker_id}/drain", admin_workers.undrain_worker, methods=["DELETE"]),
    Route("/presets", presets.list_presets),
    Route("/presets", presets.create_preset, methods=["POST"]),
    Route("/presets/{name}", presets.get_preset),
    Route("/presets/{name}", presets.replace_preset, methods=["PUT"]),
    Route("/presets/{name}", presets.delete_preset, methods=["DELETE"]),
    Route("/videos/{video_id:uuid}", videos.change_video, methods=["PATCH"]),
    Route("/videos/{video_id:uuid}", videos.delete_video, methods=["DELETE"]),
    Route("/videos/{video_id:uuid}/stream", watching.stream_video),
    Route("/videos/{video_id:uuid}/thumbnail", thumbnails.send_thumbnail, methods=["POST"]),
    Route("/videos/{video_id:uuid}/thumbnail", thumbnails.delete_thumbnail, methods=["DELETE"]),
    Route("/videos/upload", form_uploads.upload_video, methods=["POST"]),
    Route("/jobs/upload", form_uploads.upload_job, methods=["POST"]),
    Route("/videos/{video_id:uuid}/transcode", job_creation.transcode_video, methods=["POST"]),
    Route("/jobs/batch-status", job_overview.batch_status, methods=["POST"]),
    Route("/jobs/estimate", job_estimates.estimate_job, methods=["POST"]),
    Route("/jobs/stats", job_overview.job_stats),
    Route("/jobs/export", job_export.export_jobs),
    Route("/jobs/events", live_jobs.live_jobs),
    Route("/jobs/{job_id:uuid}/cancel", job_control.cancel_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}/pause", job_control.pause_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}/resume", job_control.resume_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}/retry", job_control.retry_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}/verify", verifications.verify_job, methods=["POST"]),
    Route("/jobs/{job_id:uuid}/events", job_events.job_events),
    Route("/jobs/{job_id:uuid}/outputs", outputs.list_outputs),
    Route("/jobs/{job_id:uuid}/outputs/{asset_id:uuid}/download", outputs.download_output),
    Route("/webhooks", webhooks.list_webhooks),
    Route("/webhooks", webhooks.create_webhook, methods=["POST"]),
    Route("/webhooks/{webhook_id:uuid}", webhooks.get_webhook),
    Route("/webhooks/{webhook_id:uuid}", webhooks.change_webhook, methods=["PATCH"]),
    Route("/webhooks/{webhook_id:uuid}", webhooks.delete_webhook, methods=["DELETE"]),
    Route("/webhooks/{webhook_id:uuid}/rotate-secret", webhooks.rotate_secret, methods=["POST"]),
    Route("/webhooks/{webhook_id:uuid}/test", deliveries.test_webhook, methods=["POST"]),
    Route("/webhooks/{webhook_id:uuid}/deliveries", deliveries.list_deliveries),
    Route("/deliveries/{delivery_id:uuid}", deliveries.get_delivery),
    Route("/deliveries/{delivery_id:uuid}/redeliver", deliveries.redeliver, methods=["POST"]),
]

#: Where playlists and pages name each other by path, and so live in one place only.
OPEN_ROUTES = [
    Route(media.MEDIA_PREFIX + "{token}/{path:path}", media.media),
    Route(media.MEDIA_PREFIX + "{token}/{path:path}", media.preflight, methods=["OPTIONS"]),
    Route("/openapi.json", docs.openapi),
    Route("/docs", docs.docs),
    Route("/docs/{path:path}", docs.docs_file),
]

ERRORS: Mapping[Any, Any] = {
    VidmillError: problems.on_domain_error,
    HTTPException: problems.on_http_error,
}  # Whatever else is raised is a fault of ours: see `AnswerAnyway`.


def below(prefix: str, routes: list[Route]) -> list[Route]:
    """The same endpoints once more, under a prefix."""
    return [
        Route(prefix + r.path, r.endpoint, methods=sorted(r.methods or ()), name=r.name)
        for r in routes
    ]


ROUTES = [*below(PREFIX, API_ROUTES), *ROOT_ROUTES, *OPEN_ROUTES]


def openapi_document() -> dict[str, Any]:
    """The OpenAPI document of this version; each endpoint is in it once."""
    return build_document([*below(PREFIX, API_ROUTES), *OPEN_ROUTES])


@cache
def _encoded_document() -> bytes:
    return orjson.dumps(openapi_document(), option=orjson.OPT_INDENT_2)


def create_app(settings: Settings) -> Starlette:
    """The ASGI application; it connects in its lifespan."""
    context = build_context(settings)

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await context.db.open()
        context.feed.start()
        context.gate.requests.start()
        yield
        await context.gate.requests.stop()
        await context.feed.stop()
        await context.gate.close()
        await context.outbound.aclose()
        await context.queue.close()
        context.storage.close()
        await context.db.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        exception_handlers=ERRORS,
        middleware=[
            Middleware(RequestId),
            Middleware(Measure, context=context),
            Middleware(Cors, origins=settings.cors_origins, open_prefix=media.MEDIA_PREFIX),
            Middleware(AnswerAnyway),
        ],
    )
    app.state.context = context
    app.state.openapi = _encoded_document()
    return app
