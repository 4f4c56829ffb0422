"""Storyboards and previews: each tile shows the time that its cue names, whatever the source."""

from __future__ import annotations

import subprocess
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.image_headers import read_header
from vidmill.presets import VideoSettings, rungs
from vidmill_worker.engine import storyboard
from vidmill_worker.engine.preview import MAX_FRAMES, make_previews
from vidmill_worker.engine.storyboard import make_storyboard
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.image_results import Storyboard
from vidmill_worker.packaging import storyboard_vtt
from vidmill_worker.packaging.storyboard_vtt import Cue
from vidmill_worker.results import Track, VerificationFailed
from vidmill_worker.verify_images import Expected, check_images

from . import media, whole_job
from .conftest import EXECUTABLE, MakeClip
from .whole_job import SMALL, all_here

Counted = Callable[..., Path]

PICTURES = SMALL.model_copy(
    update={
        "video": VideoSettings(encoder_preset="superfast", gop_seconds=0.5, rungs=rungs(360)),
        "thumbnail_percents": (0, 100),
        "storyboard": True,
        "previews": ("gif", "webp"),
    }
)


def cues_of(folder: Path) -> list[Cue]:
    return storyboard_vtt.parse((folder / "thumbnails/storyboard.vtt").read_text())


def full_range(luma: int) -> float:
    """A video's luma as JPEG, GIF and people count it."""
    return (luma - 16) * 255 / 219


def gray(path: Path) -> list[list[bytes]]:
    """Every picture of a file as rows of gray. By FFmpeg: PyAV's own knows no animated WebP."""
    header = read_header(path)
    command = [EXECUTABLE, "-v", "error", "-f", header.demuxer, "-i", str(path)]
    command += ["-vf", "scale=out_range=pc,format=gray", "-fps_mode", "passthrough"]
    data = subprocess.run([*command, "-f", "rawvideo", "-"], check=True, capture_output=True).stdout
    width, picture = header.width, header.width * header.height
    return [
        [data[at : at + width] for at in range(start, start + picture, width)]
        for start in range(0, len(data), picture)
    ]


def pixel(path: Path) -> tuple[int, ...]:
    """Red, green and blue of a place in a file's first picture."""
    demuxer = read_header(path).demuxer
    command = [EXECUTABLE, "-v", "error", "-f", demuxer, "-i", str(path), "-frames:v", "1"]
    command += ["-vf", "crop=1:1:40:40:exact=1,format=rgb24", "-f", "rawvideo", "-"]
    return tuple(subprocess.run(command, check=True, capture_output=True).stdout)


def check_tiles(folder: Path, made: Storyboard, rate: Fraction, source: list[int]) -> list[Cue]:
    """Hold the middle of every tile against the source's frame at the cue's time."""
    cues = cues_of(folder)
    assert len(cues) == made.tiles
    sprites = {s.file.name: gray(folder / s.file.name)[0] for s in made.sprites}
    for cue in cues:
        tile = sprites[f"thumbnails/{cue.sprite}"]
        shown = tile[cue.y + cue.height // 2][cue.x + cue.width // 2]
        number = round(cue.start_ms / 1000 * rate)
        assert abs(shown - full_range(source[number])) <= 4, (cue, number)
    for sprite, picture in sprites.items():
        corners = [(c.x, c.y) for c in cues if sprite.endswith(c.sprite)]
        assert len(set(corners)) == len(corners)
        assert len(picture) >= max(y for _, y in corners) + made.tile_height
    return cues


async def test_key_pictures_of_many_chunks(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    rate = Fraction(30_000, 1001)
    clip = counted("counted_30000_1001.mp4", "30000/1001", 5.2)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", PICTURES, 3)
    made = job.images.storyboard
    assert made is not None
    assert (made.tile_width, made.tile_height) == (160, 90)
    cues = check_tiles(job.folder, made, rate, media.lumas(clip))
    # One each half second, where a key picture is: every 15 frames.
    assert [round(cue.start_ms / 1000 * rate) for cue in cues] == list(range(0, 156, 15))
    assert cues[-1].end_ms == round(job.tracks[0].duration_seconds * 1000)
    [sprite] = made.sprites
    assert (sprite.width, sprite.height) == (800, 270)
    for preview in job.images.previews:
        # Of a short video one cut, from its middle: four of 5.2 seconds, ten pictures each.
        pictures = gray(job.folder / preview.file.name)
        assert len(pictures) == 40
        first = round(Fraction(job.tracks[0].duration_seconds - 4) / 2 * rate)
        for number in (0, 17, 39):
            row = pictures[number][preview.height // 2]
            near = media.lumas(clip)[first + number * 3 - 2 : first + number * 3 + 3]
            assert min(abs(row[preview.width // 2] - full_range(luma)) for luma in near) <= 6
    sizes = [(p.format, p.width, p.height, p.seconds) for p in job.images.previews]
    assert sizes == [("gif", 240, 136, 4.0), ("webp", 320, 180, 4.0)]


async def test_a_short_video_is_looked_at_between_key_pictures(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    # With a whole last row and with one that is not.
    for seconds, tiles in ((2.0, 20), (1.2, 12)):
        clip = counted(f"counted_{seconds}.mp4", "25", seconds, "-an")
        folder = tmp_path / str(tiles)
        job = await whole_job.make(ffmpeg, clip, folder, PICTURES)
        made = job.images.storyboard
        assert made is not None
        assert made.interval_seconds == 0.1
        cues = check_tiles(job.folder, made, Fraction(25), media.lumas(clip))
        assert [cue.start_ms for cue in cues][:4] == [0, 80, 200, 280]
        assert (len(cues), cues[-1].end_ms) == (tiles, seconds * 1000)


async def test_long_videos_are_done_sprite_by_sprite(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = counted("counted_30000_1001.mp4", "30000/1001", 5.2)
    preset = PICTURES.model_copy(update={"storyboard": False, "previews": ()})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset, 3)
    borrowed: list[list[int]] = []
    held = 0

    @asynccontextmanager
    async def lend(track: Track) -> AsyncGenerator[None]:
        nonlocal held
        held += 1
        assert held == 1
        borrowed.append([segment.number for segment in track.segments])
        yield
        held -= 1

    monkeypatch.setattr(storyboard, "TILES_A_SPRITE", 4)
    made, _ = await make_storyboard(ffmpeg, job.plan, job.tracks, job.folder, lend)
    assert borrowed == [[0, 1], [2, 3], [4, 5]]
    assert [(s.width, s.height) for s in made.sprites] == [(640, 90), (640, 90), (480, 90)]
    check_tiles(job.folder, made, Fraction(30_000, 1001), media.lumas(clip))


async def test_a_portrait_video_of_a_variable_rate(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    # The picture changes at frame numbers, and frame n is shown at (n/10)^2: ever further apart.
    source = "nullsrc=s=36x64:r=10:d=2,geq=lum='16+mod(N*11,200)':cb=128:cr=128,scale=361:641"
    clip = make_clip(
        "ever_slower.mkv",
        *("-f", "lavfi", "-i", source, "-vf", "settb=1/1000,setpts='N*N*10'"),
        *(
            "-fps_mode",
            "vfr",
            "-enc_time_base",
            "1/1000",
            "-c:v",
            "libx264",
            "-qp",
            "10",
            "-pix_fmt",
            "yuv444p",
        ),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", PICTURES)
    assert job.plan.variable_frame_rate
    made = job.images.storyboard
    assert made is not None
    assert (made.tile_width, made.tile_height) == (90, 160)
    times = [round(float(time) * 1000) for time in media.frame_times(clip)]
    cues = cues_of(job.folder)
    sprite = gray(job.folder / made.sprites[0].file.name)[0]
    lumas = media.lumas(clip)
    for cue in cues:
        shown = sprite[cue.y + 80][cue.x + 45]
        assert abs(shown - full_range(lumas[times.index(cue.start_ms)])) <= 5
    assert len(cues) > 5
    assert {(p.width, p.height) for p in job.images.previews} == {(136, 240), (180, 320)}


async def test_a_single_picture_has_them_all(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    clip = make_clip("one.mp4", "-f", "lavfi", "-i", "testsrc=s=640x360:r=1:d=1")
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", PICTURES)
    assert job.images.storyboard is not None
    assert [(cue.start_ms, cue.end_ms) for cue in cues_of(job.folder)] == [(0, 1000)]
    for preview in job.images.previews:
        assert 1 <= len(gray(job.folder / preview.file.name)) <= MAX_FRAMES


async def test_previews_of_a_longer_video_come_from_all_over_it(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted("counted_9s.mp4", "10", 9.0)
    preset = PICTURES.model_copy(update={"storyboard": False, "previews": ()})
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset, 2)
    [made], _ = await make_previews(ffmpeg, job.tracks, ["gif"], job.folder, all_here)
    pictures = gray(job.folder / made.file.name)
    lumas = media.lumas(clip)
    assert len(pictures) == 40
    for cut in range(4):
        # The middle of each quarter, half a second on either side.
        first = int(10 * (9 * (2 * cut + 1) / 8 - 0.5))
        for number in (0, 9):
            shown = pictures[10 * cut + number][68][120]
            assert abs(shown - full_range(lumas[first + number])) <= 4, (cut, number)


async def test_colours_are_those_of_the_video(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Most video is BT.709; JPEG and WebP are BT.601, where the same numbers are other colours."""
    colours = "colorspace=bt709:color_primaries=bt709:color_trc=bt709"
    clip = make_clip(
        "green.mp4",
        *("-f", "lavfi", "-i", "color=c=0x20C040:s=640x360:r=10:d=1,format=gbrp"),
        *("-vf", f"scale=out_color_matrix=bt709:out_range=tv,format=yuv420p,setparams={colours}"),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", PICTURES)
    files = [file.name for file in job.images.files if not file.name.endswith(".vtt")]
    assert len(files) == 6
    for name in files:
        colour = pixel(job.folder / name)
        for found, expected in zip(colour, (0x20, 0xC0, 0x40), strict=True):
            assert abs(found - expected) <= 8, (name, colour)


async def test_damaged_pictures_are_found(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    picture = ["-f", "lavfi", "-i", "testsrc2=s=64x48:r=10:d=0.5"]
    for name, kind, frames in (
        ("x.jpg", "jpeg", 1),
        ("x.gif", "gif", MAX_FRAMES),
        ("x.webp", "webp", MAX_FRAMES),
    ):
        one = ["-frames:v", "1"] if frames == 1 else []
        data = make_clip(name, *picture, *one).read_bytes()
        (tmp_path / name).write_bytes(data)
        expected = Expected(name, kind, 64, 48, frames)
        ran = await check_images(ffmpeg, [expected], tmp_path)
        assert ran.decoded_frames[0] == (1 if frames == 1 else 5)
        with pytest.raises(VerificationFailed, match=rf"{name}: is a {kind} of 64x48"):
            await check_images(ffmpeg, [Expected(name, kind, 64, 50, frames)], tmp_path)
        if frames > 1:
            with pytest.raises(VerificationFailed, match="5 pictures"):
                await check_images(ffmpeg, [Expected(name, kind, 64, 48)], tmp_path)
        (tmp_path / name).write_bytes(data[: len(data) // 2])
        with pytest.raises(VerificationFailed, match="cut off"):
            await check_images(ffmpeg, [expected], tmp_path)
        if kind == "jpeg":  # decoders of the others take any bits for colours
            (tmp_path / name).write_bytes(data[:900] + b"\xff" * 60 + data[960:])
            with pytest.raises(VerificationFailed, match="do not decode"):
                await check_images(ffmpeg, [expected], tmp_path)
        (tmp_path / name).unlink()
        with pytest.raises(VerificationFailed, match="No such file"):
            await check_images(ffmpeg, [expected], tmp_path)
