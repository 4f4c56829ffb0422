"""Stills at given percents of a video, taken from a finished rendition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidmill.presentation import poster_of
from vidmill_worker.digests import output_file
from vidmill_worker.ffmpeg.derive import Jpeg, Picture, pictures_command
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed
from vidmill_worker.layout import SMALL_POSTER, segment_name, thumbnail_name
from vidmill_worker.packaging import fmp4
from vidmill_worker.results import Segment, SmallPoster, Thumbnail, ThumbnailsResult, Track
from vidmill_worker.segments import write_list

MAX_WIDTH = 1280
"""Pixels: what a page shows at most as a poster, twice its size on dense screens."""
SMALL_WIDTH = 320
"""Pixels: a row's picture on the densest screens, or a card's on a usual one."""
# Quantiser scale 2 (best) to 31: 3 is visually clean, and 5 is where nobody looks closely.
QUALITY, SMALL_QUALITY = 3, 5


@dataclass(frozen=True, slots=True)
class Position:
    """Where a still is: its time in the track, and the segment that shows it."""

    percent: int
    time: int
    """Ticks of the track's timescale; the frame shown then is meant."""
    segment: Segment


def best_track(tracks: Sequence[Track]) -> Track:
    """The rendition for stills: the largest that needs no shrinking, else the smallest."""
    fitting = [track for track in tracks if track.width <= MAX_WIDTH]
    if fitting:
        return max(fitting, key=lambda track: track.width * track.height)
    return min(tracks, key=lambda track: track.width * track.height)


def positions(track: Track, percents: Sequence[int]) -> list[Position]:
    """Time and segment of each percent of the duration; 0 is the first frame and 100 the last.

    Only these segments (and the init segment) are needed to make the stills.
    """
    segments = track.segments
    start = segments[0].start_time
    end = segments[-1].start_time + segments[-1].duration_ticks
    found: list[Position] = []
    for percent in percents:
        time = start + (end - start) * percent // 100
        segment = next(s for s in reversed(segments) if s.start_time <= time)
        found.append(Position(percent, time, segment))
    return found


async def make_thumbnails(
    ffmpeg: FFmpeg, plan: EncodePlan, track: Track, percents: Sequence[int], directory: Path
) -> ThumbnailsResult:
    """Write `thumbnails/thumb_NN.jpg` below `directory` from segments of `track` there, and
    `thumbnails/poster_small.jpg` of the one that stands for the video. `percents`: at least one.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout.
    """
    (directory / "thumbnails").mkdir(exist_ok=True)
    large, small = _size(track, MAX_WIDTH), _size(track, SMALL_WIDTH)
    poster = poster_of(thumbnail_name(percent) for percent in percents)
    places = positions(track, percents)
    pictures: list[Picture] = []
    times: list[float] = []
    for place in places:
        number = place.segment.number
        path = directory / track.name / segment_name(number)
        shown, half = frame_at(path, place.time)
        listing = write_list(
            directory / f"thumb_{place.percent}.txt", directory / track.name, [number]
        )
        # Half a frame early, so that rounding takes neither neighbour.
        seconds = Fraction(shown, track.timescale) - Fraction(half, track.timescale)
        still = Jpeg(thumbnail_name(place.percent), *large, QUALITY)
        again = (Jpeg(SMALL_POSTER, *small, SMALL_QUALITY),) if still.output == poster else ()
        pictures.append(Picture(listing, seconds, (still, *again)))
        times.append(float(Fraction(shown, track.timescale) - plan.base_seconds))
    ran = await ffmpeg.run(pictures_command(ffmpeg.executable, pictures), cwd=directory)
    for picture in pictures:
        picture.video_list.unlink()
        for file in picture.files:
            if not (directory / file.output).exists():
                raise FFmpegFailed(0, f"{file.output} was not written\n{ran.warnings}")
    return ThumbnailsResult(
        thumbnails=tuple(
            Thumbnail(
                percent=place.percent,
                seconds=round(seconds, 3),
                file=output_file(directory, thumbnail_name(place.percent)),
                width=large[0],
                height=large[1],
            )
            for place, seconds in zip(places, times, strict=True)
        ),
        small_poster=SmallPoster(
            file=output_file(directory, SMALL_POSTER), width=small[0], height=small[1]
        ),
        cpu_seconds=ran.cpu_seconds,
        wall_seconds=ran.wall_seconds,
    )


def frame_at(path: Path, time: int) -> tuple[int, int]:
    """Start of the frame of a segment shown at `time`, and half the shortest frame, in ticks."""
    fragment = fmp4.read_fragment(path)
    shown = max(t for t in fragment.presentation_times if t <= time)
    return shown, max(1, min(fragment.durations) // 2)


def _size(track: Track, max_width: int) -> tuple[int, int]:
    if track.width <= max_width:
        return track.width, track.height
    height = round(track.height * max_width / track.width)
    return max_width, max(2, height)
