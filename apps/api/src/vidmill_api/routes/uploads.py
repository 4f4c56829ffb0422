"""Uploads: created, signed and completed here; the bytes go straight to storage."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field
from starlette.responses import Response

from vidmill.db import uploads as rows
from vidmill.db.pool import Connection
from vidmill.errors import (
    IdempotencyMismatch,
    InvalidSource,
    MissingObject,
    NotFound,
    TooLarge,
    UploadExpired,
    UploadIncomplete,
    UploadNotPending,
)
from vidmill.quotas import QuotaExceeded
from vidmill.uploads import Upload, UploadPurpose
from vidmill_api import upload_flow, upload_views
from vidmill_api.authenticate import require_owner
from vidmill_api.encoding import json_response
from vidmill_api.file_fields import ContentType, FileName
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation
from vidmill_api.schemas import SignedParts, UploadView

MAX_PART_NUMBERS = 100


class CreateUpload(Input):
    """What will be sent."""

    filename: FileName
    # No object in S3 is larger.
    size: int = Field(gt=0, le=5 * 1024**4, description="Bytes.")
    content_type: ContentType = "application/octet-stream"
    # JSON has no enumerations, so this one is read from text.
    purpose: UploadPurpose = Field(
        default=UploadPurpose.VIDEO,
        strict=False,
        description="`watermark` (PNG) and `subtitles` are for jobs to use, and make no video.",
    )


class SignParts(Input):
    """Which parts are to be sent next."""

    numbers: list[Annotated[int, Field(ge=1, le=10_000)]] = Field(
        min_length=1, max_length=MAX_PART_NUMBERS
    )


class PartTag(Input):
    """A part as the client sent it."""

    number: int = Field(ge=1, le=10_000)
    etag: str = Field(min_length=1, max_length=100)


class CompleteUpload(Input):
    """Optionally the ETags that storage answered, to be compared with what it holds."""

    parts: list[PartTag] | None = Field(default=None, max_length=10_000)


@Operation(
    summary="Start an upload",
    tag="uploads",
    status=201,
    body=CreateUpload,
    response=UploadView,
    errors=(TooLarge, IdempotencyMismatch, QuotaExceeded),
    headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)
async def create_upload(call: Call[CreateUpload, None]) -> Response:
    """One PUT for small files, else parts of the size that the answer says."""
    if (earlier := await earlier_answer(call)) is not None:
        return _created(earlier)
    context, body = call.context, call.body
    upload_flow.check_size(body.size, upload_flow.max_bytes(context, body.purpose))
    new = await upload_flow.prepare(
        context,
        owner_id=call.user.id,
        filename=body.filename,
        content_type=body.content_type,
        size=body.size,
        purpose=body.purpose,
    )

    async def insert(conn: Connection) -> dict[str, Any]:
        upload = await upload_flow.insert(context, conn, new)
        return upload_views.upload_view(context, upload, [])

    try:
        answer, first = await answer_once(call, 201, insert)
    except BaseException:
        await upload_flow.discard(context, new)
        raise
    if not first:
        await upload_flow.discard(context, new)
    return _created(answer)


def _created(answer: dict[str, Any]) -> Response:
    response = json_response(answer, 201)
    response.headers["Location"] = f"/api/v1/uploads/{answer['id']}"
    return response


@Operation(
    summary="An upload and the parts in storage", tag="uploads", response=UploadView,
    errors=(NotFound,),
)  # fmt: skip
async def get_upload(call: Call[None, None]) -> dict[str, Any]:
    """To resume: what is listed in `parts` need not be sent again."""
    upload = await _own(call)
    return upload_views.upload_view(
        call.context, upload, await upload_flow.stored_parts(call.context, upload)
    )


@Operation(
    summary="Sign URLs for parts", tag="uploads", body=SignParts, response=SignedParts,
    errors=(NotFound, UploadExpired, UploadNotPending),
)  # fmt: skip
async def sign_parts(call: Call[SignParts, None]) -> dict[str, Any]:
    """Up to 100 at a time; a part may be signed and sent again."""
    upload = await _own(call)
    return upload_views.sign_parts(call.context, upload, call.body.numbers)


@Operation(
    summary="Complete an upload", tag="uploads", body=CompleteUpload, response=UploadView,
    errors=(
        NotFound, MissingObject, InvalidSource, TooLarge, UploadExpired, UploadIncomplete,
        UploadNotPending, QuotaExceeded,
    ),
)  # fmt: skip
async def complete_upload(call: Call[CompleteUpload, None]) -> dict[str, Any]:
    """Checks that all of it is in storage, and makes a video of it unless it has another purpose.
    Repeating it changes nothing."""
    upload = await _own(call)
    sent = {p.number: p.etag for p in call.body.parts} if call.body.parts is not None else None
    completed = await upload_flow.complete(call.context, upload, sent)
    return upload_views.upload_view(call.context, completed, [])


@Operation(
    summary="Give an upload up", tag="uploads", status=204, errors=(NotFound, UploadNotPending)
)
async def abort_upload(call: Call[None, None]) -> None:
    """Removes what was stored of it. Repeating it changes nothing."""
    await upload_flow.abort(call.context, await _own(call))


async def _own(call: Call[Any, None]) -> Upload:
    upload = await rows.fetch_upload(call.context.db, call.path("upload_id"))
    require_owner(call.user, upload.owner_id)
    return upload
