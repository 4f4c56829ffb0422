"""What of a video is measured, in which size, and by which command."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.presets import WEB, VideoSettings, rungs
from vidmill_worker.engine.metrics import (
    comparison_plan,
    comparison_size,
)
from vidmill_worker.engine.sampling import Sample, samples
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.overlay_plan import WatermarkPlan
from vidmill_worker.ffmpeg.plan import make_plan
from vidmill_worker.ffmpeg.quality import Comparison, Pictures, compare_command
from vidmill_worker.results import Segment, Track

from .described import source
from .test_command import FRONT, MOV, words


def track(*samples_of_segments: int, timescale: int = 25) -> Track:
    """Segments of so many pictures at 25 a second."""
    segments: list[Segment] = []
    time = 0
    for number, count in enumerate(samples_of_segments):
        segments.append(
            Segment(
                number=number,
                decode_time=time,
                decode_end=time + count,
                start_time=time,
                duration_ticks=count,
                samples=count,
                size_bytes=1,
            )
        )
        time += count
    return Track(
        name="360p",
        codecs="",
        timescale=timescale,
        init_size_bytes=1,
        init_sha256="",
        segments=tuple(segments),
    )


def test_short_videos_are_sampled_as_a_whole() -> None:
    assert samples(track(25, 100, 100, 40), 32) == [Sample(0, 265, range(4))]


def test_long_videos_are_sampled_all_over() -> None:
    found = samples(track(25, *[100] * 1000, 7), 32)
    assert len(found) == 8
    assert sum(sample.frames for sample in found) == 800
    assert found[0] == Sample(6125, 100, range(62, 63))
    assert found[-1].segments.start == 939
    # One that can't be sought in: only near its start.
    near = samples(track(25, *[100] * 1000), 32, reach_seconds=600)
    assert len(near) == 8
    assert near[-1].first_frame + near[-1].frames <= 600 * 25
    # At least one segment, however long.
    assert samples(track(*[5000] * 4), 32) == [Sample(10_000, 5000, range(2, 3))]


def test_segments_side_by_side_are_one_sample() -> None:
    # Three of the four fit: the first, and the last two, which touch.
    assert samples(track(25, 100, 100, 100), 12.5) == [
        Sample(0, 25, range(1)),
        Sample(125, 200, range(2, 4)),
    ]


@pytest.mark.parametrize(
    ("shown", "top", "expected"),
    [
        ((1920, 1080), 1080, (1920, 1080)),
        # 4K in a ladder up to 1080p is compared in 1080p, and in its own size where it is kept.
        ((3840, 2160), 1080, (1920, 1080)),
        ((3840, 2160), 2160, (3840, 2160)),
        # A small rendition of a large source is judged by what a viewer gets of the source.
        ((1920, 1080), 360, (1920, 1080)),
        ((3840, 2160), 720, (1920, 1080)),
        ((1081, 1921), 720, (1080, 1920)),
        ((640, 361), 360, (640, 360)),
    ],
)
def test_the_size_of_the_comparison(
    shown: tuple[int, int], top: int, expected: tuple[int, int]
) -> None:
    preset = WEB.model_copy(update={"video": VideoSettings(rungs=rungs(top))})
    plan = make_plan(source(width=shown[0], height=shown[1]), preset)
    assert comparison_size(plan, *shown) == expected


def test_a_watermark_is_enlarged_with_the_picture() -> None:
    mark = WatermarkPlan(
        sha256="", x=10, y=20, width=64, height=32, opacity=0.5, untagged_matrix=None
    )
    preset = WEB.model_copy(update={"video": VideoSettings(rungs=rungs(360))})
    plan = make_plan(source(), preset).model_copy(update={"watermark": mark})
    shown = comparison_plan(plan, (1920, 1080))
    assert shown.watermark == mark.model_copy(update={"x": 30, "y": 60, "width": 192, "height": 96})
    assert [(rung.width, rung.height) for rung in shown.rungs] == [(1920, 1080)]
    assert comparison_plan(plan, (640, 360)).watermark == mark


LIST = f"{MOV} -nofind_stream_info -protocol_whitelist file,concatf"
SHOWN = (
    "settb=1/1000[s{0}];[s{0}]setpts=N[s{1}];[s{1}]scale=1920:1080:flags=bicubic[s{2}];"
    "[s{2}]setsar=1[s{3}];[s{3}]format=color_ranges=tv:pix_fmts=yuv420p[s{4}]"
)
COMPARED = (
    "[s{1}][s{2}]psnr=shortest=1:stats_file={0}_as_720p.psnr[s{3}];"
    "[s{3}][s{4}]ssim=shortest=1:stats_file={0}_as_720p.ssim[s{5}];"
    "[s{5}][s{6}]libvmaf=log_fmt=json:log_path={0}_as_720p.vmaf:"
    r"model=version\\=vmaf_v0.6.1:n_subsample=5:n_threads=2:shortest=1[s{7}]"
)


def test_the_whole_command() -> None:
    plan = make_plan(source(frame_rate=Fraction(30_000, 1001), frames=719), MEDIUM, even(3))
    shown = comparison_plan(plan, (1920, 1080))
    [rung] = shown.rungs
    pictures = Pictures(plan.chunks[1], frames=20, every=5, picks=((0, 9), (100, 109)))
    lists = {name: Path(f"/w/{name}.txt") for name in ("720p", "360p")}
    comparisons = [Comparison(name, rung, ("psnr", "ssim", "vmaf")) for name in lists]
    assert compare_command(
        "ffmpeg", Path("/in.mp4"), shown, pictures, lists, comparisons, 2
    ) == words(
        FRONT,
        f"{LIST} -threads 1 -i concatf:/w/720p.txt",
        f"{MOV} -codec_whitelist {','.join(plan.decoders)} -format_whitelist {plan.demuxer}",
        f"-max_pixels {plan.max_pixels} -max_streams 64 -protocol_whitelist file",
        "-seek_timestamp 1 -ss 7.991317 -threads 2 -i file:/in.mp4",
        f"{LIST} -threads 1 -i concatf:/w/360p.txt -filter_complex",
        f"'[0:0]{SHOWN.format(0, 1, 2, 3, 4)};"
        "[1:0]settb=1001/30000[s5];[s5]setpts=N[s6];[s6]scale=1920:1080:flags=bicubic[s7];"
        "[s7]setsar=1[s8];[s8]format=color_ranges=tv:pix_fmts=yuv420p[s9];"
        r"[s9]select=between(n\,0\,9)+between(n\,100\,109)[s10];[s10]trim=end_frame=20[s11];"
        "[s11]settb=1/1000[s12];[s12]setpts=N[s13];[s13]split=6[s14][s15][s16][s17][s18][s19];"
        f"{COMPARED.format('720p', 4, 19, 20, 18, 21, 17, 22)};"
        f"[2:0]{SHOWN.format(23, 24, 25, 26, 27)};"
        f"{COMPARED.format('360p', 27, 16, 28, 15, 29, 14, 30)}'",
        "-map [s22] -f null -fps_mode passthrough pipe:",
        "-map [s30] -f null -fps_mode passthrough pipe:",
    )


MEDIUM = WEB.model_copy(update={"video": VideoSettings(rungs=rungs(360, 720))})
