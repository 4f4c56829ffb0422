"""How much each rung of a video can be compressed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.presets import WEB, Preset, Rung, VideoSettings
from vidmill_worker.engine.per_title import (
    CRF_STEP,
    MIN_SECONDS,
    choose_crf,
    fit_to_title,
    indistinguishable,
    windows,
)
from vidmill_worker.ffmpeg.chunks import WHOLE
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan, make_plan
from vidmill_worker.ffmpeg.run import FFmpeg, FFmpegStalled
from vidmill_worker.probe import Limits, probe

from .described import source as described_source

MakeClip = Callable[..., Path]
LIMITS = Limits(min_short_side=100)


def ladder(*sides: int, target: float | None = 93) -> Preset:
    rungs = tuple(
        Rung(
            short_side=side,
            crf=23,
            max_bitrate_bps=4_000_000,
            buffer_bits=8_000_000,
            target_vmaf=target,
        )
        for side in sides
    )
    return WEB.model_copy(
        update={"video": VideoSettings(encoder_preset="veryfast", rungs=rungs), "audio": None}
    )


async def plan_of(source: Path, preset: Preset) -> EncodePlan:
    return make_plan(await probe(source, LIMITS), preset, WHOLE)


def rung(crf: float = 23, target: float | None = 93, name: str = "720p") -> RungPlan:
    return RungPlan(
        name=name, width=1280, height=720, crf=crf, max_bitrate_bps=1, buffer_bits=1,
        target_vmaf=target,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("at_own", "raised", "crf"),
    [
        (97, 89, 26),  # halfway down, halfway up
        (96, 90, 26),
        (95.9, 90, 25.5),  # in halves, and never beyond
        (93, 80, 23),  # just reached
        (85, None, 23),  # never better than the preset says: no rung costs more bits
        (99, 95, 23 + CRF_STEP),
    ],
)
def test_the_crf_that_just_keeps_the_target(
    at_own: float, raised: float | None, crf: float
) -> None:
    assert choose_crf(rung(), at_own, raised) == crf


def test_rungs_that_look_the_same() -> None:
    rungs = [rung(name=name) for name in ("1080p", "720p", "480p", "360p")]
    scores = {"1080p": 95.0, "720p": 94.0, "480p": 88.0, "360p": 87.0}
    assert indistinguishable(rungs, scores) == {"1080p", "480p"}
    assert indistinguishable(rungs[:1], scores) == set()
    # Each is held against what is kept, so that small steps do not add up to a large one.
    scores = {"1080p": 95.0, "720p": 93.5, "480p": 92.0, "360p": 90.5}
    assert indistinguishable(rungs, scores) == {"1080p", "480p"}


@pytest.mark.parametrize(
    ("seconds", "count", "frames"), [(20, 1, 10), (60, 2, 15), (600, 12, 15), (7200, 12, 15)]
)
def test_windows_are_a_small_part_of_the_video(seconds: int, count: int, frames: int) -> None:
    plan = make_plan(
        described_source(frames=seconds * 25, width=640, height=360), ladder(360), WHOLE
    )
    chosen = windows(plan)
    assert [chunk.frames for chunk in chosen] == [frames] * count
    ends = [chunk.first_frame + chunk.frames for chunk in chosen]
    assert ends[-1] <= plan.frames
    assert all(end <= chunk.first_frame for end, chunk in zip(ends, chosen[1:], strict=False))


async def test_an_easy_video_is_compressed_more_and_a_hard_one_is_not(
    make_clip: MakeClip, ffmpeg: FFmpeg, tmp_path: Path
) -> None:
    soft = make_clip(
        "soft.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=21"),
        *("-vf", "gblur=sigma=1.5", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"),
    )
    plan, found = await fit_to_title(ffmpeg, soft, await plan_of(soft, ladder(180)), tmp_path)
    assert found is not None
    assert found.rungs[0].vmaf > 93
    assert 23 < (plan.rungs[0].crf or 0) <= 23 + CRF_STEP
    assert plan.notes[-1].startswith("Compressed by what this video needs: 180p at CRF ")
    assert not list(tmp_path.iterdir())

    noise = make_clip(
        "noise.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=21"),
        *("-vf", "noise=alls=60:allf=t", "-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"),
    )
    plan, found = await fit_to_title(ffmpeg, noise, await plan_of(noise, ladder(180)), tmp_path)
    assert found is not None
    assert found.rungs[0].vmaf < 93
    assert plan.rungs[0].crf == 23


async def test_a_rung_that_shows_no_more_than_a_smaller_one_is_left_out(
    make_clip: MakeClip, ffmpeg: FFmpeg, tmp_path: Path
) -> None:
    enlarged = make_clip(
        "enlarged.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=80x46:rate=25:duration=21"),
        *("-vf", "scale=320:184:flags=bicubic,gblur=sigma=2"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12"),
    )
    plan = await plan_of(enlarged, ladder(120, 160, 184))
    fitted, found = await fit_to_title(ffmpeg, enlarged, plan, tmp_path)
    assert found is not None
    assert len(fitted.rungs) < len(plan.rungs)
    assert fitted.rungs[-1].name == "120p"
    assert "Left out, as a smaller one looks the same: " in fitted.notes[-1]


async def test_what_has_no_target_or_is_too_short_stays_as_it_is(
    make_clip: MakeClip, ffmpeg: FFmpeg, tmp_path: Path
) -> None:
    short = make_clip(
        "short.mp4",
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=25:duration=2"),
        *("-c:v", "libx264", "-preset", "ultrafast"),
    )
    plan = await plan_of(short, ladder(180, target=None))
    assert await fit_to_title(ffmpeg, short, plan, tmp_path) == (plan, None)
    plan = await plan_of(short, ladder(180))
    noted, found = await fit_to_title(ffmpeg, short, plan, tmp_path)
    assert (noted.rungs, found) == (plan.rungs, None)
    assert f"less than {MIN_SECONDS} seconds" in noted.notes[-1]


async def test_hardware_that_hangs_does_not_keep_a_job_from_being_planned(
    ffmpeg: FFmpeg, tmp_path: Path
) -> None:
    hanging = tmp_path / "ffmpeg"
    hanging.write_text("#!/bin/bash\nexec sleep 60\n")
    hanging.chmod(0o755)
    impatient = FFmpeg(str(hanging), limits=replace(ffmpeg.limits, stall_seconds=0.2))
    described = described_source(frames=25 * MIN_SECONDS, duration_seconds=Fraction(MIN_SECONDS))
    software = make_plan(described, ladder(720), WHOLE)
    hardware = software.model_copy(update={"encoder": "h264_nvenc"})
    folder = tmp_path / "probes"
    folder.mkdir()
    noted, found = await fit_to_title(impatient, tmp_path / "source", hardware, folder)
    assert (noted.rungs, found) == (hardware.rungs, None)
    assert noted.notes[-1].startswith("How much it can be compressed could not be found out")
    with pytest.raises(FFmpegStalled):
        await fit_to_title(impatient, tmp_path / "source", software, folder)
