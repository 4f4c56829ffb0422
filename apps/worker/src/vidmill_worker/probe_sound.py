"""The streams of sound in a file. Part of the probing child."""

from __future__ import annotations

from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from vidmill_worker.limits import MAX_GAP_SECONDS
from vidmill_worker.packets import Packets, Unreadable


def sound(
    file: InputContainer, video: VideoStream, packets: Packets, max_seconds: float
) -> list[AudioStream]:
    """The streams of sound that hold anything.

    Raises Unreadable where times in one would make a small file into hours of silence.
    """
    streams = [stream for stream in file.streams.audio if stream.index in packets.streams]
    zero = packets.times[0] * (video.time_base or Fraction(0))
    for stream in streams:
        begin = (stream.start_time or 0) * (stream.time_base or Fraction(0))
        gap = max(float(begin - zero), packets.gaps.get(stream.index, 0.0))
        if gap > MAX_GAP_SECONDS:
            raise Unreadable("corrupt_file", f"No sound for {gap:,.0f} s, then some.")
        lasts = packets.ends[stream.index] - float(begin)
        if lasts > max_seconds:
            raise Unreadable("too_long", f"The sound lasts {lasts:,.0f} s.")
    return streams
