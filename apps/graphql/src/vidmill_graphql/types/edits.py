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


@strawberry.type(name="Watermark", description="A picture laid over the video.")
class WatermarkType:
    """`vidmill.edits.Watermark`."""

    input_key: str = strawberry.field(description="Key of the PNG.")
    position: str = strawberry.field(description="top-left to bottom-right, or center.")
    width_percent: float = strawberry.field(description="Of the video's width.")
    margin_percent: float = strawberry.field(description="Of the video's width.")
    opacity: float = strawberry.field(description="1 leaves the picture as it is.")


@strawberry.type(name="BurnIn", description="Subtitles drawn into the pictures.")
class BurnInType:
    """`vidmill.edits.BurnIn`."""

    input_key: str | None = strawberry.field(description="Key of the uploaded file.")
    track: int | None = strawberry.field(description="Track of the source, counted from 0.")


@strawberry.type(name="Edits", description="What is done to the source before it is encoded.")
class EditsType:
    """`vidmill.edits.Edits`."""

    clip: ClipType | None = strawberry.field(description="The part that is made.")
    watermark: WatermarkType | None = strawberry.field(description="What is laid over it.")
    burn_in: BurnInType | None = strawberry.field(description="Text that is drawn into it.")


def edits_type(job: Job) -> EditsType | None:
    """From a row."""
    if job.edits is None:
        return None
    edits = Edits.model_validate(job.edits)
    clip, mark, text = edits.clip, edits.watermark, edits.burn_in
    return EditsType(
        clip=ClipType(**clip.model_dump()) if clip is not None else None,
        watermark=WatermarkType(**mark.model_dump()) if mark is not None else None,
        burn_in=BurnInType(**text.model_dump()) if text is not None else None,
    )
