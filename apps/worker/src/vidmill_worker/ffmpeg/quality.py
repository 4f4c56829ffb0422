"""Command lines that compare what was encoded with what was to be encoded. Pure, like `command`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidmill_worker.ffmpeg.arguments import Source, compile_command, ff
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.command import ladder_pictures
from vidmill_worker.ffmpeg.derive import segments_input
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan


@dataclass(frozen=True, slots=True)
class Comparison:
    """One VMAF of a rung: at its own size, or enlarged to the largest rung's, as a viewer sees it
    who switches; and the name of the JSON file that will hold it."""

    rung: RungPlan
    enlarged: bool
    log: str


def vmaf_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    lists: Mapping[str, Path],
    comparisons: list[Comparison],
    *,
    every: int,
    threads: int,
) -> list[str]:
    """Compare encoded frames of a chunk with the source's own, made ready as for the encoder, all
    rungs from one decode. `lists`: rung to the list of its segments' files. Frames are paired by
    their number. `every`: of so many frames one is judged (libvmaf's n_subsample; motion is seen
    in all)."""
    rungs = [rung for rung in plan.rungs if rung.name in lists]
    pictures = ladder_pictures(source, plan, chunk, threads, rungs)
    outputs: list[Any] = []
    needed = {rung.name: _uses(rung, rungs[0], comparisons) for rung in rungs}
    references = {
        rung.name: _branches(_numbered(picture), needed[rung.name][0])
        for rung, picture in zip(rungs, pictures, strict=True)
    }
    encoded = {
        rung.name: _branches(_numbered(segments_input(lists[rung.name])["0"]), needed[rung.name][1])
        for rung in rungs
    }
    for comparison in comparisons:
        made = encoded[comparison.rung.name].pop()
        if comparison.enlarged:
            made = made.filter("scale", rungs[0].width, rungs[0].height, flags="bicubic")
        shown = references[rungs[0].name if comparison.enlarged else comparison.rung.name].pop()
        score = ff.filter(
            [made, shown],
            "libvmaf",
            n_subsample=every,
            n_threads=threads,
            # What was encoded ends first; its last frame is not to be compared with what follows.
            shortest=1,
            log_fmt="json",
            log_path=comparison.log,
        )
        outputs.append(ff.output(score, "pipe:", f="null", fps_mode="passthrough"))
    return compile_command(executable, ff.merge_outputs(*outputs))


def _uses(rung: RungPlan, largest: RungPlan, comparisons: list[Comparison]) -> tuple[int, int]:
    """How often a rung's source pictures and its encoded ones are looked at."""
    own = sum(c.rung.name == rung.name for c in comparisons)
    enlarged = sum(c.enlarged for c in comparisons)
    as_reference = sum(c.rung.name == rung.name and not c.enlarged for c in comparisons)
    return as_reference + (enlarged if rung.name == largest.name else 0), own


def _branches(pictures: Any, count: int) -> list[Any]:
    if count <= 1:
        return [pictures]
    split = pictures.filter_multi_output("split", count)
    return [split[number] for number in range(count)]


def _numbered(pictures: Any) -> Any:
    return pictures.filter("settb", "1/1000").filter("setpts", "N")
