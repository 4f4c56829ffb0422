"""Tasks."""

from __future__ import annotations

from datetime import datetime

import strawberry

from vidmill.presentation import percent, task_detail, task_eta_seconds
from vidmill.tasks import Task, TaskKind, TaskStatus


@strawberry.type(name="TaskError", description="Why a task's last attempt failed.")
class TaskErrorType:
    """`TaskError`."""

    code: str = strawberry.field(description="Stable; for programs.")
    message: str = strawberry.field(description="For people.")


@strawberry.type(name="Task", description="The unit of work and of retry.")
class TaskType:
    """`Task`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    kind: TaskKind = strawberry.field(description="What it does.")
    ordinal: int = strawberry.field(description="Which of its kind: the chunk's number for video.")
    status: TaskStatus = strawberry.field(description="Where it stands.")
    progress: float = strawberry.field(description="0 to 100.")
    speed: float | None = strawberry.field(description="Seconds of video encoded per second.")
    eta_seconds: float | None = strawberry.field(description="Seconds left at the pace so far.")
    attempt: int = strawberry.field(description="How often it was begun.")
    max_attempts: int = strawberry.field(description="How often it may be begun.")
    worker_id: str | None = strawberry.field(description="Who runs it now.")
    started_at: datetime | None = strawberry.field(description="When its last attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    cpu_seconds: float = strawberry.field(description="CPU time FFmpeg spent on it.")
    error: TaskErrorType | None = strawberry.field(description="Why its last attempt failed.")
    detail: str | None = strawberry.field(
        description="When it is tried again, or why it was left out."
    )


def task_type(task: Task) -> TaskType:
    """From a row."""
    failed = task.error_code is not None and task.error_message is not None
    return TaskType(
        id=strawberry.ID(str(task.id)),
        kind=TaskKind(task.kind),
        ordinal=task.ordinal,
        status=TaskStatus(task.status),
        progress=percent(task.progress),
        speed=task.speed,
        eta_seconds=task_eta_seconds(task),
        attempt=task.attempt,
        max_attempts=task.max_attempts,
        worker_id=task.worker_id,
        started_at=task.started_at,
        finished_at=task.finished_at,
        cpu_seconds=task.cpu_seconds,
        error=TaskErrorType(code=task.error_code or "", message=task.error_message or "")
        if failed
        else None,
        detail=task_detail(task),
    )
