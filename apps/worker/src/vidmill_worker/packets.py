"""When the pictures of a video stream are shown: from the index where it can be trusted (MP4 and
MOV), else from all packets of the file.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from io import SEEK_END
from itertools import pairwise

from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from vidmill_worker.frame_index import FrameIndex, read_frame_index
from vidmill_worker.limits import DEFAULT
from vidmill_worker.remote_file import open_source

INDEXED_CODECS = {"av1", "dnxhd", "h264", "hevc", "mjpeg", "mpeg4", "prores"}
"""Codecs whose samples FFmpeg hands out as its mov demuxer finds them, each one a packet. Others
go through a parser that may split and date them anew (MPEG-1, VC-1, VP8 and VP9 in FFmpeg 8)."""


OTHER_PACKETS = 4
"""Times as many packets as pictures another stream may have: sound comes in up to a hundred a
second."""


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
    ends: Mapping[int, float]
    """Where each stream ends, in seconds, if it holds anything at all."""
    gaps: Mapping[int, float]
    """Longest hole in each stream, in seconds."""
    corrupt: int
    total: int

    @property
    def end_seconds(self) -> float:
        """Latest end of any stream."""
        return max(self.ends.values(), default=0.0)

    @property
    def streams(self) -> frozenset[int]:
        """Streams that hold anything at all."""
        return frozenset(self.ends)


def read_index(
    source: str, file: InputContainer, video: VideoStream, max_frames: int = DEFAULT.max_frames
) -> FrameIndex | None:
    """The index of an MP4 or MOV, None where only its packets can tell or where it has more than
    `max_frames`.

    Raises Unreadable if samples are missing at the end of the file.
    """
    context = video.codec_context
    assert context is not None
    codec = context.codec.canonical_name
    if not file.format.name.startswith("mov") or codec not in INDEXED_CODECS:
        return None
    with open_source(source) as data:
        index = read_frame_index(data, video.id, max_frames)
        size = data.seek(0, SEEK_END)
    if index is None or index.samples != video.frames:
        return None
    if index.data_end > size:
        raise Unreadable("corrupt_file", f"It ends after {size:,} of {index.data_end:,} bytes.")
    return index


def from_index(index: FrameIndex, file: InputContainer, video: VideoStream) -> Packets:
    """What reading the packets would show; ends of other streams than the video as the index
    states them."""
    ends: dict[int, float] = {}
    gaps: dict[int, float] = {}
    for stream in file.streams:
        track = index.tracks.get(stream.id)
        if track is not None:
            begin = float((stream.start_time or 0) * (stream.time_base or 0))
            ends[stream.index] = begin + float(track.duration_seconds)
            gaps[stream.index] = float(track.longest_sample_seconds)
    base = video.time_base or Fraction(0)
    ends[video.index] = float((index.times[-1] + index.last_duration) * base)
    return Packets(
        times=index.times,
        last_duration=index.last_duration,
        last_key_time=index.last_key_time,
        size_bytes=index.size_bytes,
        ends=ends,
        gaps=gaps,
        corrupt=0,
        total=index.samples,
    )


def read_packets(
    file: InputContainer, video: VideoStream, max_frames: int = DEFAULT.max_frames
) -> Packets:
    """Demux the whole file from where it stands.

    Raises Unreadable if no picture is in it, or more than `max_frames` are.
    """
    shown = _Shown()
    spans: dict[int, _Span] = {stream.index: _Span() for stream in file.streams}
    corrupt = size = 0
    for packet in file.demux():
        if not packet.size:  # the flush packet at a stream's end
            continue
        index = packet.stream.index
        count = spans[index].add(packet)
        if index != video.index:
            if count > OTHER_PACKETS * max_frames:
                raise Unreadable("corrupt_file", f"Stream {index} is in too many pieces.")
            continue
        if count > max_frames:
            raise too_many_frames(max_frames)
        size += packet.size
        corrupt += packet.is_corrupt
        if not packet.is_discard:
            shown.add(packet)
    if not shown.times:
        raise Unreadable("corrupt_file", "The video stream holds no picture.")
    times, last_key = shown.in_order(has_pts=file.format.name != "avi")
    bases = {stream.index: stream.time_base or Fraction(0) for stream in file.streams}
    return Packets(
        times=times,
        last_duration=shown.last_duration,
        last_key_time=last_key,
        size_bytes=size,
        ends={n: float(s.end * bases[n]) for n, s in spans.items() if s.end is not None},
        gaps={n: float(s.gap * bases[n]) for n, s in spans.items()},
        corrupt=corrupt,
        total=spans[video.index].packets,
    )


def read_sound(file: InputContainer, max_packets: int) -> Packets:
    """Demux the whole of a file without pictures. Raises Unreadable if a stream is in more pieces
    than that."""
    spans: dict[int, _Span] = {stream.index: _Span() for stream in file.streams}
    size = total = corrupt = 0
    for packet in file.demux():
        if not packet.size:
            continue
        index = packet.stream.index
        if spans[index].add(packet) > max_packets:
            raise Unreadable("corrupt_file", f"Stream {index} is in too many pieces.")
        size += packet.size
        total += 1
        corrupt += packet.is_corrupt
    return _without_pictures(file, spans, size, corrupt, total)


def _without_pictures(
    file: InputContainer, spans: Mapping[int, _Span], size: int, corrupt: int, total: int
) -> Packets:
    bases = {stream.index: stream.time_base or Fraction(0) for stream in file.streams}
    return Packets(
        times=(),
        last_duration=0,
        last_key_time=0,
        size_bytes=size,
        ends={n: float(s.end * bases[n]) for n, s in spans.items() if s.end is not None},
        gaps={n: float(s.gap * bases[n]) for n, s in spans.items()},
        corrupt=corrupt,
        total=total,
    )


class _Span:
    """How far a stream reaches, in its own ticks."""

    def __init__(self) -> None:
        self.end: int | None = None
        self.gap = 0
        self.packets = 0

    def add(self, packet: Packet[Stream]) -> int:
        """Note one more packet; how many there are."""
        self.packets += 1
        time = packet.pts if packet.pts is not None else packet.dts
        if time is not None:
            if self.end is None:
                self.end = time
            self.gap = max(self.gap, time - self.end)
            self.end = max(self.end, time + (packet.duration or 0))
        return self.packets


def too_many_frames(most: int) -> Unreadable:
    """What to raise where a file holds more pictures than that."""
    return Unreadable("too_long", f"The video has more than {most:,} pictures.")


class _Shown:
    """Times of the packets that are shown, in decode order."""

    def __init__(self) -> None:
        self.times = array("q")
        self._has_every_pts = True
        #: Decode times, or, of packets without one, when the packet before ended.
        self._decoded = array("q")
        self.last_duration = 0
        self._last_key = 0

    def add(self, packet: Packet[Stream]) -> None:
        """Note one more packet."""
        self._has_every_pts &= packet.pts is not None
        self.times.append(packet.pts or 0)
        if packet.dts is not None:
            self._decoded.append(packet.dts)
        else:
            self._decoded.append(self._decoded[-1] + self.last_duration if self._decoded else 0)
        self.last_duration = packet.duration or 0
        if packet.is_keyframe:
            self._last_key = len(self.times) - 1

    def in_order(self, *, has_pts: bool) -> tuple[Sequence[int], int]:
        """Sorted times, and the last key picture's time.

        AVI counts packets and knows no presentation times; what FFmpeg guesses does not fit
        together. There decode times serve for all, which on a constant rate are the same set,
        shifted; odd steps at either end come from how writers fill their first and last slots.
        """
        times = self.times if has_pts and self._has_every_pts else self._decoded
        ordered = sorted(times)
        return ordered if has_pts else _straighten(ordered), times[self._last_key]


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
