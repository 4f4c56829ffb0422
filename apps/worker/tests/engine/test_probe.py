"""Sources: what is exact about good ones, and which code each bad one gets."""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.errors import InvalidSource
from vidmill_worker import probe_child
from vidmill_worker.probe import Limits, probe

from .conftest import MakeClip

LIMITS = Limits()
SYNTHETIC = ("-f", "lavfi", "-i")


async def code_of(path: Path, limits: Limits = LIMITS) -> str:
    with pytest.raises(InvalidSource) as error:
        await probe(path, limits)
    # A sentence that says what to do, without names of our machine.
    assert error.value.detail.endswith(".")
    assert str(path.parent) not in error.value.detail
    return error.value.source_code


async def test_a_plain_clip(flashes: Path) -> None:
    source = await probe(flashes, LIMITS)
    video = source.video
    assert (source.format, source.size_bytes) == ("mp4", flashes.stat().st_size)
    assert (video.width, video.height, video.frames) == (640, 360, 180)
    assert (video.frame_rate, video.duration_seconds) == (30, 6)
    assert not video.variable_frame_rate
    assert (video.codec, video.pixel_format, video.bit_depth) == ("h264", "yuv420p", 8)
    assert (video.field_order, video.rotation) == ("progressive", 0)
    [audio] = source.audio
    assert (audio.codec, audio.channels, audio.sample_rate) == ("aac", 1, 48_000)
    assert audio.language is None


async def test_flash_video_whose_first_picture_is_late(make_clip: MakeClip) -> None:
    # MP3's priming comes before it, at zero.
    path = make_clip(
        "sorenson.flv",
        *("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=1"),
        *("-f", "lavfi", "-i", "sine=frequency=440:sample_rate=44100:d=1"),
        *("-c:v", "flv", "-c:a", "mp3"),
    )
    found = await probe(path, Limits(min_seconds=0, min_short_side=2))
    assert (found.video.codec, found.video.frames) == ("flv1", 25)
    assert found.video.start_seconds > 0


@pytest.mark.parametrize("extension", ["mkv", "mov", "avi", "flv", "ts", "3gp", "m4v"])
async def test_the_same_pictures_in_other_containers(
    extension: str, flashes: Path, make_clip: MakeClip
) -> None:
    options = ["-bf", "0", "-c:v", "libx264", "-preset", "ultrafast", "-c:a", "copy"]
    path = make_clip(f"other.{extension}", "-i", flashes, *options)
    source = await probe(path, LIMITS)
    assert (source.video.frames, source.video.frame_rate) == (180, 30)
    assert not source.video.variable_frame_rate
    assert abs(source.duration_seconds - 6) < 0.001
    assert len(source.audio) == 1


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("a.wmv", ["-c:v", "wmv2", "-c:a", "wmav2"]),
        ("a.mxf", ["-c:v", "mpeg2video", "-c:a", "pcm_s16le"]),
        ("a.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-cpu-used", "8", "-an"]),
    ],
)
async def test_containers_with_their_own_codecs(
    name: str, options: list[str], flashes: Path, make_clip: MakeClip
) -> None:
    path = make_clip(name, "-i", flashes, "-t", "2", *options)
    source = await probe(path, LIMITS)
    assert source.video.frames == 60
    assert source.video.frame_rate == 30


@pytest.mark.parametrize("rate", ["24000/1001", "25", "30000/1001", "50", "60000/1001"])
async def test_rates_are_exact_even_in_matroska(rate: str, make_clip: MakeClip) -> None:
    name = f"rate_{rate.replace('/', '_')}.mkv"
    path = make_clip(name, *SYNTHETIC, f"color=s=640x360:r={rate}:d=1.2", "-c:v", "libx264")
    assert (await probe(path, LIMITS)).video.frame_rate == Fraction(rate)


async def test_a_variable_rate_is_found(flashes: Path, make_clip: MakeClip) -> None:
    options = ["-vf", "select='mod(n,7)'", "-fps_mode", "vfr", "-c:v", "libx264"]
    path = make_clip("variable.mp4", "-i", flashes, *options)
    source = await probe(path, LIMITS)
    assert source.video.variable_frame_rate
    assert source.video.frames == 154


async def test_rotation_and_pixel_shape_decide_the_size(flashes: Path, make_clip: MakeClip) -> None:
    turned = make_clip("turned_probe.mp4", "-display_rotation", "90", "-i", flashes, "-c", "copy")
    video = (await probe(turned, LIMITS)).video
    assert (video.width, video.height, video.rotation) == (360, 640, 270)
    wide = make_clip("wide.mp4", "-i", flashes, "-vf", "setsar=4/3", "-an")
    video = (await probe(wide, LIMITS)).video
    assert (video.width, video.height, video.coded_width) == (853, 360, 640)
    tall = make_clip("tall.mp4", "-i", flashes, "-vf", "setsar=8/9", "-an")
    video = (await probe(tall, LIMITS)).video
    assert (video.width, video.height) == (640, 405)


async def test_interlaced_and_colours(flashes: Path, make_clip: MakeClip) -> None:
    options = ["-vf", "interlace", "-flags", "+ildct+ilme", "-c:v", "libx264"]
    path = make_clip("fields_probe.mp4", "-i", flashes, *options)
    assert (await probe(path, LIMITS)).video.is_interlaced
    params = "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc"
    options = [
        "-pix_fmt",
        "yuv420p10le",
        "-c:v",
        "libx265",
        "-x265-params",
        f"{params}:log-level=1",
    ]
    hdr = make_clip("hdr.mp4", *SYNTHETIC, "color=s=640x360:r=25:d=1", *options)
    video = (await probe(hdr, LIMITS)).video
    assert video.is_hdr
    assert (video.color_space, video.color_primaries) == ("bt2020nc", "bt2020")
    assert video.bit_depth == 10


async def test_only_language_tags_are_taken_for_languages(
    flashes: Path, make_clip: MakeClip
) -> None:
    german = make_clip("de.mkv", "-i", flashes, "-c", "copy", "-metadata:s:a:0", "language=ger")
    assert (await probe(german, LIMITS)).audio[0].language == "ger"
    evil = make_clip("x.mkv", "-i", flashes, "-c", "copy", "-metadata:s:a:0", 'language=a",X="')
    assert (await probe(evil, LIMITS)).audio[0].language is None


async def test_broken_files_each_have_a_code(
    flashes: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    def cut(name: str, path: Path, share: float) -> Path:
        data = path.read_bytes()
        (tmp_path / name).write_bytes(data[: int(len(data) * share)])
        return tmp_path / name

    assert await code_of(cut("no_index.mp4", flashes, 0.5)) == "corrupt_file"
    front = make_clip("front.mp4", "-i", flashes, "-c", "copy", "-movflags", "+faststart")
    assert await code_of(cut("front_cut.mp4", front, 0.6)) == "corrupt_file"
    matroska = make_clip("whole.mkv", "-i", flashes, "-c", "copy")
    assert await code_of(cut("cut.mkv", matroska, 0.5)) == "corrupt_file"
    assert await code_of(cut("head.mkv", matroska, 0.01)) == "corrupt_file"
    assert await code_of(cut("empty.mp4", flashes, 0)) == "corrupt_file"
    (tmp_path / "noise.mp4").write_bytes(os.urandom(100_000))
    assert await code_of(tmp_path / "noise.mp4") == "unsupported_format"
    (tmp_path / "text.mp4").write_text("This is a text.\n")
    assert await code_of(tmp_path / "text.mp4") == "unsupported_format"
    (tmp_path / "header_only.mp4").write_bytes(flashes.read_bytes()[:32] + os.urandom(5000))
    assert await code_of(tmp_path / "header_only.mp4") == "corrupt_file"
    sound = make_clip("sound.mp4", "-i", flashes, "-vn", "-c", "copy")
    assert await code_of(sound) == "no_video_stream"
    assert await code_of(tmp_path / "none.mp4") == "missing_file"


async def test_a_cover_picture_is_no_video(
    flashes: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    cover = make_clip("cover.png", "-i", flashes, "-frames:v", "1", "-update", "1")
    song = make_clip(
        "song.m4a",
        *("-i", flashes, "-i", cover, "-map", "0:a", "-map", "1:v", "-c:a", "copy"),
        *("-c:v", "png", "-disposition:v", "attached_pic"),
    )
    assert await code_of(song) == "no_video_stream"


async def test_limits(flashes: Path) -> None:
    assert await code_of(flashes, Limits(min_seconds=7)) == "too_short"
    assert await code_of(flashes, Limits(max_seconds=5)) == "too_long"
    assert await code_of(flashes, Limits(min_short_side=480)) == "resolution_too_low"
    assert await code_of(flashes, Limits(max_bytes=1000)) == "too_large"
    assert await code_of(flashes, Limits(max_pixels=640 * 359)) == "too_large"
    assert await code_of(flashes, Limits(max_frame_rate=29)) == "unsupported_format"


async def test_exactly_one_second_is_long_enough(make_clip: MakeClip) -> None:
    path = make_clip("second.mp4", *SYNTHETIC, "color=s=640x360:r=25:d=1", "-c:v", "libx264")
    assert (await probe(path, LIMITS)).video.frames == 25
    short = make_clip("too_short.mp4", *SYNTHETIC, "color=s=640x360:r=25:d=0.9", "-c:v", "libx264")
    assert await code_of(short) == "too_short"


async def test_a_reader_that_takes_too_long_is_ended(flashes: Path) -> None:
    with pytest.raises(InvalidSource, match="within 0"):
        await probe(flashes, LIMITS, timeout_seconds=0.001)


async def test_a_playlist_in_the_clothes_of_a_video_reads_nothing(tmp_path: Path) -> None:
    """An MP4 with a data reference to another file, and playlists under a video's name."""
    secret = tmp_path / "secret.txt"
    secret.write_text("secret")
    for name, text in {
        "hls.mp4": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:{secret}\n",
        "concat.mkv": f"ffconcat version 1.0\nfile '{secret}'\n",
        "dash.mp4": "<?xml version='1.0'?><MPD><BaseURL>http://127.0.0.1:9/</BaseURL></MPD>",
        "sdp.avi": "v=0\no=- 0 0 IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
    }.items():
        (tmp_path / name).write_text(text)
        assert await code_of(tmp_path / name) == "unsupported_format"


async def test_the_child_in_this_process(
    flashes: Path, counted: Callable[..., Path], tmp_path: Path
) -> None:
    """The same code without the process around it, where its lines can be counted."""
    seen = probe_child.examine("mov,mp4,m4a,3gp,3g2,mj2", str(flashes))
    assert seen["video"]["frames"] == 180
    assert "error" in probe_child.examine("matroska", str(flashes))
    path = counted("few.avi", "25", 1)
    assert probe_child.examine("avi", str(path))["video"]["frames"] == 25
