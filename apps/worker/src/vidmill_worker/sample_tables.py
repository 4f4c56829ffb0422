"""Read the sample tables of one track (ISO/IEC 14496-12, 8.5.1: `stbl`), which may be hostile.

Counts are compared with the bytes that are there before anything is made of them. What a correct
writer never writes raises Unusual: the caller then trusts a demuxer's reading instead.
"""

from __future__ import annotations

import struct
import sys
from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, repeat
from operator import lt

MAX_SAMPLES = 20_000_000
"""Of a track whose every frame is looked at: two days at 120 frames a second."""
MAX_SAMPLE_BYTES = 0x3FFFFFFF
"""FFmpeg takes no larger ones."""
MAX_OFFSET = 2**28
"""Composition offsets beyond it are garbage to FFmpeg, which then ignores all of them."""

Boxes = Mapping[bytes, bytes]


class Unusual(Exception):
    """The index is not one to rely on."""


@dataclass(frozen=True, slots=True)
class SampleSizes:
    """Sizes in bytes."""

    count: int
    fixed: int
    """The size of every sample; 0 if `each` tells them."""
    each: Sequence[int]

    @property
    def total(self) -> int:
        return self.count * self.fixed + sum(self.each)

    @property
    def has_extreme(self) -> bool:
        """Some sample is empty, or larger than FFmpeg reads."""
        sizes = self.each or (self.fixed,)
        return min(sizes) == 0 or max(sizes) > MAX_SAMPLE_BYTES


def sample_sizes(stbl: Boxes) -> SampleSizes:
    """Sizes from `stsz` or `stz2` (8.7.3)."""
    if b"stz2" in stbl:
        return _compact_sizes(stbl[b"stz2"])
    fixed, count = struct.unpack_from(">II", stbl[b"stsz"], 4)
    if fixed:
        return SampleSizes(count, fixed, ())
    return SampleSizes(count, 0, _numbers(stbl[b"stsz"], 12, count, "I"))


def _compact_sizes(stz2: bytes) -> SampleSizes:
    width, count = struct.unpack_from(">BI", stz2, 7)
    if width in {8, 16}:
        return SampleSizes(count, 0, _numbers(stz2, 12, count, "B" if width == 8 else "H"))
    if width != 4 or 12 + (count + 1) // 2 > len(stz2):
        raise Unusual("sizes are missing")
    packed = stz2[12 : 12 + (count + 1) // 2]
    halves = array("B", bytes(2 * len(packed)))
    halves[0::2] = array("B", (value >> 4 for value in packed))
    halves[1::2] = array("B", (value & 15 for value in packed))
    return SampleSizes(count, 0, halves[:count])


def data_end(stbl: Boxes, sizes: SampleSizes) -> int:
    """Offset at which the last sample ends; at least that, where all have one size.

    QuickTime states a size of 1 for uncompressed sound, whatever it really is.
    """
    offsets = _chunk_offsets(stbl)
    if not offsets or not sizes.count:
        return 0
    if sizes.fixed:
        return max(offsets) + sizes.fixed
    sums = list(accumulate(sizes.each, initial=0))
    ends: list[int] = []
    number = 0
    for first, after, samples in _chunk_runs(stbl, len(offsets)):
        stop = number + samples * (after - first)
        if stop > sizes.count:
            raise Unusual("more samples in chunks than have a size")
        starts = sums[number:stop:samples]
        stops = sums[number + samples : stop + 1 : samples]
        chunks = zip(offsets[first:after], starts, stops, strict=True)
        ends.append(max(offset + last - start for offset, start, last in chunks))
        number = stop
    return max(ends)


def check_chunks(stbl: Boxes, count: int) -> None:
    """Raise Unusual if the chunks do not hold exactly `count` samples."""
    chunks = _chunk_runs(stbl, len(_chunk_offsets(stbl)))
    if sum(samples * (after - first) for first, after, samples in chunks) != count:
        raise Unusual("chunks and sizes disagree")


def _chunk_offsets(stbl: Boxes) -> Sequence[int]:
    """Offsets in the file, from `stco` or `co64` (8.7.5)."""
    table, code = (stbl[b"co64"], "Q") if b"co64" in stbl else (stbl[b"stco"], "I")
    (count,) = struct.unpack_from(">I", table, 4)
    return _numbers(table, 8, count, code)


def _chunk_runs(stbl: Boxes, chunks: int) -> list[tuple[int, int, int]]:
    """(first chunk, chunk after the last, samples in each) from `stsc` (8.7.4), from 0."""
    table = stbl[b"stsc"]
    (count,) = struct.unpack_from(">I", table, 4)
    if 8 + 12 * count > len(table):
        raise Unusual("chunks are missing")
    entries = list(struct.iter_unpack(">III", table[8 : 8 + 12 * count]))
    firsts = [first - 1 for first, _, _ in entries]
    stops = [*firsts[1:], chunks]
    if not firsts or firsts[0] != 0 or not all(map(lt, firsts, stops)):
        raise Unusual("chunks are not in order")
    if any(samples == 0 for _, samples, _ in entries):
        raise Unusual("an empty chunk")
    return [
        (first, stop, samples)
        for first, stop, (_, samples, _) in zip(firsts, stops, entries, strict=True)
    ]


def decode_times(stbl: Boxes, count: int) -> tuple[Sequence[int], int]:
    """Decode time of each of `count` samples, and the last one's duration (`stts`, 8.6.1.2)."""
    pairs = _pairs(stbl[b"stts"], ">II")
    if sum(samples for samples, _ in pairs) != count:
        raise Unusual("times and sizes disagree")
    times = array("q")
    time = delta = 0
    for samples, delta in pairs:
        if delta >= 2**31:
            raise Unusual("a negative duration")
        after = time + samples * delta
        times.extend(range(time, after, delta) if delta else repeat(time, samples))
        time = after
    return times, delta


def composition_offsets(stbl: Boxes, count: int) -> Sequence[int]:
    """What to add to each decode time (`ctts`, 8.6.1.3).

    Signed in both versions of the table, as FFmpeg reads it: many writers meant that in version 0.
    """
    pairs = _pairs(stbl[b"ctts"], ">Ii")
    if sum(samples for samples, _ in pairs) != count:
        raise Unusual("offsets and sizes disagree")
    offsets = array("i")
    for samples, offset in pairs:
        if not -MAX_OFFSET < offset < MAX_OFFSET:
            raise Unusual("an offset that is none")
        offsets.extend(repeat(offset, samples))
    return offsets


def sync_samples(stbl: Boxes, count: int) -> Sequence[int]:
    """Numbers, from 0, of the samples that decoding can start at (`stss`, 8.6.2)."""
    if b"stss" not in stbl:
        return range(count)
    (entries,) = struct.unpack_from(">I", stbl[b"stss"], 4)
    numbers = _numbers(stbl[b"stss"], 8, entries, "I")
    # Without a first sync sample, or with an empty table, FFmpeg guesses from the pictures.
    if not numbers or numbers[0] != 1 or numbers[-1] > count:
        raise Unusual("no first sync sample")
    if not all(map(lt, numbers, numbers[1:])):
        raise Unusual("sync samples are not in order")
    return [number - 1 for number in numbers]


def _pairs(table: bytes, layout: str) -> list[tuple[int, int]]:
    (count,) = struct.unpack_from(">I", table, 4)
    if 8 + 8 * count > len(table):
        raise Unusual("entries are missing")
    return list(struct.iter_unpack(layout, table[8 : 8 + 8 * count]))


def _numbers(table: bytes, start: int, count: int, code: str) -> Sequence[int]:
    """`count` unsigned big-endian numbers of the array type `code`."""
    numbers: array[int] = array(code)
    end = start + count * numbers.itemsize
    if end > len(table):
        raise Unusual("entries are missing")
    numbers.frombytes(table[start:end])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
