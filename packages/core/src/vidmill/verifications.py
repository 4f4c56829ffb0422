"""Verifications: the proof of a published job, repeated. The verdict is the result of a task, so
that finding something wrong is no failure of the task."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum
from typing import Any

from pydantic import BaseModel, ConfigDict

from vidmill.tasks import Task, TaskKind, TaskStatus

MAX_PROBLEMS = 100
"""Problems listed of one verification; more are only counted."""


class VerificationStatus(StrEnum):
    """Where a verification stands."""

    RUNNING = "running"
    """It waits for a worker or is being done."""
    PASSED = "passed"
    """Everything that was published is there and whole."""
    FAILED = "failed"
    """Something is missing or damaged, or the verification could not be done; see the problems."""


class Problem(BaseModel):
    """Something that is not as it was published."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str | None
    """Relative to the job's folder; a folder's name for a rendition as a whole; None where no file
    is at fault."""
    message: str
    """What is wrong and what to do, in sentences."""


class VerifyResult(BaseModel):
    """What a verify task stores."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    problems: tuple[Problem, ...]
    """At most `MAX_PROBLEMS`."""
    problem_count: int
    files: int
    """Objects looked at."""
    frames: dict[str, int]
    """Frames that were decoded without an error, by rendition."""
    cpu_seconds: float


class Verification(BaseModel):
    """A verification as people see it; `progress` runs from 0 to 1."""

    model_config = ConfigDict(frozen=True)

    status: VerificationStatus
    progress: float
    started_at: datetime | None
    finished_at: datetime | None
    problems: tuple[Problem, ...] = ()
    problem_count: int = 0
    files: int = 0
    frames: dict[str, int] = {}


def verification_of(tasks: Iterable[Task]) -> Verification | None:
    """The verification among the tasks of a job; None if it was never asked for."""
    task = next((task for task in tasks if task.kind == TaskKind.VERIFY), None)
    if task is None:
        return None
    if task.status == TaskStatus.COMPLETED:
        result = VerifyResult.model_validate(task.result)
        status = VerificationStatus.FAILED if result.problems else VerificationStatus.PASSED
        given: dict[str, Any] = result.model_dump(exclude={"cpu_seconds"})
        return _of(task, status, **given)
    if task.status in {TaskStatus.FAILED, TaskStatus.CANCELLED}:
        reason = task.error_message or "It was stopped."
        problem = Problem(
            file=None,
            message=f"The verification could not be done: {reason} Nothing is known of the files; "
            "verify the job again.",
        )
        return _of(task, VerificationStatus.FAILED, problems=(problem,), problem_count=1)
    return _of(task, VerificationStatus.RUNNING)


def _of(task: Task, status: VerificationStatus, **found: Any) -> Verification:
    return Verification(
        status=status,
        progress=task.progress,
        started_at=task.started_at,
        finished_at=task.finished_at,
        **found,
    )
