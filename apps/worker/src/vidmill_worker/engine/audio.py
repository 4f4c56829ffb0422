"""Encode the sound once, whole: the tracks every rung shares, and the MP3."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill_worker import layout, verify
from vidmill_worker.digests import sha256_of
from vidmill_worker.engine.loudness import find_levels, prove_levels
from vidmill_worker.engine.proof import OnProven, RunningProof
from vidmill_worker.engine.source_run import run_on_source
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.audio_command import audio_command
from vidmill_worker.ffmpeg.audio_plan import AudioPlan
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.ffmpeg.run import FFmpeg, OnProgress
from vidmill_worker.results import AudioResult, Track, TrackLoudness
from vidmill_worker.segments import OnSegment, SegmentWatch


async def encode_audio(
    ffmpeg: FFmpeg,
    source: Source,
    plan: EncodePlan,
    directory: Path,
    *,
    on_segment: OnSegment | None = None,
    on_proven: OnProven | None = None,
    on_progress: OnProgress | None = None,
) -> AudioResult:
    """Write `{track}/init.mp4` and `{track}/segment_NNN.m4s` of every sound track, and
    `audio/audio.mp3`, below `directory`.

    `plan.audio` must not be None. Never in chunks: each join would be heard, as encoders carry
    samples over from packet to packet. `on_segment`, `on_proven` and the proof are as those of
    `encode_video`. Tracks of which nothing decodes are left out, the first excepted. Where the plan
    states a loudness, the sound is read twice or more: first to be measured.
    Raises InvalidSource, FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed.
    """
    audio = plan.audio
    if audio is None:
        raise ValueError("the plan has no audio")
    names = [track.name for track in audio.tracks]
    levels = await find_levels(ffmpeg, source, plan, directory)
    for name in names:
        (directory / name).mkdir(parents=True, exist_ok=True)
    watch = SegmentWatch(directory, names, 0, on_segment)

    async def prove(tracks: Sequence[Track]) -> float:
        return (await verify.check_decodes(ffmpeg, tracks, directory)).cpu_seconds

    async with RunningProof(watch, prove, on_proven) as proof:

        async def report(progress: Progress) -> None:
            await watch.poll()
            await proof.poll()
            if on_progress is not None:
                await on_progress(progress)

        levelings = levels.levelings if levels else None
        command = audio_command(ffmpeg.executable, source, plan, audio, levelings)
        ran = await run_on_source(ffmpeg, command, on_progress=report, cwd=directory)
        await watch.poll()
        await proof.finish()
    for name in names:
        (directory / name / layout.PLAYLIST).unlink(missing_ok=True)
    tracks, notes = _decodable(watch, audio)
    for track in tracks:
        verify.check_audio(plan, track)
    loudness: dict[str, TrackLoudness] = {}
    if levels:
        loudness, more = await prove_levels(ffmpeg, plan, tracks, directory, levels)
        notes += more
    return AudioResult(
        tracks=tracks,
        notes=notes,
        mp3_name=layout.MP3 if audio.mp3 else None,
        mp3_sha256=await asyncio.to_thread(sha256_of, directory / layout.MP3) if audio.mp3 else "",
        mp3_size_bytes=(directory / layout.MP3).stat().st_size if audio.mp3 else 0,
        loudness=loudness,
        cpu_seconds=ran.cpu_seconds + proof.cpu_seconds + (levels.cpu_seconds if levels else 0),
        wall_seconds=ran.wall_seconds,
    )


def _decodable(watch: SegmentWatch, audio: AudioPlan) -> tuple[tuple[Track, ...], tuple[str, ...]]:
    """The tracks of which there is anything, and a sentence for each other one."""
    silent = [track for track in audio.tracks if track.name not in watch.begun]
    if audio.tracks[0] in silent:
        raise InvalidSource(
            "corrupt_file",
            "Nothing of the sound can be decoded. Export or upload the file again.",
        )
    notes = (
        f"The sound track {track.label} is left out: nothing of it can be decoded."
        for track in silent
    )
    return tuple(map(watch.track, watch.begun)), tuple(notes)
