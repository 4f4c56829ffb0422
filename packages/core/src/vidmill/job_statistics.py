"""Counts and sums of jobs, by day."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date

from vidmill.jobs import JobStatus

_STATUSES = tuple(status.value for status in JobStatus)


@dataclass(frozen=True, slots=True, kw_only=True)
class JobSums:
    """Of some jobs. Times are in seconds; those of processing and of videos, and the bytes, are of
    completed jobs, and pauses are no part of processing."""

    queued: int = 0
    processing: int = 0
    paused: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    begun: int = 0
    wait_seconds: float = 0.0
    processing_seconds: float = 0.0
    video_seconds: float = 0.0
    input_bytes: int = 0
    output_bytes: int = 0

    @property
    def by_status(self) -> dict[str, int]:
        # Of every day of a year, and `JobStatus` takes ten times as long to go through.
        return {status: getattr(self, status) for status in _STATUSES}

    @property
    def total(self) -> int:
        return (
            self.queued + self.processing + self.paused
            + self.completed + self.failed + self.cancelled
        )  # fmt: skip

    @property
    def success_rate(self) -> float | None:
        """Percent of the jobs that ended by themselves; None where none did."""
        ended = self.completed + self.failed
        return round(100 * self.completed / ended, 2) if ended else None

    @property
    def average_wait_seconds(self) -> float | None:
        return round(max(0.0, self.wait_seconds) / self.begun, 3) if self.begun else None

    @property
    def average_processing_seconds(self) -> float | None:
        return round(self.processing_seconds / self.completed, 3) if self.completed else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DaySums(JobSums):
    """Of the jobs that were posted on one day, in UTC."""

    day: date


def added_up(days: Iterable[DaySums]) -> JobSums:
    """All days together."""
    rows = list(days)
    return JobSums(**{f.name: sum(getattr(row, f.name) for row in rows) for f in fields(JobSums)})
