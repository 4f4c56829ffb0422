"""Command lines that compare what was encoded with what was to be encoded. Pure, like `command`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidmill.presets import Metric
from vidmill_worker.ffmpeg.arguments import Source, compile_command, ff
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.command import ladder_pictures
from vidmill_worker.ffmpeg.derive import segments_input
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan

VMAF = "vmaf_v0.6.1"
"""libvmaf's model for 1080p seen from three times its height (Netflix, models.md)."""
VMAF_4K = "vmaf_4k_v0.6.1"


@dataclass(frozen=True, slots=True)
class Comparison:
    """A rendition held against the source."""

    rendition: str
    rung: RungPlan
    """One of the plan's, in whose size: the rendition's own, or a larger one, as a viewer sees it
    who switches or fills the screen."""
    metrics: tuple[Metric, ...]

    def log(self, metric: Metric) -> str:
        """Name of the file that will hold the scores of its pictures."""
        return f"{self.rendition}_as_{self.rung.name}.{metric}"


@dataclass(frozen=True, slots=True)
class Pictures:
    """Which pictures of the source are compared, and how closely."""

    chunk: Chunk
    """What is read of the source."""
    frames: int
    """How many pictures of it are compared."""
    every: int
    """Of so many, one is judged by VMAF; the others only show it what moves."""
    picks: tuple[tuple[int, int], ...] = ()
    """First and last numbers, within the chunk, of those that are compared; none: the first."""
    model: str = VMAF


def compare_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    pictures: Pictures,
    lists: Mapping[str, Path],
    comparisons: Sequence[Comparison],
    threads: int,
) -> list[str]:
    """Compare encoded pictures with the source's own, made ready as for the encoder, all with one
    decode of the source. `lists`: rendition to the list of its segments' files, which hold just
    these pictures. They are paired by their number."""
    sizes = [rung for rung in plan.rungs if any(c.rung == rung for c in comparisons)]
    references = {
        rung.name: _branches(_picked(shown, pictures), _judges(comparisons, rung))
        for rung, shown in zip(
            sizes, ladder_pictures(source, plan, pictures.chunk, threads, sizes), strict=True
        )
    }
    encoded = {
        name: _branches(
            _numbered(segments_input(path)["0"]), sum(c.rendition == name for c in comparisons)
        )
        for name, path in lists.items()
    }
    outputs: list[Any] = []
    for comparison in comparisons:
        judged = _enlarged(encoded[comparison.rendition].pop(), comparison.rung, plan)
        for metric in comparison.metrics:
            # Each filter hands on the pictures it was given, so that the next can follow it.
            reference = references[comparison.rung.name].pop()
            options = _options(metric, comparison, pictures, threads)
            judged = ff.filter([judged, reference], _FILTERS[metric], **options)
        outputs.append(judged.output("pipe:", f="null", fps_mode="passthrough"))
    return compile_command(executable, ff.merge_outputs(*outputs))


def vmaf_scores(log: str) -> dict[int, float]:
    """Number and score of each judged picture, from what libvmaf wrote."""
    return {frame["frameNum"]: frame["metrics"]["vmaf"] for frame in json.loads(log)["frames"]}


_FILTERS: Mapping[Metric, str] = {"psnr": "psnr", "ssim": "ssim", "vmaf": "libvmaf"}


def _options(
    metric: Metric, comparison: Comparison, pictures: Pictures, threads: int
) -> dict[str, Any]:
    # Whichever ends first: a last picture is not to be compared with what follows it.
    shortest = {"shortest": 1}
    if metric != "vmaf":
        return {"stats_file": comparison.log(metric), **shortest}
    return {
        "model": f"version={pictures.model}",
        "n_subsample": pictures.every,
        "n_threads": threads,
        "log_fmt": "json",
        "log_path": comparison.log(metric),
        **shortest,
    }


def _picked(shown: Any, pictures: Pictures) -> Any:
    if pictures.picks:
        ranges = (f"between(n,{first},{last})" for first, last in pictures.picks)
        shown = shown.filter("select", "+".join(ranges))
    return _numbered(shown.filter("trim", end_frame=pictures.frames))


def _enlarged(shown: Any, rung: RungPlan, plan: EncodePlan) -> Any:
    """Nothing is done to what has that size."""
    return (
        shown.filter("scale", rung.width, rung.height, flags="bicubic")
        .filter("setsar", 1)
        .filter("format", pix_fmts=plan.pixel_format, color_ranges="tv")
    )


def _judges(comparisons: Sequence[Comparison], rung: RungPlan) -> int:
    """How often the source is looked at in that size."""
    return sum(len(c.metrics) for c in comparisons if c.rung == rung)


def _branches(pictures: Any, count: int) -> list[Any]:
    if count <= 1:
        return [pictures]
    split = pictures.filter_multi_output("split", count)
    return [split[number] for number in range(count)]


def _numbered(pictures: Any) -> Any:
    return pictures.filter("settb", "1/1000").filter("setpts", "N")
