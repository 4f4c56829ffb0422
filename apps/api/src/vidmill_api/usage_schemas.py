"""Answers about what was used."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from vidmill_api.schemas import Output


class CostView(Output):
    """What it is said to cost, by the server's prices; nothing is charged."""

    currency: str = Field(description="ISO 4217.")
    cpu: float
    video: float = Field(description="By the minutes of video that were made.")
    output: float = Field(description="By the bytes that were put out.")
    total: float


class JobCost(CostView):
    """Of a job."""

    stored_per_month: float = Field(description="On top: keeping its outputs for a month.")


class LedgerView(Output):
    """What a job has used so far; attempts that failed and retries count too."""

    cpu_seconds: float
    input_bytes: int = Field(description="Of the source, once it was read.")
    output_bytes: int = Field(description="Of all files that were published.")
    video_seconds: float = Field(description="How long all its qualities play, added up.")
    cost: JobCost


class UsageView(Output):
    """What was used on one day (UTC) with one key."""

    day: date
    owner_id: UUID
    api_key_id: UUID | None = Field(description="null: in sessions.")
    requests: int = Field(description="That were not refused; those of the last seconds may lack.")
    jobs: int = Field(description="Jobs posted.")
    input_bytes: int
    output_bytes: int
    video_seconds: float
    cpu_seconds: float
    cost: CostView


class UsagePage(Output):
    """One page of what was used, the newest day first."""

    items: list[UsageView]
    next_cursor: str | None
    total: int
