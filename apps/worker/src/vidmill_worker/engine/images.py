"""All pictures made of finished segments, side by side, and checked before any is told of."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vidmill.presets import Preset
from vidmill_worker.engine.borrow import Borrow, only
from vidmill_worker.engine.preview import MAX_FRAMES, make_previews
from vidmill_worker.engine.storyboard import make_storyboard
from vidmill_worker.engine.thumbnails import best_track, make_thumbnails, positions
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import ImagesResult, Preview, Storyboard
from vidmill_worker.results import SmallPoster, Thumbnail, Track
from vidmill_worker.verify_images import Expected, check_images


@dataclass(slots=True)
class _Made:
    thumbnails: tuple[Thumbnail, ...] = ()
    small_poster: SmallPoster | None = None
    storyboard: Storyboard | None = None
    previews: tuple[Preview, ...] = ()
    cpu_seconds: float = 0.0


async def make_images(
    ffmpeg: FFmpeg,
    plan: EncodePlan,
    preset: Preset,
    tracks: Sequence[Track],
    directory: Path,
    borrow: Borrow,
) -> ImagesResult:
    """Write the stills, the storyboard and the previews that the preset asks for below
    `directory`, from segments that `borrow` brings there.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed, and what `borrow` raises.
    """
    started = time.monotonic()
    made = _Made()

    async def stills() -> None:
        percents = preset.thumbnail_percents
        track = best_track(tracks)
        needed = dict.fromkeys(place.segment for place in positions(track, percents))
        async with borrow(only(track, tuple(needed))):
            result = await make_thumbnails(ffmpeg, plan, track, percents, directory)
        made.thumbnails, made.small_poster = result.thumbnails, result.small_poster
        made.cpu_seconds += result.cpu_seconds

    async def storyboard() -> None:
        made.storyboard, cpu = await make_storyboard(ffmpeg, plan, tracks, directory, borrow)
        made.cpu_seconds += cpu

    async def previews() -> None:
        made.previews, cpu = await make_previews(ffmpeg, tracks, preset.previews, directory, borrow)
        made.cpu_seconds += cpu

    work: list[Coroutine[Any, Any, None]] = []
    if preset.thumbnail_percents:
        work.append(stills())
    if preset.storyboard:
        work.append(storyboard())
    if preset.previews:
        work.append(previews())
    await _side_by_side(work)
    checked = await check_images(ffmpeg, _expected(made), directory)
    return ImagesResult(
        thumbnails=made.thumbnails,
        small_poster=made.small_poster,
        storyboard=made.storyboard,
        previews=made.previews,
        cpu_seconds=made.cpu_seconds + checked.cpu_seconds,
        wall_seconds=time.monotonic() - started,
    )


async def _side_by_side(work: Sequence[Coroutine[Any, Any, None]]) -> None:
    """Run all; the first that fails ends the others, and raises as itself and not in a group."""
    running = [asyncio.ensure_future(each) for each in work]
    try:
        await asyncio.gather(*running)
    finally:
        for each in running:
            each.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _expected(made: _Made) -> list[Expected]:
    small = () if made.small_poster is None else (made.small_poster,)
    stills = [
        Expected(still.file.name, "jpeg", still.width, still.height)
        for still in (*made.thumbnails, *small)
    ]
    previews = [
        Expected(p.file.name, p.format, p.width, p.height, MAX_FRAMES) for p in made.previews
    ]
    if made.storyboard is None:
        return [*stills, *previews]
    sprites = [
        Expected(sprite.file.name, "jpeg", sprite.width, sprite.height)
        for sprite in made.storyboard.sprites
    ]
    return [*stills, *sprites, *previews]
