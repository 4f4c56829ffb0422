"""What the API answers about verifications; see `schemas`."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from vidmill.verifications import VerificationStatus
from vidmill_api.schemas import Output


class VerificationProblem(Output):
    """Something that is not as it was published."""

    file: str | None = Field(
        description="Relative to the job's folder; a rendition's name for it as a whole; null "
        "where no file is at fault."
    )
    message: str = Field(description="What is wrong and what to do.")


class VerifiedRendition(Output):
    """How much of a quality was found whole."""

    name: str
    frames: int = Field(description="Frames that decode without an error.")


class VerificationView(Output):
    """The proof of a published job, repeated. `progress` in percent."""

    status: VerificationStatus
    progress: float
    started_at: datetime | None
    finished_at: datetime | None
    files: int = Field(description="Objects looked at.")
    renditions: list[VerifiedRendition]
    problems: list[VerificationProblem] = Field(description="At most a hundred of them.")
    problem_count: int
