"""Encode the audio once, whole: the track every rung shares, and the MP3."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vidmill_worker import layout, verify
from vidmill_worker.engine.proof import OnProven, RunningProof
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.command import audio_command
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.ffmpeg.run import FFmpeg, OnProgress
from vidmill_worker.results import AudioResult, Track
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
    """Write `audio/init.mp4`, `audio/segment_NNN.m4s` and `audio/audio.mp3` below `directory`.

    `plan.audio` must not be None. Never in chunks: each join would be heard, as AAC carries 1024
    samples over from packet to packet. `on_segment`, `on_proven` and the proof are as those of
    `encode_video`.
    Raises FFmpegFailed, FFmpegStalled, FFmpegTimeout, VerificationFailed.
    """
    audio = plan.audio
    if audio is None:
        raise ValueError("the plan has no audio")
    (directory / layout.AUDIO).mkdir(parents=True, exist_ok=True)
    watch = SegmentWatch(directory, [layout.AUDIO], 0, on_segment)

    async def prove(tracks: Sequence[Track]) -> float:
        return (await verify.check_decodes(ffmpeg, tracks, directory)).cpu_seconds

    async with RunningProof(watch, prove, on_proven) as proof:

        async def report(progress: Progress) -> None:
            await watch.poll()
            await proof.poll()
            if on_progress is not None:
                await on_progress(progress)

        command = audio_command(ffmpeg.executable, source, plan, audio)
        ran = await ffmpeg.run(command, on_progress=report, cwd=directory)
        await watch.poll()
        await proof.finish()
    (directory / layout.AUDIO / layout.PLAYLIST).unlink(missing_ok=True)
    track = watch.track(layout.AUDIO)
    verify.check_audio(plan, track)
    mp3 = directory / layout.MP3
    return AudioResult(
        track=track,
        channels=audio.channels,
        sample_rate=audio.sample_rate,
        bitrate_bps=round(track.size_bytes * 8 / track.duration_seconds),
        mp3_name=layout.MP3 if audio.mp3 else None,
        mp3_size_bytes=mp3.stat().st_size if audio.mp3 else 0,
        cpu_seconds=ran.cpu_seconds + proof.cpu_seconds,
        wall_seconds=ran.wall_seconds,
    )
