"""Tasks."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import strawberry

from vidmill.presentation import percent, task_detail, task_eta_seconds
from vidmill.tasks import Task, TaskKind, TaskStatus
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import batched, computed


@strawberry.type(name="TaskError", description="Why a task's last attempt failed.")
class TaskErrorType:
    """`TaskError`."""

    code: str = strawberry.field(description="Stable; for programs.")
    message: str = strawberry.field(description="For people.")


def _error(task: Task, _: GraphqlContext) -> TaskErrorType | None:
    if task.error_code is None or task.error_message is None:
        return None
    return TaskErrorType(code=task.error_code, message=task.error_message)


async def _waits_for(tasks: Sequence[Task], context: GraphqlContext) -> Sequence[list[TaskKind]]:
    return await context.loaders.dependencies.load([task.id for task in tasks])


@strawberry.type(name="Task", description="The unit of work and of retry.")
class TaskType:
    """A `vidmill.tasks.Task`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    job_id: strawberry.ID = strawberry.field(description="The job it belongs to.")
    kind: TaskKind = strawberry.field(description="What it does.")
    ordinal: int = strawberry.field(description="Which of its kind: the chunk's number for video.")
    status: TaskStatus = strawberry.field(description="Where it stands.")
    progress: float = computed(lambda task, _: percent(task.progress), "0 to 100.", ("progress",))
    speed: float | None = strawberry.field(description="Seconds of video encoded per second.")
    eta_seconds: float | None = computed(
        lambda task, _: task_eta_seconds(task),
        "Seconds left at the pace so far.",
        ("status", "started_at", "progress"),
    )
    attempt: int = strawberry.field(description="How often it was begun.")
    max_attempts: int = strawberry.field(description="How often it may be begun.")
    waits_for: list[TaskKind] = batched(
        _waits_for,
        "It begins when all tasks of these kinds are done.",
        ("id",),
    )
    worker_id: str | None = strawberry.field(description="Who runs it now.")
    ran_on: str | None = strawberry.field(description="Who runs it, or ran it last.")
    started_at: datetime | None = strawberry.field(description="When its last attempt began.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    cpu_seconds: float = strawberry.field(description="CPU time FFmpeg spent on it.")
    error: TaskErrorType | None = computed(
        _error, "Why its last attempt failed.", ("error_code", "error_message")
    )
    detail: str | None = computed(
        lambda task, _: task_detail(task),
        "When it is tried again, or why it was left out.",
        ("status", "run_after", "attempt", "max_attempts", "result"),
    )
