"""What is done to a job's source before it is encoded."""

from __future__ import annotations

import strawberry

from vidmill.edits import Edits
from vidmill.jobs import Job


@strawberry.type(name="Clip", description="The part of the source that is made.")
class ClipType:
    """`vidmill.edits.Clip`."""

    start_seconds: float | None = strawberry.field(
        description="The first frame at or after it comes first."
    )
    end_seconds: float | None = strawberry.field(description="The last frame before it comes last.")


@strawberry.type(name="Edits", description="What is done to the source before it is encoded.")
class EditsType:
    """`vidmill.edits.Edits`."""

    clip: ClipType | None = strawberry.field(description="The part that is made.")


def edits_type(job: Job) -> EditsType | None:
    """From a row."""
    if job.edits is None:
        return None
    edits = Edits.model_validate(job.edits)
    clip = edits.clip
    return EditsType(
        clip=None
        if clip is None
        else ClipType(start_seconds=clip.start_seconds, end_seconds=clip.end_seconds)
    )
