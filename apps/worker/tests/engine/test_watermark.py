"""Watermarks by content: pixels in the right place, in every chunk and every rendition."""

from __future__ import annotations

import struct
import zlib
from itertools import pairwise
from pathlib import Path

import av
import pytest

from vidmill.edits import Edits, Watermark
from vidmill.errors import InvalidSource
from vidmill.presets import WEB
from vidmill.sources import SourceInfo
from vidmill_worker.edit_files import refuse_over
from vidmill_worker.engine.watermark import check_png
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.command import video_command
from vidmill_worker.ffmpeg.hdr import Color
from vidmill_worker.ffmpeg.overlay_plan import plan_watermark
from vidmill_worker.ffmpeg.overlays import WATERMARK
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg

from . import described, whole_job
from .conftest import MakeClip
from .whole_job import SMALL, Overlay

RED, NOTHING = (255, 0, 0, 255), (0, 255, 0, 0)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_of(width: int, height: int, *extra: bytes, lines: bytes | None = None) -> bytes:
    """An RGBA PNG: the left half red, the right half invisible (and green)."""
    row = bytes(RED) * (width // 2) + bytes(NOTHING) * (width - width // 2)
    pixels = zlib.compress(b"".join(b"\0" + row for _ in range(height)) if lines is None else lines)
    header = struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0)
    parts = [chunk(b"IHDR", header), *extra, chunk(b"IDAT", pixels), chunk(b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def pixels(path: Path, frame_numbers: set[int], *places: tuple[int, int]) -> list[list[int]]:
    """Luma at some places (x, y) of some frames."""
    found: list[list[int]] = []
    with av.open(str(path)) as file:
        for number, frame in enumerate(file.decode(video=0)):
            if number in frame_numbers:
                plane = frame.planes[0]
                data = bytes(plane)
                found.append([data[y * plane.line_size + x] for x, y in places])
    return found


@pytest.mark.parametrize(("rate", "chunks"), [("30000/1001", 3), ("vfr", 1)])
async def test_a_watermark_is_in_every_frame_and_rung(
    rate: str, chunks: int, ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Gray pictures; a red one with 15 % of the width, 5 % from the bottom right edges, half
    transparent."""
    uneven = ["-vf", "select='mod(n,7)*mod(n,11)'", "-fps_mode", "vfr"] if rate == "vfr" else []
    color = f"color=gray:s=640x360:r={'25' if rate == 'vfr' else rate}:d=3"
    clip = make_clip(f"gray_{rate[:3]}.mp4", "-f", "lavfi", "-i", color, *uneven)
    png = tmp_path / WATERMARK
    png.write_bytes(png_of(200, 100))
    wanted = Watermark(input_key="x", width_percent=20, margin_percent=5, opacity=0.5)

    def change(source: SourceInfo, plan: EncodePlan) -> EncodePlan:
        frame = (plan.rungs[0].width, plan.rungs[0].height)
        mark = plan_watermark(wanted, (200, 100), "00", frame, source.video)
        assert (mark.x, mark.y, mark.width, mark.height) == (480, 264, 128, 64)
        return plan.model_copy(update={"watermark": mark})

    overlay = Overlay(change, [png])
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL, chunks, overlay=overlay)
    assert len(job.chunks) == chunks
    last = job.tracks[0].samples - 1
    # Inside its visible and its invisible half, and around it.
    places = [(512, 296), (580, 296), (470, 296), (512, 254), (512, 338), (20, 20)]
    for shown in pixels(job.mp4("360p"), {0, 20, 40, last}, *places):
        # BT.601: red is 81, gray 126.
        assert shown[0] == pytest.approx(103, abs=3)
        assert shown[1:] == pytest.approx([126] * 5, abs=2)
    for shown in pixels(job.mp4("240p"), {0, last}, (341, 197), (20, 20)):
        assert shown == pytest.approx([103, 126], abs=3)


def test_places_and_sizes() -> None:
    frame, video = (1920, 1080), described.source().video

    def place(
        size: tuple[int, int], frame: tuple[int, int] = frame, **fields: object
    ) -> tuple[int, ...]:
        wanted = Watermark.model_validate({"input_key": "x", **fields})
        mark = plan_watermark(wanted, size, "00", frame, video)
        return mark.x, mark.y, mark.width, mark.height

    assert place((400, 100)) == (1574, 950, 288, 72)
    assert place((400, 100), position="top-left") == (58, 58, 288, 72)
    assert place((400, 100), position="center", width_percent=50) == (480, 420, 960, 240)
    assert place((400, 100), position="top", margin_percent=0) == (816, 0, 288, 72)
    assert place((400, 100), position="left") == (58, 504, 288, 72)
    # A tall one shrinks until it fits between the margins.
    assert place((100, 1000), position="right", width_percent=50) == (1766, 58, 96, 964)
    assert place((100, 100), (360, 640), width_percent=100, margin_percent=0) == (0, 280, 360, 360)
    untagged = video.model_copy(update={"color_space": None})
    wanted = Watermark(input_key="x")
    matrices = [
        plan_watermark(wanted, (10, 10), "00", (2 * height, height), shown).untagged_matrix
        for shown, height in ((video, 360), (untagged, 360), (untagged, 720))
    ]
    assert matrices == [None, "smpte170m", "bt709"]


def test_the_source_stays_the_first_input() -> None:
    """Frames are counted by the number of the input."""
    source = described.source(width=640, height=360)
    plan = make_plan(source, SMALL, even(2))
    mark = plan_watermark(Watermark(input_key="x"), (10, 10), "00", (640, 360), source.video)
    plan = plan.model_copy(update={"watermark": mark})
    for chunk in plan.chunks:
        command = video_command("ffmpeg", Path("/in.mp4"), plan, chunk)
        inputs = [value for option, value in pairwise(command) if option == "-i"]
        assert inputs == ["file:/in.mp4", "file:watermark.png"]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("jpeg", b"\xff\xd8\xff\xe0" + bytes(1000), "is not a PNG"),
        ("svg", b"<svg><image href='file:///etc/passwd'/></svg>", "is not a PNG"),
        ("playlist", b"#EXTM3U\nfile:///etc/passwd\n", "is not a PNG"),
        ("nothing", b"", "is not a PNG"),
        ("signature", b"\x89PNG\r\n\x1a\n", "is cut off"),
        ("bomb", png_of(60_000, 60_000, lines=bytes(10)), "60000x60000; at most 4096x4096"),
        ("animated", png_of(8, 8, chunk(b"acTL", bytes(8))), "is animated"),
        ("cut", png_of(64, 64)[:-30], "is cut off"),
        ("short", png_of(64, 64, lines=bytes(100)), "is damaged"),
        ("no_header", png_of(64, 64).replace(b"IHDR", b"IHDX"), "is damaged"),
    ],
)
async def test_what_is_no_good_picture_is_refused(
    name: str, content: bytes, says: str, ffmpeg: FFmpeg, tmp_path: Path
) -> None:
    path = tmp_path / f"{name}.png"
    path.write_bytes(content)
    with pytest.raises(InvalidSource, match=says) as caught:
        await check_png(ffmpeg, path)
    assert caught.value.source_code == "watermark_invalid"


async def test_a_picture_may_say_more_than_it_needs(ffmpeg: FFmpeg, tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png_of(64, 32, chunk(b"tEXt", b"Title\0A logo")))
    size = await check_png(ffmpeg, path)
    assert (size.width, size.height) == (64, 32)


def test_nothing_is_laid_over_hdr_that_is_kept() -> None:
    plan = make_plan(described.source(), WEB)
    color = Color(primaries="bt2020", transfer="smpte2084", matrix="bt2020nc")
    kept = plan.model_copy(update={"hdr": color})
    edits = Edits(watermark=Watermark(input_key="uploads/a/b/logo.png"))
    refuse_over(edits, plan)
    refuse_over(Edits(), kept)
    alone = plan.model_copy(update={"rungs": ()})
    refuse_over(Edits(), alone)
    with pytest.raises(InvalidSource, match="makes sound alone"):
        refuse_over(edits, alone)
    with pytest.raises(InvalidSource, match="tone_map") as refused:
        refuse_over(edits, kept)
    assert refused.value.source_code == "watermark_invalid"
