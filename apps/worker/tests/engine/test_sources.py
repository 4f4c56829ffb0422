"""Sources of every kind through the whole engine: sizes, frames, sound and picture together."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import pytest

from vidmill_worker.ffmpeg.run import FFmpeg

from . import media, whole_job
from .conftest import MakeClip, in_media
from .whole_job import SMALL


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("late_sound.mp4", ["-itsoffset", "0.7", "-i", "{}", "-map", "0:v", "-map", "1:a"]),
        in_media("late_sound.mkv", ["-itsoffset", "0.7", "-i", "{}", "-map", "0:v", "-map", "1:a"]),
        in_media(
            "late_picture.mp4", ["-itsoffset", "0.3", "-i", "{}", "-map", "1:v", "-map", "0:a"]
        ),
        in_media("shifted.ts", ["-i", "{}", "-map", "0:v", "-map", "0:a"]),
    ],
)
async def test_sources_whose_streams_start_apart(
    name: str,
    options: list[str],
    ffmpeg: FFmpeg,
    flashes: Path,
    make_clip: MakeClip,
    tmp_path: Path,
) -> None:
    arguments = [option.format(flashes) for option in options]
    clip = make_clip(name, "-i", flashes, *arguments, "-c", "copy")
    expected = media.beep_times(clip)
    first = media.flash_times(clip)[0]
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL)
    beeps = media.beep_times(job.mp4("360p"))
    wanted = [time - first for time in expected if time >= first]
    assert media.flash_times(job.mp4("360p")) == [0, 1, 2, 3, 4, 5]
    assert len(beeps) == len(wanted)
    for beep, time in zip(beeps, wanted, strict=True):
        assert abs(beep - time) < 0.003


# Frames left out of an even rate, and frames at times of no even rate at all.
HOLES = ["-vf", "select='mod(n,7)*mod(n,11)'", "-fps_mode", "vfr", "-c:v", "libx264"]
UNEVEN = [
    *("-vf", "settb=1/90000,setpts='N*3000+mod(N*N*977,2500)'", "-enc_time_base", "1:90000"),
    *("-fps_mode", "passthrough", "-video_track_timescale", "90000", "-c:v", "libx264"),
]


@pytest.mark.parametrize(
    ("name", "options"), [in_media("holes.mp4", HOLES), ("uneven.mp4", UNEVEN)]
)
async def test_a_variable_rate_keeps_every_frame_at_its_time(
    name: str,
    options: list[str],
    ffmpeg: FFmpeg,
    flashes: Path,
    make_clip: MakeClip,
    tmp_path: Path,
) -> None:
    clip = make_clip(name, "-i", flashes, *options)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL, chunks=4)
    assert job.plan.variable_frame_rate
    assert len(job.chunks) == 1
    wanted = media.frame_times(clip)
    for rung in ("360p", "240p"):
        times = media.frame_times(job.mp4(rung))
        assert len(times) == len(wanted)
        for time, source in zip(times, wanted, strict=True):
            assert abs(time - (source - wanted[0])) < Fraction(1, 1000)


@pytest.mark.parametrize(
    ("name", "options", "size"),
    [
        ("turned.mp4", ["-display_rotation", "90", "-i", "{}", "-c", "copy"], (360, 640)),
        in_media("upside.mp4", ["-display_rotation", "180", "-i", "{}", "-c", "copy"], (640, 360)),
        in_media("anamorphic.mp4", ["-i", "{}", "-vf", "setsar=4/3", "-c:a", "copy"], (852, 360)),
        in_media(
            "full_range.mp4", ["-i", "{}", "-vf", "scale=out_range=pc", "-c:a", "copy"], (640, 360)
        ),
        in_media("deep.mkv", ["-i", "{}", "-pix_fmt", "yuv422p10le", "-c:a", "copy"], (640, 360)),
        ("surround.mkv", ["-i", "{}", "-c:v", "copy", "-ac", "6", "-c:a", "ac3"], (640, 360)),
        ("fields.mp4", ["-i", "{}", "-vf", "interlace", "-flags", "+ildct+ilme"], (640, 360)),
        in_media("mute.mp4", ["-i", "{}", "-an", "-c", "copy"], (640, 360)),
        in_media("old.avi", ["-i", "{}", "-c:v", "mpeg4", "-bf", "2", "-c:a", "mp3"], (640, 360)),
        in_media("windows.wmv", ["-i", "{}", "-c:v", "wmv2", "-c:a", "wmav2"], (640, 360)),
        in_media("flash.flv", ["-i", "{}", "-c", "copy"], (640, 360)),
    ],
)
async def test_sources_of_many_kinds(
    name: str,
    options: list[str],
    size: tuple[int, int],
    ffmpeg: FFmpeg,
    flashes: Path,
    make_clip: MakeClip,
    tmp_path: Path,
) -> None:
    clip = make_clip(name, *(option.format(flashes) for option in options))
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL)
    assert (job.tracks[0].width, job.tracks[0].height) == size
    assert job.tracks[0].samples == job.source.video.frames
    path = job.mp4("360p")
    with av.open(str(path)) as file:
        video = file.streams.video[0]
        frame = next(file.decode(video))
        assert (frame.width, frame.height, frame.format.name) == (*size, "yuv420p")
        assert video.sample_aspect_ratio in {None, 1}
        # MPEG range, even from a full-range source: 1 is AVCOL_RANGE_MPEG.
        assert frame.color_range in {0, 1}
        for stream in file.streams.audio:
            assert stream.codec_context.channels <= 2
            assert stream.codec_context.sample_rate in {44_100, 48_000}
    if name != "mute.mp4":
        for flash, beep in zip(media.flash_times(path), media.beep_times(path), strict=True):
            assert abs(flash - beep) < 0.040 if name == "fields.mp4" else 0.025
    assert (job.audio is None) == (name == "mute.mp4")


async def test_a_recording_that_starts_within_a_gop(
    ffmpeg: FFmpeg, flashes: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Pictures before the first key picture can't be decoded; sound before it goes with them."""
    options = ["-c:v", "libx264", "-g", "45", "-bf", "2", "-c:a", "aac"]
    stream = make_clip("stream.ts", "-i", flashes, *options).read_bytes()
    clip = tmp_path / "cut.ts"
    clip.write_bytes(stream[30_001:])
    first = media.frame_times(clip)[0]
    flash_times = [time - float(first) for time in media.flash_times(clip)]
    beeps = [time - float(first) for time in media.beep_times(clip)]
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL)
    path = job.mp4("360p")
    assert len(media.frame_times(clip)) == job.tracks[0].samples < 180
    assert media.flash_times(path) == pytest.approx(flash_times, abs=0.001)
    kept = [time for time in beeps if time >= 0]
    assert media.beep_times(path)[-len(kept) :] == pytest.approx(kept, abs=0.003)
    assert kept


async def test_an_odd_rate_that_ffmpeg_takes_for_another(
    ffmpeg: FFmpeg, flashes: Path, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Steps of 1/24.95 s look like 25 frames a second to FFmpeg, and are none."""
    clock = ["-vf", "settb=1/12800,setpts=N*513", "-enc_time_base", "1:12800"]
    options = [*clock, "-fps_mode", "passthrough", "-video_track_timescale", "12800", "-an"]
    clip = make_clip("odd_rate.mp4", "-i", flashes, *options)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", SMALL, chunks=4)
    assert job.plan.frame_rate == Fraction(12_800, 513)
    assert len(job.chunks) == 4
    times = media.frame_times(job.mp4("360p"))
    assert times == [n * Fraction(513, 12_800) for n in range(180)]
