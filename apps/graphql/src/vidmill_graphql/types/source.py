"""Sources."""

from __future__ import annotations

import strawberry

from vidmill.jobs import Job
from vidmill.presentation import source_summary
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="Source", description="What was found out about the source.")
class SourceType:
    """`Source`."""

    filename: str = strawberry.field(description="Name of the uploaded file.")
    size_bytes: BigInt = strawberry.field(description="Size.")
    format: str = strawberry.field(description="Container.")
    duration_seconds: float = strawberry.field(description="Length.")
    width: int | None = strawberry.field(
        description="Pixels as shown: rotated, square. Null, as all that is of pictures, for sound "
        "alone."
    )
    height: int | None = strawberry.field(description="Pixels as shown: rotated, square.")
    fps: float | None = strawberry.field(description="Frames per second.")
    frames: BigInt | None = strawberry.field(description="Number of frames.")
    video_codec: str | None = strawberry.field(description="Video codec.")
    audio_codec: str | None = strawberry.field(description="Codec of the first audio track.")
    audio_channels: int | None = strawberry.field(description="Channels of that track.")
    audio_sample_rate: int | None = strawberry.field(description="Samples a second of that track.")
    bitrate_bps: BigInt = strawberry.field(description="Bits per second.")


def source_type(job: Job) -> SourceType | None:
    """None before the plan is done."""
    summary = source_summary(job)
    return None if summary is None else SourceType(**summary)
