"""Watch FFmpeg write segments, and tell each one as soon as it is complete."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from vidmill_worker.digests import sha256_of
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.packaging import fmp4
from vidmill_worker.packaging.boxes import InvalidFragment, NoFragment
from vidmill_worker.results import Segment, Track, VerificationFailed

OnSegment = Callable[[str, Segment], Awaitable[None]]
"""Called with a track's name and a segment whose file is complete."""


class SegmentWatch:
    """The segments of some tracks in `directory`, in order from number `first`."""

    def __init__(
        self, directory: Path, names: Sequence[str], first: int, on_segment: OnSegment | None
    ) -> None:
        self._directory = directory
        self._first = first
        self._found: dict[str, list[Segment]] = {name: [] for name in names}
        self._on_segment = on_segment

    async def poll(self) -> None:
        """Find what is new. FFmpeg names a file only once it is complete.

        Raises VerificationFailed if a segment is not what it should be.
        """
        for name, segments in self._found.items():
            # Segments may come between the look for an init segment that waits for its name and
            # this; they are found at the next one.
            while (self._directory / name / INIT).exists():
                number = self._first + len(segments)
                path = self._directory / name / segment_name(number)
                if not path.exists():
                    break
                try:
                    segment = describe_segment(path, number)
                except InvalidFragment as error:
                    if isinstance(error, NoFragment) and not segments:
                        break  # what is written of a track without any sample
                    raise VerificationFailed(name, f"segment {number}: {error}") from error
                segments.append(segment)
                if self._on_segment is not None:
                    await self._on_segment(name, segment)

    @property
    def begun(self) -> tuple[str, ...]:
        """The tracks that have a segment."""
        return tuple(name for name, segments in self._found.items() if segments)

    @property
    def complete(self) -> int:
        """How many segments every track has."""
        return min(map(len, self._found.values()))

    @property
    def longest(self) -> int:
        """How many segments the track with the most has."""
        return max(map(len, self._found.values()))

    def track(self, name: str, end_time: int | None = None) -> Track:
        """The track so far, shown up to `end_time` (ticks) if that is known.

        Raises VerificationFailed if it has no init or no segment.
        """
        path = self._directory / name / INIT
        if not self._found[name]:
            raise VerificationFailed(name, "no segment was written")
        data = path.read_bytes()
        try:
            init = fmp4.read_init(data)
        except InvalidFragment as error:
            raise VerificationFailed(name, f"init segment: {error}") from error
        return Track(
            name=name,
            codecs=init.codecs,
            timescale=init.timescale,
            init_size_bytes=len(data),
            init_sha256=hashlib.sha256(data).hexdigest(),
            segments=_shown(self._found[name], end_time, init.timescale),
            width=init.width,
            height=init.height,
        )


def describe_segment(path: Path, number: int) -> Segment:
    """Read a segment's own headers, and take its digest. Raises InvalidFragment."""
    fragment = fmp4.read_fragment(path)
    start = min(fragment.presentation_times)
    return Segment(
        number=number,
        decode_time=fragment.decode_time,
        decode_end=fragment.decode_time + fragment.duration,
        start_time=start,
        duration_ticks=fragment.presentation_end - start,
        samples=fragment.samples,
        size_bytes=fragment.size_bytes,
        sha256=sha256_of(path),
    )


def _shown(segments: Sequence[Segment], end_time: int | None, second: int) -> tuple[Segment, ...]:
    """Each segment up to the start of the next. With a constant rate that changes nothing."""
    last = segments[-1]
    end = last.start_time + last.duration_ticks
    # A damaged source may state any end; how long one frame is shown is all that is asked of it.
    if end_time is not None and abs(end_time - end) <= second and end_time > last.start_time:
        end = end_time
    ends = [*(segment.start_time for segment in segments[1:]), end]
    return tuple(
        segment.model_copy(update={"duration_ticks": end - segment.start_time})
        for segment, end in zip(segments, ends, strict=True)
    )


def write_list(path: Path, directory: Path, numbers: Sequence[int]) -> Path:
    """Write the names of an init segment and of media segments for FFmpeg's concatf to join."""
    names = [INIT, *(segment_name(number) for number in numbers)]
    path.write_text("".join(f"file:{(directory / name).absolute()}\n" for name in names))
    return path
