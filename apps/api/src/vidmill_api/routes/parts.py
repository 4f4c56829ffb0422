"""Parts of uploads through this server, for clients that cannot reach storage."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import AsyncGenerator

from starlette.requests import Request
from starlette.responses import Response

from vidmill.db.uploads import fetch_upload
from vidmill.errors import MissingObject, NotFound, TooLarge, UploadExpired, UploadNotPending
from vidmill.upload_errors import (
    ChecksumMismatch,
    LengthRequired,
    TooManyStreams,
    UploadStalled,
    WrongPartSize,
)
from vidmill.uploads import Part, Upload, UploadStatus
from vidmill_api import upload_flow
from vidmill_api.authenticate import require_owner
from vidmill_api.context import Context
from vidmill_api.encoding import json_response
from vidmill_api.operation import Call, Operation
from vidmill_api.problems import InvalidFields
from vidmill_api.schemas import PartView
from vidmill_api.streams import body_length
from vidmill_api.upload_views import part_view, require_pending

CONTENT_MD5 = "Content-MD5"


@Operation(
    summary="Send a part through this server",
    tag="uploads",
    octets=("application/octet-stream",),
    response=PartView,
    errors=(
        NotFound, UploadExpired, UploadNotPending, WrongPartSize, ChecksumMismatch, LengthRequired,
        UploadStalled, TooManyStreams, TooLarge,
    ),
    headers=(CONTENT_MD5,),
    answers_with=("ETag",),
)  # fmt: skip
async def put_part(call: Call[None, None]) -> Response:
    """For clients that cannot reach storage; the others use its signed URLs. An upload of one PUT
    has one part, number 1. A part that is sent again takes the place of the first; one that does
    not arrive whole, or fails its Content-MD5, leaves what was there."""
    context, number = call.context, int(call.path("number"))
    upload = await fetch_upload(context.db, call.path("upload_id"))
    require_owner(call.user, upload.owner_id)
    _require_part(upload, number)
    expected = upload.part_bytes(number)
    length, md5 = body_length(call.request, expected), _md5(call.request)
    upload_flow.check_size(length, upload_flow.max_bytes(context, upload.purpose))
    if length != (expected or length) or not length:
        raise WrongPartSize(
            f"Part {number} has {expected or 'some'} bytes; {length} are coming. Send all of the "
            "part and nothing else."
        )
    with context.streams.place(call.user.id):
        part = await _store(context, upload, number, call.request.stream(), length, md5)
    response = json_response(part_view(part))
    response.headers["ETag"] = part.etag
    return response


async def _store(
    context: Context, upload: Upload, number: int, chunks: AsyncGenerator[bytes],
    length: int, md5: bytes | None,
) -> Part:  # fmt: skip
    key, storage = upload.object_key, context.storage
    if upload.s3_upload_id is None:
        kind = upload.content_type
        etag = await storage.stream_object(key, chunks, content_type=kind, length=length, md5=md5)
        return Part(number, etag, length)
    try:
        return await storage.stream_part(
            key, upload.s3_upload_id, number, chunks, length=length, md5=md5
        )
    except MissingObject:
        raise UploadNotPending("The upload has ended meanwhile; no part is awaited.") from None


def _require_part(upload: Upload, number: int) -> None:
    """Raises `UploadExpired`, `UploadNotPending`, `InvalidFields`."""
    require_pending(upload)
    if upload.status == UploadStatus.COMPLETED:
        raise UploadNotPending("The upload is completed already; no part of it is awaited.")
    if not 1 <= number <= upload.parts:
        raise InvalidFields.one(
            "number", f"The upload has {upload.parts} parts, numbered from 1; there is no {number}."
        )


def _md5(request: Request) -> bytes | None:
    """The digest that Content-MD5 (RFC 1864) states. Raises `InvalidFields`."""
    stated = request.headers.get(CONTENT_MD5)
    if stated is None:
        return None
    try:
        digest = b64decode(stated, validate=True)
    except (NoBase64, ValueError):
        digest = b""
    if len(digest) != 16:
        raise InvalidFields.one(CONTENT_MD5, "Send the 16 bytes of an MD5 digest as Base64.")
    return digest
