"""Measured quality: high where pictures are the same, low where they are not, and never mistaken
about which belong together."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from vidmill.codecs import VideoCodec
from vidmill.edits import Clip, Watermark
from vidmill.presets import Metric, VideoSettings, rungs
from vidmill.sources import SourceInfo
from vidmill_worker.engine import metrics as engine
from vidmill_worker.engine.metrics import (
    NO_VMAF_OF_HDR,
    NotAligned,
    measure,
)
from vidmill_worker.ffmpeg.overlay_plan import plan_watermark
from vidmill_worker.ffmpeg.overlays import WATERMARK
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.ffmpeg.run import FFmpeg
from vidmill_worker.metric_results import MetricsResult

from . import whole_job
from .conftest import EXECUTABLE, MakeClip, in_media
from .test_codecs import tiny
from .test_watermark import png_of
from .whole_job import SMALL, all_here

Counted = Callable[..., Path]

BARE = SMALL.model_copy(
    update={
        "video": VideoSettings(encoder_preset="superfast", gop_seconds=0.5, rungs=rungs(240, 360)),
        "thumbnail_percents": (50,),
    }
)
ALL: tuple[Metric, ...] = ("psnr", "ssim", "vmaf")


async def measured(
    ffmpeg: FFmpeg,
    job: whole_job.Job,
    clip: Path,
    wanted: tuple[Metric, ...] = ALL,
    *,
    seekable: bool = True,
) -> MetricsResult:
    size = job.source.video.width, job.source.video.height
    return await measure(
        ffmpeg, clip, job.plan, size, job.tracks, wanted, job.folder, all_here, seekable=seekable
    )


@pytest.fixture
def moving(make_clip: MakeClip) -> Path:
    """A second with much to lose."""
    picture = "testsrc2=s=640x360:r=25:d=1,noise=alls=5:allf=t"
    return make_clip("moving.mp4", "-f", "lavfi", "-i", picture, "-preset", "ultrafast", "-qp", "4")


def judged(made: Path, original: Path) -> tuple[float, float]:
    """PSNR and SSIM as FFmpeg's own summary has them, from the published MP4."""
    command = [EXECUTABLE, "-hide_banner", "-nostats", "-i", str(made), "-i", str(original)]
    found: list[float] = []
    for judge, pattern in (("psnr", r"average:(\S+)"), ("ssim", r"All:(\S+)")):
        ran = subprocess.run(
            [*command, "-filter_complex", judge, "-f", "null", "-"],
            check=True,
            capture_output=True,
            text=True,
        )
        found.append(float(re.findall(pattern, ran.stderr)[-1]))
    return found[0], found[1]


async def test_scores_fall_from_rung_to_rung(ffmpeg: FFmpeg, moving: Path, tmp_path: Path) -> None:
    job = await whole_job.make(ffmpeg, moving, tmp_path / "job", BARE)
    result = await measured(ffmpeg, job, moving)
    assert (result.width, result.height, result.frames, result.of_frames) == (640, 360, 25, 25)
    assert result.vmaf_model == "vmaf_v0.6.1"
    assert result.cpu_seconds > 0
    high, low = result.scores["360p"], result.scores["240p"]
    for score, worse, least, most in (
        (high.psnr, low.psnr, 28, 45),
        (high.ssim, low.ssim, 0.8, 0.995),
        (high.vmaf, low.vmaf, 60, 99.9),
    ):
        assert score is not None
        assert worse is not None
        assert least < score < most
        assert worse < score
    assert (high.psnr, high.ssim) == pytest.approx(judged(job.mp4("360p"), moving), abs=0.01)
    assert not list(job.folder.glob("360p.*")), "logs and lists are gone"


async def test_only_what_is_asked_for_is_measured(
    ffmpeg: FFmpeg, moving: Path, tmp_path: Path
) -> None:
    job = await whole_job.make(ffmpeg, moving, tmp_path / "job", BARE)
    result = await measured(ffmpeg, job, moving, ("ssim",))
    assert result.vmaf_model is None
    assert result.scores["360p"].ssim is not None
    assert (result.scores["360p"].psnr, result.scores["360p"].vmaf) == (None, None)


async def test_a_picture_off_by_one_is_seen(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    """Neighbours differ by 7 in luma: compared with them, 31 dB are all that can come out."""
    clip = counted("counted_measured.mp4", "25", 2.0)
    shifted = counted("counted_shifted.mp4", "25", 2.0, "-vf", SHIFTED)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", BARE, 2)
    same = (await measured(ffmpeg, job, clip, ("psnr",))).scores["360p"].psnr
    other = (await measured(ffmpeg, job, shifted, ("psnr",))).scores["360p"].psnr
    assert same is not None
    assert other is not None
    assert same > 45
    assert other < 33


SHIFTED = "format=yuv420p,geq=lum='16+mod((N+1)*7,200)':cb=128:cr=128,scale=640:360"


@pytest.mark.media
async def test_samples_of_a_long_video_find_their_counterparts(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = counted("counted_30000_1001.mp4", "30000/1001", 5.2)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", BARE, 3)
    monkeypatch.setattr(engine, "SAMPLE_SECONDS", 2.1)
    for seekable in (True, False):
        result = await measured(ffmpeg, job, clip, ("psnr", "vmaf"), seekable=seekable)
        assert (result.frames, result.of_frames) == (60, 156)
        for score in result.scores.values():
            assert score.psnr is not None
            assert score.psnr > 45
            assert score.vmaf is not None


async def test_variable_rates_are_compared_picture_by_picture(
    ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    shown = "nullsrc=s=64x36:r=10:d=2,geq=lum='16+mod(N*11,200)':cb=128:cr=128,scale=640:360"
    clip = make_clip(
        "slower.mkv",
        *("-f", "lavfi", "-i", shown, "-vf", "settb=1/1000,setpts='N*N*10'"),
        *("-fps_mode", "vfr", "-enc_time_base", "1/1000", "-c:v", "libx264", "-qp", "10"),
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", BARE)
    assert job.plan.variable_frame_rate
    result = await measured(ffmpeg, job, clip, ("psnr",), seekable=False)
    psnr = result.scores["360p"].psnr
    assert psnr is not None
    assert psnr > 40


async def test_a_source_with_too_few_pictures_is_not_compared(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted("counted_measured.mp4", "25", 2.0)
    short = counted("counted_short.mp4", "25", 1.6)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", BARE)
    for wanted in ALL:
        with pytest.raises(NotAligned, match=r"360p: \d+ of \d+ pictures"):
            await measured(ffmpeg, job, short, (wanted,))


@pytest.mark.parametrize("codec", [in_media("hevc"), "av1", in_media("vp9")])
async def test_every_codec_is_compared_picture_by_picture(
    codec: VideoCodec, ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    clip = counted("counted_20.mp4", "25", 0.8)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", tiny(codec))
    result = await measured(ffmpeg, job, clip, ("psnr", "vmaf"))
    assert result.frames == 20
    for score in result.scores.values():
        assert score.psnr is not None
        assert score.psnr > 40
        assert score.vmaf is not None


async def test_a_clip_with_fewer_frames_is_compared_with_those(
    ffmpeg: FFmpeg, counted: Counted, tmp_path: Path
) -> None:
    """Every second picture from the 10th on, of which neighbours differ by 14 in luma."""
    video = BARE.video.model_copy(update={"max_fps": 25})
    preset = BARE.model_copy(update={"video": video})
    clip = counted("counted_50.mp4", "50", 3.0)
    part = Clip(start_seconds=0.2, end_seconds=2.6)
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset, 2, part)
    result = await measured(ffmpeg, job, clip, ("psnr",))
    assert result.frames == 60
    psnr = result.scores["360p"].psnr
    assert psnr is not None
    assert psnr > 45


HDR = "setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc:range=tv"


@pytest.mark.parametrize("kept", [True, in_media(False)])
async def test_hdr_is_compared_as_it_was_encoded(
    kept: bool, ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path
) -> None:
    """In 10 bit where it is kept; with the same tone mapping, without which 20 dB would be much,
    where it is not."""
    clip = make_clip(
        "hdr_measured.mp4",
        *("-f", "lavfi", "-i", "testsrc2=s=640x360:r=25:d=0.6"),
        *("-vf", f"format=yuv420p10le,{HDR}", "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "log-level=none", "-crf", "8"),
    )
    preset = tiny("hevc", hdr="keep" if kept else "tone_map")
    preset = preset.model_copy(
        update={"video": preset.video.model_copy(update={"rungs": rungs(360, crf=12, cap=20)})}
    )
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", preset)
    result = await measured(ffmpeg, job, clip)
    [score] = result.scores.values()
    assert score.psnr is not None
    assert 35 < score.psnr < 60
    assert (score.vmaf is None) == kept
    assert result.notes == ((NO_VMAF_OF_HDR,) if kept else ())
    alone = await measured(ffmpeg, job, clip, ("vmaf",))
    assert bool(alone.scores) != kept
    assert alone.frames == (0 if kept else 15)


async def test_a_watermark_is_no_loss(ffmpeg: FFmpeg, make_clip: MakeClip, tmp_path: Path) -> None:
    clip = make_clip(
        "gray_measured.mp4", "-f", "lavfi", "-i", "color=gray:s=640x360:r=25:d=1", "-qp", "4"
    )
    png = tmp_path / WATERMARK
    png.write_bytes(png_of(200, 100))

    def change(source: SourceInfo, plan: EncodePlan) -> EncodePlan:
        mark = plan_watermark(Watermark(input_key="x"), (200, 100), "", (426, 240), source.video)
        return plan.model_copy(update={"watermark": mark})

    small = BARE.model_copy(
        update={"video": BARE.video.model_copy(update={"rungs": rungs(240, crf=12)})}
    )
    overlay = whole_job.Overlay(change, [png])
    job = await whole_job.make(ffmpeg, clip, tmp_path / "job", small, overlay=overlay)
    shutil.copy(png, job.folder)
    psnr = (await measured(ffmpeg, job, clip, ("psnr",))).scores["240p"].psnr
    assert psnr is not None
    bare = replace(job, plan=job.plan.model_copy(update={"watermark": None}))
    without = (await measured(ffmpeg, bare, clip, ("psnr",))).scores["240p"].psnr
    assert without is not None
    assert psnr > without + 6
