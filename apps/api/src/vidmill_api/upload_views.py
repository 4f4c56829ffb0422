"""Uploads as clients see them: where they stand, and the URLs that take their bytes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from vidmill.errors import UploadExpired, UploadNotPending
from vidmill.uploads import Part, Upload, UploadMode, UploadStatus
from vidmill_api.context import Context
from vidmill_api.problems import InvalidFields


def require_pending(upload: Upload) -> None:
    """Raises `UploadExpired`, `UploadNotPending` for what can no longer be completed."""
    status = _status(upload)
    if status == UploadStatus.ABORTED:
        raise UploadNotPending
    if status == UploadStatus.EXPIRED:
        raise UploadExpired


def _status(upload: Upload) -> UploadStatus:
    """Where it stands, also before the reaper has noted that its time is over."""
    over = upload.expires_at <= datetime.now(UTC)
    return UploadStatus.EXPIRED if over and upload.status == UploadStatus.PENDING else upload.status


def upload_view(context: Context, upload: Upload, parts: list[Part]) -> dict[str, Any]:
    """`UploadView`."""
    status = _status(upload)
    awaited = status == UploadStatus.PENDING and upload.mode == UploadMode.SINGLE
    return {
        "id": upload.id,
        "status": status,
        "mode": upload.mode,
        "purpose": upload.purpose,
        "key": upload.object_key,
        "filename": upload.filename,
        "size": upload.size_bytes,
        "content_type": upload.content_type,
        "part_size": upload.part_size,
        "part_count": upload.part_count,
        "url": put_url(context, upload) if awaited else None,
        "headers": {"Content-Type": upload.content_type} if awaited else None,
        "expires_at": upload.expires_at,
        "created_at": upload.created_at,
        "video_id": upload.video_id,
        "parts": [part_view(part) for part in parts],
    }


def part_view(part: Part) -> dict[str, Any]:
    """`PartView`."""
    return {"number": part.number, "etag": part.etag, "size": part.size}


def put_url(context: Context, upload: Upload) -> str:
    """A URL that takes the one PUT of this upload."""
    return context.storage.presign_put(
        upload.object_key,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        ttl_seconds=context.settings.presign_ttl_seconds,
    )


def seconds_from_now(seconds: int) -> datetime:
    """When a link made now ends."""
    return datetime.now(UTC) + timedelta(seconds=seconds)


def sign_parts(context: Context, upload: Upload, numbers: list[int]) -> dict[str, Any]:
    """`SignedParts`. Raises `UploadExpired`, `UploadNotPending`, `InvalidFields`."""
    require_pending(upload)
    if upload.status == UploadStatus.COMPLETED:
        raise UploadNotPending("The upload is completed already; no part of it is awaited.")
    if upload.s3_upload_id is None or upload.part_count is None:
        raise UploadNotPending("This upload takes one PUT to its url; it has no parts.")
    beyond = [number for number in numbers if number > upload.part_count]
    if beyond:
        raise InvalidFields.one(
            "numbers", f"The upload has {upload.part_count} parts; there is no part {beyond[0]}."
        )
    ttl = context.settings.presign_ttl_seconds
    sign = partial(
        context.storage.presign_part, upload.object_key, upload.s3_upload_id, ttl_seconds=ttl
    )
    return {
        "urls": [
            {"number": n, "url": sign(n, size_bytes=upload.part_bytes(n) or 0)} for n in numbers
        ],
        "expires_at": seconds_from_now(ttl),
    }
