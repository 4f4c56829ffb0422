"""Verifications of published jobs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

import strawberry

from vidmill.presentation import percent
from vidmill.tasks import Task
from vidmill.verifications import VerificationStatus, verification_of


@strawberry.type(
    name="VerificationProblem", description="Something that is not as it was published."
)
class VerificationProblemType:
    """`VerificationProblem`."""

    file: str | None = strawberry.field(
        description="Relative to the job's folder; null where no file is at fault."
    )
    message: str = strawberry.field(description="What is wrong and what to do.")


@strawberry.type(name="VerifiedRendition", description="How much of a quality was found whole.")
class VerifiedRenditionType:
    """`VerifiedRendition`."""

    name: str = strawberry.field(description="Name of the quality.")
    frames: int = strawberry.field(description="Frames that decode without an error.")


@strawberry.type(name="Verification", description="The proof of a published job, repeated.")
class VerificationType:
    """`Verification`."""

    status: VerificationStatus = strawberry.field(description="Where it stands.")
    progress: float = strawberry.field(description="0 to 100.")
    started_at: datetime | None = strawberry.field(description="When a worker last began it.")
    finished_at: datetime | None = strawberry.field(description="When it ended.")
    files: int = strawberry.field(description="Objects looked at.")
    renditions: list[VerifiedRenditionType] = strawberry.field(description="By quality.")
    problems: list[VerificationProblemType] = strawberry.field(
        description="At most a hundred of them."
    )
    problem_count: int = strawberry.field(description="How many there are in all.")


def verification_type(tasks: Iterable[Task]) -> VerificationType | None:
    """From the tasks of a job."""
    found = verification_of(tasks)
    if found is None:
        return None
    return VerificationType(
        status=found.status,
        progress=percent(found.progress),
        started_at=found.started_at,
        finished_at=found.finished_at,
        files=found.files,
        renditions=[
            VerifiedRenditionType(name=name, frames=frames) for name, frames in found.frames.items()
        ],
        problems=[
            VerificationProblemType(file=problem.file, message=problem.message)
            for problem in found.problems
        ],
        problem_count=found.problem_count,
    )
