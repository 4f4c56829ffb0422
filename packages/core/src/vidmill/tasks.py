"""Tasks: the unit of work on the queue and of retry. A job is a small graph of them."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID


class TaskKind(StrEnum):
    """What a task does."""

    FETCH = "fetch"
    """Bring a source that somebody else holds into storage."""
    PLAN = "plan"
    """Probe and validate the source, choose rungs and chunks, create the other tasks."""
    VIDEO = "video"
    """Encode one chunk into every rung: one decode, CMAF segments, verified."""
    AUDIO = "audio"
    """Encode the audio, once and whole."""
    IMAGES = "images"
    """Thumbnails, storyboard and animated previews."""
    MP4 = "mp4"
    """Progressive MP4 files, by copying finished segments."""
    SUBTITLES = "subtitles"
    """The source's own text as WebVTT."""
    METRICS = "metrics"
    """Measure finished renditions against the source."""
    CAPTIONS = "captions"
    """A transcript as subtitles."""
    PACKAGE = "package"
    """Playlists and metadata; publishes the job."""
    VERIFY = "verify"
    """The proof repeated, of a job that is completed and stays so."""
    THUMBNAIL = "thumbnail"
    """A still of a picture that its owner sent for the video; of a job that is completed and stays
    so."""

    @property
    def follows(self) -> bool:
        """Whether it is no part of making its job, which is completed and stays so."""
        return self in {TaskKind.VERIFY, TaskKind.THUMBNAIL}


class TaskStatus(StrEnum):
    """Where a task stands; each status says what moves it on."""

    BLOCKED = "blocked"
    """Waits for the tasks it depends on; the last of them to complete queues it."""
    QUEUED = "queued"
    """May be claimed as soon as `run_after` has passed. Its id is, or will be, in a list."""
    RUNNING = "running"
    """Leased by one worker. The reaper queues it again when the lease runs out."""
    COMPLETED = "completed"
    """Its result is stored. Final."""
    FAILED = "failed"
    """Its attempts are spent or its input is invalid. Final unless the job is retried."""
    SKIPPED = "skipped"
    """Not possible here, and its result says why (`skipped_because`); dependents go on. Final."""
    CANCELLED = "cancelled"
    """Its job was cancelled or failed. Final unless the job is retried."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """A row of `tasks`. Times are UTC; `progress` runs from 0 to 1; `speed` is in seconds of
    video per second."""

    id: UUID
    job_id: UUID
    kind: TaskKind
    ordinal: int
    status: TaskStatus
    priority: int
    params: dict[str, Any]
    result: dict[str, Any] | None
    attempt: int
    max_attempts: int
    worker_id: str | None
    lease_expires_at: datetime | None
    queued_at: datetime | None
    run_after: datetime | None
    started_at: datetime | None
    finished_at: datetime | None
    progress: float
    speed: float | None
    cpu_seconds: float
    error_code: str | None
    error_message: str | None
    error_log: str | None
    #: Who runs it, or ran it last; `worker_id` is there only while somebody does.
    ran_on: str | None = None

    @property
    def skip_reason(self) -> str | None:
        """Why it was skipped, as a sentence; None of any other."""
        return skip_reason(self.status, self.result)

    @property
    def lease(self) -> Lease:
        """The lease of a running task; raises `ValueError` for any other."""
        if self.worker_id is None:
            raise ValueError(f"task {self.id} is {self.status}, so nobody has a lease on it")
        return Lease(
            self.id, self.job_id, TaskKind(self.kind), self.ordinal, self.attempt, self.worker_id
        )


def skip_reason(status: TaskStatus, result: dict[str, Any] | None) -> str | None:
    """Why a task was skipped, as its result says; None of any other."""
    if status != TaskStatus.SKIPPED or result is None:
        return None
    return str(result["reason"])


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's right to one attempt of a task. `attempt` is the fencing token: a write that
    names another attempt than the row's changes nothing."""

    task_id: UUID
    job_id: UUID
    kind: TaskKind
    ordinal: int
    attempt: int
    worker_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTask:
    """A task that a plan asks for. `depends_on`: all tasks of these kinds in the job."""

    kind: TaskKind
    ordinal: int = 0
    params: dict[str, Any] = field(default_factory=dict[str, Any])
    depends_on: frozenset[TaskKind] = frozenset()


@dataclass(frozen=True, slots=True)
class QueuedTask:
    """What the queue needs to know of a task whose id is to be pushed."""

    id: UUID
    job_id: UUID
    owner_id: UUID
    priority: int
    kind: TaskKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an attempt failed. `retryable` is False where trying again cannot help."""

    code: str
    message: str
    retryable: bool = True
    log_tail: str | None = None


def skipped_because(reason: str) -> dict[str, Any]:
    """The result of a task that is skipped; `reason` is a sentence for people."""
    return {"reason": reason}


def backoff_seconds(attempt: int, *, base: float, cap: float) -> float:
    """Seconds to wait after the given failed attempt (1, 2, …): exponential from `base`, at most
    `cap`, with equal jitter, so that tasks that failed together do not come back together."""
    ceiling = min(cap, base * 2 ** max(0, attempt - 1))
    return ceiling / 2 + random.uniform(0, ceiling / 2)  # noqa: S311  # jitter, not a secret
