"""The streams of sound in a file. Part of the probing child."""

from __future__ import annotations

from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer

from vidmill_worker.limits import MAX_GAP_SECONDS
from vidmill_worker.packets import Packets, Unreadable

LOST_SHARE = 0.05
"""Of the sound at most, as of pictures."""


def sound(
    file: InputContainer, packets: Packets, zero: Fraction, max_seconds: float
) -> list[AudioStream]:
    """The streams of sound that hold anything; `zero`: when the first picture is shown, in seconds.

    Raises Unreadable where times in one would make a small file into hours of silence.
    """
    streams = [stream for stream in file.streams.audio if stream.index in packets.streams]
    for stream in streams:
        begin = (stream.start_time or 0) * (stream.time_base or Fraction(0))
        gap = max(float(begin - zero), packets.gaps.get(stream.index, 0.0))
        if gap > MAX_GAP_SECONDS:
            raise Unreadable("corrupt_file", f"No sound for {gap:,.0f} s, then some.")
        lasts = packets.ends[stream.index] - float(begin)
        if lasts > max_seconds:
            raise Unreadable("too_long", f"The sound lasts {lasts:,.0f} s.")
    return streams


def check_whole(streams: list[AudioStream], packets: Packets) -> None:
    """Hold the length that streams of sound state against what there is of them. Raises
    Unreadable."""
    for stream in streams:
        base = stream.time_base or Fraction(0)
        stated = float((stream.duration or 0) * base)
        there = packets.ends[stream.index] - float((stream.start_time or 0) * base)
        if there < stated * (1 - LOST_SHARE) - 1:
            detail = f"It holds {there:.0f} of {stated:.0f} s of sound."
            raise Unreadable("corrupt_file", detail)
