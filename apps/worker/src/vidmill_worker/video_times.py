"""Times of pictures that no video has, found before it is encoded. Part of the probing child."""

from __future__ import annotations

from fractions import Fraction
from itertools import islice
from operator import sub

from av.container import InputContainer
from av.video.stream import VideoStream

from vidmill_worker.limits import MAX_PICTURE_SECONDS
from vidmill_worker.packets import Packets, Unreadable

STATES_DURATION = ("matroska", "asf", "avi", "flv")
"""Demuxers whose duration comes from a header; others measure the file they find."""
TORN_SHARE = 20
"""One in so many packets of a broadcast may have lost a part on its way."""


def check_complete(
    file: InputContainer, video: VideoStream, packets: Packets, *, in_fragments: bool
) -> None:
    """Find files that were cut off: the index or header promises more than there is. Where samples
    are `in_fragments`, an MP4's index counts only the first of them. Raises Unreadable.
    """
    torn = packets.total // TORN_SHARE if file.format.name == "mpegts" else 0
    if packets.corrupt > torn:
        raise Unreadable("corrupt_file", f"{packets.corrupt} video packets are cut short.")
    # Only these indexes are counts of what is stored; others are a writer's estimate.
    if file.format.name.startswith("mov"):
        if packets.total < video.frames:
            missing = video.frames - packets.total
            raise Unreadable("corrupt_file", f"{missing} of {video.frames} pictures are missing.")
        if not in_fragments and packets.total > 2 * video.frames + 2:
            raise Unreadable("corrupt_file", f"Edits repeat {video.frames} pictures without end.")
    if file.duration is None or not file.format.name.startswith(STATES_DURATION):
        return
    # What begins late is stated from zero on.
    start = min(0, file.start_time or 0) / 1_000_000
    stated = file.duration / 1_000_000
    found = packets.end_seconds - start
    if stated - found > max(1.0, stated / 10):
        raise Unreadable("corrupt_file", f"It ends after {found:.1f} s of {stated:.1f} s.")


def check_times(video: VideoStream, packets: Packets) -> None:
    """Raise Unreadable if all pictures are shown at once, or one of them for hours."""
    times, base = packets.times, video.time_base or Fraction(0)
    if len(times) > 1 and times[0] == times[-1]:
        raise Unreadable("corrupt_file", "All pictures have the same time.")
    steps = map(sub, islice(times, 1, None), times)
    longest = max(packets.last_duration, max(steps, default=0)) * base
    if longest > MAX_PICTURE_SECONDS:
        raise Unreadable(
            "too_long",
            f"One picture is shown for {float(longest):,.0f} s; "
            f"at most {MAX_PICTURE_SECONDS:,} s are taken.",
        )
