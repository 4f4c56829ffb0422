"""Runs in a limited child process: read one file with PyAV, print what it is as one JSON line.

Usage: python -m vidmill_worker.probe_child DEMUXER SOURCE MAX_PIXELS MAX_FRAMES MAX_SECONDS
sound|pictures [START END], where SOURCE is a path or a URL that `remote_file` takes, START and END
are those of `clip_bounds`, and the rest bounds the largest picture, the number of pictures and the
length of the sound, and says whether there have to be pictures. A file that cannot be read prints
{"error": code, "detail": text}. Imports little, because every job starts it once.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from typing import Any

import av
import av.error
import av.logging
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition, Stream
from av.subtitles.stream import SubtitleStream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidmill_worker import decoders, frame_grid
from vidmill_worker.clip_range import find_range
from vidmill_worker.limits import DEFAULT, MAX_STREAMS, Limits
from vidmill_worker.packets import (
    OTHER_PACKETS,
    Packets,
    Unreadable,
    from_index,
    read_index,
    read_packets,
    read_sound,
    too_many_frames,
    without_leading,
)
from vidmill_worker.probe_sound import check_whole, sound
from vidmill_worker.remote_file import is_url, open_source
from vidmill_worker.sample_entries import Contents, read_contents
from vidmill_worker.video_times import check_complete, check_times

Bounds = tuple[Fraction, Fraction | None]
"""Start and end of the part that is wanted, in seconds from the first frame on."""

BEFORE_ALL = 10**15
"""Microseconds: no first picture is 31 years before zero."""

HELD_SECONDS = 1
"""A last frame shown for longer makes a variable rate of a constant one."""
HAS_INDEX = ("mov", "matroska")
"""Demuxers that find a key picture exactly; others may seek past the last one."""


def examine(
    demuxer: str,
    path: str,
    bounds: Bounds | None = None,
    limits: Limits = DEFAULT,
    *,
    sound_alone: bool = False,
) -> dict[str, Any]:
    """Describe the file; plain JSON values, fractions as text. `sound_alone`: it need not have
    pictures."""
    options = {
        # Nothing but the file itself: a reference inside it to another file or host is refused.
        "protocol_whitelist": "http,tcp" if is_url(path) else "file",
        "format_whitelist": demuxer,
        "codec_whitelist": ",".join(decoders.EVERY),
        "max_streams": str(MAX_STREAMS),
        "max_pixels": str(limits.max_pixels),
    }
    try:
        with av.open(path, format=demuxer, options=options, metadata_errors="replace") as file:
            return _describe(path, file, bounds, limits, sound_alone=sound_alone)
    except Unreadable as error:
        return {"error": error.code, "detail": str(error)}
    except av.error.FFmpegError as error:
        return {"error": "corrupt_file", "detail": f"{error.strerror}."}


def _describe(
    path: str, file: InputContainer, bounds: Bounds | None, limits: Limits, *, sound_alone: bool
) -> dict[str, Any]:
    contents = Contents()
    if file.format.name.startswith("mov"):
        with open_source(path) as data:
            contents = read_contents(data)
    if contents.protected:
        raise Unreadable("encrypted", f"Samples are protected ({contents.protected}).")
    if sound_alone and not _shown(file):
        return _describe_sound(file, limits)
    video = _main_video(file)
    _check_decoder(video, limits.max_pixels)
    packets, first = _read_times(path, file, video, contents, limits.max_frames)
    check_times(video, packets)
    if file.format.name.startswith(HAS_INDEX) and packets.last_key_time > packets.times[0]:
        _decode_one(file, video, packets.last_key_time)
    zero = packets.times[0] * (video.time_base or Fraction(0))
    return {
        "demuxer": file.format.name,
        "start": _seconds(file.start_time, Fraction(1, av.time_base)) or "0",
        "bit_rate": file.bit_rate,
        "video": _video(video, first, packets, bounds),
        "subtitles": [_subtitles(s) for s in file.streams.subtitles],
        "audio": [_audio(s) for s in sound(file, packets, zero, limits.max_seconds)],
    }


def _describe_sound(file: InputContainer, limits: Limits) -> dict[str, Any]:
    """A file without pictures."""
    packets = read_sound(file, OTHER_PACKETS * limits.max_frames)
    held = [stream for stream in file.streams.audio if stream.index in packets.streams]
    if not held:
        raise Unreadable("no_audio_stream", "There is neither a picture nor sound.")
    starts = [(s.start_time or 0) * (s.time_base or Fraction(0)) for s in held]
    zero = min(starts)
    streams = sound(file, packets, zero, limits.max_seconds)
    check_whole(streams, packets)
    end = max(packets.ends[stream.index] for stream in streams)
    return {
        "demuxer": file.format.name,
        "start": _seconds(file.start_time, Fraction(1, av.time_base)) or "0",
        "bit_rate": file.bit_rate,
        "video": None,
        "duration": end - float(zero),
        "subtitles": [_subtitles(s) for s in file.streams.subtitles],
        "audio": [_audio(s) for s in streams],
    }


def _main_video(file: InputContainer) -> VideoStream:
    """The default video stream, else the largest."""
    streams = _shown(file)
    if not streams:
        raise Unreadable("no_video_stream", "There is no video stream.")
    return max(
        streams,
        key=lambda s: (
            bool(s.disposition & Disposition.default),
            s.codec_context.width * s.codec_context.height if s.codec_context else 0,
            -s.index,
        ),
    )


def _shown(file: InputContainer) -> list[VideoStream]:
    """Streams of pictures; covers of audio files do not count."""
    return [s for s in file.streams.video if not s.disposition & Disposition.attached_pic]


def _check_decoder(video: VideoStream, max_pixels: int) -> None:
    context = video.codec_context
    if context is None:  # pyright: ignore[reportUnnecessaryComparison]  # a stream without decoder
        raise Unreadable("unsupported_format", "No decoder knows the video stream.")
    codec = context.codec.canonical_name
    if codec not in decoders.VIDEO:
        raise Unreadable("unsupported_format", f"Video coded as {codec} is not taken.")
    if not context.width or not context.height:
        raise Unreadable("corrupt_file", "The video stream has no picture size.")
    if context.width * context.height > max_pixels:
        size = f"{context.width}x{context.height}"
        raise Unreadable("too_large", f"The picture is {size}, more than {max_pixels:,} pixels.")
    context.options = {"max_pixels": str(max_pixels)}
    # A picture or two: threads would only take memory.
    context.thread_count = 1


def _read_times(
    path: str, file: InputContainer, video: VideoStream, contents: Contents, max_frames: int
) -> tuple[Packets, VideoFrame]:
    """When which pictures are shown, and the first one. Raises Unreadable."""
    if video.frames > max_frames:
        raise too_many_frames(max_frames)
    index = read_index(path, file, video, max_frames)
    if index is not None:
        first = _decode_one(file, video, None)
        if first.pts == index.times[0]:
            return from_index(index, file, video), first
        # The decoder disagrees with the index: let the packets tell, from the first one on.
        file.seek(-BEFORE_ALL)
    packets = read_packets(file, video, max_frames)
    check_complete(file, video, packets, in_fragments=contents.in_fragments)
    first = _decode_one(file, video, None)
    if file.format.name != "avi":  # has no presentation times to compare
        packets = without_leading(packets, first)
    return packets, first


def _decode_one(file: InputContainer, video: VideoStream, time: int | None) -> VideoFrame:
    """Decode the first picture, or the first one from the key picture at `time` on."""
    context = video.codec_context
    assert context is not None
    context.flush_buffers()
    if time is None:
        try:
            file.seek(0, backward=True, any_frame=False)
        except av.error.PermissionError:
            # FLV whose first picture comes after zero has nothing at or before it.
            file.seek(0, backward=False)
    else:
        file.seek(time, stream=video, backward=True)
    for frame in file.decode(video):
        assert isinstance(frame, VideoFrame)
        return frame
    raise Unreadable("corrupt_file", "The pictures cannot be decoded.")


def _video(
    video: VideoStream, frame: VideoFrame, packets: Packets, bounds: Bounds | None
) -> dict[str, Any]:
    context = video.codec_context
    base = video.time_base
    assert base is not None
    times = packets.times
    grid = frame_grid.fit(times, base, (video.guessed_rate, video.average_rate))
    last = Fraction(packets.last_duration) * base or 1 / grid.rate
    # A still that ends a video is a part of it.
    constant = grid.is_constant and last <= max(HELD_SECONDS, 2 / grid.rate)
    duration = len(times) / grid.rate if constant else (times[-1] - times[0]) * base + last
    return {
        "index": video.index,
        "codec": context.codec.canonical_name,
        "profile": context.profile,
        "width": frame.width,
        "height": frame.height,
        "coded_width": context.coded_width,
        "coded_height": context.coded_height,
        "rotation": round(-frame.rotation / 90) * 90 % 360,
        "sar": str(video.sample_aspect_ratio or context.sample_aspect_ratio or 1),
        "pix_fmt": frame.format.name,
        "bit_depth": max(component.bits for component in frame.format.components),
        "color": [frame.color_range, frame.colorspace, frame.color_trc, frame.color_primaries],
        "interlaced": bool(frame.interlaced_frame),
        "field_order": context.field_order,
        "rate": str(grid.rate),
        "constant": constant,
        "frames": len(times),
        "start": str(times[0] * base),
        "duration": str(duration),
        "clip": None
        if bounds is None
        else find_range(times, base, grid.rate if constant else None, bounds, duration),
        "bit_rate": round(packets.size_bytes * 8 / duration) if duration else None,
    }


def _audio(stream: AudioStream) -> dict[str, Any]:
    context = stream.codec_context
    if context is None:  # pyright: ignore[reportUnnecessaryComparison]  # a stream without decoder
        return {"index": stream.index, "codec": None}
    codec = context.codec.canonical_name
    return {
        "index": stream.index,
        "codec": codec if codec in decoders.AUDIO else None,
        "channels": context.channels,
        "layout": context.layout.name,
        "sample_rate": context.sample_rate,
        **_named(stream),
        "start": _seconds(stream.start_time, stream.time_base) or "0",
        "duration": _seconds(stream.duration, stream.time_base),
        "bit_rate": context.bit_rate,
    }


def _subtitles(stream: SubtitleStream) -> dict[str, Any]:
    context = stream.codec_context
    return {
        "index": stream.index,
        # None for a stream without a decoder.
        "codec": context.codec.canonical_name if context else "unknown",
        **_named(stream),
    }


def _named(stream: Stream) -> dict[str, Any]:
    return {
        "language": stream.language,
        # MP4 keeps it as a name.
        "title": stream.metadata.get("title") or stream.metadata.get("name"),
        "dispositions": [flag.name for flag in Disposition if stream.disposition & flag],
    }


def _seconds(ticks: int | None, base: Fraction | None) -> str | None:
    return None if ticks is None or base is None else str(ticks * base)


if __name__ == "__main__":
    av.logging.set_level(None)
    pixels, frames, seconds, alone, start, end = (*sys.argv[3:], "", "")[:6]
    most = Limits(max_pixels=int(pixels), max_frames=int(frames), max_seconds=float(seconds))
    wanted = (Fraction(start), Fraction(end) if end else None) if start else None
    described = examine(sys.argv[1], sys.argv[2], wanted, most, sound_alone=alone == "sound")
    json.dump(described, sys.stdout)
