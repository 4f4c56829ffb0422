"""What the API answers about many jobs, as models; see `schemas`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from pydantic import Field, RootModel

from vidmill.jobs import JobStatus
from vidmill_api.job_schemas import JobProgress
from vidmill_api.schemas import Nothing, Output


class JobProblemSummary(Output):
    """Why a job failed, in short."""

    code: str
    message: str


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
    thumbnail_url: str | None = Field(
        description="The poster, at most 320 pixels wide; the poster itself where no smaller one "
        "was made."
    )
    error: JobProblemSummary | None


class JobPage(Output):
    """One page of jobs."""

    items: list[JobSummary]
    next_cursor: str | None
    total: int = Field(description="How many the whole list has, or at least has.")
    total_is_exact: bool = Field(
        description="False where there may be more than `total`: lists that are narrowed by more "
        "than status are counted up to 1,000."
    )


class JobState(Output):
    """How far a job is, in short. `progress` in percent."""

    id: UUID
    status: JobStatus
    priority: int
    progress: float
    eta_seconds: float | None
    updated_at: datetime
    playable_at: datetime | None
    completed_at: datetime | None
    error: JobProblemSummary | None


class LiveJob(JobState):
    """A job as the stream of all jobs tells of it, whenever it has changed."""

    video_id: UUID
    created_at: datetime


class JobGone(Output):
    """A job that was deleted."""

    id: UUID


class LiveEvent(RootModel[LiveJob | JobGone | JobProgress | Nothing]):
    """What the stream of all jobs sends: with `job`, `deleted`, `progress`, and with `reset` and
    `ping`."""


class JobStates(Output):
    """Jobs as they were asked for, in that order, without those that are not there or not yours."""

    items: list[JobState]
    not_found: list[UUID]


class ProcessingMetrics(Output):
    """Times in seconds. Waiting is of every job that was begun, the rest of completed ones."""

    average_wait_time_seconds: float | None
    average_processing_time_seconds: float | None
    total_processing_time_seconds: float
    total_video_duration_seconds: float
    processing_efficiency: float | None = Field(
        description="Seconds of video for each 100 of processing."
    )


class StorageMetrics(Output):
    """Of completed jobs."""

    input_bytes: int
    output_bytes: int


class DateRange(Output):
    """The days that are counted, by when jobs were posted, in UTC; both belong to it."""

    first: date | None
    last: date | None


class DayView(Output):
    """The jobs that were posted on a day."""

    day: date
    total_jobs: int
    status_breakdown: dict[JobStatus, int]
    success_rate: float | None
    average_wait_time_seconds: float | None
    average_processing_time_seconds: float | None
    input_bytes: int
    output_bytes: int


class JobStatistics(Output):
    """Jobs counted and added up; deleted ones are not among them."""

    total_jobs: int
    status_breakdown: dict[JobStatus, int]
    success_rate: float | None = Field(
        description="Percent of those that completed or failed; null where none did."
    )
    processing_metrics: ProcessingMetrics
    storage: StorageMetrics
    date_range: DateRange
    days: list[DayView] = Field(description="The last first, those without jobs left out.")


class ExportedJobView(Output):
    """A job in an export. Lengths in seconds."""

    id: UUID
    status: JobStatus
    priority: int
    preset: str
    filename: str
    video_id: UUID
    duration_seconds: float | None
    input_bytes: int | None
    output_bytes: int | None
    error_code: str | None
    error_message: str | None
    created_at: datetime
    started_at: datetime | None
    playable_at: datetime | None
    completed_at: datetime | None
    wait_seconds: float | None
    processing_seconds: float | None
    metadata: dict[str, Any]
