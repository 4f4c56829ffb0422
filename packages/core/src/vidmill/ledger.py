"""What was used, and what that is said to cost. Nothing is charged: prices are settings, and 0
unless somebody sets them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from vidmill.settings import GIB, Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """What a job has used so far, in all attempts at all its tasks.

    `input_bytes`: of the source, once it was read. `output_bytes`: of everything that was
    published. `video_ms`: how long that plays, each quality by itself.
    """

    cpu_ms: int
    input_bytes: int
    output_bytes: int
    video_ms: int


NOTHING_USED = Ledger(cpu_ms=0, input_bytes=0, output_bytes=0, video_ms=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What an account has used on one day (UTC) with one key; `api_key_id` None: in sessions."""

    owner_id: UUID
    day: date
    api_key_id: UUID | None
    requests: int
    jobs: int
    input_bytes: int
    output_bytes: int
    video_ms: int
    cpu_ms: int


@dataclass(frozen=True, slots=True)
class Cost:
    """In units of the currency, to a millionth."""

    currency: str
    cpu: float
    video: float
    output: float

    @property
    def total(self) -> float:
        return round(self.cpu + self.video + self.output, 6)

    @property
    def parts(self) -> dict[str, Any]:
        """All of it by name, as both APIs tell it."""
        return {**asdict(self), "total": self.total}


@dataclass(frozen=True, slots=True)
class Prices:
    """Per hour of CPU time, minute of video made, GiB put out, and GiB stored for a month."""

    currency: str
    cpu_hour: float
    video_minute: float
    gib_output: float
    gib_stored_month: float

    @classmethod
    def of(cls, settings: Settings) -> Prices:
        """Those of a server."""
        return cls(
            settings.price_currency,
            settings.price_cpu_hour,
            settings.price_video_minute,
            settings.price_gib_output,
            settings.price_gib_stored_month,
        )

    def cost(self, used: Ledger | Usage) -> Cost:
        """Of what was used; without storage, which costs by the month."""
        return Cost(
            currency=self.currency,
            cpu=round(used.cpu_ms / 3_600_000 * self.cpu_hour, 6),
            video=round(used.video_ms / 60_000 * self.video_minute, 6),
            output=round(used.output_bytes / GIB * self.gib_output, 6),
        )

    def stored_month(self, stored_bytes: int) -> float:
        """Of keeping that much for a month."""
        return round(stored_bytes / GIB * self.gib_stored_month, 6)
