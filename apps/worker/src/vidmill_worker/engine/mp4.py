"""Progressive MP4s, made from the segments by copying: never encoded again."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from vidmill_worker import verify
from vidmill_worker.digests import output_file
from vidmill_worker.ffmpeg.derive import Remux, Sound, m4a_command, mp4_command
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg, OnProgress
from vidmill_worker.layout import AUDIO, M4A, mp4_name
from vidmill_worker.results import Mp4Result, Track
from vidmill_worker.segments import write_list


async def make_mp4s(
    ffmpeg: FFmpeg,
    plan: EncodePlan,
    tracks: Sequence[Track],
    sound: Sequence[Track],
    directory: Path,
    *,
    on_progress: OnProgress | None = None,
) -> Mp4Result:
    """Write `{rung}/video_{rung}.mp4` for each track, index first, from segments in `directory`.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed.
    """
    sounds = _sounds(plan, sound, directory)
    remuxes = [
        Remux(_list(directory, track), mp4_name(track.name), track.timescale) for track in tracks
    ]
    ran = await ffmpeg.run(
        mp4_command(ffmpeg.executable, remuxes, sounds, plan),
        on_progress=on_progress,
        cwd=directory,
    )
    for track, remux in zip(tracks, remuxes, strict=True):
        verify.check_mp4(plan, track, sound, directory / remux.output)
        remux.video_list.unlink()
    for entry in sounds:
        entry.audio_list.unlink()
    return Mp4Result(
        files={
            track.name: await asyncio.to_thread(output_file, directory, remux.output)
            for track, remux in zip(tracks, remuxes, strict=True)
        },
        cpu_seconds=ran.cpu_seconds,
        wall_seconds=ran.wall_seconds,
    )


async def make_m4a(
    ffmpeg: FFmpeg, plan: EncodePlan, sound: Sequence[Track], directory: Path
) -> Mp4Result:
    """Write `audio/audio.m4a` with all tracks of sound, index first, from segments in `directory`.

    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed.
    """
    sounds = _sounds(plan, sound, directory)
    ran = await ffmpeg.run(m4a_command(ffmpeg.executable, sounds, M4A, plan), cwd=directory)
    verify.check_mp4(plan, None, sound, directory / M4A)
    for entry in sounds:
        entry.audio_list.unlink()
    return Mp4Result(
        files={AUDIO: await asyncio.to_thread(output_file, directory, M4A)},
        cpu_seconds=ran.cpu_seconds,
        wall_seconds=ran.wall_seconds,
    )


def _sounds(plan: EncodePlan, sound: Sequence[Track], directory: Path) -> list[Sound]:
    if plan.audio is None:
        return []
    return [Sound(_list(directory, track), plan.audio.track(track.name)) for track in sound]


def _list(directory: Path, track: Track) -> Path:
    numbers = [segment.number for segment in track.segments]
    return write_list(directory / f"{track.name}.txt", directory / track.name, numbers)
