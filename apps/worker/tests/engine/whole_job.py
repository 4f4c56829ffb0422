"""A whole job without services: source in, folder of every output out."""

from __future__ import annotations

import shutil
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from vidmill.edits import Clip
from vidmill.presets import WEB, Preset, VideoSettings, rungs
from vidmill.sources import SourceInfo
from vidmill_worker import engine, verify
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import ImagesResult
from vidmill_worker.probe import Limits, probe
from vidmill_worker.results import (
    AudioResult,
    ChunkResult,
    Mp4Result,
    Track,
    join_chunks,
)
from vidmill_worker.subtitles.results import SubtitlesResult

# Two small rungs and short segments: clips of a few seconds have several of each. superfast is the
# fastest that has B-frames, and with them the reordering that chunks and clocks must bear.
SMALL = Preset(
    name="small",
    video=VideoSettings(encoder_preset="superfast", gop_seconds=0.5, rungs=rungs(240, 360)),
    segment_seconds=1,
)
ANY = Limits(min_seconds=0, min_short_side=2)


@dataclass(frozen=True)
class Job:
    """Everything that was made, and where."""

    folder: Path
    source: SourceInfo
    plan: EncodePlan
    chunks: list[ChunkResult]
    tracks: tuple[Track, ...]
    audio: AudioResult | None
    mp4s: Mp4Result
    images: ImagesResult
    subtitles: SubtitlesResult | None

    def mp4(self, rung: str) -> Path:
        return self.folder / self.mp4s.files[rung].name


@dataclass(frozen=True)
class Overlay:
    """What is laid over the pictures, and the files for it, under the names they need."""

    change: Callable[[SourceInfo, EncodePlan], EncodePlan]
    files: Sequence[Path]


async def make(
    ffmpeg: FFmpeg,
    path: Path,
    folder: Path,
    preset: Preset = WEB,
    chunks: int = 1,
    clip: Clip | None = None,
    overlay: Overlay | None = None,
) -> Job:
    """Probe, plan, encode in chunks that know nothing of each other, join, package, verify."""
    source = await probe(path, ANY, clip=clip)
    plan = make_plan(source, preset, even(chunks))
    if overlay is not None:
        plan = overlay.change(source, plan)
    files = overlay.files if overlay is not None else ()
    folder.mkdir()
    results = [
        await _chunk(ffmpeg, path, plan, ordinal, folder, files)
        for ordinal in range(len(plan.chunks))
    ]
    tracks = join_chunks(results)
    audio = await engine.encode_audio(ffmpeg, path, plan, folder) if plan.audio else None
    sound = audio.tracks if audio else ()
    await verify.check_decodes(ffmpeg, tracks, folder)
    mp4s = await engine.make_mp4s(ffmpeg, plan, tracks, sound, folder)
    images = ImagesResult(cpu_seconds=0, wall_seconds=0)
    if preset.has_images:
        images = await engine.make_images(ffmpeg, plan, preset, tracks, folder, all_here)
    text = None
    if plan.subtitles:
        text = await engine.make_subtitles(path, plan, folder, timeout_seconds=60)
    engine.write_manifests(plan, tracks, sound, text.tracks if text else (), folder)
    return Job(folder, source, plan, results, tracks, audio, mp4s, images, text)


@asynccontextmanager
async def all_here(_: Track) -> AsyncGenerator[None]:
    """Segments need not be brought to a folder that has them all."""
    yield


async def _chunk(
    ffmpeg: FFmpeg,
    path: Path,
    plan: EncodePlan,
    ordinal: int,
    folder: Path,
    files: Sequence[Path],
) -> ChunkResult:
    work = folder / f"chunk{ordinal}"
    work.mkdir()
    for file in files:
        (shutil.copytree if file.is_dir() else shutil.copy)(file, work / file.name)
    result = await engine.encode_video(ffmpeg, path, plan, plan.chunks[ordinal], work)
    for track in result.tracks:
        (folder / track.name).mkdir(exist_ok=True)
        for file in (work / track.name).iterdir():
            file.replace(folder / track.name / file.name)
    shutil.rmtree(work)
    return ChunkResult.model_validate_json(result.model_dump_json())
