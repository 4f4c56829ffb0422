"""Answers of the REST API about verifications; see `models`."""

from __future__ import annotations

from typing import Literal, TypedDict


class VerificationProblem(TypedDict):
    """Something that is not as it was published; `file` relative to the job's folder, None where
    no file is at fault."""

    file: str | None
    message: str


class VerifiedRendition(TypedDict):
    """Frames of a quality that decode."""

    name: str
    frames: int


class Verification(TypedDict):
    """The proof of a published job, repeated; `progress` in percent."""

    status: Literal["running", "passed", "failed"]
    progress: float
    started_at: str | None
    finished_at: str | None
    files: int
    renditions: list[VerifiedRendition]
    problems: list[VerificationProblem]
    problem_count: int
