"""The preset `auto` against the fixed ladder of `web`: bits, quality, and what finding out costs.

Both encode the whole video in one chunk; VMAF is then taken of every rung over all of it, at the
rung's own size, one frame in five. CPU seconds are FFmpeg's.

    python -m bench.quality [SOURCE…]
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean

from vidmill.presets import AUTO, WEB
from vidmill_worker.engine.per_title import MIN_SECONDS, fit_to_title
from vidmill_worker.engine.video import encode_video
from vidmill_worker.ffmpeg.chunks import WHOLE
from vidmill_worker.ffmpeg.executable import from_wheel
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.quality import Comparison, Pictures, compare_command, vmaf_scores
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.probe import Limits, probe
from vidmill_worker.segments import write_list

EVERY = 5


@dataclass(frozen=True, slots=True)
class Encoded:
    """What a plan makes of a video: bits a second and VMAF by rung, and its CPU seconds."""

    bitrates: dict[str, float]
    scores: dict[str, float]
    cpu_seconds: float


def samples(folder: Path) -> list[Path]:
    """Half a minute each: a picture that is easy, one that is not, and one drawn by a computer."""
    made = {
        "pan": "mandelbrot=size=1280x720:maxiter=200:start_scale=1.2",
        "grain": "mandelbrot=size=1280x720:maxiter=200,noise=alls=12:allf=t",
        "drawn": "testsrc2=size=1280x720",
    }
    for name, picture in made.items():
        _make("-f", "lavfi", "-i", picture, "-t", "30", "-c:v", "libx264", "-preset", "veryfast",
              "-crf", "14", "-pix_fmt", "yuv420p", str(folder / f"{name}.mp4"))  # fmt: skip
    return [folder / f"{name}.mp4" for name in made]


def long_enough(source: Path, folder: Path, seconds: float) -> Path:
    """The source, repeated where it is shorter than what `auto` looks at."""
    if seconds >= MIN_SECONDS:
        return source
    times = int(MIN_SECONDS * 1.5 / seconds) + 1
    looped = folder / f"{source.stem}_x{times}{source.suffix}"
    _make("-stream_loop", str(times - 1), "-i", str(source), "-an", "-c", "copy", str(looped))
    return looped


def _make(*arguments: str) -> None:
    subprocess.run([from_wheel(), "-v", "error", "-nostdin", "-y", *arguments], check=True)


async def encode(ffmpeg: FFmpeg, source: Path, plan: EncodePlan, folder: Path) -> Encoded:
    """Encode all of it and compare all of it."""
    [chunk] = plan.chunks
    result = await encode_video(ffmpeg, source, plan, chunk, folder)
    lists = {
        track.name: write_list(
            folder / f"{track.name}.txt",
            folder / track.name,
            [segment.number for segment in track.segments],
        )
        for track in result.tracks
    }
    comparisons = [Comparison(rung.name, rung, ("vmaf",)) for rung in plan.rungs]
    pictures = Pictures(chunk, chunk.frames, EVERY)
    await ffmpeg.run(
        compare_command(ffmpeg.executable, source, plan, pictures, lists, comparisons, threads=2),
        cwd=folder,
    )
    return Encoded(
        bitrates={
            track.name: 8 * track.size_bytes / float(track.duration_seconds)
            for track in result.tracks
        },
        scores={
            c.rendition: fmean(vmaf_scores((folder / c.log("vmaf")).read_text()).values())
            for c in comparisons
        },
        cpu_seconds=result.cpu_seconds,
    )


async def compare(source: Path, folder: Path) -> None:
    """Print both side by side."""
    ffmpeg = FFmpeg(executable=from_wheel())
    limits = Limits(min_short_side=100)
    source = long_enough(source, folder, (await probe(source, limits)).duration_seconds)
    info = await probe(source, limits)
    fixed_plan = make_plan(info, WEB, WHOLE)
    (folder / "fixed").mkdir()
    (folder / "auto").mkdir()
    fixed = await encode(ffmpeg, source, fixed_plan, folder / "fixed")
    plan, found = await fit_to_title(ffmpeg, source, make_plan(info, AUTO, WHOLE), folder / "auto")
    auto = await encode(ffmpeg, source, plan, folder / "auto")
    print(f"{source.name}: {plan.notes[-1]}")
    for rung in fixed_plan.rungs:
        name, before = rung.name, fixed.bitrates[rung.name]
        line = (
            f"  {name:>6} fixed {before / 1000:6.0f} kbit/s VMAF {fixed.scores[name]:5.2f}   auto "
        )
        if (after := auto.bitrates.get(name)) is None:
            line += "left out"
        else:
            score, saved = auto.scores[name], 1 - after / before
            line += f"{after / 1000:6.0f} kbit/s VMAF {score:5.2f}   saved {saved:4.0%}"
        print(line)
    saved = 1 - sum(auto.bitrates.values()) / sum(fixed.bitrates.values())
    cost = found.cpu_seconds if found else 0.0
    print(
        f"  in all: saved {saved:.0%}; encoding {fixed.cpu_seconds:.1f} s of CPU fixed, "
        f"{auto.cpu_seconds:.1f} auto, finding out {cost:.1f} ({cost / fixed.cpu_seconds:.0%})"
    )


async def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        given = [Path(argument).resolve() for argument in sys.argv[1:]] or samples(Path(name))
        for source in given:
            with tempfile.TemporaryDirectory() as folder:
                await compare(source, Path(folder))


if __name__ == "__main__":
    asyncio.run(main())
