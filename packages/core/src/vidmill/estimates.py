"""What a job will take, told from jobs of this installation that are done.

A rule of thumb gives the shape: work grows with the pixels that are encoded. What it says is then
scaled by how much the jobs that are most like this one differed from it: the median over finished
jobs, the likelier ones weighing more. A median, because one job beside a busy machine must not
spoil the rest; likeness, because small jobs pay more for starting, and detail costs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from vidmill.errors import Conflict
from vidmill.ladder import Rendition, select
from vidmill.presets import Preset

#: From so many finished jobs on the rule of thumb itself no longer counts.
ENOUGH = 20

#: CPU seconds for a million pixels in the codec's usual preset on one core of 2020, decoding and
#: proof included; measured for H.264 (bench/overhead), by the ratios that encoders' documentation
#: gives for the others.
_ENCODE = {"h264": 0.014, "hevc": 0.05, "vp9": 0.06, "av1": 0.04}
_DECODE, _SOUND, _START = 0.002, 0.02, 2.0
#: Bits for a pixel at constant quality, with the MP4 beside the segments.
_BITS = {"h264": 0.16, "hevc": 0.1, "vp9": 0.1, "av1": 0.09}
#: Cores that a job has, by rule of thumb.
_CORES = 2.0
#: How unlike two jobs may be, as differences of logarithms: of work and of bits for a pixel.
_WORK_WIDTH, _DETAIL_WIDTH = 0.5, 0.4
_LOW, _HIGH = 0.1, 0.9
#: The range of a rule of thumb: half to twice.
_UNSURE = 2.0


class SourceUnknown(Conflict):
    """Nothing is known of this source yet: no job has looked at it. Give duration_seconds, width,
    height and fps instead."""

    code = "source_unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceShape:
    """What of a source its cost depends on. `bitrate_bps` tells how much detail there is, where it
    is known."""

    duration_seconds: float
    width: int
    height: int
    fps: float
    bitrate_bps: float | None = None

    @classmethod
    def of(cls, source: dict[str, Any]) -> SourceShape:
        """Of what a plan found out; a source of sound alone has no pixels."""
        video: dict[str, Any] = source.get("video") or {}
        rate = video.get("frame_rate")
        return cls(
            duration_seconds=source["duration_seconds"],
            width=video.get("width", 0),
            height=video.get("height", 0),
            fps=float(Fraction(rate)) if rate else 0.0,
            bitrate_bps=source.get("bitrate_bps"),
        )

    @property
    def pixels(self) -> float:
        """Of all its pictures."""
        return self.width * self.height * self.fps * self.duration_seconds

    @property
    def detail(self) -> float | None:
        """Bits for a pixel."""
        if not self.bitrate_bps or not self.pixels:
            return None
        return self.bitrate_bps * self.duration_seconds / self.pixels


@dataclass(frozen=True, slots=True, kw_only=True)
class FinishedJob:
    """What a finished job took. `sizes`: bytes of each rendition, MP4 included, by its name."""

    source: SourceShape
    preset: Preset
    processing_seconds: float
    cpu_seconds: float
    sizes: dict[str, int]


@dataclass(frozen=True, slots=True)
class Range:
    """Four of five jobs lie between `low` and `high`."""

    low: float
    likely: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """Seconds of processing and of CPU time, and bytes of each rendition; `learnt_from`: how many
    finished jobs."""

    processing_seconds: Range
    cpu_seconds: Range
    renditions: list[tuple[Rendition, Range]]
    learnt_from: int


@dataclass(frozen=True, slots=True)
class _Likeness:
    """A job's place among others."""

    work: float
    detail: float | None

    def weight(self, other: _Likeness) -> float:
        """How much another job tells about this one: 1 for its twin, towards 0."""
        distance = (math.log(self.work / other.work) / _WORK_WIDTH) ** 2
        if self.detail and other.detail:
            distance += (math.log(self.detail / other.detail) / _DETAIL_WIDTH) ** 2
        # Never 0: of unlike jobs alone, the least unlike still count.
        return math.exp(-distance / 2) + 1e-6


def estimate(source: SourceShape, preset: Preset, finished: Sequence[FinishedJob]) -> Estimate:
    """What a job will take, by those that are done."""
    place = _place(source, preset)
    weights = [place.weight(_place(job.source, job.preset)) for job in finished]
    rule = work_seconds(source, preset)
    cpu = [job.cpu_seconds / work_seconds(job.source, job.preset) for job in finished]
    wall = [job.processing_seconds / _wall(job.source, job.preset) for job in finished]
    return Estimate(
        processing_seconds=_scaled(_wall(source, preset), wall, weights),
        cpu_seconds=_scaled(rule, cpu, weights),
        renditions=[
            (one, _size(one, source, preset, finished, weights)) for one in _rungs(source, preset)
        ],
        learnt_from=len(finished),
    )


def work_seconds(source: SourceShape, preset: Preset) -> float:
    """CPU seconds by rule of thumb."""
    rate = _frame_rate(source, preset)
    encoded = sum(one.width * one.height for one in _rungs(source, preset))
    encoded *= rate * source.duration_seconds / 1e6
    pictures = _ENCODE.get(preset.video.codec, 0.05) * encoded + _DECODE * source.pixels / 1e6
    return _START + pictures + _SOUND * source.duration_seconds


def _wall(source: SourceShape, preset: Preset) -> float:
    return 1.0 + work_seconds(source, preset) / _CORES


def _place(source: SourceShape, preset: Preset) -> _Likeness:
    return _Likeness(work_seconds(source, preset), source.detail)


def _rungs(source: SourceShape, preset: Preset) -> tuple[Rendition, ...]:
    return select(preset, source.width, source.height) if source.width and source.height else ()


def _frame_rate(source: SourceShape, preset: Preset) -> float:
    most = preset.video.max_fps
    return source.fps if most is None else min(source.fps, most)


def _size(
    rendition: Rendition,
    source: SourceShape,
    preset: Preset,
    finished: Sequence[FinishedJob],
    weights: Sequence[float],
) -> Range:
    ratios: list[float] = []
    some: list[float] = []
    for job, weight in zip(finished, weights, strict=True):
        theirs = {one.name: one for one in _rungs(job.source, job.preset)}
        if rendition.name in theirs and job.sizes.get(rendition.name):
            rule = _bytes(theirs[rendition.name], job.source, job.preset)
            ratios.append(job.sizes[rendition.name] / rule)
            some.append(weight)
    return _scaled(_bytes(rendition, source, preset), ratios, some)


def _bytes(rendition: Rendition, source: SourceShape, preset: Preset) -> float:
    frames = max(1.0, _frame_rate(source, preset) * source.duration_seconds)
    bits = _BITS.get(preset.video.codec, 0.1)
    return rendition.width * rendition.height * frames * bits / 8


def _scaled(rule: float, ratios: Sequence[float], weights: Sequence[float]) -> Range:
    """What the rule of thumb says, times what it was wrong by."""
    known = sorted(zip(ratios, weights, strict=True))
    if len(known) < ENOUGH:
        # The rule counts as three jobs of the greatest likeness would at first, and then less.
        own = 3.0 * (1 - len(known) / ENOUGH)
        known = sorted([*known, (1.0, own), (1 / _UNSURE, own / 4), (_UNSURE, own / 4)])
    low, likely, high = (rule * _quantile(known, share) for share in (_LOW, 0.5, _HIGH))
    return Range(low, likely, high)


def _quantile(known: Sequence[tuple[float, float]], share: float) -> float:
    wanted = share * sum(weight for _, weight in known)
    reached = 0.0
    for value, weight in known:
        reached += weight
        if reached >= wanted:
            return value
    return known[-1][0]
