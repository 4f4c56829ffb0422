"""Jobs posted: one source, and how to treat it."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator
from starlette.responses import Response

from vidmill.captions import CaptionLanguage
from vidmill.db import job_reads, presets, task_reads
from vidmill.db import jobs as rows
from vidmill.db.job_reads import WholeJob
from vidmill.db.pool import Connection
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
from vidmill.presets import Metric
from vidmill.quotas import QuotaDefaults, QuotaExceeded
from vidmill.tasks import QueuedTask
from vidmill_api import sources
from vidmill_api.encoding import dumps, json_response
from vidmill_api.idempotent import answer_once, earlier_answer
from vidmill_api.job_schemas import JobView
from vidmill_api.operation import IDEMPOTENCY_KEY, Call, Input, Operation
from vidmill_api.preset_schemas import InlineOutputs
from vidmill_api.problems import InvalidFields
from vidmill_api.routes.jobs import whole_view

log = logging.getLogger(__name__)

#: Metadata is for a title and tags, not for documents.
MAX_METADATA_BYTES = 65_536


class CreateJob(Input):
    """One source, by `input_key` or by `video_id`, and how to treat it."""

    input_key: str | None = Field(default=None, min_length=1, max_length=1024)
    # JSON has no UUIDs, so this one is read from text.
    video_id: UUID | None = Field(default=None, strict=False)
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
    clip: Clip | None = None
    watermark: Watermark | None = None
    burn_in: BurnIn | None = None

    @property
    def edits(self) -> Edits | None:
        """What is to be done to the source; None for nothing."""
        edits = Edits(clip=self.clip, watermark=self.watermark, burn_in=self.burn_in)
        return None if edits == Edits() else edits

    @model_validator(mode="after")
    def _one_source(self) -> CreateJob:
        if (self.input_key is None) == (self.video_id is None):
            raise ValueError("name one source: either input_key or video_id")
        if self.outputs is not None and "preset" in self.model_fields_set:
            raise ValueError("name either preset or outputs")
        if self.metrics is not None and len(set(self.metrics)) < len(self.metrics):
            raise ValueError("metrics must name each one once")
        if len(dumps(self.metadata)) > MAX_METADATA_BYTES:
            raise ValueError(f"metadata may have {MAX_METADATA_BYTES:,} bytes as JSON")
        return self


@Operation(
    summary="Transcode a video",
    tag="jobs",
    status=202,
    body=CreateJob,
    response=JobView,
    errors=(
        NotFound, MissingObject, InvalidSource, IdempotencyMismatch, QuotaExceeded, UploadExpired,
        UploadIncomplete, UploadNotPending, TooLarge,
    ),
    headers=(IDEMPOTENCY_KEY,),
    answers_with=("Location",),
)  # fmt: skip
async def create_job(call: Call[CreateJob, None]) -> Response:
    """Accepted once it is in the database; it starts as soon as a worker is free."""
    if (earlier := await earlier_answer(call)) is not None:
        return _accepted(earlier)
    context, body = call.context, call.body
    spec = await _preset(call)
    source = await sources.resolve(
        context, call.user, input_key=body.input_key, video_id=body.video_id
    )
    await sources.require_edit_files(context, call.user, body.edits)
    queued: list[QueuedTask] = []

    async def insert(conn: Connection) -> dict[str, Any]:
        plan = await rows.create_job(
            conn,
            owner_id=call.user.id,
            video_id=source.video_id,
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
        )
        queued.append(plan)
        job = await job_reads.fetch_job_in(conn, plan.job_id)
        tasks = await task_reads.fetch_tasks_in(conn, [job.id])
        return whole_view(context, WholeJob(job, tasks, [], [], NOTHING_USED))

    answer, first = await answer_once(call, 202, insert)
    if first:
        await context.queue.push_or_leave(queued)
        context.queue.announce(queued[0].job_id)
        context.metrics.jobs_created.inc()
        log.info("job accepted", extra={"job_id": str(answer["id"])})
    return _accepted(answer)


async def _preset(call: Call[CreateJob, None]) -> dict[str, Any]:
    """The preset as it stands now, with what the job wants otherwise. Raises `InvalidFields`
    naming those there are."""
    db, name = call.context.db, call.body.preset
    if call.body.outputs is not None:
        spec = call.body.outputs.model_dump(mode="json")
    else:
        spec = await presets.fetch_preset(db, name, owner_id=call.user.id)
    if spec is None:
        names = ", ".join(await presets.list_names(db, owner_id=call.user.id))
        raise InvalidFields.one(
            "preset", f"There is no preset {name!r}. There are: {names}.", "unknown_preset"
        )
    wanted = {"metrics": call.body.metrics, "captions": call.body.captions}
    return spec | {name: value for name, value in wanted.items() if value is not None}


def _accepted(answer: dict[str, Any]) -> Response:
    response = json_response(answer, 202)
    response.headers["Location"] = f"/api/v1/jobs/{answer['id']}"
    return response
