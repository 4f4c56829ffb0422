"""How a video is cut into chunks: ranges of frames that start and end at segment boundaries.

Chunks of a job can be encoded anywhere, in any order: with the same plan their segments join into
one track.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from pydantic import BaseModel, ConfigDict

REORDER_FRAMES = 2
"""Frames by which x264's decode order runs ahead with B-frames and a pyramid (its default)."""
LEAD_SECONDS = 1
"""Length of a short lead, at most a GOP. Two cores encode a second of 1080p in all rungs of the web
preset in a good second."""
LONG_CHUNK_SEGMENTS = 8
"""Longest chunk. Beside its encoding a chunk costs a seek (up to a GOP of the source is decoded for
nothing), an encoder that fills and drains, and 0.3 s of claiming and starting. With half a minute
of video that is some percent; and what a killed worker loses stays below that."""


class SegmentGrid(BaseModel):
    """Where the segments of a constant frame rate start."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    lead_frames: int
    """Frames of the first segment."""
    segment_frames: int
    """Frames of every other segment but the last."""

    def first_frame(self, segment: int) -> int:
        """Number of a segment's first frame."""
        return self.lead_frames + (segment - 1) * self.segment_frames if segment else 0

    def count(self, frames: int) -> int:
        """Segments of a video. A last one too short to fill the encoder's reordering joins the one
        before it: as a chunk it would start with another decode delay than the rest."""
        full, rest = divmod(max(0, frames - self.lead_frames), self.segment_frames)
        return 1 + full + (rest > REORDER_FRAMES)


@dataclass(frozen=True, slots=True)
class Cut:
    """A way to cut a video into chunks."""

    sizes: Callable[[int], Sequence[int]]
    """From the number of a video's segments to the number in each chunk; they add up."""
    short_lead: bool = False
    """Whether the first segment is `LEAD_SECONDS` long: with it a video can be played."""


class Chunk(BaseModel):
    """Frames [first_frame, first_frame + frames) of the source; whole segments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordinal: int
    first_frame: int
    frames: int
    first_segment: int
    is_last: bool


def even(count: int) -> Cut:
    """At most that many chunks, as even as segments allow."""

    def sizes(segments: int) -> Sequence[int]:
        chunks = max(1, min(count, segments))
        ends = [segments * ordinal // chunks for ordinal in range(chunks + 1)]
        return [end - start for start, end in pairwise(ends)]

    return Cut(sizes)


def lead_first(segments: int) -> Sequence[int]:
    """The first chunk is one segment, all others are long. Only the last two are shorter, so that
    workers end at about the same time; one below four segments is not worth its start."""
    full = max(0, (segments - 1) // LONG_CHUNK_SEGMENTS - 1)
    left = segments - 1 - full * LONG_CHUNK_SEGMENTS
    # The greater half last, as a video's last segment is seldom a whole one.
    halves = (left // 2, left - left // 2) if left >= LONG_CHUNK_SEGMENTS else (left,)
    return [1, *[LONG_CHUNK_SEGMENTS] * full, *(size for size in halves if size)]


WHOLE = even(1)
FAST_START = Cut(lead_first, short_lead=True)


def split(frames: int, grid: SegmentGrid, cut: Cut) -> tuple[Chunk, ...]:
    """Cut `frames` into chunks of whole segments."""
    segments = grid.count(frames)
    ends = list(accumulate(cut.sizes(segments)))
    starts = [0, *ends[:-1]]
    return tuple(
        Chunk(
            ordinal=ordinal,
            first_frame=grid.first_frame(start),
            frames=(frames if end == segments else grid.first_frame(end)) - grid.first_frame(start),
            first_segment=start,
            is_last=end == segments,
        )
        for ordinal, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
