"""The storyboard: small pictures of the whole video on a few sprites, for scrub bars.

However long the video, it costs at most `MAX_TILES` pictures, made sprite by sprite from the
segments that hold them.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from pathlib import Path

from vidmill_worker.digests import output_file
from vidmill_worker.engine.borrow import Borrow, Timeline, fit, only, smallest
from vidmill_worker.ffmpeg.pictures import Sheet, sheet_command
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import Sprite, Storyboard
from vidmill_worker.layout import STORYBOARD, segment_name, sprite_name
from vidmill_worker.packaging import fmp4, storyboard_vtt
from vidmill_worker.packaging.storyboard_vtt import Cue
from vidmill_worker.results import Segment, Track, VerificationFailed
from vidmill_worker.segments import write_list

TILE_LONG_SIDE = 160
"""Pixels: what a scrub bar shows above the pointer."""
COLUMNS = 5
TILES_A_SPRITE = COLUMNS * 5
"""About 50 KB: there in a moment when somebody points at the middle of a long video."""
MAX_TILES = 720
"""29 sprites, about 2 MB: every 2 s of 24 minutes, 10 s of two hours, 120 s of a day."""
FEW_TILES = 20
"""What a video gets that is too short for so many seconds."""
STEPS = tuple(map(Fraction, ("0.1", "0.2", "0.5", "1", "2", "5", "10", "20", "30", "60", "120")))
"""Seconds from tile to tile."""
ENOUGH_KEY_PICTURES = 10
"""With fewer in the whole video, all pictures are decoded to choose from."""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Which pictures of a video become tiles."""

    interval: Fraction
    """Seconds."""
    keys_only: bool


def sampling(duration: Fraction, gop: Fraction) -> Sampling:
    """How often to look at a video, and whether key pictures, one a GOP, suffice. Seconds."""
    interval = next(
        (step for step in STEPS if duration <= step * (MAX_TILES if step > 1 else FEW_TILES)),
        duration / MAX_TILES,
    )
    enough = duration >= gop * ENOUGH_KEY_PICTURES
    return Sampling(max(interval, gop), True) if enough else Sampling(interval, False)


async def make_storyboard(
    ffmpeg: FFmpeg, plan: EncodePlan, tracks: Sequence[Track], directory: Path, borrow: Borrow
) -> tuple[Storyboard, float]:
    """Write `thumbnails/sprite_NNN.jpg` and `thumbnails/storyboard.vtt` below `directory`; returns
    them, and the CPU seconds that took.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed, and what `borrow` raises.
    """
    timeline = Timeline(smallest(tracks, TILE_LONG_SIDE))
    # The real GOP: of 2 s at 29.97 frames a second it lasts 2.002 s, and key pictures drift away.
    gop = Fraction(plan.gop_seconds)
    if not plan.variable_frame_rate:
        gop = plan.gop_frames / plan.frame_rate
    how = sampling(timeline.seconds, gop)
    step = how.interval * timeline.track.timescale
    count = ceil((timeline.end - timeline.start) / step)
    targets = [timeline.start + int(number * step) for number in range(count)]
    (directory / STORYBOARD).parent.mkdir(exist_ok=True)
    sheets = _Sheets(ffmpeg, timeline, directory, how.keys_only)
    for first in range(0, count, TILES_A_SPRITE):
        some = targets[first : first + TILES_A_SPRITE]
        # In order and each once: several tiles may be of the same segment.
        segments = list(dict.fromkeys(timeline.shown(time, time)[0] for time in some))
        async with borrow(only(timeline.track, segments)):
            await sheets.draw(some, segments)
    return sheets.finish(float(how.interval)), sheets.cpu_seconds


class _Sheets:
    """Sprites in the making, and the cues of their tiles."""

    def __init__(
        self, ffmpeg: FFmpeg, timeline: Timeline, directory: Path, keys_only: bool
    ) -> None:
        self._ffmpeg = ffmpeg
        self._timeline = timeline
        self._track = timeline.track
        self._directory = directory
        self._keys_only = keys_only
        self._size = fit(timeline.track, TILE_LONG_SIDE)
        self._sheets: list[tuple[Sheet, list[int]]] = []
        self._last = -1
        self.cpu_seconds = 0.0

    async def draw(self, targets: Sequence[int], segments: Sequence[Segment]) -> None:
        """One more sprite: the picture shown at each time (ticks), but none of them twice."""
        shown = [time for segment in segments for time in self._times(segment)]
        picks: list[int] = []
        times: list[int] = []
        for target in targets:
            pick = max(0, bisect_right(shown, target) - 1)
            # Two pictures within one millisecond can't have a cue each.
            if (time := self._ms(shown[pick])) > self._last:
                picks.append(pick)
                times.append(time)
                self._last = time
        if not picks:
            return
        sheet = self._sheet(len(self._sheets), picks, segments)
        ran = await self._ffmpeg.run(
            sheet_command(self._ffmpeg.executable, sheet), cwd=self._directory
        )
        sheet.video_list.unlink()
        self.cpu_seconds += ran.cpu_seconds
        # Tiles are chosen by counting: what was counted here must be what was decoded there.
        if (decoded := ran.decoded_frames.get(0, 0)) != len(shown):
            raise VerificationFailed(sheet.output, f"{decoded} of {len(shown)} pictures decoded")
        self._sheets.append((sheet, times))

    def finish(self, interval_seconds: float) -> Storyboard:
        """Write the WebVTT file, and hold it against its rules. Raises VerificationFailed."""
        starts = [time for _, times in self._sheets for time in times]
        duration = max(self._ms(self._timeline.end), starts[-1] + 1)
        tiles = [(sheet, n) for sheet, times in self._sheets for n in range(len(times))]
        cues = [
            _cue(sheet, n, begin, until)
            for (sheet, n), begin, until in zip(tiles, starts, [*starts[1:], duration], strict=True)
        ]
        vtt = storyboard_vtt.text(cues)
        sizes = {Path(sheet.output).name: _size(sheet) for sheet, _ in self._sheets}
        if broken := storyboard_vtt.violations(vtt, sizes, duration):
            raise VerificationFailed(STORYBOARD, "; ".join(broken[:5]))
        (self._directory / STORYBOARD).write_text(vtt, encoding="utf-8")
        sprites = [
            Sprite(file=output_file(self._directory, sheet.output), width=size[0], height=size[1])
            for (sheet, _), size in zip(self._sheets, sizes.values(), strict=True)
        ]
        return Storyboard(
            file=output_file(self._directory, STORYBOARD),
            sprites=tuple(sprites),
            tiles=len(cues),
            tile_width=self._size[0],
            tile_height=self._size[1],
            duration_ms=duration,
            interval_seconds=interval_seconds,
        )

    def _times(self, segment: Segment) -> list[int]:
        """When each picture to choose from is shown, in ticks, in that order."""
        path = self._directory / self._track.name / segment_name(segment.number)
        fragment = fmp4.read_fragment(path)
        times = fragment.presentation_times
        if self._keys_only:
            times = tuple(times[n] for n in fragment.sync_samples)
        return sorted(times)

    def _ms(self, time: int) -> int:
        """Milliseconds from the video's start."""
        return round(Fraction(time - self._timeline.start, self._track.timescale) * 1000)

    def _sheet(self, number: int, picks: Sequence[int], segments: Sequence[Segment]) -> Sheet:
        name = self._track.name
        listing = write_list(
            self._directory / f"sprite_{number}.txt",
            self._directory / name,
            [segment.number for segment in segments],
        )
        return Sheet(
            video_list=listing,
            keys_only=self._keys_only,
            picks=tuple(picks),
            tile_width=self._size[0],
            tile_height=self._size[1],
            columns=min(COLUMNS, len(picks)),
            rows=ceil(len(picks) / COLUMNS),
            output=sprite_name(number),
        )


def _size(sheet: Sheet) -> tuple[int, int]:
    return sheet.columns * sheet.tile_width, sheet.rows * sheet.tile_height


def _cue(sheet: Sheet, number: int, start_ms: int, end_ms: int) -> Cue:
    row, column = divmod(number, sheet.columns)
    return Cue(
        start_ms=start_ms,
        end_ms=end_ms,
        sprite=Path(sheet.output).name,
        x=column * sheet.tile_width,
        y=row * sheet.tile_height,
        width=sheet.tile_width,
        height=sheet.tile_height,
    )
