"""Small files in one form: a video, or a job with all that belongs to it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pydantic import Field
from starlette.responses import Response

from vidmill.db import thumbnails
from vidmill.db import videos as rows
from vidmill.db.pool import Connection
from vidmill.errors import IdempotencyMismatch, InvalidImage, InvalidSource, StorageDown, TooLarge
from vidmill.ids import new_id
from vidmill.quotas import QuotaExceeded
from vidmill.thumbnails import check_image, source_key
from vidmill.upload_errors import TooManyStreams, UploadStalled
from vidmill.videos import VideoChanges
from vidmill_api.encoding import json_response
from vidmill_api.form_fields import FormFields
from vidmill_api.form_stream import MalformedForm
from vidmill_api.form_upload import Form, received
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Operation
from vidmill_api.problems import BodyTooLarge, UnsupportedMediaType
from vidmill_api.routes.job_creation import JobOptions, accept, accepted
from vidmill_api.routes.jobs import links_of
from vidmill_api.routes.videos import ChangeVideo
from vidmill_api.sources import JobSource
from vidmill_api.video_schemas import VideoView
from vidmill_api.video_views import video_view

ARRIVING = (
    IdempotencyMismatch, InvalidSource, QuotaExceeded, TooLarge, BodyTooLarge, MalformedForm,
    UnsupportedMediaType, TooManyStreams, UploadStalled, StorageDown,
)  # fmt: skip


class VideoForm(ChangeVideo, FormFields):
    """A video, and what is to be said of it. A list is a field for each entry."""

    file: bytes = Field(description="The video, up to UPLOAD_FORM_MAX_BYTES.")


class JobForm(JobOptions, FormFields):
    """A video and how to treat it. What is neither text nor a list of such is JSON."""

    file: bytes = Field(description="The video, up to UPLOAD_FORM_MAX_BYTES.")
    thumbnail: bytes | None = Field(
        default=None, description="A JPEG, PNG or WebP of up to 5 MB: the video's still."
    )


@Operation(
    summary="Upload a small video", tag="videos", status=201, form=VideoForm, response=VideoView,
    errors=ARRIVING, headers=(IDEMPOTENCY_KEY,), answers_with=("Location",),
)  # fmt: skip
async def upload_video(call: Call[None, None]) -> Response:
    """In one form, which cannot be resumed: larger files go through `POST /uploads`. The fields are
    those of `PATCH /videos/{id}`. With an Idempotency-Key, the same fields and file get the same
    answer."""
    async with received(call, ChangeVideo) as form:
        known = await earlier_answer(form.call)
        answer = known or await _make_video(form)
    response = json_response(answer, 201)
    response.headers["Location"] = f"/api/v1/videos/{answer['id']}"
    return response


async def _make_video(form: Form) -> dict[str, Any]:
    call = form.call
    given = call.body.model_dump(exclude_unset=True)

    async def insert(conn: Connection) -> dict[str, Any]:
        completed = await form.video_in(conn)
        assert completed.video_id is not None, "its purpose is to be a video"
        if given:
            await rows.describe_in(conn, completed.video_id, VideoChanges(given))
        video = await rows.fetch_video_in(conn, completed.video_id)
        return video_view(video, None, links_of(call.context), call.user)

    answer, _ = await answer_once(call, 201, insert)
    return answer


@Operation(
    summary="Upload a small video and transcode it", tag="jobs", status=202, form=JobForm,
    response=JobView, errors=(*ARRIVING, InvalidImage), headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def upload_job(call: Call[None, None]) -> Response:
    """`POST /videos/upload` and `POST /jobs` in one form: `file`, if you like `thumbnail`, and the
    fields of `POST /jobs` but for those that name a source; `metadata` and the like as JSON."""
    async with received(call, JobOptions, pictures=True) as form:
        if (known := await earlier_answer(form.call)) is not None:
            return accepted(known)
        picture = await _store_picture(form)

        async def video_in(conn: Connection) -> UUID:
            completed = await form.video_in(conn)
            assert completed.video_id is not None, "its purpose is to be a video"
            if picture is not None:
                await thumbnails.await_in(conn, completed.video_id, picture)
            return completed.video_id

        return await accept(form.call, JobSource(filename=form.filename, arriving=video_in))


async def _store_picture(form: Form) -> str | None:
    """The thumbnail in storage, to be removed in an hour unless the video awaits it. Raises
    `InvalidImage`."""
    if form.picture is None:
        return None
    header = check_image(form.picture)
    context, source = form.call.context, source_key(form.call.user.id, new_id())
    await thumbnails.announce_source(context.db, source)
    await context.storage.put(source, form.picture, content_type=f"image/{header.format}")
    return source
