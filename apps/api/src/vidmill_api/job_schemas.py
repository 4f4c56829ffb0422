"""What the API answers about a job, as models; see `schemas`."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from pydantic import Field, RootModel

from vidmill.edits import Edits
from vidmill.jobs import JobStatus
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_api.output_schemas import AssetView, Playback, RenditionView
from vidmill_api.schemas import Output
from vidmill_api.usage_schemas import LedgerView
from vidmill_api.verification_schemas import VerificationView


class TaskProblem(Output):
    """Why a task's last attempt failed."""

    code: str
    message: str


class TaskView(Output):
    """A unit of work of a job. `progress` in percent; `speed` in seconds of video a second."""

    id: UUID
    kind: TaskKind
    ordinal: int
    status: TaskStatus
    progress: float
    speed: float | None
    eta_seconds: float | None
    attempt: int
    max_attempts: int
    worker_id: str | None
    started_at: datetime | None
    finished_at: datetime | None
    error: TaskProblem | None
    detail: str | None = Field(description="When it is tried again, or why it was left out.")


class SourceView(Output):
    """What was found out about the source."""

    filename: str
    size_bytes: int
    format: str
    duration_seconds: float
    width: int | None = Field(description="Null, as all that is of pictures, for sound alone.")
    height: int | None
    fps: float | None
    frames: int | None
    video_codec: str | None
    audio_codec: str | None
    audio_channels: int | None
    audio_sample_rate: int | None
    bitrate_bps: int


class JobProblem(Output):
    """Why a job failed."""

    code: str
    message: str
    task: TaskKind | None
    attempts: int
    log_tail: str | None


class Timings(Output):
    """Where the time went, in seconds."""

    total_seconds: float | None
    queue_seconds: float | None
    fetch_seconds: float | None
    plan_seconds: float | None
    video_seconds: float | None
    audio_seconds: float | None
    images_seconds: float | None
    mp4_seconds: float | None
    subtitles_seconds: float | None
    captions_seconds: float | None
    metrics_seconds: float | None
    package_seconds: float | None
    cpu_seconds: float


class JobView(Output):
    """A job with everything about it. `progress` in percent."""

    id: UUID
    status: JobStatus
    priority: int
    preset: str
    input_key: str = Field(description="s3://… for an object of another bucket.")
    origin: str | None = Field(description="The URL or path that the source is fetched from.")
    video_id: UUID
    metadata: dict[str, Any]
    edits: Edits | None = Field(description="What is done to the source before it is encoded.")
    filename: str
    progress: float
    eta_seconds: float | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    paused_at: datetime | None = Field(description="Since when, while it is paused.")
    playable_at: datetime | None
    completed_at: datetime | None
    page_url: str
    source: SourceView | None
    notes: list[str] = Field(
        description="What is out of the ordinary with the source and how it is dealt with."
    )
    tasks: list[TaskView]
    renditions: list[RenditionView]
    outputs: list[AssetView]
    playback: Playback | None
    compression: dict[str, float] | None
    timings: Timings
    error: JobProblem | None
    verification: VerificationView | None = Field(
        description="The last that was asked for, if one was."
    )
    ledger: LedgerView


class RenditionProgress(Output):
    """How far one quality is, in percent."""

    name: str
    progress: float


class JobDeleted(Output):
    """A job that was followed and was deleted."""

    status: Literal["deleted"]


class JobProgress(Output):
    """A snapshot in the stream of a job's events."""

    id: UUID
    status: JobStatus
    progress: float
    eta_seconds: float | None
    priority: int
    updated_at: datetime
    started_at: datetime | None
    paused_at: datetime | None
    playable_at: datetime | None
    completed_at: datetime | None
    playback: Playback | None
    error: JobProblem | None
    tasks: list[TaskView]
    renditions: list[RenditionProgress]


class JobEvent(RootModel[JobProgress | JobDeleted]):
    """What the stream of a job sends: with `job`, and with `end` as it ended."""
