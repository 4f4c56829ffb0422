"""Read the sample tables of one track (ISO/IEC 14496-12, 8.5.1: `stbl`), which may be hostile.

Counts are compared with the bytes that are there before anything is made of them. What a correct
writer never writes raises Unusual: the caller then trusts a demuxer's reading instead.
"""

from __future__ import annotations

import struct
import sys
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, chain, repeat
from operator import lt, mul, sub
from typing import Literal

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


@dataclass(frozen=True, slots=True)
class TrackSpan:
    """How long a track lasts, and its longest sample, before edit lists."""

    duration_seconds: Fraction
    longest_sample_seconds: Fraction


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
    """Offset at which the last chunk of the file ends; at least that, where all samples have one
    size. Chunks do not overlap, so that no other ends behind it.

    QuickTime states a size of 1 for uncompressed sound, whatever it really is.
    """
    offsets = _chunk_offsets(stbl)
    if not offsets or not sizes.count:
        return 0
    begin = max(offsets)
    if sizes.fixed:
        return begin + sizes.fixed
    number, samples = _chunk_runs(stbl, len(offsets)).samples_of(offsets.index(begin))
    if number + samples > sizes.count:
        raise Unusual("more samples in chunks than have a size")
    return begin + sum(sizes.each[number : number + samples])


def check_chunks(stbl: Boxes, count: int) -> None:
    """Raise Unusual if the chunks do not hold exactly `count` samples."""
    if _chunk_runs(stbl, len(_chunk_offsets(stbl))).total() != count:
        raise Unusual("chunks and sizes disagree")


def _chunk_offsets(stbl: Boxes) -> Sequence[int]:
    """Offsets in the file, from `stco` or `co64` (8.7.5)."""
    table, code = (stbl[b"co64"], "Q") if b"co64" in stbl else (stbl[b"stco"], "I")
    (count,) = struct.unpack_from(">I", table, 4)
    return _numbers(table, 8, count, code)


@dataclass(frozen=True, slots=True)
class _ChunkRuns:
    """Runs of chunks with as many samples each. Steps run in C: there may be a run for each chunk,
    some 100,000 a track in two hours of video."""

    firsts: Sequence[int]
    """Number of each run's first chunk, from 0."""
    stops: Sequence[int]
    samples: Sequence[int]
    """In each of its chunks."""

    def total(self, runs: int | None = None) -> int:
        """Samples of all runs, or of so many."""
        lengths = map(sub, self.stops[:runs], self.firsts[:runs])
        return sum(map(mul, self.samples[:runs], lengths))

    def samples_of(self, chunk: int) -> tuple[int, int]:
        """(number of its first sample, from 0, and how many it has)."""
        run = bisect_right(self.firsts, chunk) - 1
        samples = self.samples[run]
        return self.total(run) + samples * (chunk - self.firsts[run]), samples


def _chunk_runs(stbl: Boxes, chunks: int) -> _ChunkRuns:
    """`stsc` (8.7.4)."""
    table = stbl[b"stsc"]
    (count,) = struct.unpack_from(">I", table, 4)
    entries = _numbers(table, 8, 3 * count, "I")
    samples = entries[1::3]
    firsts = array("q", map(sub, entries[0::3], repeat(1)))
    stops = array("q", [*firsts[1:], chunks])
    if not firsts or firsts[0] != 0 or not all(map(lt, firsts, stops)):
        raise Unusual("chunks are not in order")
    if 0 in samples:
        raise Unusual("an empty chunk")
    return _ChunkRuns(firsts, stops, samples)


def decode_times(stbl: Boxes, count: int) -> tuple[Sequence[int], int]:
    """Decode time of each of `count` samples, and the last one's duration (`stts`, 8.6.1.2)."""
    deltas = _run_lengths(stbl[b"stts"], count, "I")
    if max(deltas) >= 2**31:
        raise Unusual("a negative duration")
    last_duration = deltas.pop()
    return array("q", accumulate(deltas, initial=0)), last_duration


def track_span(stbl: Boxes, timescale: int) -> TrackSpan:
    """How long a track of any kind lasts (`stts`)."""
    (entries,) = struct.unpack_from(">I", stbl[b"stts"], 4)
    pairs = _numbers(stbl[b"stts"], 8, 2 * entries, "I")
    # As FFmpeg does: durations of half the range and more are negative, and count as none.
    deltas = [delta if delta < 2**31 else 0 for delta in pairs[1::2]]
    total = sum(map(mul, pairs[0::2], deltas))
    return TrackSpan(Fraction(total, timescale), Fraction(max(deltas, default=0), timescale))


def composition_offsets(stbl: Boxes, count: int) -> Sequence[int]:
    """What to add to each decode time (`ctts`, 8.6.1.3).

    Signed in both versions of the table, as FFmpeg reads it: many writers meant that in version 0.
    """
    offsets = _run_lengths(stbl[b"ctts"], count, "i")
    if not -MAX_OFFSET < min(offsets) <= max(offsets) < MAX_OFFSET:
        raise Unusual("an offset that is none")
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


def _run_lengths(table: bytes, count: int, code: Literal["I", "i"]) -> array[int]:
    """The `count` values that a table of (samples, value) stands for; at least one.

    Each step runs in C: a table may have as many entries as there are samples.
    """
    (entries,) = struct.unpack_from(">I", table, 4)
    pairs = _numbers(table, 8, 2 * entries, "I")
    runs = pairs[0::2]
    if not 0 < count == sum(runs):
        raise Unusual("the numbers of samples differ")
    values = array(code, pairs[1::2].tobytes())
    return array(code, chain.from_iterable(map(repeat, values, runs)))


def _numbers(table: bytes, start: int, count: int, code: str) -> array[int]:
    """`count` unsigned big-endian numbers of the array type `code`."""
    numbers: array[int] = array(code)
    end = start + count * numbers.itemsize
    if end > len(table):
        raise Unusual("entries are missing")
    numbers.frombytes(table[start:end])
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
