"""Pictures that people upload: upright, small, anonymous, or refused with a reason."""

from __future__ import annotations

import struct
import subprocess
import zlib
from pathlib import Path

import pytest

from vidmill.errors import InvalidImage
from vidmill.image_headers import ImageHeader, UnknownImage, read_header
from vidmill.thumbnails import MAX_BYTES
from vidmill_worker.engine.custom_thumbnail import CustomThumbnail, make_custom_thumbnail
from vidmill_worker.ffmpeg.pictures import Boxed, Still, still_command
from vidmill_worker.ffmpeg.run import FFmpeg

from .conftest import EXECUTABLE, MakeClip
from .test_command import FRONT, words

HALVES = "color=red:s=200x100,drawbox=x=100:w=100:h=100:c=blue:t=fill"


def still(make_clip: MakeClip, name: str, picture: str, *options: str) -> Path:
    return make_clip(name, "-f", "lavfi", "-i", picture, "-frames:v", "1", *options)


def pixel(path: Path, x: int, y: int) -> tuple[int, int, int]:
    command = [EXECUTABLE, "-v", "error", "-f", "jpeg_pipe", "-i", str(path), "-vf"]
    command += [f"crop=1:1:{x}:{y}:exact=1,format=rgb24", "-f", "rawvideo", "-"]
    red, green, blue = subprocess.run(command, check=True, capture_output=True).stdout
    return red, green, blue


def near(found: tuple[int, int, int], expected: tuple[int, int, int]) -> bool:
    return all(abs(a - b) <= 6 for a, b in zip(found, expected, strict=True))


async def made(ffmpeg: FFmpeg, image: Path, folder: Path) -> tuple[CustomThumbnail, Path]:
    result, _ = await make_custom_thumbnail(ffmpeg, image, folder)
    return result, folder / result.file.name


@pytest.mark.parametrize("kind", ["jpg", "png", "webp"])
async def test_each_format_becomes_a_small_jpeg(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path, kind: str
) -> None:
    wide = "color=red:s=1999x1001,drawbox=x=1000:w=1000:h=1001:c=blue:t=fill"
    thumbnail, path = await made(ffmpeg, still(make_clip, f"wide.{kind}", wide), tmp_path)
    assert path == tmp_path / "thumbnails/thumb_custom.jpg"
    assert (thumbnail.width, thumbnail.height) == (1280, 641)
    assert read_header(path) == ImageHeader("jpeg", 1280, 641)
    assert path.stat().st_size == thumbnail.file.size_bytes
    assert near(pixel(path, 100, 100), (254, 0, 0))
    assert near(pixel(path, 1200, 600), (0, 0, 254))


async def test_a_small_picture_is_not_enlarged_and_a_strip_stays_in_bounds(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    thumbnail, _ = await made(ffmpeg, still(make_clip, "halves.png", HALVES), tmp_path)
    assert (thumbnail.width, thumbnail.height) == (200, 100)
    strips = (("16x5000", (8, 2560), (2, 640)), ("5000x2", (1280, 1), (320, 1)))
    for size, *become in strips:
        image = still(make_clip, f"strip{size}.png", f"color=red:s={size}")
        both = await make_custom_thumbnail(ffmpeg, image, tmp_path)
        assert [(one.width, one.height) for one in both] == become


@pytest.mark.parametrize(
    ("size", "expected"),
    [("1999x1001", (320, 160)), ("600x1800", (213, 640)), ("200x100", (200, 100))],
)
async def test_a_small_one_lies_beside_it(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path, size: str, expected: tuple[int, int]
) -> None:
    halves = f"color=red:s={size},drawbox=x=iw/2:w=iw:h=ih:c=blue:t=fill"
    large, small = await make_custom_thumbnail(
        ffmpeg, still(make_clip, "halves.png", halves), tmp_path
    )
    path = tmp_path / "thumbnails/thumb_custom_small.jpg"
    assert (small.width, small.height) == expected
    assert read_header(path) == ImageHeader("jpeg", *expected)
    assert path.stat().st_size == small.file.size_bytes <= large.file.size_bytes
    assert near(pixel(path, expected[0] // 8, expected[1] // 2), (254, 0, 0))
    assert near(pixel(path, expected[0] * 7 // 8, expected[1] // 2), (0, 0, 254))


async def test_exif_turns_the_picture_and_goes(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    data = still(make_clip, "halves.jpg", HALVES).read_bytes()
    # Two entries: orientation 6 (the camera was held on its side), and a description.
    secret = b"48.8584 N, 2.2945 E\0"
    tiff = b"MM\0*\0\0\0\x08" + struct.pack(">H", 2)
    tiff += struct.pack(">HHII", 0x010E, 2, len(secret), 38)
    tiff += struct.pack(">HHIHH", 0x0112, 3, 1, 6, 0) + bytes(4) + secret
    exif = b"Exif\0\0" + tiff
    image = tmp_path / "held.jpg"
    marker = b"\xff\xe1" + struct.pack(">H", len(exif) + 2)
    image.write_bytes(data[:2] + marker + exif + data[2:])
    thumbnail, path = await made(ffmpeg, image, tmp_path)
    assert (thumbnail.width, thumbnail.height) == (100, 200)
    # What was left is on top now.
    assert near(pixel(path, 50, 20), (254, 0, 0))
    assert near(pixel(path, 50, 180), (0, 0, 254))
    assert b"Exif" not in path.read_bytes()
    assert secret[:-1] not in path.read_bytes()


async def test_what_is_transparent_becomes_black(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    see_through = "color=red:s=200x100,format=rgba,geq=r=255:g=0:b=0:a='if(lt(X,100),0,255)'"
    image = still(make_clip, "alpha.png", see_through, "-pix_fmt", "rgba")
    _, path = await made(ffmpeg, image, tmp_path)
    assert near(pixel(path, 30, 50), (0, 0, 0))
    assert near(pixel(path, 170, 50), (254, 0, 0))


async def test_of_an_animated_picture_the_first_is_taken(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    moving = "color=red:s=64x48:d=0.2:r=10,geq=r=255:g='N*200':b=0"
    image = make_clip("moving.webp", "-f", "lavfi", "-i", moving, "-lossless", "1")
    assert read_header(image).animated
    _, path = await made(ffmpeg, image, tmp_path)
    assert near(pixel(path, 32, 24), (254, 0, 0))


def bomb(path: Path, width: int, height: int) -> Path:
    """A PNG of a kilobyte that says it is enormous, and is true to it for a while."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000), 9)
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    )
    return path


async def refused(ffmpeg: FFmpeg, image: Path, folder: Path, why: str) -> None:
    with pytest.raises(InvalidImage, match=why) as caught:
        await make_custom_thumbnail(ffmpeg, image, folder)
    assert caught.value.detail.endswith((".",))
    assert not list((folder / "thumbnails").glob("*"))


async def test_what_is_no_picture_is_refused(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    image = tmp_path / "upload"
    whole = still(make_clip, "halves.jpg", HALVES).read_bytes()
    png = still(make_clip, "halves.png", HALVES).read_bytes()
    for content, why in (
        (b"", "no picture"),
        (b"#EXTM3U\nfile:///etc/passwd\n", "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (still(make_clip, "halves.gif", HALVES).read_bytes(), "no picture"),
        (whole[:20], "no picture"),
        (whole[:400], "damaged"),
        (whole + bytes(MAX_BYTES), "at most 5,242,880"),
        (png[:50] + b"\xff" * 20 + png[70:], "damaged"),
        (png[:16] + struct.pack(">II", 0, 100) + png[24:], "no size"),
    ):
        image.write_bytes(content)
        await refused(ffmpeg, image, tmp_path, why)


async def test_bombs_do_not_go_off(ffmpeg: FFmpeg, tmp_path: Path) -> None:
    await refused(ffmpeg, bomb(tmp_path / "b.png", 30_000, 30_000), tmp_path, "50,000,000 pixels")
    # Within the bounds, but not what it says.
    await refused(ffmpeg, bomb(tmp_path / "c.png", 7000, 7000), tmp_path, "damaged")


async def test_a_webp_whose_frame_is_larger_than_its_canvas_says(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    data = still(make_clip, "halves.webp", HALVES).read_bytes()
    lie = b"VP8X" + struct.pack("<IB3x", 10, 0) + b"\x0f\0\0" + b"\x0f\0\0"
    body = b"WEBP" + lie + data[12:]
    image = tmp_path / "lie.webp"
    image.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    thumbnail, _ = await made(ffmpeg, image, tmp_path)
    # What the decoder made of it counts, which holds itself to the limit of pixels.
    assert (thumbnail.width, thumbnail.height) == (200, 100)


@pytest.mark.parametrize("kind", ["jpg", "png", "gif", "webp", "lossless.webp"])
def test_headers(make_clip: MakeClip, tmp_path: Path, kind: str) -> None:
    options = ["-lossless", "1"] if kind.startswith("lossless") else []
    image = still(make_clip, f"header.{kind}", "testsrc=s=321x123", *options)
    name = {"jpg": "jpeg"}.get(kind, kind.rsplit(".", maxsplit=1)[-1])
    assert read_header(image) == ImageHeader(name, 321, 123)
    for length in (0, 3, 11, 20):
        cut = tmp_path / "cut"
        cut.write_bytes(image.read_bytes()[:length])
        if name != "gif" or length < 10:
            with pytest.raises(UnknownImage):
                read_header(cut)


def test_the_whole_command() -> None:
    files = (Boxed("thumbnails/x.jpg", 1280, 2560, 3), Boxed("thumbnails/y.jpg", 320, 640, 5))
    transparent = Still(Path("/w/in"), "png_pipe", True, 1000, files)
    shrunk = r"max(1\,round(iw*min(1\,min({0}/iw\,{1}/ih))))"
    shrunk += r":max(1\,round(ih*min(1\,min({0}/iw\,{1}/ih))))"
    colours = "flags=bicubic:out_color_matrix=bt601:out_range=pc"
    output = "-f image2 -c:v mjpeg -frames:v 1 -map_chapters -1 -map_metadata -1"
    assert still_command("ffmpeg", transparent) == words(
        FRONT,
        "-xerror -f png_pipe -err_detect explode -max_pixels 1000 -protocol_whitelist file",
        "-threads 1 -i file:/w/in -filter_complex",
        "'[0:v:0]format=pix_fmts=gbrap[s0];[s0]premultiply=inplace=1[s1];[s1]split=2[s2][s3];"
        f"[s2]scale={shrunk.format(1280, 2560)}:{colours}[s4];"
        "[s4]format=pix_fmts=yuvj420p[s5];[s5]setsar=1[s6];"
        f"[s3]scale={shrunk.format(320, 640)}:{colours}[s7];"
        "[s7]format=pix_fmts=yuvj420p[s8];[s8]setsar=1[s9]'",
        f"-map [s6] {output} -q:v 3 -threads 1 -update 1 thumbnails/x.jpg",
        f"-map [s9] {output} -q:v 5 -threads 1 -update 1 thumbnails/y.jpg",
    )
