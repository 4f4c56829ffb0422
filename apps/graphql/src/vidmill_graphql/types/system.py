"""Accounts, workers and figures of the whole system."""

from __future__ import annotations

from datetime import UTC, datetime

import strawberry

from vidmill.jobs import JobStatus
from vidmill.users import Role
from vidmill_graphql.fields import batched, computed
from vidmill_graphql.types.quota import QuotasType, load_quotas
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="User", description="An account.")
class UserType:
    """A `vidmill.users.User`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    email: str = strawberry.field(description="Its email address.")
    role: Role = strawberry.field(description="What it may do.")
    created_at: datetime = strawberry.field(description="When it was made.")
    quotas: QuotasType = batched(load_quotas, "What it may still post and store.", ("id",))


@strawberry.type(name="Worker", description="A worker heard of in the last day.")
class WorkerType:
    """A `vidmill.workers.Worker`."""

    id: strawberry.ID = strawberry.field(description="Its name.")
    host: str = strawberry.field(description="The machine it runs on.")
    slots: int = strawberry.field(description="Tasks it can run at once.")
    status: str = strawberry.field(description="active, draining or stopped.")
    healthy: bool = computed(
        lambda worker, _: worker.is_healthy(datetime.now(UTC)), "Whether it was heard of lately."
    )
    encoders: list[str] = strawberry.field(
        description="Encoders in graphics hardware that work on it, as FFmpeg names them."
    )
    running_tasks: int = strawberry.field(description="Tasks it runs now.")
    tasks_completed: BigInt = strawberry.field(description="Tasks it completed so far.")
    tasks_failed: BigInt = strawberry.field(description="Attempts that failed on it so far.")
    started_at: datetime = strawberry.field(description="When it started.")
    drain_requested_at: datetime | None = strawberry.field(
        description="Since when it is to take no more tasks; null if it may."
    )
    heartbeat_at: datetime = strawberry.field(description="When it was last heard of.")


@strawberry.type(description="How much there is to do and how much was done: yours, or, for "
                             "administrators, everybody's.")  # fmt: skip
class SystemMetrics:
    """`SystemMetrics`."""

    queue_depth: int = strawberry.field(description="Tasks that wait for a worker.")
    total_jobs: int = strawberry.field(description="Jobs in any status.")
    queued_jobs: int = strawberry.field(description="Jobs not begun.")
    processing_jobs: int = strawberry.field(description="Jobs under way.")
    completed_jobs: int = strawberry.field(description="Jobs published.")
    failed_jobs: int = strawberry.field(description="Jobs failed.")
    cancelled_jobs: int = strawberry.field(description="Jobs cancelled.")


def system_metrics(counts: dict[JobStatus, int], queued_tasks: int) -> SystemMetrics:
    """From counts."""
    return SystemMetrics(
        queue_depth=queued_tasks,
        total_jobs=sum(counts.values()),
        queued_jobs=counts[JobStatus.QUEUED],
        processing_jobs=counts[JobStatus.PROCESSING],
        completed_jobs=counts[JobStatus.COMPLETED],
        failed_jobs=counts[JobStatus.FAILED],
        cancelled_jobs=counts[JobStatus.CANCELLED],
    )
