"""A picture that is to be laid over videos: is it one that can be?"""

from __future__ import annotations

from pathlib import Path

from vidmill.errors import InvalidSource
from vidmill_worker import png
from vidmill_worker.ffmpeg.overlays import check_picture_command
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed


async def check_png(ffmpeg: FFmpeg, path: Path) -> png.PngSize:
    """The size of a PNG that is whole. Raises InvalidSource."""
    try:
        size = png.read_size(path)
        await ffmpeg.run(check_picture_command(ffmpeg.executable, path), cwd=path.parent)
    except png.NotPng as error:
        raise InvalidSource("watermark_invalid", str(error)) from error
    except FFmpegFailed as error:
        raise InvalidSource(
            "watermark_invalid", "The watermark is damaged. Export or upload it again."
        ) from error
    return size
