"""What the API answers about the whole system, as models; see `schemas`."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pydantic import Field

from vidmill.system_health import Severity
from vidmill.tasks import TaskKind
from vidmill_api.job_list_schemas import JobSummary
from vidmill_api.schemas import Output


class SystemMetricsView(Output):
    """How much there is to do and how much was done. Jobs and dead letters are yours, or, for
    administrators, everybody's; queue and workers are the whole system's."""

    queue_depth: int = Field(description="Tasks that wait for a worker.")
    dlq_depth: int = Field(description="Tasks that failed for good.")
    active_jobs: int
    queued_jobs: int
    total_jobs: int
    completed_jobs: int
    failed_jobs: int
    cancelled_jobs: int
    average_wait_time_seconds: float | None = Field(
        description="From post to first task, of up to 1,000 jobs that ended in the last 24 hours."
    )
    average_process_time_seconds: float | None = Field(
        description="From first task to completion, of the same jobs."
    )
    worker_count: int
    healthy_workers: int
    last_updated: datetime


class AlertView(Output):
    """Something that is wrong."""

    code: str = Field(description="Stable; for programs.")
    severity: Severity
    detail: str = Field(description="What is the case.")
    action: str = Field(description="What to do about it.")


class SystemHealthView(Output):
    """The worst of all that is wrong, and each of it."""

    status: Severity
    alerts: list[AlertView]
    checked_at: datetime


class WorkerView(Output):
    """A worker heard of in the last day."""

    worker_id: str
    host: str
    status: str = Field(description="healthy, draining, stopped, or silent: not heard of lately.")
    slots: int
    running_tasks: int
    current_jobs: list[UUID]
    processed_tasks: int
    failed_attempts: int
    encoders: list[str]
    started_at: datetime
    last_heartbeat: datetime
    drain_requested_at: datetime | None


class WorkersView(Output):
    """All of them."""

    workers: list[WorkerView]


class PriorityView(Output):
    """What of one priority is queued."""

    priority: int
    waiting: int = Field(description="Tasks that a worker may take now.")
    delayed: int = Field(description="Tasks whose next attempt is not due yet.")
    oldest_wait_seconds: float


class QueueStatsView(Output):
    """What waits."""

    queue_depth: int
    delayed: int
    oldest_wait_seconds: float
    dlq_depth: int
    priorities: list[PriorityView] = Field(description="The most urgent first.")


class AdminJobView(JobSummary):
    """A job in a list of everybody's."""

    owner_id: UUID


class AdminJobPage(Output):
    """One page of everybody's jobs."""

    items: list[AdminJobView]
    next_cursor: str | None
    total: int
    total_is_exact: bool = Field(description="False where there may be more than `total`.")


class AdminStatsView(Output):
    """What there is in all; today is the last 24 hours."""

    users: int
    active_users: int
    videos: int
    video_bytes: int
    stored_bytes: int = Field(
        description="Sources, outputs of completed jobs, and what pending uploads have asked for."
    )
    jobs: dict[str, int] = Field(description="By status.")
    completed_today: int
    failed_today: int
    queue_depth: int
    dlq_depth: int
    dead_letters: dict[str, int] = Field(description="By error code.")


class BatchView(Output):
    """What came of a batch."""

    changed: int
    skipped: int = Field(description="Jobs that were not what they were a moment before.")
    remaining: int = Field(description="Of the same kind, for the next request.")
    job_ids: list[UUID] = Field(description="Those that were changed.")


class DeletedView(Output):
    """How many there were."""

    deleted: int


class DeadLetterView(Output):
    """A task whose attempts are spent, that nobody has retried yet."""

    id: UUID
    job_id: UUID
    owner_id: UUID
    filename: str
    kind: TaskKind
    attempts: int
    error_code: str
    error_message: str
    error_log: str | None
    created_at: datetime


class DeadLetterPage(Output):
    """One page of dead letters, and how many there are of each cause in all."""

    items: list[DeadLetterView]
    next_cursor: str | None
    total: int
    by_code: dict[str, int]
