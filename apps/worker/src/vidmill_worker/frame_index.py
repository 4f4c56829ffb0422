"""Read from an MP4's index when each frame is shown, without reading the frames.

ISO/IEC 14496-12; times come out on the clock of FFmpeg's mov demuxer, so that both readings of a
file can stand for each other. What is rare or contradictory is left to the demuxer: the answer is
None then.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import SEEK_END
from operator import add
from typing import BinaryIO

from vidmill_worker.limits import DEFAULT
from vidmill_worker.packaging.boxes import InvalidFragment, boxes, top_level
from vidmill_worker.sample_tables import (
    SampleSizes,
    TrackSpan,
    Unusual,
    check_chunks,
    composition_offsets,
    data_end,
    decode_times,
    sample_sizes,
    sync_samples,
    track_span,
)

INDEX_BYTES = 256 * 2**20
"""Largest `moov` that is read."""
TOP_BOXES = 10_000
"""Most boxes that are passed in search of it: there may be billions of empty ones."""

_REPEATED = {b"free", b"meta", b"saio", b"saiz", b"skip", b"subs", b"udta", b"uuid"}
"""Boxes without a say in times that may occur more than once in another."""


@dataclass(frozen=True, slots=True)
class FrameIndex:
    """What the index says of one track; times in the track's own timescale."""

    times: Sequence[int]
    """Sorted presentation times of the frames that the edit list shows."""
    last_duration: int
    """Of the last sample in decode order."""
    last_key_time: int
    """Presentation time of the last sync sample shown, in decode order; 0 if there is none."""
    size_bytes: int
    """Of all samples of the track."""
    samples: int
    """Of the track, also those that the edit list hides."""
    tracks: Mapping[int, TrackSpan]
    """By id, the tracks that hold any byte."""
    data_end: int
    """Offset at which the last sample of any picture or sound track ends."""


@dataclass(frozen=True, slots=True)
class _Track:
    id: int
    handler: bytes
    timescale: int
    edits: bytes | None
    """The edit list."""
    stbl: dict[bytes, bytes]
    sizes: SampleSizes


@dataclass(frozen=True, slots=True)
class _Timing:
    """Samples in decode order, before the edit list."""

    decoded: Sequence[int]
    shown: Sequence[int]
    is_reordered: bool
    """There is a table of composition offsets."""
    syncs: Sequence[int]
    """Numbers of the sync samples, from 0."""


class _Parts(dict[bytes, bytes]):
    """Boxes in a box, by type."""

    def __missing__(self, kind: bytes) -> bytes:
        raise Unusual(f"no box {kind!r}")


def read_frame_index(
    file: BinaryIO, track_id: int, max_samples: int = DEFAULT.max_frames
) -> FrameIndex | None:
    """The index of that track, or None if only the packets can tell, or if it has more than
    `max_samples`. Raises OSError."""
    try:
        moov = _find_index(file)
        return None if moov is None else _read(moov, track_id, max_samples)
    except (InvalidFragment, Unusual, struct.error):
        return None


def _find_index(file: BinaryIO) -> bytes | None:
    """The content of the only `moov` (8.2.1)."""
    found = None
    try:
        for number, (kind, start, end) in enumerate(top_level(file, file.seek(0, SEEK_END))):
            if number == TOP_BOXES:
                return None
            if kind == b"moof" or (kind == b"moov" and found is not None):
                return None
            if kind == b"moov":
                if end - start > INDEX_BYTES:
                    return None
                file.seek(start)
                found = file.read(end - start)
    except (InvalidFragment, struct.error):
        # Cut off after the index, which says what is missing, or followed by other bytes.
        return found
    return found


def _read(moov: bytes, track_id: int, max_samples: int) -> FrameIndex:
    parts = list(boxes(moov))
    kinds = [kind for kind, _ in parts]
    if b"mvex" in kinds or kinds.count(b"mvhd") != 1:
        raise Unusual("fragmented, or without a header")
    tracks = [_track(content) for kind, content in parts if kind == b"trak"]
    ids = [track.id for track in tracks]
    if ids.count(track_id) != 1 or len(set(ids)) != len(ids):
        raise Unusual("tracks cannot be told apart")
    if tracks[ids.index(track_id)].sizes.count > max_samples:
        raise Unusual("more samples than are taken")
    media = [track for track in tracks if track.handler in {b"vide", b"soun"}]
    return _frame_index(
        tracks[ids.index(track_id)],
        _timescale(parts[kinds.index(b"mvhd")][1]),
        {
            track.id: track_span(track.stbl, track.timescale)
            for track in tracks
            if track.sizes.total
        },
        max((data_end(track.stbl, track.sizes) for track in media), default=0),
    )


def _track(trak: bytes) -> _Track:
    """8.3.1."""
    content = _parts(trak)
    tkhd = content[b"tkhd"]
    (number,) = struct.unpack_from(">I", tkhd, 20 if tkhd[:1] == b"\1" else 12)
    mdia = _parts(content[b"mdia"])
    minf = _parts(mdia[b"minf"])
    _check_references(_parts(minf[b"dinf"])[b"dref"])
    stbl = _parts(minf[b"stbl"])
    if not any(stbl[b"stts"][4:8]):
        # FFmpeg then reads edit lists in another way, also those of other tracks.
        raise Unusual("a track without samples")
    return _Track(
        id=number,
        handler=mdia[b"hdlr"][8:12],
        timescale=_timescale(mdia[b"mdhd"]),
        edits=_parts(content[b"edts"]).get(b"elst") if b"edts" in content else None,
        stbl=stbl,
        sizes=sample_sizes(stbl),
    )


def _parts(content: bytes) -> dict[bytes, bytes]:
    """The boxes in a box, sample groups under their grouping type too. Asking for one that is not
    there raises Unusual."""
    found = _Parts()
    for kind, part in boxes(content):
        name = kind + part[4:8] if kind in {b"sbgp", b"sgpd"} else kind
        if name in found and name not in _REPEATED:
            raise Unusual(f"two boxes {kind!r}")
        found[name] = part
    return found


def _timescale(header: bytes) -> int:
    """Ticks a second, of `mvhd` (8.2.2) or `mdhd` (8.4.2)."""
    (scale,) = struct.unpack_from(">I", header, 20 if header[:1] == b"\1" else 12)
    if not 0 < scale < 2**31:
        raise Unusual("no timescale")
    return scale


def _check_references(dref: bytes) -> None:
    """Refuse tracks whose samples may be in another file (8.7.2): flag 1 means in this one."""
    for _, entry in boxes(dref[8:]):
        (flags,) = struct.unpack_from(">I", entry)
        if not flags & 1:
            raise Unusual("samples in another file")


def _frame_index(
    track: _Track, movie_scale: int, tracks: Mapping[int, TrackSpan], end: int
) -> FrameIndex:
    timing, last_duration = _timing(track.stbl, track.sizes)
    start, shift = _edited(track, timing, movie_scale)
    times = sorted(timing.shown) if timing.is_reordered else timing.shown
    times = times[bisect_left(times, start) :]
    if timing.shown[-1] < start or not last_duration:
        raise Unusual("the last frame has no duration, or is hidden")
    keys = (timing.shown[number] for number in reversed(timing.syncs))
    last_key = next((time + shift for time in keys if time >= start), 0)
    return FrameIndex(
        times=[time + shift for time in times] if shift else times,
        last_duration=last_duration,
        last_key_time=last_key,
        size_bytes=track.sizes.total,
        samples=track.sizes.count,
        tracks=tracks,
        data_end=end,
    )


def _timing(stbl: dict[bytes, bytes], sizes: SampleSizes) -> tuple[_Timing, int]:
    """Times of all samples, and the last one's duration."""
    count = sizes.count
    if not count or sizes.has_extreme:
        raise Unusual("no samples, or none like them")
    (formats,) = struct.unpack_from(">I", stbl[b"stsd"], 4)
    # Samples of a second format are dropped by FFmpeg; the other two name more sync samples.
    if formats != 1 or b"stps" in stbl or b"sbgprap " in stbl:
        raise Unusual("more than one kind of sample")
    check_chunks(stbl, count)
    decoded, last_duration = decode_times(stbl, count)
    is_reordered = b"ctts" in stbl
    shown = decoded
    if is_reordered:
        shown = array("q", map(add, decoded, composition_offsets(stbl, count)))
    return _Timing(decoded, shown, is_reordered, sync_samples(stbl, count)), last_duration


def _edited(track: _Track, timing: _Timing, movie_scale: int) -> tuple[int, int]:
    """(time from which on frames are shown, what to add to the shown ones' times).

    FFmpeg moves the first frame shown to where the empty edits end, wherever in the edit it is;
    frames before the edit stay, marked as not to be shown, from the last sync sample before it on.
    """
    edit = _edit(track.edits, track.timescale, movie_scale)
    if edit is None:
        return min(timing.shown), 0
    delay, start, duration = edit
    shown, decoded, syncs = timing.shown, timing.decoded, timing.syncs
    end = start + duration
    if any(shown[number] <= start for number in syncs[1:]) or max(shown) >= end:
        raise Unusual("the edit hides a part that is not read, or its end")
    first = next((number for number, time in enumerate(shown) if time >= start), None)
    if first is None:
        raise Unusual("the edit hides all")
    lowest = min(time for time in shown if time >= start)
    if lowest < decoded[first]:
        raise Unusual("the first frames are shown before they are decoded")
    # FFmpeg stops reading at a sync sample that reaches the edit's end; frames shown earlier may
    # follow it, so with reordering at the second one.
    stops = sum(
        shown[number] + decoded[number + 1] - decoded[number] >= end
        for number in syncs
        if number + 1 < len(shown)
    )
    if stops > timing.is_reordered:
        raise Unusual("the edit ends before the last frame is read")
    return start, delay - lowest


def _edit(elst: bytes | None, timescale: int, movie_scale: int) -> tuple[int, int, int] | None:
    """(sum of the empty edits before it, media time, duration) of the only edit (8.6.6), in the
    track's timescale; None without an edit list."""
    if elst is None:
        return None
    (count,) = struct.unpack_from(">I", elst, 4)
    layout = struct.Struct(">QqhH" if elst[0] == 1 else ">IihH")
    if count > 16 or 8 + count * layout.size > len(elst):
        raise Unusual("too many edits")
    if not count:
        return None
    delay = 0
    edits = list(layout.iter_unpack(elst[8 : 8 + count * layout.size]))
    for number, (length, media_time, rate, fraction) in enumerate(edits):
        if (rate, fraction) != (1, 0) or length >= 2**62 // timescale:
            raise Unusual("an edit at another speed")
        # As FFmpeg does it: each on its own, to the nearest tick.
        duration = (length * timescale + movie_scale // 2) // movie_scale
        if number + 1 == len(edits) and 0 <= media_time < 2**62:
            return delay, media_time, duration
        if media_time != -1:
            break
        delay += duration
    raise Unusual("edits in another order")
