"""What the API answers about a job before it is posted, as models; see `schemas`."""

from __future__ import annotations

from pydantic import Field

from vidmill_api.schemas import Output


class RangeView(Output):
    """Four of five jobs lie between `low` and `high`."""

    low: float
    likely: float
    high: float


class RenditionEstimate(Output):
    """A quality that will be made. Its size includes the progressive MP4 where there is one."""

    name: str
    width: int
    height: int
    codec: str
    size_bytes: RangeView


class CostEstimate(Output):
    """By the server's prices."""

    currency: str
    cpu: float
    video: float
    output: float
    total: float


class EstimateView(Output):
    """What a job will take, if it is posted now. Times in seconds."""

    eta_seconds: float = Field(description="Waiting and processing together.")
    queue_seconds: float
    jobs_ahead: int
    processing_seconds: RangeView
    cpu_seconds: RangeView
    renditions: list[RenditionEstimate]
    output_bytes: float = Field(description="Of all renditions.")
    cost: CostEstimate
    learnt_from: int = Field(
        description="How many finished jobs of the preset this is told from; below 20 a rule of "
        "thumb has a share in it."
    )
