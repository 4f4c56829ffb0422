"""Jobs: one transcode of one video with one preset. Statuses and the moves between them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import UUID


class JobStatus(StrEnum):
    """Where a job stands; each status says what moves it on."""

    QUEUED = "queued"
    """Accepted, its plan not yet begun. A worker's claim of the plan makes it processing."""
    PROCESSING = "processing"
    """A task was claimed at least once. The last task completes it, a spent one fails it."""
    PAUSED = "paused"
    """Held by its owner; finished tasks are kept. Resuming puts it back."""
    COMPLETED = "completed"
    """Every output is verified and published. Final."""
    FAILED = "failed"
    """The source is invalid, or a task's attempts are spent. Final unless retried."""
    CANCELLED = "cancelled"
    """Stopped by its owner; partial output is removed. Final unless retried."""


ACTIVE = frozenset({JobStatus.QUEUED, JobStatus.PROCESSING, JobStatus.PAUSED})
RETRYABLE = frozenset({JobStatus.FAILED, JobStatus.CANCELLED})

#: Where every output of a job lives in the bucket.
PROCESSED_PREFIX = "processed/"


def job_prefix(job_id: UUID) -> str:
    """The folder of a job's outputs in the bucket, with a trailing slash."""
    return f"{PROCESSED_PREFIX}{job_id}/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A row of `jobs`. Times are UTC; `progress` runs from 0 to 1."""

    id: UUID
    owner_id: UUID
    video_id: UUID
    status: JobStatus
    priority: int
    preset: str
    spec: dict[str, Any]
    metadata: dict[str, Any]
    filename: str
    source: dict[str, Any] | None
    encode_plan: dict[str, Any] | None
    progress: float
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    playable_at: datetime | None
    finished_at: datetime | None
    error_code: str | None
    error_message: str | None
    error_task: str | None
    error_log: str | None
    reuse: bool
    edits: dict[str, Any] | None
    api_key_id: UUID | None
    paused_at: datetime | None
    paused_seconds: float
    input_key: str

    @property
    def notes(self) -> list[str]:
        """What is out of the ordinary with the source and how it is dealt with, in sentences."""
        return job_notes(self.encode_plan)


def job_notes(encode_plan: dict[str, Any] | None) -> list[str]:
    """What a plan says is out of the ordinary, in sentences."""
    return list(encode_plan.get("notes", ())) if encode_plan else []


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """A row of `renditions`: one published video quality of a job."""

    id: UUID
    job_id: UUID
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
    segments: int
    playlist_key: str
    mp4_key: str | None
    mp4_size_bytes: int | None
    psnr: float | None = None
    ssim: float | None = None
    vmaf: float | None = None


class AssetKind(StrEnum):
    """What an output other than a rendition's segments is."""

    MASTER_PLAYLIST = "master_playlist"
    MEDIA_PLAYLIST = "media_playlist"
    DASH_MANIFEST = "dash_manifest"
    MP4 = "mp4"
    AUDIO = "audio"
    SUBTITLES = "subtitles"
    """Text as WebVTT."""
    TRANSCRIPT = "transcript"
    """What is spoken, as plain text, SubRip or JSON."""
    THUMBNAIL = "thumbnail"
    SMALL_POSTER = "small_poster"
    """The thumbnail that stands for the video once more, small enough for lists."""
    STORYBOARD = "storyboard"
    """WebVTT that says which part of which sprite shows which time."""
    SPRITE = "sprite"
    """Pictures of the storyboard, side by side in one file."""
    PREVIEW = "preview"
    """An animated picture of a few short cuts."""
    METADATA = "metadata"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """A row of `assets`: one downloadable output of a job."""

    id: UUID
    job_id: UUID
    kind: AssetKind
    name: str
    rendition: str | None
    object_key: str
    content_type: str
    size_bytes: int
    language: str | None = None
    """Of sound and text, as in BCP 47."""
    label: str | None = None
    """What players call it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobFilter:
    """What a list of jobs is narrowed to; None leaves a field out."""

    owner_id: UUID | None = None
    statuses: tuple[JobStatus, ...] = ()
    """Any of these; of none, whatever there is."""
    priority: int | None = None
    preset: str | None = None
    video_id: UUID | None = None
    metadata: dict[str, Any] | None = None
    """What a job's metadata contain, as PostgreSQL's `@>` has it."""
    created_from: datetime | None = None
    created_to: datetime | None = None
    search: str | None = None


class Running(Protocol):
    """What it takes to know how a job gets on."""

    @property
    def status(self) -> JobStatus: ...
    @property
    def progress(self) -> float: ...
    @property
    def started_at(self) -> datetime | None: ...
    @property
    def paused_seconds(self) -> float: ...


def remaining_seconds(job: Running, now: datetime) -> float | None:
    """Seconds until the job is done at the pace so far, pauses aside; None while there is no pace
    to speak of."""
    if job.status != JobStatus.PROCESSING or job.started_at is None or job.progress < 0.02:
        return None
    elapsed = (now - job.started_at).total_seconds() - job.paused_seconds
    return max(0.0, elapsed * (1 - job.progress) / job.progress)
