"""Which source a job is for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote
from uuid import UUID

from pydantic import TypeAdapter, ValidationError

from vidmill.db import sources as rows
from vidmill.db.pool import Connection
from vidmill.db.uploads import fetch_upload_by_key
from vidmill.db.videos import fetch_video, fetch_video_by_key
from vidmill.edits import Edits
from vidmill.errors import Forbidden, InvalidSource, MissingObject, NotFound
from vidmill.objects import ObjectInfo
from vidmill.outbound_rules import UrlRefused, check_address, read_url
from vidmill.source_places import (
    BucketNotAllowed,
    SourcePending,
    UrlsNotAllowed,
    reference,
    root_of,
    split_reference,
)
from vidmill.uploads import UploadPurpose
from vidmill.users import User
from vidmill.videos import Video
from vidmill_api import upload_flow
from vidmill_api.authenticate import may_see, require_owner
from vidmill_api.context import Context
from vidmill_api.file_fields import FileName
from vidmill_api.problems import InvalidFields
from vidmill_api.source_fields import SourceFields


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSource:
    """What the caller may transcode: a video, or what will be one."""

    filename: str
    video_id: UUID | None = None
    referred: ObjectInfo | None = None
    """An object of another bucket, which a video is to refer to."""
    origin: dict[str, Any] | None = None
    """Where it is to be fetched from, by the job's first task."""
    arriving: Callable[[Connection], Awaitable[UUID]] | None = None
    """Makes the video of a file that came with the request."""

    async def video_in(self, conn: Connection, owner_id: UUID) -> UUID:
        """Its video, made if there is none, in the transaction that makes the job."""
        if self.video_id is not None:
            return self.video_id
        if self.arriving is not None:
            return await self.arriving(conn)
        if self.referred is not None:
            return await rows.refer_to_object(
                conn, owner_id=owner_id, filename=self.filename, found=self.referred
            )
        return await rows.expect_video(conn, owner_id=owner_id, filename=self.filename)


async def require_edit_files(context: Context, user: User, edits: Edits | None) -> None:
    """See that every file that edits name is an upload of the caller's. Raises `InvalidFields`, and
    what completing an upload raises."""
    if edits is None:
        return
    if (mark := edits.watermark) is not None:
        await _require_file(
            context, user, mark.input_key, UploadPurpose.WATERMARK, "watermark.input_key"
        )
    if (text := edits.burn_in) is not None and text.input_key is not None:
        await _require_file(
            context, user, text.input_key, UploadPurpose.SUBTITLES, "burn_in.input_key"
        )


async def _require_file(
    context: Context, user: User, key: str, purpose: UploadPurpose, field: str
) -> None:
    """One that was sent but not completed is completed here."""
    upload = await fetch_upload_by_key(context.db, key)
    if upload is None or not may_see(user, upload.owner_id):
        raise InvalidFields.one(
            field,
            f"Nothing was uploaded as {key!r}. Send the file with POST /uploads and purpose "
            f"{purpose}, then use the key of that answer.",
            "unknown_file",
        )
    if upload.purpose != purpose:
        raise InvalidFields.one(
            field,
            f"That file was uploaded with purpose {upload.purpose}. Upload it with {purpose}.",
            "wrong_purpose",
        )
    try:
        await upload_flow.complete(context, upload, None)
    except MissingObject:
        raise InvalidFields.one(
            field, "The file was announced but has not arrived. Send it first.", "missing_file"
        ) from None


async def resolve(context: Context, user: User, named: SourceFields) -> JobSource:
    """The source that a request names. Raises `InvalidFields`, `NotFound`, `MissingObject`,
    `Forbidden`, `BucketNotAllowed`, `PathNotAllowed`, `UrlsNotAllowed`, `UrlRefused`,
    `SourcePending`, and what completing an upload raises."""
    named.require_one_source()
    if named.video_id is not None:
        return await of_video(context, user, named.video_id)
    if named.url is not None:
        return _of_url(context, named.url)
    if named.file_path is not None:
        return _of_file(context, user, named.file_path)
    if named.bucket is not None and named.object_key is not None:
        return await _of_bucket(context, user, named.bucket, named.object_key)
    assert named.input_key is not None, "one of them is named"
    if (referred := split_reference(named.input_key)) is not None:
        return await _of_bucket(context, user, *referred)
    return await _of_upload(context, user, named.input_key)


async def of_video(context: Context, user: User, video_id: UUID) -> JobSource:
    """A video by its id. Raises `NotFound`, `SourcePending`."""
    video = await fetch_video(context.db, video_id)
    require_owner(user, video.owner_id)
    return _ready(video)


def _ready(video: Video) -> JobSource:
    if not video.etag:
        raise SourcePending
    return JobSource(filename=video.filename, video_id=video.id)


async def _of_upload(context: Context, user: User, input_key: str) -> JobSource:
    """One that was sent but not completed is completed here."""
    known = await fetch_video_by_key(context.db, input_key)
    if known is not None and may_see(user, known.owner_id):
        return _ready(known)
    upload = await fetch_upload_by_key(context.db, input_key)
    if (
        upload is None
        or not may_see(user, upload.owner_id)
        or upload.purpose != UploadPurpose.VIDEO
    ):
        # The same for both: which keys others have is nobody's business.
        raise MissingObject(
            f"Nothing was uploaded as {input_key!r}. Get a URL from POST /uploads, send the file "
            "there, then use the key of that answer."
        )
    completed = await upload_flow.complete(context, upload, None)
    if completed.video_id is None:
        raise NotFound
    return JobSource(filename=completed.filename, video_id=completed.video_id)


async def _of_bucket(context: Context, user: User, bucket: str, key: str) -> JobSource:
    """An object of a bucket that SOURCE_BUCKETS lists for the caller, as it is now."""
    allowed = any(
        place.allows(bucket, key, user_id=user.id, is_admin=user.is_admin)
        for place in context.settings.source_buckets
    )
    if not allowed:
        # Before anything is looked at: what else a bucket holds is nobody's business.
        raise BucketNotAllowed
    found = await context.storage.head(reference(bucket, key))
    upload_flow.check_size(found.size, context.settings.input_max_bytes)
    if found.size == 0:
        raise InvalidSource("corrupt_file", "The object is empty. Name one that holds a video.")
    return JobSource(filename=_name(key), referred=found)


def _of_url(context: Context, url: str) -> JobSource:
    """What can be told without asking anybody; the worker that pulls it checks the rest."""
    if not context.settings.source_urls:
        raise UrlsNotAllowed
    target = read_url(url)
    allowed = context.settings.outbound_allow_cidrs
    if target.address is not None:
        check_address(target.address, scheme=target.scheme, port=target.port, allowed=allowed)
    if target.scheme != "https" and not allowed:
        raise UrlRefused("The URL must begin with https://.")
    return JobSource(filename=_name(unquote(target.path.partition("?")[0])), origin={"url": url})


def _of_file(context: Context, user: User, path: str) -> JobSource:
    """The path is only read here: the file is on the workers' machines."""
    if not user.is_admin:
        raise Forbidden("Files of the server are for administrators. Upload the file instead.")
    _, rest = root_of(path, context.settings.source_roots)
    return JobSource(filename=_name(rest.name), origin={"file_path": path})


_FILE_NAMES = TypeAdapter[str](FileName)


def _name(path: str) -> str:
    """A file name to show, of the end of a path."""
    try:
        return _FILE_NAMES.validate_python(path.rsplit("/", 1)[-1][-255:])
    except ValidationError:
        return "video"
