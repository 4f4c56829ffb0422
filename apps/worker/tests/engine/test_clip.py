"""Clips by content: which frames and which samples come out, of every kind of source."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.edits import Clip
from vidmill.errors import InvalidSource
from vidmill.sources import ClipRange
from vidmill_worker.ffmpeg.audio_command import audio_command
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.command import video_command
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.probe import Limits, probe

from . import described, media, whole_job
from .conftest import MakeClip, in_media
from .whole_job import ANY, SMALL

Counted = Callable[..., Path]


def same(shown: list[int], wanted: list[int]) -> bool:
    """Whether two runs of frames are the same, by their brightness."""
    close = [abs(a - b) <= 3 for a, b in zip(shown, wanted, strict=False)]
    return len(shown) == len(wanted) and all(close)


@pytest.mark.parametrize("name", ["cut.mp4", in_media("cut.mkv")])
async def test_a_clip_is_exact_over_its_joins(
    name: str, ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    source = counted(name, "30000/1001", 5.2)
    every = media.lumas(source)
    # Frame 38 is at 1.26793 s, frame 122 at 4.07073 s.
    wanted = Clip(start_seconds=1.25, end_seconds=4.05)
    job = await whole_job.make(ffmpeg, source, tmp_path / "job", SMALL, 3, wanted)
    assert len(job.chunks) == 3
    assert job.plan.frames == 84
    for track in job.tracks:
        assert track.samples == 84
        assert track.duration_seconds == 84 * Fraction(1001, 30_000)
    mp4 = job.mp4("360p")
    assert same(media.lumas(mp4), every[38:122])
    assert media.starts(mp4) == {"video": 0, "audio": 0}
    assert job.images.thumbnails[-1].seconds == pytest.approx(83 * 1001 / 30_000, abs=0.001)
    [note] = job.plan.notes
    assert note == "Only a part is made: 84 of 156 frames, from 1.268 s on, 2.803 s long."


@pytest.mark.parametrize(
    ("name", "clip", "first", "stop"),
    [
        ("bounds.mp4", Clip(start_seconds=1), 25, 75),
        ("bounds.mp4", Clip(end_seconds=2), 0, 50),
        ("bounds.ts", Clip(start_seconds=1), 25, 75),
        # Half way to the next frame: that one.
        ("bounds.ts", Clip(start_seconds=0.98, end_seconds=2.04), 25, 51),
        ("bounds.mp4", Clip(start_seconds=0.96, end_seconds=2.0401), 24, 52),
    ],
)
async def test_bounds(
    name: str,
    clip: Clip,
    first: int,
    stop: int,
    ffmpeg: FFmpeg,
    counted: Counted,
    tmp_path: Path,
) -> None:
    source = counted(name, "25", 3.0)
    job = await whole_job.make(ffmpeg, source, tmp_path / "job", SMALL, 2, clip)
    assert same(media.lumas(job.mp4("240p")), media.lumas(source)[first:stop])


async def test_a_variable_rate_keeps_its_times(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    holes = ["-vf", "format=yuv420p,geq=lum='16+mod(N*7,200)':cb=128:cr=128,scale=640:360,"
             "select='mod(n,7)*mod(n,11)'", "-fps_mode", "vfr"]  # fmt: skip
    source = counted("cut_holes.mp4", "25", 4.0, *holes)
    every, times = media.lumas(source), media.frame_times(source)
    chosen = [n for n, time in enumerate(times) if Fraction(111, 100) <= time - times[0] < 3]
    clip = Clip(start_seconds=1.11, end_seconds=3)
    job = await whole_job.make(ffmpeg, source, tmp_path / "job", SMALL, 3, clip)
    assert job.plan.variable_frame_rate
    assert job.plan.duration_seconds == 3 - (times[chosen[0]] - times[0])
    mp4 = job.mp4("360p")
    assert same(media.lumas(mp4), [every[n] for n in chosen])
    for shown, number in zip(media.frame_times(mp4), chosen, strict=True):
        assert abs(shown - (times[number] - times[chosen[0]])) < Fraction(1, 1000)


@pytest.mark.parametrize("name", ["noise.mkv", in_media("noise.ts")])
async def test_sound_is_cut_to_the_sample(
    name: str, ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    """Against the same samples of the whole, with sound that starts after the picture."""
    codec = "flac" if name.endswith("mkv") else "aac"
    source = make_clip(
        name,
        *("-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=6"),
        *("-itsoffset", "0.52", "-f", "lavfi", "-i", "anoisesrc=r=48000:a=0.3:seed=7:d=5"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", codec),
    )
    whole = await whole_job.make(ffmpeg, source, tmp_path / "1", SMALL)
    clip = Clip(start_seconds=2.2, end_seconds=4.6)
    job = await whole_job.make(ffmpeg, source, tmp_path / "2", SMALL, 2, clip)
    start, samples = media.samples(job.mp4("360p"))
    _, every = media.samples(whole.mp4("360p"))
    assert (start, job.tracks[0].duration_seconds) == (0, Fraction(24, 10))
    assert abs(len(samples) - 115_200) < 1024
    offset = 2 * 48_000 + 9_600
    # AAC loses the noise's detail, so compare by likeness: best at exactly this offset.
    part = samples[24_000:34_000]

    def likeness(shift: int) -> int:
        at = offset + 24_000 + shift
        return sum(a * b for a, b in zip(part, every[at : at + 10_000], strict=True))

    shifts = range(-3, 4)
    assert max(shifts, key=likeness) == 0
    energy = sum(a * a for a in part)
    assert likeness(0) > 0.4 * energy


async def test_a_part_without_sound_is_silent(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    source = make_clip(
        "short_sound.mp4",
        *("-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=5", "-f", "lavfi", "-i", "sine=d=1"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-g", "50", "-c:a", "aac"),
    )
    clip = Clip(start_seconds=3, end_seconds=4.2)
    job = await whole_job.make(ffmpeg, source, tmp_path / "job", SMALL, 1, clip)
    _, samples = media.samples(job.mp4("360p"))
    assert abs(len(samples) - 57_600) < 1024
    assert max(samples) == 0


@pytest.mark.parametrize(
    ("clip", "code", "says"),
    [
        (Clip(start_seconds=3), "clip_out_of_range", "starts at 3 s, but the video lasts 3.000 s"),
        (Clip(end_seconds=3.05), "clip_out_of_range", "ends at 3.05 s"),
        (Clip(start_seconds=1, end_seconds=1.9), "too_short", "0.920 s; at least 1 s"),
        (Clip(start_seconds=1.01, end_seconds=1.02), "too_short", "0.000 s"),
    ],
)
async def test_what_is_not_there_is_refused(
    clip: Clip, code: str, says: str, counted: Counted
) -> None:
    with pytest.raises(InvalidSource, match=says) as caught:
        await probe(counted("bounds.mp4", "25", 3.0), Limits(min_short_side=2), clip=clip)
    assert caught.value.source_code == code


async def test_a_bound_may_be_a_rounded_length(counted: Counted) -> None:
    clip = Clip(end_seconds=3.04)
    found = await probe(counted("bounds.mp4", "25", 3.0), ANY, clip=clip)
    assert found.clip is not None
    assert (found.clip.frames, found.clip.duration_seconds) == (75, 3)


def test_command_lines_of_a_clip() -> None:
    """25 frames a second from 1.4 s on: frames 50 to 99 of 250, which begin at 3.4 s."""
    part = ClipRange(
        first_frame=50,
        frames=50,
        previous_seconds=Fraction("3.36"),
        start_seconds=Fraction("3.4"),
        duration_seconds=Fraction(2),
    )
    described_source = described.source(start_seconds=Fraction("1.4"), clip=part)
    plan = make_plan(described_source, SMALL, even(2))
    first, last = (video_command("ffmpeg", Path("/in.mp4"), plan, c) for c in plan.chunks)
    assert "-seek_timestamp 1 -ss 3.380000 -i" in " ".join(first)
    assert (plan.chunks[0].frames, plan.chunks[1].frames) == (24, 26)
    assert "-frames:v 24" in " ".join(first)
    assert "-seek_timestamp 1 -ss 4.340000 -i" in " ".join(last)
    assert "[0:0]trim=end_frame=26[s0];" in " ".join(last)
    assert "-frames:v" not in last
    assert plan.audio is not None
    sound = " ".join(audio_command("ffmpeg", Path("/in.mp4"), plan, plan.audio))
    assert "-noaccurate_seek -protocol_whitelist file -seek_timestamp 1 -ss 2.400000 -i" in sound
    assert "asetpts=PTS-(3.400000)/TB" in sound
    assert "apad=whole_len=96000,atrim=end_sample=96000" in sound

    plan = make_plan(described_source.model_copy(update={"format": "mpegts"}), SMALL)
    [chunk] = plan.chunks
    whole = video_command("ffmpeg", Path("/in.ts"), plan, chunk)
    assert "-ss" not in whole
    assert "[0:0]trim=end_frame=100:start_frame=50[s0];" in " ".join(whole)
