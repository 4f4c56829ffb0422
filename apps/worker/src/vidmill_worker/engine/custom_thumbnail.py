"""A still that a person uploaded to stand for their video, made safe and small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vidmill.errors import InvalidImage
from vidmill.image_headers import HEAD_BYTES, ImageHeader, UnknownImage, read_header
from vidmill.thumbnails import MAX_PIXELS, check_image
from vidmill_worker.ffmpeg.pictures import Still, still_command
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegError, RunLimits
from vidmill_worker.layout import CUSTOM_THUMBNAIL
from vidmill_worker.results import OutputFile
from vidmill_worker.verify_images import Expected, check_images

MAX_WIDTH = 1280
MAX_HEIGHT = 2 * MAX_WIDTH
"""For tall pictures; a strip of one pixel by thousands is not to become a large file."""
LIMITS = RunLimits(
    # 50 million pixels of four bytes, some copies of them, and FFmpeg itself.
    memory_bytes=2 * 2**30,
    # 1280 x 2560 pixels that are all noise have 4 MB as a JPEG of this quality.
    file_bytes=16 * 2**20,
    stall_seconds=60,
    wall_seconds=60,
)


@dataclass(frozen=True, slots=True)
class CustomThumbnail:
    """The thumbnail that was made. Pixels."""

    file: OutputFile
    width: int
    height: int


async def make_custom_thumbnail(ffmpeg: FFmpeg, image: Path, directory: Path) -> CustomThumbnail:
    """Write `thumbnails/thumb_custom.jpg` below `directory` from an uploaded JPEG, PNG or WebP:
    upright, at most 1280 pixels wide, and without any metadata.

    Raises InvalidImage if it is another file, too large, or damaged; VerificationFailed if what
    was made is not right.
    """
    header = _inspect(image)
    still = Still(
        image=image,
        demuxer=header.demuxer,
        has_alpha=header.format != "jpeg",
        max_pixels=MAX_PIXELS,
        max_width=MAX_WIDTH,
        max_height=MAX_HEIGHT,
        output=CUSTOM_THUMBNAIL,
    )
    bounded = replace(ffmpeg, limits=LIMITS)
    output = directory / CUSTOM_THUMBNAIL
    output.parent.mkdir(parents=True, exist_ok=True)
    try:
        await bounded.run(still_command(ffmpeg.executable, still), cwd=directory)
        made = read_header(output)
    except (FFmpegError, UnknownImage, FileNotFoundError) as error:
        output.unlink(missing_ok=True)
        raise InvalidImage(
            "The picture is damaged and cannot be read. Export it again, then upload it."
        ) from error
    expected = Expected(CUSTOM_THUMBNAIL, "jpeg", made.width, made.height)
    await check_images(bounded, [expected], directory)
    file = OutputFile(name=CUSTOM_THUMBNAIL, size_bytes=output.stat().st_size)
    return CustomThumbnail(file, made.width, made.height)


def _inspect(image: Path) -> ImageHeader:
    with image.open("rb") as file:
        return check_image(file.read(HEAD_BYTES), size=image.stat().st_size)
