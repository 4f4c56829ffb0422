"""Encode one chunk of a video: every rung, from one decode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vidmill_worker import layout, verify
from vidmill_worker.engine.proof import OnProven, RunningProof
from vidmill_worker.engine.source_run import run_on_source
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.command import first_pass_command, video_command
from vidmill_worker.ffmpeg.encoders import ENCODERS, STATISTICS
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan
from vidmill_worker.ffmpeg.progress import Progress
from vidmill_worker.ffmpeg.run import FFmpeg, OnProgress
from vidmill_worker.results import ChunkResult, Track
from vidmill_worker.segments import OnSegment, SegmentWatch


async def encode_video(
    ffmpeg: FFmpeg,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    directory: Path,
    *,
    rungs: Sequence[RungPlan] | None = None,
    on_segment: OnSegment | None = None,
    on_proven: OnProven | None = None,
    on_progress: OnProgress | None = None,
) -> ChunkResult:
    """Write `{rung}/init.mp4` and the chunk's `{rung}/segment_NNN.m4s` below `directory`, of all
    rungs of the plan or of `rungs` only.

    `on_segment` is awaited for each segment as soon as it is complete, and `on_proven` for the
    tracks as far as they have been verified, while encoding goes on. The result is verified
    before it is returned: every segment (`verify.check_segments`), that all of it decodes, and the
    whole (`verify.check_chunk`).
    Raises InvalidSource, PicturesLost, FFmpegFailed, FFmpegStalled, FFmpegTimeout,
    VerificationFailed.
    """
    rungs = plan.rungs if rungs is None else rungs
    names = [rung.name for rung in rungs]
    for name in names:
        (directory / name).mkdir(parents=True, exist_ok=True)
    encoding = patient(ffmpeg, plan)
    spent = 0.0
    if plan.passes == 2:
        spent = await _first_pass(encoding, source, plan, chunk, directory, rungs, on_progress)
    watch = SegmentWatch(directory, names, chunk.first_segment, on_segment)

    async def prove(tracks: Sequence[Track]) -> float:
        verify.check_segments(plan, tracks, directory)
        return (await verify.check_decodes(ffmpeg, tracks, directory)).cpu_seconds

    async with RunningProof(watch, prove, on_proven) as proof:

        async def report(progress: Progress) -> None:
            _settle_names(directory, names)
            await watch.poll()
            await proof.poll()
            if on_progress is not None:
                await on_progress(_of_both_passes(plan, chunk, progress))

        command = video_command(ffmpeg.executable, source, plan, chunk, ffmpeg.threads, rungs)
        ran = await run_on_source(
            encoding,
            command,
            on_progress=report,
            cwd=directory,
            is_part=len(plan.chunks) > 1,
        )
        _settle_names(directory, names)
        await watch.poll()
        await proof.finish()
    _tidy(directory, names)
    # How long the last frame of a variable rate is shown, only the source can tell.
    end = plan.base_seconds + plan.duration_seconds if plan.variable_frame_rate else None
    end_time = None if end is None else round(end * plan.timescale)
    tracks = tuple(watch.track(name, end_time) for name in names)
    result = ChunkResult(
        ordinal=chunk.ordinal,
        tracks=tracks,
        frames=tracks[0].samples,
        decoded_frames=ran.decoded_frames.get(0, 0),
        encoded_frames=ran.encoded_frames.get(0, 0),
        decode_errors=ran.decode_errors.get(0, 0),
        cpu_seconds=spent + ran.cpu_seconds + proof.cpu_seconds,
        wall_seconds=ran.wall_seconds,
    )
    verify.check_chunk(plan, chunk, result, directory)
    return result


def patient(ffmpeg: FFmpeg, plan: EncodePlan) -> FFmpeg:
    """FFmpeg that is not taken for stalled while its encoder looks ahead."""
    patience = ENCODERS[plan.encoder].patience
    limits = replace(ffmpeg.limits, stall_seconds=ffmpeg.limits.stall_seconds * patience)
    return replace(ffmpeg, limits=limits)


async def _first_pass(
    ffmpeg: FFmpeg,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    directory: Path,
    rungs: Sequence[RungPlan],
    on_progress: OnProgress | None,
) -> float:
    """Leave the encoders' statistics in `directory`; CPU seconds that took."""

    async def report(progress: Progress) -> None:
        if on_progress is not None:
            await on_progress(replace(progress, frame=progress.frame // 2, ended=False))

    command = first_pass_command(ffmpeg.executable, source, plan, chunk, ffmpeg.threads, rungs)
    is_part = len(plan.chunks) > 1
    ran = await run_on_source(ffmpeg, command, on_progress=report, cwd=directory, is_part=is_part)
    return ran.cpu_seconds


def _of_both_passes(plan: EncodePlan, chunk: Chunk, progress: Progress) -> Progress:
    """Progress of the last pass as that of the whole: the first of two was half of the way."""
    if plan.passes == 1:
        return progress
    return replace(progress, frame=(chunk.frames + progress.frame) // 2)


def _tidy(directory: Path, names: list[str]) -> None:
    for name in names:
        # FFmpeg's own, which nobody reads: ours is written when the job is packaged.
        (directory / name / layout.PLAYLIST).unlink(missing_ok=True)
    for statistics in directory.glob(f"{STATISTICS}-*"):
        statistics.unlink()


def _settle_names(directory: Path, names: list[str]) -> None:
    """FFmpeg numbers the init segments of several rungs. Each is complete before the first media
    segment gets its name."""
    for number, name in enumerate(names):
        numbered = directory / name / f"init_{number}.mp4"
        if numbered.exists() and any((directory / name).glob("*.m4s")):
            numbered.rename(directory / name / layout.INIT)
