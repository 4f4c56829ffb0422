"""The streams of sound in a file. Part of the probing child."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

from av.audio.stream import AudioStream
from av.container import InputContainer
from av.video.stream import VideoStream

from vidmill_worker.limits import MAX_GAP_SECONDS
from vidmill_worker.packets import Packets, Unreadable

ENCRYPTED_TAGS = {"encv", "enca", "drmi", "p608"}
"""Sample entries of ISO/IEC 14496-12 (protected) and of Apple's FairPlay."""


def sound(
    file: InputContainer, video: VideoStream, packets: Packets, max_seconds: float
) -> list[AudioStream]:
    """The streams of sound that hold anything.

    Raises Unreadable if one is protected, or where times in it would make a small file into hours
    of silence.
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
        check_protection(stream)
    return streams


def check_protection(stream: AudioStream | VideoStream) -> None:
    """Raise Unreadable if the samples of a stream are encrypted."""
    context = stream.codec_context
    if context is None:  # pyright: ignore[reportUnnecessaryComparison]  # without a decoder
        return
    with suppress(UnicodeDecodeError):  # a number, as those of AVI
        if (tag := context.codec_tag) in ENCRYPTED_TAGS:
            raise Unreadable("encrypted", f"The {stream.type} samples are protected ({tag}).")
