"""Uploads in PostgreSQL."""

from __future__ import annotations

from uuid import UUID

from psycopg.rows import class_row

from vidmill.db import purges
from vidmill.db.pool import Connection, Database
from vidmill.db.queries import load_queries
from vidmill.db.videos import create_video
from vidmill.errors import NotFound
from vidmill.uploads import Upload, UploadMode, UploadPurpose, UploadStatus

SQL = load_queries("uploads.sql")


async def create_upload(
    conn: Connection,
    *,
    upload_id: UUID,
    owner_id: UUID,
    mode: UploadMode,
    object_key: str,
    filename: str,
    content_type: str,
    size_bytes: int | None,
    part_size: int | None,
    part_count: int | None,
    s3_upload_id: str | None,
    ttl_seconds: float,
    purpose: UploadPurpose = UploadPurpose.VIDEO,
) -> Upload:
    """Insert a pending upload inside the caller's transaction."""
    async with conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(
            SQL["insert_upload"],
            {
                "id": upload_id,
                "owner_id": owner_id,
                "mode": mode,
                "object_key": object_key,
                "filename": filename,
                "content_type": content_type,
                "size_bytes": size_bytes,
                "part_size": part_size,
                "part_count": part_count,
                "s3_upload_id": s3_upload_id,
                "ttl_seconds": ttl_seconds,
                "purpose": purpose,
            },
        )
        upload = await cursor.fetchone()
    if upload is None:
        raise RuntimeError("INSERT … RETURNING gave no row")
    return upload


async def fetch_upload(db: Database, upload_id: UUID, *, owner_id: UUID | None = None) -> Upload:
    """One upload; with `owner_id`, only if it is theirs. Raises `NotFound`."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(SQL["fetch_upload"], {"id": upload_id})
        upload = await cursor.fetchone()
    if upload is None or (owner_id is not None and upload.owner_id != owner_id):
        raise NotFound
    return upload


async def fetch_upload_by_key(db: Database, object_key: str) -> Upload | None:
    """The upload that made, or will make, that object."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(SQL["fetch_upload_by_key"], {"object_key": object_key})
        return await cursor.fetchone()


async def lock_upload(conn: Connection, upload_id: UUID) -> Upload:
    """One upload, locked until the caller's transaction ends. Raises `NotFound`."""
    async with conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(SQL["lock_upload"], {"id": upload_id})
        upload = await cursor.fetchone()
    if upload is None:
        raise NotFound
    return upload


async def complete_upload(
    conn: Connection, upload: Upload, *, size_bytes: int, etag: str
) -> Upload:
    """Turn a locked pending upload into a video, if it is to be one, inside the caller's
    transaction."""
    video_id = None
    if upload.purpose == UploadPurpose.VIDEO:
        video_id = await create_video(
            conn,
            owner_id=upload.owner_id,
            object_key=upload.object_key,
            filename=upload.filename,
            content_type=upload.content_type,
            size_bytes=size_bytes,
            etag=etag,
        )
    async with conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(
            SQL["complete_upload"],
            {
                "id": upload.id,
                "video_id": video_id,
                "size_bytes": size_bytes,
                "etag": etag if video_id is None else None,
            },
        )
        completed = await cursor.fetchone()
    if completed is None:
        raise RuntimeError("a locked pending upload could not be completed")
    return completed


async def end_upload(
    db: Database, upload_id: UUID, status: UploadStatus, *, url_seconds: float
) -> Upload | None:
    """Abort or expire a pending upload and have what was stored of it removed; None where it was
    no longer pending. `url_seconds`: how long a URL that was signed just now still takes a file."""
    async with db.transaction() as conn:
        async with conn.cursor(row_factory=class_row(Upload)) as cursor:
            await cursor.execute(SQL["end_upload"], {"id": upload_id, "status": status})
            upload = await cursor.fetchone()
        if upload is not None:
            folder = upload.object_key.rsplit("/", 1)[0] + "/"
            # A PUT that began in the last moment of its URL may still land: an hour for that.
            await purges.request_purge(conn, folder, after_seconds=url_seconds + 3600)
        return upload


async def due_uploads(db: Database) -> list[Upload]:
    """Pending uploads whose time has run out, the oldest first."""
    async with db.connection() as conn, conn.cursor(row_factory=class_row(Upload)) as cursor:
        await cursor.execute(SQL["due_uploads"])
        return await cursor.fetchall()
