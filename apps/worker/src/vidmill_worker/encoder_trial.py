"""Which encoders in hardware work on this machine: each is tried on a second of a test picture.

A driver may be missing, too old, out of the sandbox's reach, or made for less than is asked of it;
only a trial tells. It is the real thing: planned, encoded in two chunks and four sizes at once,
proven and joined as a job would be.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from vidmill.codecs import VideoCodec
from vidmill.errors import InvalidSource
from vidmill.presets import Preset, Rung, VideoSettings
from vidmill.settings import Settings
from vidmill.sources import SourceInfo
from vidmill_worker.engine.video import encode_video
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.encoder_choice import Offer, candidates
from vidmill_worker.ffmpeg.encoders import ENCODERS
from vidmill_worker.ffmpeg.executable import ffmpeg_of
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegError
from vidmill_worker.ffmpeg.trial_command import trial_command
from vidmill_worker.limits import Limits
from vidmill_worker.probe import probe
from vidmill_worker.results import ChunksDiffer, VerificationFailed, join_chunks

log = logging.getLogger(__name__)

TRIAL_SECONDS = 30
"""Longest time for one run of FFmpeg: a driver that hangs must not keep a worker from starting."""


async def find_encoders(settings: Settings, directory: Path) -> list[str]:
    """Names of the encoders in hardware that VIDEO_ENCODER allows and that work, the best first.

    `directory` is for the trial's files, which are removed. What does not work is logged.
    """
    names = candidates(settings.video_encoder)
    if not names:
        return []
    place = directory / "trial"
    place.mkdir(parents=True, exist_ok=True)
    try:
        failures = await _try_all(_bounded(ffmpeg_of(settings)), names, place)
    finally:
        shutil.rmtree(place, ignore_errors=True)
    found = [name for name in names if name not in failures]
    for name, why in failures.items():
        log.info("an encoder does not work here", extra={"encoder": name, "detail": why})
    if found:
        log.info("hardware encoders found", extra={"encoders": found})
    else:
        log.warning(
            "no hardware encoder works here, so videos are encoded in software",
            extra={"video_encoder": settings.video_encoder, "detail": failures[names[0]]},
        )
    return found


def _bounded(ffmpeg: FFmpeg) -> FFmpeg:
    limits = replace(ffmpeg.limits, stall_seconds=TRIAL_SECONDS, wall_seconds=TRIAL_SECONDS)
    return replace(ffmpeg, limits=limits)


async def _try_all(ffmpeg: FFmpeg, names: Sequence[str], place: Path) -> dict[str, str]:
    """Why encoders don't work, by the names of those that don't."""
    source = place / "picture.mp4"
    failures: dict[str, str] = {}
    try:
        await ffmpeg.run(trial_command(ffmpeg.executable, source.name), cwd=place)
        described = await probe(source, Limits())
    except (FFmpegError, InvalidSource) as error:
        return dict.fromkeys(names, str(error))
    for name in names:
        folder = place / name
        folder.mkdir()
        try:
            await _try(ffmpeg, name, source, described, folder)
        except FFmpegError as error:
            # FFmpeg's first words on it say what is wrong; what follows is what came of that.
            failures[name] = " ".join([str(error), *error.log_tail.splitlines()[:1]])
        except (VerificationFailed, ChunksDiffer, InvalidSource) as error:
            failures[name] = str(error)
    return failures


async def _try(
    ffmpeg: FFmpeg, name: str, source: Path, described: SourceInfo, directory: Path
) -> None:
    """Raises FFmpegError, VerificationFailed, ChunksDiffer or InvalidSource if it doesn't work."""
    preset = _preset(ENCODERS[name].codec)
    plan = make_plan(described, preset, even(2), Offer("auto", {name}))
    chunks = [
        await encode_video(ffmpeg, source, plan, chunk, directory / str(chunk.ordinal))
        for chunk in plan.chunks
    ]
    join_chunks(chunks)


def _preset(codec: VideoCodec) -> Preset:
    rungs = [
        Rung(short_side=side, crf=30, max_bitrate_bps=2_000_000, buffer_bits=4_000_000)
        # As many at once as the preset `web` has: many a driver limits that.
        for side in (180, 240, 300, 360)
    ]
    video = VideoSettings(codec=codec, gop_seconds=0.5, rungs=tuple(rungs))
    return Preset(name="trial", video=video, audio=None, segment_seconds=0.5)
