"""Subtitles that are to be burnt in: read, checked, and written as the script that libass draws."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from fractions import Fraction
from importlib.resources import as_file, files
from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.burn_in import (
    FONTS,
    SCRIPT,
    letters,
    missing_characters,
    script,
    shift,
    specimen,
)
from vidmill_worker.ffmpeg.overlays import specimen_command
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed
from vidmill_worker.ffmpeg.track_command import track_command
from vidmill_worker.subtitle_file import Cue, NotSubtitles, read_cues

TRACK_FILE = "track.srt"
SPECIMEN = "specimen.ass"


def lay_out_fonts(directory: Path) -> None:
    """Put the font of the fontpkg-noto-sans wheel into `directory`/fonts."""
    with as_file(files("fontpkg_noto_sans") / "files") as folder:
        shutil.copytree(folder, directory / FONTS, dirs_exist_ok=True)


async def read_track(
    ffmpeg: FFmpeg, source: Source, plan: EncodePlan, track: int, directory: Path
) -> list[Cue]:
    """Text of one of the source's own subtitle tracks, counted from 0; times count from the first
    picture. Raises InvalidSource (burn_in_invalid), FFmpegStalled, FFmpegTimeout."""
    command = track_command(ffmpeg.executable, source, plan, track, TRACK_FILE)
    try:
        await ffmpeg.run(command, cwd=directory)
        data = (directory / TRACK_FILE).read_bytes()
    except FFmpegFailed as error:
        raise InvalidSource(
            "burn_in_invalid",
            f"The source has no text in a subtitle track {track}. Tracks are counted from 0; those "
            "of pictures (DVD, Blu-ray) can't be burnt in.",
        ) from error
    return shift(_read(data), plan.start_seconds, plan.duration_seconds)


def read_file(path: Path, plan: EncodePlan, clip_start: Fraction) -> list[Cue]:
    """Text of an uploaded file, whose times count from the source's first picture; `clip_start`
    likewise. Raises InvalidSource (burn_in_invalid), OSError."""
    return shift(_read(path.read_bytes()), clip_start, plan.duration_seconds)


async def write_script(
    ffmpeg: FFmpeg, cues: Sequence[Cue], plan: EncodePlan, directory: Path
) -> Path:
    """Write the script for the largest rendition, and see that there is a font for every character.

    Raises InvalidSource (burn_in_no_font), FFmpegFailed.
    """
    lay_out_fonts(directory)
    size = (plan.rungs[0].width, plan.rungs[0].height)
    wanted = letters(cues)
    if wanted:
        (directory / SPECIMEN).write_text(script(specimen(wanted), size, None), encoding="utf-8")
        ran = await ffmpeg.run(specimen_command(ffmpeg.executable, SPECIMEN), cwd=directory)
        missing = [c for c in missing_characters(ran.warnings) if c in wanted]
        if missing:
            shown = " ".join(missing[:10]) + (" …" if len(missing) > 10 else "")
            raise InvalidSource(
                "burn_in_no_font",
                f"No font here has these characters of the subtitles: {shown} Install one on every "
                "worker, such as the packages fonts-noto-core and fonts-noto-cjk of Debian.",
            )
    rate = None if plan.variable_frame_rate else plan.frame_rate
    path = directory / SCRIPT
    path.write_text(script(cues, size, rate), encoding="utf-8")
    return path


def _read(data: bytes) -> list[Cue]:
    try:
        return read_cues(data)
    except NotSubtitles as error:
        raise InvalidSource("burn_in_invalid", str(error)) from error
