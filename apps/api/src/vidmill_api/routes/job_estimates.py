"""What a job will take, asked before it is posted."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from uuid import UUID

from pydantic import Field, model_validator

from vidmill.access import Scope
from vidmill.db import estimates as rows
from vidmill.db.videos import fetch_video, fetch_video_by_key
from vidmill.errors import MissingObject, NotFound
from vidmill.estimates import Estimate, SourceShape, SourceUnknown, estimate
from vidmill.ledger import Ledger, Prices
from vidmill.presets import Preset
from vidmill_api.authenticate import may_see, require_owner
from vidmill_api.estimate_schemas import EstimateView
from vidmill_api.job_specs import spec_of
from vidmill_api.operation import Call, Input, Operation
from vidmill_api.preset_schemas import InlineOutputs

_SHAPE = ("duration_seconds", "width", "height", "fps")


class EstimateJob(Input):
    """A source that a job has looked at, or what it is like; and what is to be made of it."""

    input_key: str | None = Field(default=None, min_length=1, max_length=1024)
    # JSON has no UUIDs, so this one is read from text.
    video_id: UUID | None = Field(default=None, strict=False)
    duration_seconds: float | None = Field(default=None, gt=0, le=86_400)
    width: int | None = Field(default=None, ge=16, le=16_384)
    height: int | None = Field(default=None, ge=16, le=16_384)
    fps: float | None = Field(default=None, gt=0, le=300)
    bitrate_bps: int | None = Field(
        default=None, gt=0, le=10_000_000_000,
        description="Of the source, where it is known: tells how much detail there is.",
    )  # fmt: skip
    preset: str = Field(default="web", min_length=1, max_length=63)
    outputs: InlineOutputs | None = Field(
        default=None, description="What to make, in place of a stored preset."
    )
    priority: int = Field(default=5, ge=0, le=10)

    @model_validator(mode="after")
    def _one_source(self) -> EstimateJob:
        given = [name for name in _SHAPE if getattr(self, name) is not None]
        named = (self.input_key is not None) + (self.video_id is not None)
        if named + bool(given) != 1 or (given and len(given) < len(_SHAPE)):
            raise ValueError(
                "name one source: video_id, input_key, or duration_seconds, width, height and fps"
            )
        if self.outputs is not None and "preset" in self.model_fields_set:
            raise ValueError("name either preset or outputs")
        return self


@Operation(
    summary="What would a job take?", tag="jobs", body=EstimateJob, response=EstimateView,
    scope=Scope.READ, errors=(NotFound, MissingObject, SourceUnknown),
)  # fmt: skip
async def estimate_job(call: Call[EstimateJob, None]) -> dict[str, Any]:
    """Time, sizes and cost, told from finished jobs with the same settings; nothing is made.
    A source can be named once a job has looked at it, whatever became of that job."""
    context, body = call.context, call.body
    source = await _source(call)
    spec = await spec_of(call, body.preset, body.outputs)
    name = body.preset if body.outputs is None else body.outputs.name
    preset = Preset.model_validate(spec)
    finished = await rows.fetch_finished(context.db, name, spec)
    told = estimate(source, preset, finished)
    likely = told.processing_seconds.likely
    ahead, waiting = await rows.queue_seconds(
        context.db, owner_id=call.user.id, priority=body.priority, each=likely
    )
    return {
        "eta_seconds": round(waiting + likely, 1),
        "queue_seconds": round(waiting, 1),
        "jobs_ahead": ahead,
        **_told(told, source, preset, Prices.of(context.settings)),
    }


async def _source(call: Call[EstimateJob, None]) -> SourceShape:
    """Raises `NotFound`, `MissingObject`, `SourceUnknown`."""
    body, db = call.body, call.context.db
    if body.duration_seconds and body.width and body.height and body.fps:
        return SourceShape(
            duration_seconds=body.duration_seconds,
            width=body.width,
            height=body.height,
            fps=body.fps,
            bitrate_bps=body.bitrate_bps,
        )
    if body.video_id is not None:
        video = await fetch_video(db, body.video_id)
        require_owner(call.user, video.owner_id)
    else:
        video = await fetch_video_by_key(db, body.input_key or "")
        if video is None or not may_see(call.user, video.owner_id):
            raise MissingObject(f"Nothing was uploaded and completed as {body.input_key!r}.")
    known = await rows.fetch_source(db, video.id)
    if known is None:
        raise SourceUnknown
    return known


def _told(told: Estimate, source: SourceShape, preset: Preset, prices: Prices) -> dict[str, Any]:
    output = sum(size.likely for _, size in told.renditions)
    cost = prices.cost(
        Ledger(
            cpu_ms=round(1000 * told.cpu_seconds.likely),
            input_bytes=0,
            output_bytes=round(output),
            video_ms=round(1000 * source.duration_seconds * len(told.renditions)),
        )
    )
    return {
        "processing_seconds": _rounded(asdict(told.processing_seconds), 1),
        "cpu_seconds": _rounded(asdict(told.cpu_seconds), 1),
        "renditions": [
            {
                "name": one.name,
                "width": one.width,
                "height": one.height,
                "codec": preset.video.codec,
                "size_bytes": _rounded(asdict(size), 0),
            }
            for one, size in told.renditions
        ],
        "output_bytes": round(output),
        "cost": {"currency": prices.currency, **asdict(cost), "total": cost.total},
        "learnt_from": told.learnt_from,
    }


def _rounded(values: dict[str, float], digits: int) -> dict[str, float]:
    return {name: round(value, digits) for name, value in values.items()}
