"""Command lines for graphics hardware, whole: no test machine has any, so this is what is known of
them beside the trial at a worker's start."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import get_args

import pytest

from vidmill.codecs import VideoCodec
from vidmill.presets import AUDIO, WEB, Rung, VideoSettings
from vidmill.settings import VideoEncoder
from vidmill_worker.confinement import Reach
from vidmill_worker.ffmpeg.arguments import reach_of
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.command import video_command
from vidmill_worker.ffmpeg.encoder_choice import Offer, candidates
from vidmill_worker.ffmpeg.encoders import ENCODERS, SOFTWARE, video_options
from vidmill_worker.ffmpeg.hardware import HARDWARE
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan

from .conftest import EXECUTABLE
from .described import source

CODEC_OF = {name: encoder.codec for name, encoder in HARDWARE.items()}
AVERAGE = {"short_side": 360, "bitrate_bps": 500_000, "max_bitrate_bps": 900_000}


def plan_of(
    encoder: str, rung: Mapping[str, float] | None = None, **settings: object
) -> EncodePlan:
    """Three chunks of ten seconds, in 720p and 360p, or in that rung alone."""
    rungs = [
        Rung(short_side=360, crf=30, max_bitrate_bps=1_000_000, buffer_bits=2_000_000),
        Rung(short_side=720, crf=24.5, max_bitrate_bps=4_000_000, buffer_bits=8_000_000),
    ]
    if rung is not None:
        rungs = [Rung.model_validate({"buffer_bits": 2_000_000, **rung})]
    asked = {"codec": CODEC_OF[encoder], "rungs": rungs} | settings
    if asked["codec"] == "av1" and rung is None:
        asked["rungs"] = [one.model_copy(update={"crf": round(one.crf or 0)}) for one in rungs]
    preset = WEB.model_copy(update={"video": VideoSettings.model_validate(asked)})
    described = source(width=1280, height=720)
    return make_plan(described, preset, even(3), Offer("auto", {encoder}))


def command(plan: EncodePlan) -> list[str]:
    return video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[1], threads=2)


def words(text: str) -> list[str]:
    return shlex.split(text)


FRONT = (
    "ffmpeg -nostdin -hide_banner -y -loglevel level+verbose -nostats -progress pipe:1 "
    "-stats_period 0.25"
)
SEEK = "-protocol_whitelist file -seek_timestamp 1 -ss 3.980000 -threads 2 -i file:/in.mp4"
PICTURES = (
    "[0:0]settb=1/25[s0];[s0]setpts=N[s1];[s1]scale=1280:720:flags=bicubic[s2];[s2]setsar=1[s3];"
    "[s3]format=color_ranges=tv:pix_fmts=yuv420p[s4];[s4]split=2[s5][s6];"
)


def small(first: int) -> str:
    """How the small rendition is made, from the filter of that number on."""
    return (
        f"[s6]scale=640:360:flags=bicubic[s{first}];[s{first}]setsar=1[s{first + 1}];"
        f"[s{first + 1}]format=color_ranges=tv:pix_fmts=yuv420p[s{first + 2}]"
    )


ONE_TICK = "-bsf:v setts=pts=PTS:dts=DTS:duration=1"
HLS = (
    "-hls_flags independent_segments+temp_file -hls_fmp4_init_filename init.mp4 "
    "-hls_playlist_type vod -hls_segment_filename %v/segment_%03d.m4s -hls_segment_options "
    "movflags=+frag_discont:use_editlist=0:avoid_negative_ts=disabled:video_track_timescale=12800 "
    "-hls_segment_type fmp4 -hls_time 3.999999"
)
EXACT = "-enc_time_base filter -fps_mode passthrough -frames:v 100"
ANONYMOUS = "-map_chapters -1 -map_metadata -1"
CAPS = "-maxrate:v:0 4000000 -maxrate:v:1 1000000"
BUFFERS = "-bufsize:v:0 8000000 -bufsize:v:1 2000000"
BELOW_CAPS = "-b:v:0 3600000 -b:v:1 900000"
LADDER = "-start_number 1"
NAMES = "-var_stream_map 'v:0,name:720p v:1,name:360p' %v/playlist.m3u8"
ENDS = "-output_ts_offset 4.080000"

NVENC = {
    "h264_nvenc": ("24.5", "30", "-profile:v high", ""),
    "hevc_nvenc": ("24.5", "30", "-profile:v main", "-tag:v hvc1"),
    "av1_nvenc": ("24", "30", "", ""),
}
QSV = {
    "h264_qsv": ("24", "30", "-idr_interval 0", "-profile:v high", ""),
    "hevc_qsv": ("24", "30", "-idr_interval 0", "-profile:v main", "-tag:v hvc1"),
    # 24 and 30 of 63 are 19 and 24 of 51.
    "av1_qsv": ("19", "24", "", "", ""),
}
VAAPI = {
    "h264_vaapi": ("24", "30", "-profile:v high", ""),
    "hevc_vaapi": ("24", "30", "-profile:v main", "-tag:v hvc1"),
    "av1_vaapi": ("19", "24", "", ""),
}


def input_of(plan: EncodePlan) -> str:
    decoders = ",".join(plan.decoders)
    return (
        f"-f mov,mp4,m4a,3gp,3g2,mj2 -codec_whitelist {decoders} "
        f"-format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -max_pixels {plan.max_pixels} -max_streams 64 "
        + SEEK
    )


@pytest.mark.parametrize("encoder", NVENC)
def test_nvenc(encoder: str) -> None:
    plan = plan_of(encoder)
    large, little, profile, tag = NVENC[encoder]
    assert command(plan) == words(
        f"{FRONT} {input_of(plan)} -filter_complex '{PICTURES}{small(7)}' -map [s5] -map [s9] "
        f"-f hls -b:v:0 0 -b:v:1 0 -bf 0 {ONE_TICK} -c:v {encoder} "
        f"-cq:v:0 {large} -cq:v:1 {little} {EXACT} -g 50 {HLS} -keyint_min 50 {ANONYMOUS} {CAPS} "
        f"-no-scenecut 1 {ENDS} -preset p4 {profile} -rc vbr {LADDER} {tag} -tune hq {NAMES}"
    )


@pytest.mark.parametrize("encoder", QSV)
def test_quick_sync(encoder: str) -> None:
    plan = plan_of(encoder)
    large, little, idr, profile, tag = QSV[encoder]
    assert command(plan) == words(
        f"{FRONT} {input_of(plan)} -filter_complex '{PICTURES}[s5]format=pix_fmts=nv12[s7];"
        f"{small(8)};[s10]format=pix_fmts=nv12[s11]' -map [s7] -map [s11] "
        f"-f hls {BELOW_CAPS} -bf 0 {ONE_TICK} {BUFFERS} -c:v {encoder} {EXACT} -g 50 "
        f"-global_quality:v:0 {large} -global_quality:v:1 {little} {HLS} {idr} -keyint_min 50 "
        f"{ANONYMOUS} {CAPS} {ENDS} -preset medium {profile} {LADDER} {tag} {NAMES}"
    )


@pytest.mark.parametrize("encoder", VAAPI)
def test_vaapi(encoder: str) -> None:
    plan = plan_of(encoder)
    large, little, profile, tag = VAAPI[encoder]
    assert command(plan) == words(
        f"{FRONT} -init_hw_device vaapi=gpu -filter_hw_device gpu {input_of(plan)} "
        f"-filter_complex '{PICTURES}[s5]format=pix_fmts=nv12[s7];[s7]hwupload[s8];"
        f"{small(9)};[s11]format=pix_fmts=nv12[s12];[s12]hwupload[s13]' -map [s8] -map [s13] "
        f"-f hls {BELOW_CAPS} -bf 0 {ONE_TICK} {BUFFERS} -c:v {encoder} {EXACT} -g 50 "
        f"-global_quality:v:0 {large} -global_quality:v:1 {little} {HLS} -idr_interval 0 "
        f"-keyint_min 50 {ANONYMOUS} {CAPS} {ENDS} {profile} -rc_mode:v:0 QVBR -rc_mode:v:1 QVBR "
        f"{LADDER} {tag} {NAMES}"
    )


@pytest.mark.parametrize("encoder", HARDWARE)
def test_an_average_bit_rate(encoder: str) -> None:
    made = command(plan_of(encoder, AVERAGE))
    rates = {name: made[made.index(f"-{name}:v:0") + 1] for name in ("b", "maxrate", "bufsize")}
    assert rates == {"b": "500000", "maxrate": "900000", "bufsize": "2000000"}
    assert not {"-cq:v:0", "-global_quality:v:0", "-crf:v:0"} & set(made)
    if encoder.endswith("_vaapi"):
        assert made[made.index("-rc_mode:v:0") + 1] == "VBR"


def test_a_baseline_profile_has_another_name_in_vaapi() -> None:
    names = {
        encoder: (made := command(plan_of(encoder, profile="baseline")))[
            made.index("-profile:v") + 1
        ]
        for encoder in ("h264_nvenc", "h264_qsv", "h264_vaapi")
    }
    assert names == {
        "h264_nvenc": "baseline",
        "h264_qsv": "baseline",
        "h264_vaapi": "constrained_baseline",
    }


def test_the_lowest_crf_stays_in_a_scale_that_begins_at_one() -> None:
    rung = {"short_side": 360, "crf": 0.5, "max_bitrate_bps": 900_000}
    made = command(plan_of("hevc_vaapi", rung))
    assert made[made.index("-global_quality:v:0") + 1] == "1"


@pytest.mark.parametrize(
    ("encoder", "devices"),
    [("h264_nvenc", "/dev/nvidia*"), ("hevc_qsv", "/dev/dri"), ("av1_vaapi", "/dev/dri")],
)
def test_only_who_encodes_in_hardware_may_open_its_devices(encoder: str, devices: str) -> None:
    reach = reach_of(command(plan_of(encoder)), None)
    assert reach.devices == (devices,)
    assert Path("/in.mp4") in reach.reads
    software = plan_of("h264_nvenc").model_copy(update={"encoder": "libx264"})
    assert reach_of(command(software), None) == Reach(reads=(Path("/in.mp4"),))


def test_each_setting_has_its_encoders() -> None:
    assert candidates("x264") == []
    assert candidates("auto") == list(HARDWARE)
    assert candidates("qsv") == ["h264_qsv", "hevc_qsv", "av1_qsv"]
    families = {encoder.family for encoder in ENCODERS.values()}
    assert families | {"auto"} == set(get_args(VideoEncoder))
    assert {ENCODERS[name].family for name in SOFTWARE.values()} == {"x264"}


GENERIC = {"b", "bf", "bufsize", "g", "global_quality", "keyint_min", "maxrate"}
"""Options that every encoder has."""


@pytest.mark.parametrize("encoder", HARDWARE)
def test_ffmpeg_knows_every_option_and_value(encoder: str) -> None:
    """Also where there is no device: FFmpeg's own list of them, which it has in words."""
    shown = subprocess.run(
        [EXECUTABLE, "-hide_banner", "-h", f"encoder={encoder}"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    known = {
        option: set(re.findall(r"^     (\S+)", rest, re.MULTILINE))
        for option, rest in re.findall(r"^  -(\S+)(.*(?:\n     .*)*)", shown, re.MULTILINE)
    }
    for plan in (plan_of(encoder), plan_of(encoder, AVERAGE)):
        for name, value in video_options(plan, plan.rungs, 0).items():
            option = name.split(":")[0]
            if name in {"c:v", "tag:v", "bsf:v"} or option in GENERIC:
                continue
            assert option in known, f"{encoder} has no -{option}"
            named = known[option]
            assert not named or isinstance(value, int) or value in named


ANY = set(HARDWARE)
SMALLEST = Rung(short_side=120, crf=30, max_bitrate_bps=100_000, buffer_bits=200_000)
LARGEST = Rung(short_side=2160, crf=30, max_bitrate_bps=9_000_000, buffer_bits=18_000_000)


@pytest.mark.parametrize(
    ("wanted", "codec", "everywhere", "encoder"),
    [
        ("x264", "h264", ANY, "libx264"),
        ("auto", "h264", ANY, "h264_nvenc"),
        ("auto", "hevc", {"hevc_vaapi", "hevc_qsv", "h264_nvenc"}, "hevc_qsv"),
        ("vaapi", "av1", ANY, "av1_vaapi"),
        ("nvenc", "h264", {"h264_vaapi"}, "libx264"),
        ("auto", "vp9", ANY, "libvpx-vp9"),
    ],
)
def test_the_best_that_is_everywhere(
    wanted: VideoEncoder, codec: VideoCodec, everywhere: set[str], encoder: str
) -> None:
    rung = Rung(short_side=360, crf=30, max_bitrate_bps=1_000_000, buffer_bits=2_000_000)
    preset = WEB.model_copy(update={"video": VideoSettings(codec=codec, rungs=(rung,))})
    plan = make_plan(source(), preset, offer=Offer(wanted, everywhere))
    assert plan.encoder == encoder
    missing = f"not every worker has an encoder for {codec} in hardware that works"
    fell_back = wanted != "x264" and encoder in SOFTWARE.values()
    assert plan.notes == (
        (f"The video is encoded in software, as {missing}.",) if fell_back else ()
    )


@pytest.mark.parametrize(
    ("described", "settings", "why"),
    [
        ({}, {"two_pass": True, "rungs": [AVERAGE]}, "two passes over each chunk are asked for"),
        ({"color_transfer": "smpte2084"}, {"hdr": "keep"}, "its HDR is kept in 10 bit"),
        ({"variable_frame_rate": True}, {}, "its frame rate varies"),
        ({}, {"rungs": [SMALLEST]}, "a rendition has a side of less than 128 pixels"),
        (
            {"width": 5120, "height": 2160},
            {"rungs": [LARGEST]},
            "a rendition has a side of more than 4096 pixels",
        ),
    ],
)
def test_what_hardware_is_not_asked_for(
    described: dict[str, object], settings: dict[str, object], why: str
) -> None:
    rungs = [LARGEST.model_copy(update={"short_side": 720})]
    if settings.get("two_pass"):
        settings = {**settings, "rungs": [{"buffer_bits": 2_000_000, **AVERAGE}]}
    video = VideoSettings.model_validate({"codec": "hevc", "rungs": rungs} | settings)
    plan = make_plan(
        source(**described), WEB.model_copy(update={"video": video}), offer=Offer("auto", ANY)
    )
    assert plan.encoder == "libx265"
    assert f"The video is encoded in software, as {why}." in plan.notes


def test_sound_alone_needs_no_encoder_of_pictures() -> None:
    plan = make_plan(source(), AUDIO, offer=Offer("auto", ()))
    assert (plan.rungs, plan.notes) == ((), ())
