"""The animated preview: a few short cuts from all over the video, without sound."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidmill_worker.digests import output_file
from vidmill_worker.engine.borrow import Borrow, Timeline, fit, only, smallest
from vidmill_worker.engine.thumbnails import frame_at
from vidmill_worker.ffmpeg.pictures import Animation, Cut, preview_command
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import Preview
from vidmill_worker.layout import preview_name, segment_name
from vidmill_worker.results import Segment, Track
from vidmill_worker.segments import write_list

CUTS = 4
CUT_SECONDS = 1
FRAME_RATE = 10
MAX_FRAMES = CUTS * (CUT_SECONDS * FRAME_RATE + 1)
"""One more a cut than its length says, as times are rounded."""
LONG_SIDES = {"gif": 240, "webp": 320}
"""Pixels. A GIF has several times the bytes of a WebP of the same size, and is for where nothing
else plays. At most 44 pictures of 240 pixels squared: a GIF has 0.3 to 0.8 MB, and never more than
4 MB; a WebP 0.1 to 0.4 MB."""


@dataclass(frozen=True, slots=True)
class _Passage:
    """A cut, and the segments that show it. Ticks."""

    start: int
    end: int
    segments: tuple[Segment, ...]


async def make_previews(
    ffmpeg: FFmpeg,
    tracks: Sequence[Track],
    formats: Sequence[str],
    directory: Path,
    borrow: Borrow,
) -> tuple[tuple[Preview, ...], float]:
    """Write `preview/preview.gif` and `preview/preview.webp`, those of them that are in `formats`,
    below `directory`; returns them, and the CPU seconds that took.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, and what `borrow` raises.
    """
    timeline = Timeline(smallest(tracks, max(LONG_SIDES.values())))
    track = timeline.track
    passages = _passages(timeline)
    animations = [Animation(f, *fit(track, LONG_SIDES[f]), preview_name(f)) for f in formats]
    (directory / "preview").mkdir(exist_ok=True)
    async with AsyncExitStack() as borrowed:
        for passage in passages:
            await borrowed.enter_async_context(borrow(only(track, passage.segments)))
        cuts = [_cut(track, n, passage, directory) for n, passage in enumerate(passages)]
        ran = await ffmpeg.run(
            preview_command(ffmpeg.executable, cuts, animations, FRAME_RATE), cwd=directory
        )
    for cut in cuts:
        cut.video_list.unlink()
    seconds = float(sum((cut.length_seconds for cut in cuts), Fraction(0)))
    previews = [
        Preview(
            format=animation.format,
            file=output_file(directory, animation.output),
            width=animation.width,
            height=animation.height,
            seconds=round(seconds, 3),
        )
        for animation in animations
    ]
    return tuple(previews), ran.cpu_seconds


def _passages(timeline: Timeline) -> list[_Passage]:
    """Cuts in the middle of equal parts; of a short video, one from its middle."""
    length = CUT_SECONDS * timeline.track.timescale
    whole = timeline.end - timeline.start
    if whole < 2 * CUTS * length:
        length = min(whole, CUTS * length)
        starts = [timeline.start + (whole - length) // 2]
    else:
        starts = [
            timeline.start + whole * (2 * n + 1) // (2 * CUTS) - length // 2 for n in range(CUTS)
        ]
    return [
        _Passage(start, start + length, timeline.shown(start, start + length)) for start in starts
    ]


def _cut(track: Track, number: int, passage: _Passage, directory: Path) -> Cut:
    folder = directory / track.name
    numbers = [segment.number for segment in passage.segments]
    # From the picture shown at the start: with few pictures a second, none may begin in the cut.
    first, half = frame_at(folder / segment_name(numbers[0]), passage.start)
    return Cut(
        video_list=write_list(directory / f"cut_{number}.txt", folder, numbers),
        # Half a frame early, so that rounding takes neither neighbour.
        seconds=Fraction(first - half, track.timescale),
        length_seconds=Fraction(passage.end - passage.start, track.timescale),
    )
