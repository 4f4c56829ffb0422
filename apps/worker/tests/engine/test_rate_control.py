"""Average bit rates, two passes and fewer frames, through the whole engine."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import pytest

from vidmill.codecs import VideoCodec
from vidmill.presets import Rung
from vidmill_worker.ffmpeg.run import FFmpeg

from . import media, whole_job
from .conftest import MakeClip, in_media
from .test_codecs import presented, tiny

Counted = Callable[..., Path]


@pytest.mark.parametrize("codec", ["h264", in_media("hevc"), in_media("av1")])
async def test_two_passes_meet_an_average_bit_rate(
    codec: VideoCodec, ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    # Noise, so that there is always something to spend bits on.
    clip = make_clip(
        "noise_2s.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=2.4,noise=alls=30:allf=t"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "16"),
    )
    rungs = [
        Rung(short_side=side, bitrate_bps=rate, max_bitrate_bps=2 * rate, buffer_bits=2 * rate)
        for side, rate in ((128, 200_000), (180, 400_000))
    ]
    preset = tiny(codec, rungs=rungs, two_pass=True)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset, 2)
    assert len(job.chunks) == 2
    for track, rung in zip(reversed(job.tracks), rungs, strict=True):
        assert track.samples == 60
        bitrate = track.size_bytes * 8 / track.duration_seconds
        assert bitrate == pytest.approx(rung.bitrate_bps, rel=0.25)
    assert not list(job.folder.rglob("pass*")), "statistics are left behind"


@pytest.mark.parametrize(("rate", "limit", "step"), [in_media("50", 25, 2), ("30", 25, 6 / 5)])
async def test_frames_are_left_out_evenly_in_any_number_of_chunks(
    rate: str, limit: int, step: float, ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted(f"counted_to_drop_{rate}.mp4", rate, 2.1)
    preset = tiny("h264", max_fps=limit, gop_seconds=1)
    whole = await whole_job.make(ffmpeg, clip, tmp_path / "1", preset)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "3", preset, 3)
    assert [chunk.frames for chunk in job.chunks] == [25, 25, 3]
    source = media.lumas(clip)
    expected = [source[int(frame * step + 1e-9)] for frame in range(53)]
    base, tick = job.plan.base_ticks, job.plan.frame_ticks
    for made in (whole, job):
        assert presented(made.folder, "180p") == [base + n * tick for n in range(53)]
        decoded = media.lumas(made.mp4("180p"))
        assert all(abs(a - b) <= 3 for a, b in zip(decoded, expected, strict=True))
    assert "FRAME-RATE=25.000" in (job.folder / "master.m3u8").read_text()


async def test_frames_of_a_variable_rate_are_left_out_by_time(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    # Fifty frames a second, each up to 4 ms off its place, and a pause; like a telephone's clock.
    times = "'(N/50+0.001*mod(N*N,5)+0.1*gte(N,40))/TB'"
    clip = make_clip(
        "jitter.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=50:d=1.6"),
        *("-vf", f"settb=1/90000,setpts={times}", "-fps_mode", "passthrough"),
        *("-enc_time_base", "1:90000", "-c:v", "libx264", "-preset", "ultrafast"),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", tiny("h264", max_fps=25))
    assert job.plan.variable_frame_rate
    shown = media.frame_times(clip)
    every = {round(float(time - shown[0]), 3) for time in shown}
    kept = [round(float(time), 3) for time in media.frame_times(job.mp4("180p"))]
    assert set(kept) <= every
    steps = [after - before for before, after in pairwise(kept)]
    pause = steps.index(max(steps))
    assert 0.1 < steps.pop(pause) < 0.17
    # Every second frame but for one at the pause, though none is exactly in its place.
    assert sum(not 0.035 < step < 0.045 for step in steps) <= 1, steps
