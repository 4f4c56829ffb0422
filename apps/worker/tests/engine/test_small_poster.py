"""The small still for lists: of its size, and of the frame that the poster shows."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from vidmill.image_headers import ImageHeader, read_header
from vidmill_worker.ffmpeg.run import FFmpeg

from . import whole_job
from .conftest import EXECUTABLE, MakeClip

STILLS = whole_job.SMALL.model_copy(update={"audio": None})


def luma(path: Path, width: int, height: int) -> bytes:
    """A still's brightness, shrunk to that size."""
    command = [EXECUTABLE, "-v", "error", "-f", "jpeg_pipe", "-i", str(path), "-vf"]
    command += [f"scale={width}:{height}:flags=bicubic,format=gray", "-f", "rawvideo", "-"]
    return subprocess.run(command, check=True, capture_output=True).stdout


def difference(one: bytes, other: bytes) -> float:
    """Mean over all pixels, of 255."""
    return sum(abs(a - b) for a, b in zip(one, other, strict=True)) / len(one)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("640x360", (320, 180)),
        ("360x640", (320, 569)),
        # The larger rung, 322 pixels wide, is hardly shrunk; what is smaller not at all.
        ("322x240", (320, 239)),
        ("240x426", (240, 426)),
    ],
)
async def test_its_size(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path, source: str, expected: tuple[int, int]
) -> None:
    clip = make_clip("size.mp4", "-f", "lavfi", "-i", f"testsrc2=s={source}:r=25:d=1")
    preset = STILLS.model_copy(update={"thumbnail_percents": (0, 50)})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    made = job.images.small_poster
    assert made is not None
    assert (made.width, made.height) == expected
    assert read_header(job.folder / made.file.name) == ImageHeader("jpeg", *expected)


@pytest.mark.parametrize(
    ("percents", "poster"), [((0, 25, 50, 75, 100), "25"), ((75,), "75"), ((100, 50, 0), "50")]
)
async def test_it_shows_what_the_poster_shows(
    ffmpeg: FFmpeg,
    make_clip: MakeClip,
    tmp_path: Path,
    percents: tuple[int, ...],
    poster: str,
) -> None:
    clip = make_clip("moving.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=4")
    preset = STILLS.model_copy(update={"thumbnail_percents": percents})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    made = job.images.small_poster
    assert made is not None
    assert made.file in job.images.files
    small = luma(job.folder / made.file.name, 320, 180)
    apart = {
        still.file.name: difference(small, luma(job.folder / still.file.name, 320, 180))
        for still in job.images.thumbnails
    }
    assert apart.pop(f"thumbnails/thumb_{poster}.jpg") < 1.5
    assert all(found > 5 for found in apart.values()), apart
    assert made.file.size_bytes < min(still.file.size_bytes for still in job.images.thumbnails)


async def test_without_stills_there_is_none(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("size.mp4", "-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=1")
    preset = STILLS.model_copy(update={"thumbnail_percents": (), "previews": ("webp",)})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    assert job.images.small_poster is None
    assert [file.name for file in job.images.files] == ["preview/preview.webp"]
