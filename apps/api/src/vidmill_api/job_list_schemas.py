"""What the API answers about many jobs, as models; see `schemas`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from vidmill.jobs import JobStatus
from vidmill_api.schemas import Output


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
    error: JobProblemSummary | None


class JobPage(Output):
    """One page of jobs."""

    items: list[JobSummary]
    next_cursor: str | None
    total: int
