"""Answers of the REST API as typed dictionaries: the JSON as it comes, so that printing it again
loses nothing. Ids are UUID texts, times RFC 3339 in UTC."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from vidmill_cli.edits import Edits
from vidmill_cli.verification_models import Verification

JobStatus = Literal["queued", "processing", "paused", "completed", "failed", "cancelled"]
TaskStatus = Literal["blocked", "queued", "running", "completed", "failed", "skipped", "cancelled"]

#: Nothing more happens to a job in one of these, unless somebody retries it.
ENDED: frozenset[str] = frozenset({"completed", "failed", "cancelled"})


class User(TypedDict):
    """An account."""

    id: str
    email: str
    role: str
    created_at: str


class Session(TypedDict):
    """The answer to a login and to a renewal."""

    token: str
    token_type: str
    expires_at: str
    refresh_token: str
    user: User


class Part(TypedDict):
    """A part of an upload that storage holds; `size` in bytes, numbers from 1."""

    number: int
    etag: str
    size: int


class Upload(TypedDict):
    """An upload; sizes in bytes. `url` and `headers` only while a single PUT is awaited."""

    id: str
    status: Literal["pending", "completed", "aborted", "expired"]
    mode: Literal["single", "multipart"]
    purpose: Literal["video", "watermark", "subtitles"]
    key: str
    filename: str
    size: int | None
    content_type: str
    part_size: int | None
    part_count: int | None
    url: str | None
    headers: dict[str, str] | None
    expires_at: str
    created_at: str
    video_id: str | None
    parts: list[Part]


class SignedPart(TypedDict):
    """Where one part goes."""

    number: int
    url: str


class SignedParts(TypedDict):
    """URLs for parts."""

    urls: list[SignedPart]
    expires_at: str


class ShortProblem(TypedDict):
    """Why a task or a job failed."""

    code: str
    message: str


class JobProblem(ShortProblem):
    """Why a job failed, with the end of FFmpeg's log."""

    task: str | None
    attempts: int
    log_tail: str | None


class Task(TypedDict):
    """A unit of work. `progress` in percent, `speed` in seconds of video a second."""

    id: str
    kind: str
    ordinal: int
    status: TaskStatus
    progress: float
    speed: float | None
    eta_seconds: float | None
    attempt: int
    max_attempts: int
    worker_id: str | None
    started_at: str | None
    finished_at: str | None
    error: ShortProblem | None
    detail: str | None


class Source(TypedDict):
    """What was found out about the source file."""

    filename: str
    size_bytes: int
    format: str
    duration_seconds: float
    width: int | None
    height: int | None
    fps: float | None
    frames: int | None
    video_codec: str | None
    audio_codec: str | None
    audio_channels: int | None
    audio_sample_rate: int | None
    bitrate_bps: int


class Rendition(TypedDict):
    """A published video quality; `size_bytes` of its segments."""

    id: str
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
    psnr: float | None
    ssim: float | None
    vmaf: float | None


class Asset(TypedDict):
    """A published file."""

    id: str
    kind: str
    name: str
    rendition: str | None
    key: str
    content_type: str
    size_bytes: int
    language: str | None
    label: str | None
    url: str


class AssetPage(TypedDict):
    """All published files of a job."""

    items: list[Asset]
    next_cursor: str | None
    total: int


class Playback(TypedDict):
    """Where to play a job."""

    hls_url: str
    dash_url: str | None
    poster_url: str | None
    thumbnail_url: str | None
    storyboard_url: str | None


class Timings(TypedDict):
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


class Job(TypedDict):
    """A job with everything about it; `progress` in percent."""

    id: str
    status: JobStatus
    priority: int
    preset: str
    input_key: str
    video_id: str
    metadata: dict[str, Any]
    edits: Edits | None
    filename: str
    progress: float
    eta_seconds: float | None
    created_at: str
    updated_at: str
    started_at: str | None
    playable_at: str | None
    completed_at: str | None
    page_url: str
    source: Source | None
    notes: list[str]
    tasks: list[Task]
    renditions: list[Rendition]
    outputs: list[Asset]
    playback: Playback | None
    compression: dict[str, float] | None
    timings: Timings
    error: JobProblem | None
    verification: Verification | None


class JobSummary(TypedDict):
    """A job in a list."""

    id: str
    status: JobStatus
    priority: int
    preset: str
    filename: str
    video_id: str
    progress: float
    eta_seconds: float | None
    duration_seconds: float | None
    created_at: str
    updated_at: str
    started_at: str | None
    playable_at: str | None
    completed_at: str | None
    poster_url: str | None
    thumbnail_url: str | None
    error: ShortProblem | None


class JobPage(TypedDict):
    """One page of jobs; `total` counts all pages."""

    items: list[JobSummary]
    next_cursor: str | None
    total: int


class RenditionProgress(TypedDict):
    """How far one quality is, in percent."""

    name: str
    progress: float


class JobProgress(TypedDict):
    """A snapshot of a running job."""

    id: str
    status: JobStatus
    progress: float
    eta_seconds: float | None
    playable_at: str | None
    completed_at: str | None
    playback: Playback | None
    error: JobProblem | None
    tasks: list[Task]
    renditions: list[RenditionProgress]


class Check(TypedDict):
    """One dependency of the server."""

    status: Literal["healthy", "unhealthy"]
    milliseconds: float
    detail: str | None


class DetailedHealth(TypedDict):
    """Every dependency of the server."""

    status: Literal["healthy", "unhealthy"]
    services: dict[str, Check]
