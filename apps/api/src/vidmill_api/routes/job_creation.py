"""Jobs posted: one source, and how to treat it."""

from __future__ import annotations

import logging
from typing import Any, cast

from pydantic import Field, model_validator
from starlette.responses import Response

from vidmill.captions import CaptionLanguage
from vidmill.db import jobs as rows
from vidmill.db.job_reads import WholeJob
from vidmill.db.jobs import CreatedJob
from vidmill.db.pool import Connection
from vidmill.db.webhooks import create_job_webhook
from vidmill.edits import BurnIn, Clip, Edits, Watermark
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
from vidmill.ledger import NOTHING_USED
from vidmill.objects import NotReadable
from vidmill.outbound_rules import UrlRefused
from vidmill.presets import Metric
from vidmill.quotas import QuotaDefaults, QuotaExceeded
from vidmill.source_places import (
    BucketNotAllowed,
    PathNotAllowed,
    SourcePending,
    UrlsNotAllowed,
)
from vidmill_api import sources
from vidmill_api.encoding import dumps, json_response
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.job_schemas import JobView
from vidmill_api.job_specs import spec_of
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation
from vidmill_api.preset_schemas import InlineOutputs
from vidmill_api.routes.jobs import whole_view
from vidmill_api.source_fields import SourceFields
from vidmill_api.sources import JobSource
from vidmill_api.webhook_targets import checked_target, usable_secret

log = logging.getLogger(__name__)

#: Metadata is for a title and tags, not for documents.
MAX_METADATA_BYTES = 65_536


class JobOptions(Input):
    """How to treat a source."""

    preset: str = Field(default="web", min_length=1, max_length=63)
    outputs: InlineOutputs | None = Field(
        default=None, description="What to make, in place of a stored preset."
    )
    priority: int = Field(default=5, ge=0, le=10, description="10 is the most urgent.")
    metadata: dict[str, Any] = Field(default_factory=dict)
    reuse: bool = Field(
        default=True,
        description="Take over what an earlier job made of the same source with the same settings; "
        "false encodes everything anew.",
    )
    metrics: list[Metric] | None = Field(
        default=None,
        max_length=3,
        description="What is measured of every rendition before the job completes; as the preset "
        "says if left out.",
    )
    captions: CaptionLanguage | None = Field(
        default=None,
        description="Make subtitles of what is spoken in this language, such as en, or in the one "
        "that is heard (auto); as the preset says if left out.",
    )
    webhook_url: str | None = Field(
        default=None,
        min_length=8,
        max_length=2048,
        description="Hears of all that happens to this job; https, on the public internet.",
    )
    webhook_secret: str | None = Field(
        default=None, description="What those requests are signed with, for you to check."
    )
    clip: Clip | None = None
    watermark: Watermark | None = None
    burn_in: BurnIn | None = None

    @property
    def edits(self) -> Edits | None:
        """What is to be done to the source; None for nothing."""
        edits = Edits(clip=self.clip, watermark=self.watermark, burn_in=self.burn_in)
        return None if edits == Edits() else edits

    @model_validator(mode="after")
    def _whole(self) -> JobOptions:
        if self.outputs is not None and "preset" in self.model_fields_set:
            raise ValueError("name either preset or outputs")
        if self.metrics is not None and len(set(self.metrics)) < len(self.metrics):
            raise ValueError("metrics must name each one once")
        if self.webhook_secret is not None and self.webhook_url is None:
            raise ValueError("webhook_secret needs webhook_url")
        if len(dumps(self.metadata)) > MAX_METADATA_BYTES:
            raise ValueError(f"metadata may have {MAX_METADATA_BYTES:,} bytes as JSON")
        return self


class CreateJob(SourceFields, JobOptions):
    """One source, and how to treat it."""


POSTING = (
    NotFound, MissingObject, InvalidSource, IdempotencyMismatch, QuotaExceeded, UploadExpired,
    UploadIncomplete, UploadNotPending, TooLarge, SourcePending,
)  # fmt: skip


@Operation(
    summary="Transcode a video",
    tag="jobs",
    status=202,
    body=CreateJob,
    response=JobView,
    errors=(*POSTING, BucketNotAllowed, PathNotAllowed, UrlsNotAllowed, UrlRefused, NotReadable),
    headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)
async def create_job(call: Call[CreateJob, None]) -> Response:
    """Accepted once it is in the database; it starts as soon as a worker is free. Of `input_key`,
    `video_id`, `bucket` with `object_key`, `url` and `file_path` one names the source."""
    if (earlier := await earlier_answer(call)) is not None:
        return accepted(earlier)
    return await accept(call, await sources.resolve(call.context, call.user, call.body))


@Operation(
    summary="Transcode this video",
    tag="videos",
    status=202,
    body=JobOptions,
    response=JobView,
    errors=POSTING,
    headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)
async def transcode_video(call: Call[JobOptions, None]) -> Response:
    """As `POST /jobs` with its id."""
    if (earlier := await earlier_answer(call)) is not None:
        return accepted(earlier)
    video_id = call.path("video_id")
    return await accept(call, await sources.of_video(call.context, call.user, video_id))


async def accept(call: Call[Any, Any], source: JobSource) -> Response:
    """Make the job of a source and of the `JobOptions` that the call's body is. Raises
    `InvalidFields`, `IdempotencyMismatch`, and what the files of edits raise."""
    context, body = call.context, cast("JobOptions", call.body)
    spec = await _preset(call)
    await sources.require_edit_files(context, call.user, body.edits)
    secret = usable_secret("webhook_secret", body.webhook_secret)
    target = body.webhook_url and await checked_target(call, "webhook_url", body.webhook_url)
    created: list[CreatedJob] = []

    async def insert(conn: Connection) -> dict[str, Any]:
        made = await rows.create_job(
            conn,
            owner_id=call.user.id,
            video_id=await source.video_in(conn, call.user.id),
            filename=source.filename,
            preset=body.preset if body.outputs is None else body.outputs.name,
            spec=spec,
            priority=body.priority,
            metadata=body.metadata,
            max_attempts=context.settings.task_max_attempts,
            reuse=body.reuse,
            edits=None if body.edits is None else body.edits.model_dump(exclude_none=True),
            api_key_id=call.identity.key_id if call.identity else None,
            quotas=QuotaDefaults.of(context.settings),
            origin=source.origin,
        )
        created.append(made)
        if target:
            await create_job_webhook(
                conn, context.sealer, owner_id=call.user.id, job_id=made.job.id, target=target,
                secret=secret,
            )  # fmt: skip
        return whole_view(context, WholeJob(made.job, made.tasks, [], [], NOTHING_USED))

    # The usual case: somebody waits, and two round trips less are a tenth of the time.
    alone = source.video_id is not None and not target
    answer, first = await answer_once(call, 202, insert, one_statement=alone)
    if first:
        await context.queue.push_or_leave([one.queued for one in created])
        for one in created:
            context.queue.announce(one.job.id, one.job.owner_id)
        context.metrics.jobs_created.inc()
        log.info("job accepted", extra={"job_id": str(answer["id"])})
    return accepted(answer)


async def _preset(call: Call[Any, Any]) -> dict[str, Any]:
    """The preset as it stands now, with what the job wants otherwise. Raises `InvalidFields`
    naming those there are."""
    spec = await spec_of(call, call.body.preset, call.body.outputs)
    wanted = {"metrics": call.body.metrics, "captions": call.body.captions}
    return spec | {name: value for name, value in wanted.items() if value is not None}


def accepted(answer: dict[str, Any]) -> Response:
    """The answer to whoever posted a job."""
    response = json_response(answer, 202)
    response.headers["Location"] = f"/api/v1/jobs/{answer['id']}"
    return response
