"""Find, for one video, how much each rung can be compressed: probes of a few short windows.

Every window is encoded at the preset's own CRF and at a higher one, and both are compared with the
source (VMAF). Between the two the CRF is found at which a rung just reaches its target. VMAF falls
faster the higher the CRF, so the straight line between two probes lies below the truth: what is
chosen is at least as good as was asked for. Never a lower CRF than the preset's: no rung costs more
bits than without.
"""

from __future__ import annotations

import math
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from statistics import fmean

from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.command import video_command
from vidmill_worker.ffmpeg.encoders import ENCODERS
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan
from vidmill_worker.ffmpeg.quality import Comparison, Pictures, compare_command, vmaf_scores
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegError, FFmpegFailed
from vidmill_worker.layout import INIT
from vidmill_worker.segments import write_list

PROBED_SHARE = Fraction(2, 100)
"""Part of the video in all windows together: two encodes of it, their comparison with the source
and the seeks cost seven times encoding it once."""
WINDOW_SECONDS = Fraction(6, 10)
MAX_WINDOWS = 12
MIN_FRAMES = 8
MIN_SECONDS = 20
"""Shorter videos are not looked at: it would cost more than a fifth of encoding them."""
CRF_STEP = 6
"""Distance of the second probe: about half the bits."""
EVERY = 5
"""One of so many frames is judged."""
TOO_SHORT = (
    f"Videos of less than {MIN_SECONDS} seconds are not probed for how much they can be "
    "compressed: that would cost more than it saves."
)
NOT_COMPARED = "How much it can be compressed could not be found out; the preset's own CRF is used."
SAME_TO_THE_EYE = 2.0
"""VMAF at the largest size. Six points are one just-noticeable difference (Netflix); a third of
that is what nobody sees."""


@dataclass(frozen=True, slots=True)
class Found:
    """What was found out about a rung."""

    name: str
    crf: float | None
    """None where the rung has an average bit rate."""
    vmaf: float
    """At the preset's own CRF, at the rung's own size."""
    enlarged_vmaf: float
    """The same, enlarged to the largest rung's size."""
    dropped: bool


@dataclass(frozen=True, slots=True)
class PerTitle:
    """The result for all rungs, largest first, and what finding it cost."""

    rungs: tuple[Found, ...]
    cpu_seconds: float


def windows(plan: EncodePlan) -> list[Chunk]:
    """Short stretches spread evenly over the video, `PROBED_SHARE` of it in all."""
    window = max(MIN_FRAMES, round(WINDOW_SECONDS * plan.frame_rate))
    total = plan.frames * PROBED_SHARE
    count = min(MAX_WINDOWS, max(1, math.floor(total / window)))
    frames = max(MIN_FRAMES, min(window, math.floor(total / count)))
    return [
        Chunk(
            ordinal=0,
            first_frame=(plan.frames - frames) * (2 * number + 1) // (2 * count),
            frames=frames,
            first_segment=0,
            is_last=False,
        )
        for number in range(count)
    ]


async def fit_to_title(
    ffmpeg: FFmpeg, source: Source, plan: EncodePlan, directory: Path
) -> tuple[EncodePlan, PerTitle | None]:
    """The plan with the CRFs that were found and without rungs that nobody could tell apart, and
    the findings; both say what became of it in the plan's notes. Unchanged if no rung has a target.

    `directory` is for the probes, which are removed. Raises FFmpegStalled, FFmpegTimeout, but not
    where hardware encodes.
    """
    if all(rung.target_vmaf is None for rung in plan.rungs):
        return plan, None
    if plan.duration_seconds < MIN_SECONDS:
        return _noted(plan, TOO_SHORT), None
    try:
        found = await find_crfs(ffmpeg, source, plan, directory)
    except FFmpegError as error:
        if not (isinstance(error, FFmpegFailed) or ENCODERS[plan.encoder].in_hardware):
            raise
        # Whoever encodes it will say what is wrong with the source, if anything is, and do without
        # hardware that fails or hangs.
        return _noted(plan, NOT_COMPARED), None
    by_name = {rung.name: rung for rung in found.rungs}
    rungs = tuple(
        rung.model_copy(update={"crf": by_name[rung.name].crf})
        for rung in plan.rungs
        if not by_name[rung.name].dropped
    )
    return _noted(plan.model_copy(update={"rungs": rungs}), describe(found)), found


def describe(found: PerTitle) -> str:
    """What was chosen, as a sentence."""
    kept = ", ".join(
        rung.name if rung.crf is None else f"{rung.name} at CRF {rung.crf:g}"
        for rung in found.rungs
        if not rung.dropped
    )
    text = f"Compressed by what this video needs: {kept}."
    if dropped := [rung.name for rung in found.rungs if rung.dropped]:
        text += f" Left out, as a smaller one looks the same: {', '.join(dropped)}."
    return text


def _noted(plan: EncodePlan, note: str) -> EncodePlan:
    return plan.model_copy(update={"notes": (*plan.notes, note)})


async def find_crfs(ffmpeg: FFmpeg, source: Source, plan: EncodePlan, directory: Path) -> PerTitle:
    """Probe the rungs. Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout."""
    chunks = windows(plan)
    middle = len(chunks) // 2
    first = [
        await _probe(ffmpeg, source, plan, chunk, directory, enlarged=number == middle)
        for number, chunk in enumerate(chunks)
    ]
    own, enlarged = _mean([p.own for p in first]), first[middle].enlarged
    cpu_seconds = sum(p.cpu_seconds for p in first)
    # Only rungs that are better than they have to be are looked at again.
    better = {
        rung.name
        for rung in plan.rungs
        if rung.target_vmaf is not None and own[rung.name] > rung.target_vmaf
    }
    lower: dict[str, float] = {}
    if better:
        raised = plan.model_copy(
            update={
                "rungs": tuple(
                    rung if rung.crf is None else _with_crf(rung, rung.crf + CRF_STEP)
                    for rung in plan.rungs
                )
            }
        )
        second = [
            await _probe(ffmpeg, source, raised, chunk, directory, only=better) for chunk in chunks
        ]
        lower = _mean([p.own for p in second])
        cpu_seconds += sum(p.cpu_seconds for p in second)
    dropped = indistinguishable(plan.rungs, enlarged)
    found = [
        Found(
            name=rung.name,
            crf=choose_crf(rung, own[rung.name], lower.get(rung.name)),
            vmaf=own[rung.name],
            enlarged_vmaf=enlarged[rung.name],
            dropped=rung.name in dropped,
        )
        for rung in plan.rungs
    ]
    return PerTitle(tuple(found), cpu_seconds)


def _with_crf(rung: RungPlan, crf: float) -> RungPlan:
    return rung.model_copy(update={"crf": crf})


def choose_crf(rung: RungPlan, vmaf: float, vmaf_raised: float | None) -> float | None:
    """The highest CRF, in halves, that keeps a rung's target: from the VMAF at its own CRF, and at
    `CRF_STEP` above."""
    target = rung.target_vmaf
    if target is None or rung.crf is None or vmaf_raised is None or vmaf <= target:
        return rung.crf
    if vmaf_raised >= target:
        return rung.crf + CRF_STEP
    room = CRF_STEP * (vmaf - target) / (vmaf - vmaf_raised)
    return rung.crf + math.floor(room * 2) / 2


def indistinguishable(rungs: Sequence[RungPlan], enlarged: Mapping[str, float]) -> set[str]:
    """Names of rungs that look, at the largest size, as a smaller one that is kept does."""
    dropped: set[str] = set()
    kept = rungs[-1]
    for rung in reversed(rungs[:-1]):
        if enlarged[rung.name] - enlarged[kept.name] < SAME_TO_THE_EYE:
            dropped.add(rung.name)
        else:
            kept = rung
    return dropped


@dataclass(frozen=True, slots=True)
class _Probe:
    own: Mapping[str, float]
    enlarged: Mapping[str, float]
    cpu_seconds: float


async def _probe(
    ffmpeg: FFmpeg,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    directory: Path,
    *,
    enlarged: bool = False,
    only: set[str] | None = None,
) -> _Probe:
    rungs = [rung for rung in plan.rungs if only is None or rung.name in only]
    place = directory / "probe"
    for rung in rungs:
        (place / rung.name).mkdir(parents=True)
    try:
        # One thread each: with more, a bit rate cap makes x264's output differ from run to run.
        command = video_command(ffmpeg.executable, source, plan, chunk, 1, rungs)
        encoded = await ffmpeg.run(command, cwd=place)
        lists = {rung.name: _list(place, number, rung) for number, rung in enumerate(rungs)}
        own = {rung.name: Comparison(rung.name, rung, ("vmaf",)) for rung in rungs}
        # The largest is as large as it gets.
        others = rungs[1:] if enlarged else []
        larger = {rung.name: Comparison(rung.name, rungs[0], ("vmaf",)) for rung in others}
        command = compare_command(
            ffmpeg.executable,
            source,
            plan,
            Pictures(chunk, chunk.frames, EVERY),
            lists,
            [*own.values(), *larger.values()],
            threads=2,
        )
        judged = await ffmpeg.run(command, cwd=place)
        scores = {name: _score(place, comparison) for name, comparison in own.items()}
        enlarged_scores = {name: _score(place, comparison) for name, comparison in larger.items()}
    finally:
        shutil.rmtree(place, ignore_errors=True)
    return _Probe(
        own=scores,
        enlarged=scores | enlarged_scores,
        cpu_seconds=encoded.cpu_seconds + judged.cpu_seconds,
    )


def _list(place: Path, number: int, rung: RungPlan) -> Path:
    numbered = place / rung.name / f"init_{number}.mp4"
    if numbered.exists():
        numbered.rename(place / rung.name / INIT)
    numbers = range(len(list((place / rung.name).glob("*.m4s"))))
    return write_list(place / f"{rung.name}.txt", place / rung.name, list(numbers))


def _score(place: Path, comparison: Comparison) -> float:
    """Mean over the judged frames but the first: without one before it, VMAF sees no motion there,
    and judges a picture that moves six points too low."""
    log = (place / comparison.log("vmaf")).read_text(encoding="utf-8")
    return fmean(score for number, score in vmaf_scores(log).items() if number)


def _mean(scores: Sequence[Mapping[str, float]]) -> dict[str, float]:
    return {name: fmean(score[name] for score in scores) for name in scores[0]}
