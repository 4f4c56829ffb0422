"""Run FFmpeg on a source, and tell a fault of the source from any other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed, OnProgress, RunResult
from vidmill_worker.results import PicturesLost

BAD_INPUT = {183, 69}
"""What FFmpeg ends with if its input is not what it should be: the low byte of AVERROR_INVALIDDATA,
and FFMPEG_ERROR_RATE_EXCEEDED, for more decoding errors than pictures (fftools/ffmpeg.c)."""


async def run_on_source(
    ffmpeg: FFmpeg,
    command: Sequence[str],
    *,
    on_progress: OnProgress | None,
    cwd: Path,
    is_part: bool = False,
) -> RunResult:
    """`FFmpeg.run` for a command that reads the source, or only a part of it.

    Raises InvalidSource if that can't be decoded, PicturesLost if that is true of the part, and
    what `FFmpeg.run` raises.
    """
    try:
        return await ffmpeg.run(command, on_progress=on_progress, cwd=cwd)
    except FFmpegFailed as error:
        if error.returncode not in BAD_INPUT:
            raise
        if is_part:
            raise PicturesLost("most of a chunk") from error
        raise InvalidSource(
            "corrupt_file",
            "The file is damaged: most of it cannot be decoded. Export or upload it again.",
        ) from error
