"""How a video is cut into chunks: ranges of frames that start and end at segment boundaries.

Chunks of a job can be encoded anywhere, in any order: with the same plan their segments join into
one track.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from itertools import accumulate, pairwise

from pydantic import BaseModel, ConfigDict

REORDER_FRAMES = 2
"""Frames by which x264's decode order runs ahead with B-frames and a pyramid (its default)."""
LONG_CHUNK_SEGMENTS = 8
"""Longest chunk. A chunk costs about 0.3 s beside its encoding (claim, seek, empty encoder and
lookahead at both ends), so that half a minute of video makes it about 1 %; and what a killed worker
loses stays below that."""

Sizes = Callable[[int], Sequence[int]]
"""From the number of a video's segments to the number in each chunk; they add up."""


class Chunk(BaseModel):
    """Frames [first_frame, first_frame + frames) of the source; whole segments."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    ordinal: int
    first_frame: int
    frames: int
    first_segment: int
    is_last: bool


def whole(segments: int) -> Sequence[int]:
    """One chunk."""
    return [segments]


def even(count: int) -> Sizes:
    """At most that many chunks, as even as segments allow."""

    def sizes(segments: int) -> Sequence[int]:
        chunks = max(1, min(count, segments))
        ends = [segments * ordinal // chunks for ordinal in range(chunks + 1)]
        return [end - start for start, end in pairwise(ends)]

    return sizes


def fast_start(segments: int) -> Sequence[int]:
    """The first chunk is one segment, so that a video plays soon; each is twice the one before up
    to `LONG_CHUNK_SEGMENTS`, for fewer cost less. Towards the end a chunk is half of what is left,
    so that all workers end at about the same time."""
    sizes: list[int] = []
    left, size = segments, 1
    while left:
        # No single segment at the end: it would be a chunk of its own for nothing.
        size = left if left <= size or (sizes and left == size + 1) else size
        sizes.append(size)
        left -= size
        size = min(2 * size, LONG_CHUNK_SEGMENTS, max(2, math.ceil(left / 2)))
    return sizes


def split(frames: int, segment_frames: int, sizes: Sizes) -> tuple[Chunk, ...]:
    """Cut `frames` into chunks.

    A last segment too short to fill the encoder's reordering joins the one before it: as a chunk
    it would start with another decode delay than the rest.
    """
    full, rest = divmod(frames, segment_frames)
    segments = full + 1 if rest > REORDER_FRAMES or full == 0 else full
    ends = list(accumulate(sizes(segments)))
    starts = [0, *ends[:-1]]
    return tuple(
        Chunk(
            ordinal=ordinal,
            first_frame=start * segment_frames,
            frames=(frames if end == segments else end * segment_frames) - start * segment_frames,
            first_segment=start,
            is_last=end == segments,
        )
        for ordinal, (start, end) in enumerate(zip(starts, ends, strict=True))
    )
