"""Read fragmented MP4 (ISO/IEC 14496-12): the clock and codec of an init segment, the samples of a
media segment. Only headers are read, so this costs a millisecond a segment.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vidmill_worker.packaging import codec_strings
from vidmill_worker.packaging.boxes import InvalidFragment, NoFragment, boxes, flatten, top_level

_NON_SYNC = 0x0001_0000
"""sample_is_non_sync_sample in sample_flags (8.8.3.1)."""
_VISUAL_ENTRY = 78
"""Bytes of a visual sample entry before its boxes (12.1.3)."""
_AUDIO_ENTRY = 28
_VIDEO_CODECS = {b"avc1": b"avcC", b"hvc1": b"hvcC", b"av01": b"av1C", b"vp09": b"vpcC"}
"""Sample entries, and the box in each that describes the codec. Those that allow parameter sets
among the pictures (avc3, hev1) are left out: Apple's players refuse them."""


@dataclass(frozen=True, slots=True)
class Init:
    """An init segment (EXT-X-MAP) with one track."""

    timescale: int
    codecs: str
    """As in RFC 6381: avc1.64001F, hvc1.1.6.L93.90, mp4a.40.2."""
    width: int
    height: int
    has_edit_list: bool


@dataclass(frozen=True, slots=True)
class Fragment:
    """The samples of one media segment; times in ticks of the track."""

    decode_time: int
    duration: int
    """Sum of the samples' durations."""
    presentation_times: tuple[int, ...]
    """Of every sample, in decode order."""
    durations: tuple[int, ...]
    sync_samples: tuple[int, ...]
    """Positions of the key pictures in decode order."""
    size_bytes: int

    @property
    def presentation_end(self) -> int:
        """When the sample shown last ends, as far as the fragment alone can tell."""
        last = max(range(self.samples), key=self.presentation_times.__getitem__)
        return self.presentation_times[last] + self.durations[last]

    @property
    def samples(self) -> int:
        return len(self.presentation_times)


def read_init(data: bytes) -> Init:
    """Raises InvalidFragment if `data` is no init segment of one track of a codec we make."""
    found = dict(flatten(data))
    if b"mdhd" not in found or b"stsd" not in found:
        raise InvalidFragment("no track header")
    mdhd = found[b"mdhd"]
    (timescale,) = struct.unpack_from(">I", mdhd, 20 if mdhd[0] == 1 else 12)
    size, kind = struct.unpack_from(">I4s", found[b"stsd"], 8)
    entry = found[b"stsd"][16 : 8 + size]
    if kind in _VIDEO_CODECS:
        width, height = struct.unpack_from(">HH", entry, 24)
        codecs = _video_codec(kind, dict(boxes(entry[_VISUAL_ENTRY:])))
        return Init(timescale, codecs, width, height, b"elst" in found)
    if kind == b"mp4a":
        esds = dict(boxes(entry[_AUDIO_ENTRY:]))[b"esds"]
        return Init(timescale, _aac_codec(esds[4:]), 0, 0, b"elst" in found)
    if kind == b"Opus":
        if b"dOps" not in dict(boxes(entry[_AUDIO_ENTRY:])):
            raise InvalidFragment("Opus without its header")
        # The registered name has a capital; browsers only ever took this one in MSE.
        return Init(timescale, "opus", 0, 0, b"elst" in found)
    raise InvalidFragment(f"unknown sample entry {kind!r}")


def _video_codec(kind: bytes, inside: dict[bytes, bytes]) -> str:
    configuration = inside.get(_VIDEO_CODECS[kind])
    if configuration is None:
        raise InvalidFragment(f"{kind!r} without its configuration")
    color = codec_strings.nclx(inside.get(b"colr"))
    match kind:
        case b"avc1":
            return codec_strings.avc("avc1", configuration)
        case b"av01":
            return codec_strings.av1(configuration, color)
        case b"vp09":
            return codec_strings.vp9(configuration, color)
        case _:
            return codec_strings.hevc("hvc1", configuration)


def read_fragment(path: Path) -> Fragment:
    """Read the movie fragment of a segment file. Raises InvalidFragment if it is not whole."""
    size = path.stat().st_size
    moof = None
    media = 0
    with path.open("rb") as file:
        for kind, start, end in top_level(file, size):
            if kind == b"moof" and moof is None:
                file.seek(start)
                moof = file.read(end - start)
            elif kind == b"moof":
                raise InvalidFragment("more than one fragment in a segment")
            elif kind == b"mdat":
                media = end - start
    if moof is None:
        raise NoFragment("no fragment in the segment")
    return _fragment(moof, media, size)


def _fragment(moof: bytes, media_bytes: int, size: int) -> Fragment:
    traf = dict(boxes(dict(boxes(moof)).get(b"traf", b"")))
    if not {b"tfhd", b"tfdt", b"trun"} <= traf.keys():
        raise InvalidFragment("no samples in the fragment")
    duration, sample_size, flags = _defaults(traf[b"tfhd"])
    tfdt = traf[b"tfdt"]
    (decode_time,) = struct.unpack_from(">Q" if tfdt[0] == 1 else ">I", tfdt, 4)
    time, total = decode_time, 0
    times: list[int] = []
    durations: list[int] = []
    sync: list[int] = []
    samples = _samples(traf[b"trun"], (duration, sample_size, flags))
    for number, (length, stored, flag, offset) in enumerate(samples):
        times.append(time + offset)
        durations.append(length)
        if not flag & _NON_SYNC:
            sync.append(number)
        time += length
        total += stored
    if total != media_bytes:
        raise InvalidFragment(f"samples take {total} bytes, {media_bytes} are there")
    return Fragment(
        decode_time, time - decode_time, tuple(times), tuple(durations), tuple(sync), size
    )


def _defaults(tfhd: bytes) -> tuple[int, int, int]:
    """Default duration, size and flags of a track fragment (8.8.7)."""
    flags = int.from_bytes(tfhd[1:4], "big")
    offset = 8 + 8 * bool(flags & 0x1) + 4 * bool(flags & 0x2)
    values: list[int] = []
    for bit in (0x8, 0x10, 0x20):
        if flags & bit:
            values.append(int.from_bytes(tfhd[offset : offset + 4], "big"))
            offset += 4
        else:
            values.append(0)
    return values[0], values[1], values[2]


def _samples(trun: bytes, defaults: tuple[int, int, int]) -> Iterator[tuple[int, int, int, int]]:
    """(duration, size, flags, composition offset) of each sample (8.8.8)."""
    flags = int.from_bytes(trun[1:4], "big")
    (count,) = struct.unpack_from(">I", trun, 4)
    offset = 8 + 4 * bool(flags & 0x1)
    first_flags = defaults[2]
    if flags & 0x4:
        (first_flags,) = struct.unpack_from(">I", trun, offset)
        offset += 4
    present = [bool(flags & bit) for bit in (0x100, 0x200, 0x400, 0x800)]
    row = struct.Struct(">" + "".join("IIIi"[i] for i in range(4) if present[i]))
    if len(trun) < offset + count * row.size:
        raise InvalidFragment("cut off in the sample table")
    for number in range(count):
        stored = iter(row.unpack_from(trun, offset + number * row.size))
        duration = next(stored) if present[0] else defaults[0]
        size = next(stored) if present[1] else defaults[1]
        flag = next(stored) if present[2] else (first_flags if number == 0 else defaults[2])
        yield duration, size, flag, next(stored) if present[3] else 0


def _aac_codec(descriptors: bytes) -> str:
    """mp4a.OTI.AOT from an ES descriptor (ISO/IEC 14496-1, 7.2.6)."""
    oti, audio_object = 0, 0
    offset = 0
    while offset < len(descriptors):
        tag = descriptors[offset]
        offset += 1
        length = 0
        while True:  # a length takes up to four bytes, seven bits each
            byte = descriptors[offset]
            offset += 1
            length = length << 7 | byte & 0x7F
            if not byte & 0x80:
                break
        if tag == 0x03:  # ES_Descriptor: id and flags, then its children
            offset += 3
        elif tag == 0x04:  # DecoderConfigDescriptor: thirteen bytes, then its children
            oti = descriptors[offset]
            offset += 13
        elif tag == 0x05:  # DecoderSpecificInfo: AudioSpecificConfig
            audio_object = descriptors[offset] >> 3
            offset += length
        else:
            offset += length
    return f"mp4a.{oti:02X}.{audio_object}"
