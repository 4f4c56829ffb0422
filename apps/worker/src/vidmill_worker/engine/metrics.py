"""Measure finished renditions against their source: PSNR, SSIM, VMAF.

The source is made ready as it was for the encoders, and every rendition is enlarged to its size, as
a viewer sees it in full screen. Long videos are measured by samples.
"""

from __future__ import annotations

import math
import re
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import accumulate
from pathlib import Path
from statistics import fmean

from vidmill.presets import Metric
from vidmill_worker.engine.borrow import Borrow, only
from vidmill_worker.engine.sampling import Sample, samples
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.quality import (
    VMAF,
    VMAF_4K,
    Comparison,
    Pictures,
    compare_command,
    vmaf_scores,
)
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.metric_results import MetricsResult, Scores
from vidmill_worker.results import Track
from vidmill_worker.segments import write_list

SAMPLE_SECONDS = 32
"""Measured of a video, in segments spread evenly over it: eight of 4 s. Of 1080p in four rungs all
three metrics cost 3 CPU seconds a second, twice the encode."""
REACH_SECONDS = 600
"""Of a source that can't be sought in, samples come from its first ten minutes, which are decoded
from the start."""
EVERY = 5
"""One of so many pictures is judged by VMAF: a third of the cost, and the mean moves by 0.1."""
PATIENCE = 10
"""How many times longer than others it may show no picture: minutes of 2160p may lie in between."""
FEW_FRAMES = 100
"""Of so few, all are judged."""
PERFECT_DB = 100.0
"""PSNR of what is identical, which has none."""
HD_SHORT_SIDE = 1080
UHD_SHORT_SIDE = 1441
"""From here on VMAF's model for 4K is used."""
NO_VMAF_OF_HDR = (
    "VMAF is not measured: it has no model for HDR, which is kept here. PSNR and SSIM can be."
)

OnShare = Callable[[float], Awaitable[None]]


class NotAligned(Exception):
    """Not every picture of a rendition has its counterpart in the source."""


@dataclass(slots=True)
class _Tally:
    """Scores of single pictures of one rendition."""

    peak: int
    """Largest value of a sample."""
    squared_errors: list[float] = field(default_factory=list[float])
    ssims: list[float] = field(default_factory=list[float])
    vmafs: list[float] = field(default_factory=list[float])

    def scores(self) -> Scores:
        return Scores(
            psnr=_psnr(fmean(self.squared_errors), self.peak) if self.squared_errors else None,
            ssim=round(fmean(self.ssims), 5) if self.ssims else None,
            vmaf=round(fmean(self.vmafs), 3) if self.vmafs else None,
        )


def comparison_size(plan: EncodePlan, width: int, height: int) -> tuple[int, int]:
    """Pixels in which a source (of that display size) is compared: its own, but no more than the
    largest rendition or 1080p, whichever has more."""
    top = plan.rungs[0]
    limit = max(HD_SHORT_SIDE, min(top.width, top.height))
    scale = min(Fraction(1), Fraction(limit, min(width, height)))
    if scale < 1 and limit == min(top.width, top.height):
        return top.width, top.height
    even = math.floor if scale == 1 else round
    width, height = (max(2, 2 * even(side * scale / 2)) for side in (width, height))
    return width, height


def comparison_plan(plan: EncodePlan, size: tuple[int, int]) -> EncodePlan:
    """How the source is made ready: as for the encoders, but in that size."""
    top = plan.rungs[0]
    rung = top.model_copy(update={"width": size[0], "height": size[1]})
    watermark = plan.watermark
    if watermark is not None and size != (top.width, top.height):
        scale = Fraction(size[0], top.width)
        places = {
            name: 2 * round(getattr(watermark, name) * scale / 2)
            for name in ("x", "y", "width", "height")
        }
        watermark = watermark.model_copy(update=places)
    return plan.model_copy(update={"rungs": (rung,), "watermark": watermark})


async def measure(
    ffmpeg: FFmpeg,
    source: Source,
    plan: EncodePlan,
    size: tuple[int, int],
    tracks: Sequence[Track],
    metrics: Sequence[Metric],
    directory: Path,
    borrow: Borrow,
    *,
    seekable: bool,
    on_share: OnShare | None = None,
) -> MetricsResult:
    """Measure every track. `size`: the source's display size; `seekable`: whether its frames can be
    found by number.

    Raises NotAligned, FFmpegFailed, FFmpegStalled, FFmpegTimeout, and what `borrow` raises.
    """
    started = time.monotonic()
    shown = comparison_plan(plan, comparison_size(plan, *size))
    [rung] = shown.rungs
    judges: tuple[Metric, ...] = tuple(m for m in metrics if m != "vmaf" or plan.hdr is None)
    chosen = samples(tracks[0], SAMPLE_SECONDS, math.inf if seekable else REACH_SECONDS)
    frames = sum(sample.frames for sample in chosen)
    run = _Run(
        ffmpeg=ffmpeg if seekable else _patient(ffmpeg),
        source=source,
        plan=shown,
        seekable=seekable,
        every=EVERY if frames >= FEW_FRAMES else 1,
        model=VMAF_4K if min(rung.width, rung.height) >= UHD_SHORT_SIDE else VMAF,
        comparisons=tuple(Comparison(track.name, rung, judges) for track in tracks),
        directory=directory,
        tallies={track.name: _Tally(_peak(plan)) for track in tracks},
    )
    # Each sample by itself, or all in one pass through what can't be sought in.
    rounds = [[sample] for sample in chosen] if seekable else [chosen]
    cpu_seconds = 0.0
    for number, together in enumerate(rounds if judges else ()):
        segments = [place for sample in together for place in sample.segments]
        parts = [only(t, [t.segments[place] for place in segments]) for t in tracks]
        async with AsyncExitStack() as borrowed:
            for part in parts:
                await borrowed.enter_async_context(borrow(part))
            cpu_seconds += await run.compare(together, parts)
        if on_share is not None:
            await on_share((number + 1) / len(rounds))
    return MetricsResult(
        scores={name: tally.scores() for name, tally in run.tallies.items()} if judges else {},
        width=rung.width,
        height=rung.height,
        frames=frames if judges else 0,
        of_frames=tracks[0].samples,
        vmaf_model=run.model if "vmaf" in judges else None,
        notes=() if len(judges) == len(metrics) else (NO_VMAF_OF_HDR,),
        cpu_seconds=cpu_seconds,
        wall_seconds=time.monotonic() - started,
    )


def _patient(ffmpeg: FFmpeg) -> FFmpeg:
    """FFmpeg that is not taken for stalled while it decodes what lies between two samples."""
    limits = replace(ffmpeg.limits, stall_seconds=PATIENCE * ffmpeg.limits.stall_seconds)
    return replace(ffmpeg, limits=limits)


@dataclass(frozen=True, slots=True)
class _Run:
    """What all rounds of one measurement share."""

    ffmpeg: FFmpeg
    source: Source
    plan: EncodePlan
    seekable: bool
    every: int
    model: str
    comparisons: tuple[Comparison, ...]
    directory: Path
    tallies: dict[str, _Tally]

    async def compare(self, together: Sequence[Sample], parts: Sequence[Track]) -> float:
        """Compare the parts of all renditions that make up the samples; CPU seconds it took."""
        pictures = Pictures(
            chunk=_chunk(self.plan, together, seekable=self.seekable),
            frames=sum(sample.frames for sample in together),
            every=self.every,
            picks=() if self.seekable else _picks(together),
            model=self.model,
        )
        lists = {part.name: self._list(part) for part in parts}
        command = compare_command(
            self.ffmpeg.executable,
            self.source,
            self.plan,
            pictures,
            lists,
            self.comparisons,
            # libvmaf has threads of its own beside the decoders: of one alone they would wait.
            max(2, self.ffmpeg.threads),
        )
        ran = await self.ffmpeg.run(command, cwd=self.directory)
        for path in lists.values():
            path.unlink()
        # Without a picture before it, VMAF sees no motion in one, and judges it too low.
        cuts = {0, *accumulate(sample.frames for sample in together)}
        for comparison in self.comparisons:
            self._collect(comparison, pictures, cuts)
        return ran.cpu_seconds

    def _list(self, track: Track) -> Path:
        numbers = [segment.number for segment in track.segments]
        path = self.directory / f"{track.name}.txt"
        return write_list(path, self.directory / track.name, numbers)

    def _collect(self, comparison: Comparison, pictures: Pictures, cuts: set[int]) -> None:
        """Read the logs of one rendition. Raises NotAligned."""
        tally = self.tallies[comparison.rendition]
        for metric in comparison.metrics:
            log = self.directory / comparison.log(metric)
            text = log.read_text(encoding="utf-8")
            log.unlink()
            expected = pictures.frames
            if metric == "psnr":
                found = _numbers(r"mse_avg:(\S+)", text)
                tally.squared_errors += found
            elif metric == "ssim":
                found = _numbers(r"All:(\S+)", text)
                tally.ssims += found
            else:
                judged = vmaf_scores(text)
                found = list(judged.values())
                expected = math.ceil(pictures.frames / pictures.every)
                moving = [score for frame, score in judged.items() if frame not in cuts]
                tally.vmafs += moving or found
            if len(found) != expected:
                raise NotAligned(
                    f"{comparison.rendition}: {len(found)} of {expected} pictures could be compared"
                )


def _chunk(plan: EncodePlan, together: Sequence[Sample], *, seekable: bool) -> Chunk:
    """What is read of the source."""
    return Chunk(
        ordinal=0,
        first_frame=together[0].first_frame if seekable else 0,
        frames=together[0].frames if seekable else plan.frames,
        first_segment=0,
        is_last=not seekable,
    )


def _picks(together: Sequence[Sample]) -> tuple[tuple[int, int], ...]:
    return tuple((s.first_frame, s.first_frame + s.frames - 1) for s in together)


def _numbers(pattern: str, text: str) -> list[float]:
    return [float(number) for number in re.findall(pattern, text)]


def _peak(plan: EncodePlan) -> int:
    return 1023 if plan.hdr else 255


def _psnr(squared_error: float, peak: int) -> float:
    if squared_error == 0:
        return PERFECT_DB
    return round(min(PERFECT_DB, 10 * math.log10(peak**2 / squared_error)), 3)
