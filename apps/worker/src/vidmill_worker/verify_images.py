"""Proof of pictures before they are published: of the right size, whole, decoded without error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from vidmill.image_headers import ImageHeader, UnknownImage, is_whole, read_header
from vidmill_worker.ffmpeg.pictures import check_command
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegFailed, RunResult
from vidmill_worker.results import VerificationFailed


@dataclass(frozen=True, slots=True)
class Expected:
    """What a picture must be."""

    name: str
    """Relative to the job's directory."""
    format: str
    width: int
    height: int
    max_frames: int = 1


async def check_images(ffmpeg: FFmpeg, images: Sequence[Expected], directory: Path) -> RunResult:
    """Check files in `directory`, all in one process. Raises VerificationFailed."""
    headers = [_header(image, directory / image.name) for image in images]
    files = [
        (directory / image.name, header.demuxer)
        for image, header in zip(images, headers, strict=True)
    ]
    try:
        ran = await ffmpeg.run(check_command(ffmpeg.executable, files), cwd=directory)
    except FFmpegFailed as error:
        raise VerificationFailed("images", f"do not decode: {error.log_tail[-1000:]}") from error
    for number, image in enumerate(images):
        shown = ran.decoded_frames.get(number, 0)
        if not 1 <= shown <= image.max_frames or ran.decode_errors.get(number):
            raise VerificationFailed(image.name, f"{shown} pictures decode")
    return ran


def _header(image: Expected, path: Path) -> ImageHeader:
    try:
        found = read_header(path)
    except (UnknownImage, FileNotFoundError) as error:
        raise VerificationFailed(image.name, str(error)) from error
    expected = (image.format, image.width, image.height)
    if (found.format, found.width, found.height) != expected:
        what = f"is a {found.format} of {found.width}x{found.height}"
        raise VerificationFailed(image.name, what)
    if not is_whole(path):
        raise VerificationFailed(image.name, "is cut off")
    return found
