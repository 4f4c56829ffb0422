"""How each route is tried by somebody whom it is not for: see `test_ownership`."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from .running import PASSWORD, Json

#: What answers without credentials, by name of its endpoint; nothing of it is anybody's own, but
#: for `media`, where a signed token in the path is the credential.
OPEN = {
    "health", "detailed", "dependency", "metrics", "login", "register", "refresh", "logout",
    "media", "preflight", "openapi", "docs", "docs_file",
}  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """How Bob tries a route on Ada's things. `path` is filled from an `Estate`, for every thing
    of a kind that it names; without one the route has no object, and Bob gets his own."""

    path: str
    body: Json | None = None
    code: str = "not_found"
    admins: bool = True
    """Whether it is an administrator's to do as well."""
    refused: tuple[int, str] | None = None
    """What Bob is told of what he sends, where it is no object that is missing."""


NO_FORM = (415, "unsupported_media_type")

#: By method and path below the prefix. The routes at the root are the same endpoints.
TRIALS = {
    ("GET", "/jobs"): [Trial("/jobs"), Trial("/jobs?limit=500&search=ada")],
    ("POST", "/jobs"): [
        Trial("/jobs", {"video_id": "{video}"}),
        Trial("/jobs", {"input_key": "{source_key}"}, code="missing_file"),
    ],
    ("GET", "/jobs/{job_id:uuid}"): [Trial("/jobs/{job}")],
    ("DELETE", "/jobs/{job_id:uuid}"): [
        Trial("/jobs/{job}"),
        Trial("/jobs/{job}?delete_files=false"),
    ],
    ("PATCH", "/jobs/{job_id:uuid}"): [Trial("/jobs/{job}", {"priority": 9})],
    ("GET", "/upload-url"): [Trial("/upload-url")],
    ("GET", "/download-url/{key:path}"): [
        Trial("/download-url/{source_key}"),
        Trial("/download-url/{output_key}"),
    ],
    ("GET", "/auth/me"): [Trial("/auth/me")],
    ("POST", "/auth/password"): [
        Trial("/auth/password", {"old_password": PASSWORD, "new_password": PASSWORD + "!"})
    ],
    ("GET", "/auth/sessions"): [Trial("/auth/sessions")],
    ("DELETE", "/auth/sessions/{session_id:uuid}"): [
        Trial("/auth/sessions/{session}", admins=False)
    ],
    ("GET", "/api-keys"): [Trial("/api-keys"), Trial("/api-keys?active=true")],
    ("POST", "/api-keys"): [Trial("/api-keys", {"name": "bob's"})],
    ("GET", "/api-keys/{key_id:uuid}"): [Trial("/api-keys/{api_key}")],
    ("DELETE", "/api-keys/{key_id:uuid}"): [Trial("/api-keys/{api_key}")],
    ("POST", "/api-keys/{key_id:uuid}/rotate"): [Trial("/api-keys/{api_key}/rotate", {})],
    ("GET", "/admin/invites"): [Trial("/admin/invites")],
    ("POST", "/admin/invites"): [Trial("/admin/invites", {})],
    ("DELETE", "/admin/invites/{invite_id:uuid}"): [Trial("/admin/invites/{invite}")],
    ("GET", "/admin/users"): [Trial("/admin/users")],
    ("GET", "/admin/users/{user_id:uuid}"): [Trial("/admin/users/{user}")],
    ("PATCH", "/admin/users/{user_id:uuid}"): [Trial("/admin/users/{user}", {"active": False})],
    ("POST", "/admin/api-keys"): [Trial("/admin/api-keys", {"name": "x", "user_id": "{user}"})],
    ("POST", "/uploads"): [Trial("/uploads", {"filename": "bob.mp4", "size": 1})],
    ("GET", "/uploads/{upload_id:uuid}"): [Trial("/uploads/{upload}")],
    ("DELETE", "/uploads/{upload_id:uuid}"): [Trial("/uploads/{upload}")],
    ("POST", "/uploads/{upload_id:uuid}/parts"): [
        Trial("/uploads/{upload}/parts", {"numbers": [1]})
    ],
    ("PUT", "/uploads/{upload_id:uuid}/parts/{number:int}"): [Trial("/uploads/{upload}/parts/1")],
    ("POST", "/uploads/{upload_id:uuid}/complete"): [Trial("/uploads/{upload}/complete", {})],
    ("GET", "/videos"): [
        Trial("/videos"),
        Trial("/videos?limit=500"),
        Trial("/videos?search=ada"),
        Trial("/videos?visibility=private&sort=-views"),
    ],
    ("GET", "/usage"): [Trial("/usage"), Trial("/usage?limit=500")],
    ("POST", "/videos/{video_id:uuid}/transcode"): [Trial("/videos/{video}/transcode", {})],
    ("POST", "/videos/upload"): [Trial("/videos/upload", refused=NO_FORM)],
    ("POST", "/jobs/upload"): [Trial("/jobs/upload", refused=NO_FORM)],
    ("GET", "/videos/{video_id:uuid}"): [Trial("/videos/{video}")],
    ("GET", "/system/metrics"): [Trial("/system/metrics")],
    ("GET", "/system/health"): [Trial("/system/health")],
    ("GET", "/queue/stats"): [Trial("/queue/stats")],
    ("GET", "/workers/health"): [Trial("/workers/health")],
    ("GET", "/admin/jobs"): [Trial("/admin/jobs")],
    ("DELETE", "/admin/jobs"): [Trial("/admin/jobs?older_than_days=1")],
    ("POST", "/admin/jobs/restart-failed"): [Trial("/admin/jobs/restart-failed", {})],
    ("GET", "/admin/stats"): [Trial("/admin/stats")],
    ("GET", "/admin/dlq"): [Trial("/admin/dlq")],
    ("DELETE", "/admin/dlq"): [Trial("/admin/dlq")],
    ("POST", "/admin/dlq/retry"): [Trial("/admin/dlq/retry", {})],
    ("POST", "/admin/workers/{worker_id}/drain"): [Trial("/admin/workers/{worker}/drain")],
    ("DELETE", "/admin/workers/{worker_id}/drain"): [Trial("/admin/workers/{worker}/drain")],
    ("GET", "/presets"): [Trial("/presets"), Trial("/presets?limit=500")],
    ("POST", "/presets"): [Trial("/presets", {"name": "bobs", "thumbnail_percents": []})],
    ("GET", "/presets/{name}"): [Trial("/presets/{preset}", admins=False)],
    ("PUT", "/presets/{name}"): [
        Trial("/presets/{preset}", {"name": "{preset}", "thumbnail_percents": []}, admins=False)
    ],
    ("DELETE", "/presets/{name}"): [Trial("/presets/{preset}", admins=False)],
    ("PATCH", "/videos/{video_id:uuid}"): [
        Trial("/videos/{video}", {"title": "Bob's"}),
        Trial("/videos/{video}", {"visibility": "public"}),
    ],
    ("DELETE", "/videos/{video_id:uuid}"): [Trial("/videos/{video}")],
    ("GET", "/videos/{video_id:uuid}/stream"): [Trial("/videos/{video}/stream")],
    ("POST", "/videos/{video_id:uuid}/thumbnail"): [Trial("/videos/{video}/thumbnail")],
    ("DELETE", "/videos/{video_id:uuid}/thumbnail"): [Trial("/videos/{video}/thumbnail")],
    ("POST", "/jobs/batch-status"): [Trial("/jobs/batch-status", {"job_ids": [str(UUID(int=1))]})],
    ("POST", "/jobs/estimate"): [
        Trial("/jobs/estimate", {"video_id": "{video}"}),
        Trial("/jobs/estimate", {"input_key": "{source_key}"}, code="missing_file"),
    ],
    ("GET", "/jobs/stats"): [Trial("/jobs/stats")],
    ("GET", "/jobs/export"): [Trial("/jobs/export"), Trial("/jobs/export?format=json")],
    ("POST", "/jobs/{job_id:uuid}/cancel"): [Trial("/jobs/{job}/cancel")],
    ("POST", "/jobs/{job_id:uuid}/pause"): [Trial("/jobs/{job}/pause")],
    ("POST", "/jobs/{job_id:uuid}/resume"): [Trial("/jobs/{job}/resume")],
    ("POST", "/jobs/{job_id:uuid}/retry"): [Trial("/jobs/{job}/retry")],
    ("POST", "/jobs/{job_id:uuid}/verify"): [Trial("/jobs/{job}/verify")],
    # Without a job it would not end; whose jobs it tells of is tried in `test_live_jobs`.
    ("GET", "/jobs/events"): [Trial("/jobs/events?job_id={job}")],
    ("GET", "/jobs/{job_id:uuid}/events"): [Trial("/jobs/{job}/events")],
    ("GET", "/jobs/{job_id:uuid}/outputs"): [Trial("/jobs/{job}/outputs")],
    ("GET", "/jobs/{job_id:uuid}/outputs/{asset_id:uuid}/download"): [
        Trial("/jobs/{job}/outputs/{asset}/download")
    ],
    ("GET", "/webhooks"): [Trial("/webhooks"), Trial("/webhooks?limit=500")],
    ("POST", "/webhooks"): [Trial("/webhooks", {"url": "https://192.0.1.1/bob"})],
    ("GET", "/webhooks/{webhook_id:uuid}"): [Trial("/webhooks/{webhook}")],
    ("PATCH", "/webhooks/{webhook_id:uuid}"): [Trial("/webhooks/{webhook}", {"active": False})],
    ("DELETE", "/webhooks/{webhook_id:uuid}"): [Trial("/webhooks/{webhook}")],
    ("POST", "/webhooks/{webhook_id:uuid}/rotate-secret"): [
        Trial("/webhooks/{webhook}/rotate-secret", {})
    ],
    ("POST", "/webhooks/{webhook_id:uuid}/test"): [Trial("/webhooks/{webhook}/test")],
    ("GET", "/webhooks/{webhook_id:uuid}/deliveries"): [Trial("/webhooks/{webhook}/deliveries")],
    ("GET", "/deliveries/{delivery_id:uuid}"): [Trial("/deliveries/{delivery}")],
    ("POST", "/deliveries/{delivery_id:uuid}/redeliver"): [
        Trial("/deliveries/{delivery}/redeliver")
    ],
}
