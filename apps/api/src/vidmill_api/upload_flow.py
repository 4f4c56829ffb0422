"""The life of an upload between the database and storage. Each step may be repeated after a
crash in its middle and then ends the same way."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import orjson

from vidmill.db import uploads as rows
from vidmill.db.pool import Connection
from vidmill.errors import (
    MissingObject,
    TooLarge,
    UploadExpired,
    UploadIncomplete,
    UploadNotPending,
)
from vidmill.ids import new_id
from vidmill.storage import ObjectInfo
from vidmill.uploads import Part, Upload, UploadMode, UploadStatus, part_layout, upload_key
from vidmill_api.context import Context


def check_size(size: int, limit: int) -> None:
    """Raises `TooLarge`."""
    if size > limit:
        raise TooLarge(f"The file has {size:,} bytes; at most {limit:,} are taken.")


async def create(
    context: Context,
    conn: Connection,
    *,
    owner_id: UUID,
    filename: str,
    content_type: str,
    size: int | None,
) -> Upload:
    """Begin an upload; `size` None leaves it open, for one PUT. Where the row cannot be written,
    the multipart upload in storage is dropped again."""
    upload_id = new_id()
    key = upload_key(owner_id, upload_id, filename)
    multipart = size is not None and size > context.settings.upload_single_max_bytes
    part_size, part_count, s3_upload_id = None, None, None
    if multipart and size is not None:
        part_size, part_count = part_layout(size)
        s3_upload_id = await context.storage.create_multipart(key, content_type=content_type)
    try:
        return await rows.create_upload(
            conn,
            upload_id=upload_id,
            owner_id=owner_id,
            mode=UploadMode.MULTIPART if multipart else UploadMode.SINGLE,
            object_key=key,
            filename=filename,
            content_type=content_type,
            size_bytes=size,
            part_size=part_size,
            part_count=part_count,
            s3_upload_id=s3_upload_id,
            ttl_seconds=context.settings.upload_ttl_seconds,
        )
    except BaseException:
        if s3_upload_id is not None:
            await context.storage.abort_multipart(key, s3_upload_id)
        raise


async def stored_parts(context: Context, upload: Upload) -> list[Part]:
    """The parts of a pending multipart upload that storage holds."""
    if upload.status != UploadStatus.PENDING or upload.s3_upload_id is None:
        return []
    try:
        return await context.storage.list_parts(upload.object_key, upload.s3_upload_id)
    except MissingObject:
        return []


def sign_parts(context: Context, upload: Upload, numbers: list[int]) -> dict[str, Any]:
    """`SignedParts`. Raises `UploadExpired`, `UploadNotPending`, `UploadIncomplete`."""
    require_pending(upload)
    if upload.s3_upload_id is None or upload.part_count is None:
        raise UploadNotPending("This upload takes one PUT to its url; it has no parts.")
    beyond = [n for n in numbers if n > upload.part_count]
    if beyond:
        raise UploadIncomplete(
            f"The upload has {upload.part_count} parts; there is no part {beyond[0]}."
        )
    ttl = context.settings.presign_ttl_seconds
    sign = context.storage.presign_part
    return {
        "urls": [
            {
                "number": number,
                "url": sign(upload.object_key, upload.s3_upload_id, number, ttl_seconds=ttl),
            }
            for number in numbers
        ],
        "expires_at": _in(ttl),
    }


async def complete(context: Context, upload: Upload, sent: dict[int, str] | None) -> Upload:
    """Make a video of a pending upload whose bytes are all in storage; a completed one is
    returned as it is. Raises `MissingObject`, `UploadExpired`, `UploadIncomplete`,
    `UploadNotPending`."""
    if upload.status == UploadStatus.COMPLETED:
        return upload
    require_pending(upload)
    found = await _assemble(context, upload, sent)
    check_size(found.size, context.settings.input_max_bytes)
    if upload.size_bytes is not None and found.size != upload.size_bytes:
        raise UploadIncomplete(
            f"Storage holds {found.size:,} of {upload.size_bytes:,} bytes. Send the file again."
        )
    async with context.db.transaction() as conn:
        locked = await rows.lock_upload(conn, upload.id)
        if locked.status == UploadStatus.COMPLETED:
            return locked
        require_pending(locked)
        completed = await rows.complete_upload(conn, locked, size_bytes=found.size, etag=found.etag)
    context.metrics.uploads_completed.inc()
    context.metrics.upload_bytes.inc(found.size)
    return completed


async def _assemble(context: Context, upload: Upload, sent: dict[int, str] | None) -> ObjectInfo:
    """The whole object in storage. A multipart upload that storage no longer knows was assembled
    by an earlier call that got no further."""
    storage, key = context.storage, upload.object_key
    if upload.s3_upload_id is None:
        return await storage.head(key)
    try:
        parts = await storage.list_parts(key, upload.s3_upload_id)
    except MissingObject:
        return await storage.head(key)
    if not parts:
        # Storage may list a finished upload as an empty one.
        try:
            return await storage.head(key)
        except MissingObject:
            pass
    _check_parts(upload, parts, sent)
    await storage.complete_multipart(key, upload.s3_upload_id, parts)
    return await storage.head(key)


def _check_parts(upload: Upload, parts: list[Part], sent: dict[int, str] | None) -> None:
    """Raises `UploadIncomplete` unless every part is there, whole and the one that was sent."""
    count, size = upload.part_count or 0, upload.part_size or 0
    held = {part.number: part for part in parts}
    missing = [number for number in range(1, count + 1) if number not in held]
    if missing:
        listed = ", ".join(str(n) for n in missing[:10]) + (", …" if len(missing) > 10 else "")
        raise UploadIncomplete(f"{len(missing)} of {count} parts are missing: {listed}. Send them.")
    total = upload.size_bytes or 0
    for number, part in held.items():
        expected = size if number < count else total - size * (count - 1)
        if part.size != expected:
            raise UploadIncomplete(
                f"Part {number} has {part.size:,} bytes instead of {expected:,}. Send it again."
            )
        if sent is not None and sent.get(number, "").strip('"') != part.etag.strip('"'):
            raise UploadIncomplete(
                f"Part {number} in storage is not the one that was sent. Send it again."
            )


def require_pending(upload: Upload) -> None:
    """Raises `UploadExpired`, `UploadNotPending`."""
    if upload.status == UploadStatus.ABORTED:
        raise UploadNotPending
    expired = upload.expires_at <= datetime.now(UTC)
    if upload.status == UploadStatus.EXPIRED or (expired and upload.status == UploadStatus.PENDING):
        raise UploadExpired


def upload_view(context: Context, upload: Upload, parts: list[Part]) -> dict[str, Any]:
    """`UploadView`."""
    awaited = upload.status == UploadStatus.PENDING and upload.mode == UploadMode.SINGLE
    return {
        "id": upload.id,
        "status": upload.status,
        "mode": upload.mode,
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
        "parts": [{"number": p.number, "etag": p.etag, "size": p.size} for p in parts],
    }


def put_url(context: Context, upload: Upload) -> str:
    """A URL that takes the one PUT of this upload."""
    return context.storage.presign_put(
        upload.object_key,
        content_type=upload.content_type,
        size_bytes=upload.size_bytes,
        ttl_seconds=context.settings.presign_ttl_seconds,
    )


def plain(encoded: bytes) -> dict[str, Any]:
    """An encoded answer as plain JSON values."""
    return orjson.loads(encoded)


def _in(seconds: int) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
