"""Quotas: how many jobs an account may post a day, and how much it may have stored."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum

from vidmill.errors import VidmillError
from vidmill.settings import Settings

#: As a setting or as an account's own: no limit.
NO_LIMIT = -1


class QuotaName(StrEnum):
    """What is counted."""

    JOBS_PER_DAY = "jobs_per_day"
    """Jobs posted since midnight UTC, whatever became of them."""
    STORED_BYTES = "stored_bytes"
    """Sources, other uploaded files, room that pending uploads have asked for, and the outputs of
    completed jobs."""


@dataclass(frozen=True, slots=True)
class QuotaDefaults:
    """What holds for accounts that are no administrators' and have no quotas of their own."""

    jobs_per_day: int = NO_LIMIT
    stored_bytes: int = NO_LIMIT

    @classmethod
    def of(cls, settings: Settings) -> QuotaDefaults:
        """Those of a server."""
        return cls(settings.quota_jobs_per_day, settings.quota_stored_bytes)


NO_QUOTAS = QuotaDefaults()


@dataclass(frozen=True, slots=True)
class Quota:
    """Where an account stands. `limit` None: no limit; `resets_at` None: never by itself."""

    name: QuotaName
    limit: int | None
    used: int
    resets_at: datetime | None


class QuotaExceeded(VidmillError):
    """A quota of your account is used up. Free something, or ask an administrator for more."""

    code = "quota_exceeded"
    # Not 429: clients try that again by themselves, and nothing passes here by waiting a little.
    status = 402

    def __init__(self, quota: Quota, *, wanted: int = 1) -> None:
        self.quota = quota
        self.retry_after_seconds: int | None = None
        if quota.resets_at is not None:
            left = (quota.resets_at - datetime.now(UTC)).total_seconds()
            self.retry_after_seconds = max(1, math.ceil(left))
        limit = quota.limit or 0
        if quota.name is QuotaName.JOBS_PER_DAY:
            detail = (
                f"Your account may post {limit:,} jobs a day and has posted {quota.used:,}. Go on "
                "after midnight UTC, or ask an administrator for more."
            )
        else:
            detail = (
                f"Your account may have {limit:,} bytes stored and has {quota.used:,}; this needs "
                f"{wanted:,} more. Delete what is not needed, or ask an administrator for more."
            )
        super().__init__(detail)


def next_midnight(now: datetime) -> datetime:
    """When a day's jobs are counted anew: midnight UTC."""
    return datetime.combine(now.astimezone(UTC).date() + timedelta(days=1), time.min, UTC)
