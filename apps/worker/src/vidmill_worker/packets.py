"""When the pictures of a video stream are shown: from the index where it can be trusted (MP4 and
MOV), else from all packets of the file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import SEEK_END
from itertools import pairwise

from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidmill_worker.frame_index import FrameIndex, read_frame_index
from vidmill_worker.remote_file import open_source

INDEXED_CODECS = {"av1", "dnxhd", "h264", "hevc", "mjpeg", "mpeg4", "prores"}
"""Codecs whose samples FFmpeg hands out as its mov demuxer finds them, each one a packet. Others
go through a parser that may split and date them anew (MPEG-1, VC-1, VP8 and VP9 in FFmpeg 8)."""


class Unreadable(Exception):
    """The file cannot be transcoded; `code` is the stable reason."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Packets:
    """What all packets of the video stream show, whether they or the index were read."""

    times: Sequence[int]
    """Sorted presentation times of the packets that are shown."""
    last_duration: int
    last_key_time: int
    size_bytes: int
    end_seconds: float
    """Latest end of any stream's packet; of the video's alone where the index was read."""
    corrupt: int
    total: int
    streams: frozenset[int]
    """Streams that hold anything at all."""


def read_index(source: str, file: InputContainer, video: VideoStream) -> FrameIndex | None:
    """The index of an MP4 or MOV, None where only its packets can tell.

    Raises Unreadable if samples are missing at the end of the file.
    """
    context = video.codec_context
    assert context is not None
    if not file.format.name.startswith("mov") or context.name not in INDEXED_CODECS:
        return None
    with open_source(source) as data:
        index = read_frame_index(data, video.id)
        size = data.seek(0, SEEK_END)
    if index is None or index.samples != video.frames:
        return None
    if index.data_end > size:
        raise Unreadable("corrupt_file", f"It ends after {size:,} of {index.data_end:,} bytes.")
    return index


def from_index(index: FrameIndex, file: InputContainer, video: VideoStream) -> Packets:
    """What reading the packets would show."""
    base = video.time_base or Fraction(0)
    return Packets(
        times=index.times,
        last_duration=index.last_duration,
        last_key_time=index.last_key_time,
        size_bytes=index.size_bytes,
        end_seconds=float((index.times[-1] + index.last_duration) * base),
        corrupt=0,
        total=index.samples,
        streams=frozenset(s.index for s in file.streams if s.id in index.tracks),
    )


def read_packets(file: InputContainer, video: VideoStream) -> Packets:
    """Demux the whole file from where it stands. Raises Unreadable if no picture is in it."""
    shown: list[tuple[int | None, int | None, int, bool]] = []
    ends: dict[int, int] = {}
    total = corrupt = size = 0
    for packet in file.demux():
        if not packet.size:  # the flush packet at a stream's end
            continue
        time = packet.pts if packet.pts is not None else packet.dts
        index = packet.stream.index
        if time is not None:
            ends[index] = max(ends.get(index, time), time + (packet.duration or 0))
        if index != video.index:
            continue
        total += 1
        size += packet.size
        corrupt += packet.is_corrupt
        if not packet.is_discard:
            shown.append((packet.pts, packet.dts, packet.duration or 0, packet.is_keyframe))
    if not shown:
        raise Unreadable("corrupt_file", "The video stream holds no picture.")
    times, last_key = _times(shown, has_pts=file.format.name != "avi")
    bases = {stream.index: stream.time_base or Fraction(0) for stream in file.streams}
    end = max((float(time * bases[index]) for index, time in ends.items()), default=0.0)
    return Packets(times, shown[-1][2], last_key, size, end, corrupt, total, frozenset(ends))


def _times(
    shown: Sequence[tuple[int | None, int | None, int, bool]], *, has_pts: bool
) -> tuple[list[int], int]:
    """Sorted times of (pts, dts, duration, key) packets, and the last key picture's time.

    AVI counts packets and knows no presentation times; what FFmpeg guesses does not fit together.
    There decode times serve for all, which on a constant rate are the same set, shifted; odd steps
    at either end come from how writers fill their first and last slots.
    """
    use_pts = has_pts and all(pts is not None for pts, *_ in shown)
    times: list[int] = []
    next_time = last_key = 0
    for pts, dts, duration, is_key in shown:
        time = pts if use_pts else dts
        time = next_time if time is None else time
        next_time = time + duration
        times.append(time)
        last_key = time if is_key else last_key
    times.sort()
    return (times if has_pts else _straighten(times)), last_key


def _straighten(times: list[int]) -> list[int]:
    """Times whose inner steps are all equal, made equal at both ends too."""
    inner = {after - before for before, after in pairwise(times[1:-1])}
    if len(inner) != 1:
        return times
    step = inner.pop()
    return [times[0] + step * number for number in range(len(times))]


def without_leading(packets: Packets, first: VideoFrame) -> Packets:
    """Leave out pictures before the first that decodes: recordings that start within a GOP hold
    some, and zero of the output, for picture and sound, is the first one shown."""
    time = first.pts
    if time is None or time not in packets.times:
        return packets
    return replace(packets, times=[t for t in packets.times if t >= time])
