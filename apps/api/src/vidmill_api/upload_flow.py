"""The life of an upload between the database and storage. Each step may be repeated after a
crash in its middle and then ends the same way."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from vidmill.db import uploads as rows
from vidmill.db.pool import Connection
from vidmill.db.quotas import require_room
from vidmill.errors import (
    InvalidSource,
    MissingObject,
    TooLarge,
    UploadIncomplete,
    UploadNotPending,
)
from vidmill.ids import new_id
from vidmill.objects import ObjectInfo
from vidmill.quotas import QuotaDefaults
from vidmill.uploads import (
    MAX_BYTES,
    Part,
    Upload,
    UploadMode,
    UploadPurpose,
    UploadStatus,
    part_layout,
    upload_key,
)
from vidmill_api.context import Context
from vidmill_api.upload_views import require_pending


def max_bytes(context: Context, purpose: UploadPurpose) -> int:
    """Largest file that is taken for it."""
    return MAX_BYTES.get(purpose, context.settings.input_max_bytes)


def check_size(size: int, limit: int) -> None:
    """Raises `TooLarge`."""
    if size > limit:
        raise TooLarge(f"The file has {size:,} bytes; at most {limit:,} are taken.")


@dataclass(frozen=True, slots=True, kw_only=True)
class NewUpload:
    """An upload that is prepared in storage and not yet in the database."""

    id: UUID
    owner_id: UUID
    mode: UploadMode
    key: str
    filename: str
    content_type: str
    size: int | None
    part_size: int | None = None
    part_count: int | None = None
    s3_upload_id: str | None = None
    purpose: UploadPurpose = UploadPurpose.VIDEO


async def prepare(
    context: Context,
    *,
    owner_id: UUID,
    filename: str,
    content_type: str,
    size: int | None,
    purpose: UploadPurpose = UploadPurpose.VIDEO,
) -> NewUpload:
    """Begin an upload in storage; `size` None leaves it open, for one PUT. Follow with `insert`,
    or with `discard`."""
    upload_id = new_id()
    single = NewUpload(
        id=upload_id,
        owner_id=owner_id,
        mode=UploadMode.SINGLE,
        key=upload_key(owner_id, upload_id, filename),
        filename=filename,
        content_type=content_type,
        size=size,
        purpose=purpose,
    )
    if purpose != UploadPurpose.VIDEO:
        return single
    if size is None or size <= context.settings.upload_single_max_bytes:
        return single
    part_size, part_count = part_layout(size)
    return replace(
        single,
        mode=UploadMode.MULTIPART,
        part_size=part_size,
        part_count=part_count,
        s3_upload_id=await context.storage.create_multipart(single.key, content_type=content_type),
    )


async def insert(context: Context, conn: Connection, new: NewUpload) -> Upload:
    """Write a prepared upload down, inside the caller's transaction. Raises `QuotaExceeded`."""
    quotas = QuotaDefaults.of(context.settings)
    await require_room(conn, new.owner_id, quotas, wanted=new.size or 0)
    return await rows.create_upload(
        conn,
        upload_id=new.id,
        owner_id=new.owner_id,
        mode=new.mode,
        object_key=new.key,
        filename=new.filename,
        content_type=new.content_type,
        size_bytes=new.size,
        part_size=new.part_size,
        part_count=new.part_count,
        s3_upload_id=new.s3_upload_id,
        ttl_seconds=context.settings.upload_ttl_seconds,
        purpose=new.purpose,
    )


async def discard(context: Context, new: NewUpload) -> None:
    """Drop what `prepare` began in storage."""
    if new.s3_upload_id is not None:
        await context.storage.abort_multipart(new.key, new.s3_upload_id)


async def stored_parts(context: Context, upload: Upload) -> list[Part]:
    """The parts of a pending multipart upload that storage holds."""
    if upload.status != UploadStatus.PENDING or upload.s3_upload_id is None:
        return []
    try:
        return await context.storage.list_parts(upload.object_key, upload.s3_upload_id)
    except MissingObject:
        return []


async def complete(context: Context, upload: Upload, sent: dict[int, str] | None) -> Upload:
    """Complete a pending upload whose bytes are all in storage, and make a video of it if it is to
    be one; a completed one is returned as it is. Raises `MissingObject`, `UploadExpired`,
    `UploadIncomplete`, `UploadNotPending`, `QuotaExceeded`."""
    if upload.status == UploadStatus.COMPLETED:
        return upload
    require_pending(upload)
    found = await _assemble(context, upload, sent)
    _check(context, upload, found)
    async with context.db.transaction() as conn:
        return await complete_in(context, conn, upload.id, found)


def _check(context: Context, upload: Upload, found: ObjectInfo) -> None:
    if found.size == 0:
        raise InvalidSource("corrupt_file", "The file is empty. Send one that has something in it.")
    check_size(found.size, max_bytes(context, upload.purpose))
    if upload.size_bytes is not None and found.size != upload.size_bytes:
        raise UploadIncomplete(
            f"Storage holds {found.size:,} of {upload.size_bytes:,} bytes. Send the file again."
        )


async def complete_in(
    context: Context, conn: Connection, upload_id: UUID, found: ObjectInfo
) -> Upload:
    """Complete an upload whose object is whole, inside the caller's transaction. Raises
    `UploadExpired`, `UploadNotPending`, `QuotaExceeded`."""
    locked = await rows.lock_upload(conn, upload_id)
    if locked.status == UploadStatus.COMPLETED:
        return locked
    require_pending(locked)
    if (more := found.size - (locked.size_bytes or 0)) > 0:
        quotas = QuotaDefaults.of(context.settings)
        await require_room(conn, locked.owner_id, quotas, wanted=more)
    completed = await rows.complete_upload(conn, locked, size_bytes=found.size, etag=found.etag)
    context.metrics.uploads_completed.inc()
    context.metrics.upload_bytes.inc(found.size)
    return completed


async def _assemble(context: Context, upload: Upload, sent: dict[int, str] | None) -> ObjectInfo:
    """The whole object in storage. A multipart upload that storage no longer knows was assembled
    by another call: an earlier one that got no further, or one at the same time."""
    storage, key = context.storage, upload.object_key
    if upload.s3_upload_id is None:
        return await storage.head(key)
    try:
        stored = await storage.list_parts(key, upload.s3_upload_id)
    except MissingObject:
        return await storage.head(key)
    if not stored:
        # Storage may list a finished upload as an empty one.
        try:
            return await storage.head(key)
        except MissingObject:
            pass
    parts = _whole_parts(upload, stored, sent)
    # Without it, an upload that was assembled meanwhile is as good.
    with suppress(MissingObject):
        await storage.complete_multipart(key, upload.s3_upload_id, parts)
    return await storage.head(key)


def _whole_parts(upload: Upload, stored: list[Part], sent: dict[int, str] | None) -> list[Part]:
    """The parts in order. Raises `UploadIncomplete` unless each is there, whole and the one that
    was sent."""
    count = upload.parts
    held = {part.number: part for part in stored if part.number <= count}
    missing = [number for number in range(1, count + 1) if number not in held]
    if missing:
        listed = ", ".join(str(n) for n in missing[:10]) + (", …" if len(missing) > 10 else "")
        raise UploadIncomplete(f"{len(missing)} of {count} parts are missing: {listed}. Send them.")
    for number, part in held.items():
        expected = upload.part_bytes(number)
        if part.size != expected:
            raise UploadIncomplete(
                f"Part {number} has {part.size:,} bytes instead of {expected:,}. Send it again."
            )
        if sent is not None and sent.get(number, "").strip('"') != part.etag.strip('"'):
            raise UploadIncomplete(
                f"Part {number} in storage is not the one that was sent. Send it again."
            )
    return [held[number] for number in range(1, count + 1)]


async def abort(context: Context, upload: Upload) -> None:
    """Give an upload up and have what was stored of it removed; an ended one stays as it is.
    Raises `UploadNotPending` for a completed one."""
    # Storage first: a row that is pending is found again, by the client or on expiry.
    if upload.status == UploadStatus.PENDING and upload.s3_upload_id is not None:
        await context.storage.abort_multipart(upload.object_key, upload.s3_upload_id)
    ended = await rows.end_upload(
        context.db,
        upload.id,
        UploadStatus.ABORTED,
        url_seconds=context.settings.presign_ttl_seconds,
    )
    current = ended or await rows.fetch_upload(context.db, upload.id)
    if current.status == UploadStatus.COMPLETED:
        raise UploadNotPending("The upload is completed; it cannot be aborted.")
