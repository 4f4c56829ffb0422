"""Single links: where to put a file, where to read one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from vidmill.access import Scope
from vidmill.db.job_reads import fetch_job
from vidmill.db.videos import fetch_video_by_key
from vidmill.errors import MissingObject, NotFound
from vidmill.jobs import PROCESSED_PREFIX
from vidmill.quotas import QuotaExceeded
from vidmill_api import upload_flow, upload_views
from vidmill_api.authenticate import require_owner
from vidmill_api.file_fields import ContentType, FileName
from vidmill_api.operation import Call, Operation, Query
from vidmill_api.schemas import DownloadUrl, UploadUrl


class UploadUrlQuery(Query):
    """What will be sent."""

    filename: FileName = "video.mp4"
    content_type: ContentType = "application/octet-stream"


@Operation(
    summary="A URL to upload one file to", tag="links", query=UploadUrlQuery, response=UploadUrl,
    errors=(QuotaExceeded,), scope=Scope.WRITE,
)  # fmt: skip
async def upload_url(call: Call[None, UploadUrlQuery]) -> dict[str, Any]:
    """PUT the file there with exactly these headers, then `POST /jobs` with the key."""
    context, query = call.context, call.query
    new = await upload_flow.prepare(
        context,
        owner_id=call.user.id,
        filename=query.filename,
        content_type=query.content_type,
        size=None,
    )
    async with context.db.transaction() as conn:
        upload = await upload_flow.insert(context, conn, new)
    return {
        "upload_id": upload.id,
        "method": "PUT",
        "url": upload_views.put_url(context, upload),
        "headers": {"Content-Type": upload.content_type},
        "key": upload.object_key,
        "expires_at": upload_views.seconds_from_now(context.settings.presign_ttl_seconds),
    }


@Operation(
    summary="A URL to download one file from", tag="links", response=DownloadUrl,
    errors=(NotFound, MissingObject),
)  # fmt: skip
async def download_url(call: Call[None, None]) -> dict[str, Any]:
    """For a source or an output that is yours, by its key."""
    context, key = call.context, str(call.path("key"))
    await _require_own_key(call, key)
    await context.storage.head(key)
    seconds = context.settings.presign_ttl_seconds
    filename = key.rsplit("/", 1)[-1]
    return {
        "url": context.storage.presign_get(key, ttl_seconds=seconds, filename=filename),
        "expires_at": upload_views.seconds_from_now(seconds),
    }


async def _require_own_key(call: Call[None, None], key: str) -> None:
    """Raises `NotFound` unless the object belongs to somebody whose things the caller may see."""
    if any(name in {"", ".", ".."} for name in key.split("/")):
        # Whoever follows the link may shorten its path, and so arrive at somebody else's object.
        raise NotFound
    if key.startswith(PROCESSED_PREFIX):
        try:
            job_id = UUID(key.split("/")[1])
        except ValueError as error:
            raise NotFound from error
        require_owner(call.user, (await fetch_job(call.context.db, job_id)).owner_id)
        return
    video = await fetch_video_by_key(call.context.db, key)
    if video is None:
        raise NotFound
    require_owner(call.user, video.owner_id)
