"""A still that a person uploaded to stand for their video, made safe and small."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from vidmill.errors import InvalidImage
from vidmill.image_headers import HEAD_BYTES, ImageHeader, UnknownImage, read_header
from vidmill.thumbnails import MAX_PIXELS, check_image
from vidmill_worker.engine.thumbnails import MAX_WIDTH, QUALITY, SMALL_QUALITY, SMALL_WIDTH
from vidmill_worker.ffmpeg.pictures import Boxed, Still, still_command
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegError, RunLimits
from vidmill_worker.layout import CUSTOM_THUMBNAIL, SMALL_CUSTOM_THUMBNAIL
from vidmill_worker.results import OutputFile
from vidmill_worker.verify_images import Expected, check_images

# Twice as tall as wide at most: a strip of one pixel by thousands is not to become a large file.
FILES = (
    Boxed(CUSTOM_THUMBNAIL, MAX_WIDTH, 2 * MAX_WIDTH, QUALITY),
    Boxed(SMALL_CUSTOM_THUMBNAIL, SMALL_WIDTH, 2 * SMALL_WIDTH, SMALL_QUALITY),
)
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
    """The thumbnail that was made, in one of its sizes. Pixels."""

    file: OutputFile
    width: int
    height: int


async def make_custom_thumbnail(
    ffmpeg: FFmpeg, image: Path, directory: Path
) -> tuple[CustomThumbnail, CustomThumbnail]:
    """Write `thumbnails/thumb_custom.jpg` below `directory` from an uploaded JPEG, PNG or WebP:
    upright, at most 1280 pixels wide, and without any metadata. Beside it
    `thumbnails/thumb_custom_small.jpg`, at most 320 pixels wide, which is the second of the result.

    Raises InvalidImage if it is another file, too large, or damaged; VerificationFailed if what
    was made is not right.
    """
    header = _inspect(image)
    still = Still(
        image=image,
        demuxer=header.demuxer,
        has_alpha=header.format != "jpeg",
        max_pixels=MAX_PIXELS,
        files=FILES,
    )
    bounded = replace(ffmpeg, limits=LIMITS)
    for file in FILES:
        (directory / file.output).parent.mkdir(parents=True, exist_ok=True)
    try:
        await bounded.run(still_command(ffmpeg.executable, still), cwd=directory)
        large, small = (_made(directory, file.output) for file in FILES)
    except (FFmpegError, UnknownImage, FileNotFoundError) as error:
        for file in FILES:
            (directory / file.output).unlink(missing_ok=True)
        raise InvalidImage(
            "The picture is damaged and cannot be read. Export it again, then upload it."
        ) from error
    expected = [Expected(one.file.name, "jpeg", one.width, one.height) for one in (large, small)]
    await check_images(bounded, expected, directory)
    return large, small


def _made(directory: Path, name: str) -> CustomThumbnail:
    path = directory / name
    header = read_header(path)
    file = OutputFile(name=name, size_bytes=path.stat().st_size)
    return CustomThumbnail(file, header.width, header.height)


def _inspect(image: Path) -> ImageHeader:
    with image.open("rb") as file:
        return check_image(file.read(HEAD_BYTES), size=image.stat().st_size)
