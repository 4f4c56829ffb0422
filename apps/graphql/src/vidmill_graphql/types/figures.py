"""Queues, series, dead letters and what was used."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from vidmill.db.figures import Bucket
from vidmill.tasks import TaskKind
from vidmill_graphql.fields import computed
from vidmill_graphql.types.ledger import CostType, cost_type
from vidmill_graphql.types.scalars import BigInt

strawberry.enum(Bucket, name="Bucket", description="How finely a series is cut, in UTC.")


@strawberry.type(name="Queue", description="What of one priority waits.")
class QueueType:
    """A `vidmill.db.figures.PriorityDepth`."""

    priority: int = strawberry.field(description="0 to 10, the most urgent.")
    waiting: int = strawberry.field(description="Tasks that a worker may take now.")
    delayed: int = strawberry.field(description="Tasks whose next attempt is not due yet.")
    oldest_wait_seconds: float = strawberry.field(description="Of the task that waits longest.")


@strawberry.type(name="Throughput", description="Jobs that ended in one piece of time.")
class ThroughputType:
    """A `vidmill.db.figures.Throughput`."""

    start: datetime = strawberry.field(description="When the piece begins.")
    completed: int = strawberry.field(description="Jobs published.")
    failed: int = strawberry.field(description="Jobs failed.")
    video_seconds: float = strawberry.field(description="Length of the sources of those published.")
    output_bytes: BigInt = strawberry.field(description="Size of the renditions published.")


@strawberry.type(name="DeadLetter", description="A task that failed for good.")
class DeadLetterType:
    """A `vidmill.db.administration.DeadLetter`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    job_id: strawberry.ID = strawberry.field(description="Its job.")
    owner_id: strawberry.ID = strawberry.field(description="Whose job it is.")
    filename: str = strawberry.field(description="Name of the job's source.")
    kind: TaskKind = strawberry.field(description="What the task does.")
    attempts: int = strawberry.field(description="How often it was tried.")
    error_code: str = strawberry.field(description="Stable; for programs.")
    error_message: str = strawberry.field(description="For people.")
    error_log: str | None = strawberry.field(description="Last lines of FFmpeg's output.")
    created_at: datetime = strawberry.field(description="When it failed for good.")


@strawberry.type(name="Usage", description="What an account used on one day with one key.")
class UsageType:
    """A `vidmill.ledger.Usage`."""

    day: date = strawberry.field(description="In UTC.")
    owner_id: strawberry.ID = strawberry.field(description="Whose it is.")
    api_key_id: strawberry.ID | None = strawberry.field(description="Null: in sessions.")
    requests: BigInt = strawberry.field(description="To the API.")
    jobs: BigInt = strawberry.field(description="Jobs posted.")
    input_bytes: BigInt = strawberry.field(description="Size of their sources.")
    output_bytes: BigInt = strawberry.field(description="Size of what was published.")
    video_seconds: float = computed(lambda usage, _: usage.video_ms / 1000, "Length of sources.")
    cpu_seconds: float = computed(lambda usage, _: usage.cpu_ms / 1000, "CPU time of FFmpeg.")
    cost: CostType = computed(cost_type, "What that is said to cost.")
