"""What the API answers about jobs, as models; see `schemas`."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from pydantic import Field

from vidmill.edits import Edits
from vidmill.jobs import AssetKind, JobStatus
from vidmill.tasks import TaskKind, TaskStatus
from vidmill_api.schemas import Output
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


class RenditionView(Output):
    """A published video quality."""

    id: UUID
    name: str
    width: int
    height: int
    codec: str
    codecs: str
    fps: float
    frames: int
    duration_seconds: float
    bitrate_bps: int
    size_bytes: int
    mp4_url: str | None
    mp4_size_bytes: int | None
    playlist_key: str
    psnr: float | None = Field(description="dB against the source, if the job asked for it.")
    ssim: float | None = Field(description="0 to 1, if the job asked for it.")
    vmaf: float | None = Field(description="0 to 100, if the job asked for it.")


class AssetView(Output):
    """A published file."""

    id: UUID
    kind: AssetKind
    name: str
    rendition: str | None
    key: str
    content_type: str
    size_bytes: int
    language: str | None = Field(description="Of sound and text, as in BCP 47.")
    label: str | None = Field(description="What players call a track of sound or text.")
    url: str


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


class Playback(Output):
    """Where to play it."""

    hls_url: str
    dash_url: str | None
    poster_url: str | None
    storyboard_url: str | None = Field(
        description="WebVTT of small pictures for a scrub bar; its sprites lie beside it."
    )


class JobProblem(Output):
    """Why a job failed."""

    code: str
    message: str
    task: TaskKind | None
    attempts: int
    log_tail: str | None


class JobProblemSummary(Output):
    """Why a job failed, in short."""

    code: str
    message: str


class Timings(Output):
    """Where the time went, in seconds."""

    total_seconds: float | None
    queue_seconds: float | None
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
    input_key: str
    video_id: UUID
    metadata: dict[str, Any]
    edits: Edits | None = Field(description="What is done to the source before it is encoded.")
    filename: str
    progress: float
    eta_seconds: float | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
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


class JobSummary(Output):
    """A job in a list."""

    id: UUID
    status: JobStatus
    priority: int
    preset: str
    filename: str
    video_id: UUID
    progress: float
    eta_seconds: float | None
    duration_seconds: float | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    playable_at: datetime | None
    completed_at: datetime | None
    poster_url: str | None
    error: JobProblemSummary | None


class RenditionProgress(Output):
    """How far one quality is, in percent."""

    name: str
    progress: float


class JobProgress(Output):
    """A snapshot in the stream of a job's events."""

    id: UUID
    status: JobStatus
    progress: float
    eta_seconds: float | None
    playable_at: datetime | None
    completed_at: datetime | None
    playback: Playback | None
    error: JobProblem | None
    tasks: list[TaskView]
    renditions: list[RenditionProgress]


class JobPage(Output):
    """One page of jobs."""

    items: list[JobSummary]
    next_cursor: str | None
    total: int


class AssetPage(Output):
    """A job's published files; always one page."""

    items: list[AssetView]
    next_cursor: str | None
    total: int
