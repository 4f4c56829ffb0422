"""Command lines of every codec and kind of rate control, whole: a change of any flag shows here."""

from __future__ import annotations

import shlex
from fractions import Fraction
from pathlib import Path

from vidmill.codecs import VideoCodec
from vidmill.presets import WEB, Preset, Rung, VideoSettings
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.command import first_pass_command, video_command
from vidmill_worker.ffmpeg.encoders import ENCODERS, SOFTWARE
from vidmill_worker.ffmpeg.plan import EncodePlan, make_plan

from .described import source

HLS = (
    "-hls_flags independent_segments+temp_file -hls_fmp4_init_filename init.mp4 "
    "-hls_playlist_type vod -hls_segment_filename %v/segment_%03d.m4s -hls_segment_options "
    "movflags=+frag_discont:use_editlist=0:avoid_negative_ts=disabled:video_track_timescale=12800 "
    "-hls_segment_type fmp4 -hls_time 3.999999"
)
ANONYMOUS = "-map_chapters -1 -map_metadata -1"
ONE_TICK = "-bsf:v setts=pts=PTS:dts=DTS:duration=1"
ENDS = "-output_ts_offset 4.080000"


def plan_of(codec: VideoCodec, **changes: object) -> EncodePlan:
    """Three chunks of a source of ten seconds in one rung."""
    rung = Rung(short_side=360, crf=30, max_bitrate_bps=1_000_000, buffer_bits=2_000_000)
    settings: dict[str, object] = {"codec": codec, "rungs": [rung]} | changes
    preset = WEB.model_copy(update={"video": VideoSettings.model_validate(settings)})
    # A camera that states the transfer alone.
    hdr = {"color_transfer": "smpte2084", "color_primaries": None, "color_space": None}
    described = source(width=640, height=360, **(hdr if "hdr" in changes else {}))
    return make_plan(described, preset, even(3))


def options(plan: EncodePlan, *, passes: int = 2, threads: int = 0) -> list[str]:
    """What follows the filter graph of the second chunk's command."""
    build = video_command if passes == 2 else first_pass_command
    command = build("ffmpeg", Path("/in.mp4"), plan, plan.chunks[1], threads)
    return command[command.index("-map") :]


def words(*parts: str) -> list[str]:
    return shlex.split(" ".join(parts))


def average(**changes: object) -> list[Rung]:
    rates: dict[str, object] = {"max_bitrate_bps": 1_000_000, "buffer_bits": 2_000_000}
    return [Rung.model_validate({"short_side": 360, "bitrate_bps": 500_000} | rates | changes)]


def test_hevc() -> None:
    assert options(plan_of("hevc"), threads=2) == words(
        "-map [s4] -f hls",
        ONE_TICK,
        "-bufsize:v:0 2000000 -c:v libx265 -crf:v:0 30 -dolbyvision 0",
        "-enc_time_base filter -fps_mode passthrough -frames:v 100 -g 50",
        HLS,
        "-keyint_min 50",
        ANONYMOUS,
        "-maxrate:v:0 1000000",
        ENDS,
        "-preset medium -profile:v main -start_number 1 -tag:v hvc1",
        "-var_stream_map v:0,name:360p -x265-params open-gop=0:scenecut=0:info=0:pools=2",
        "%v/playlist.m3u8",
    )


def test_av1() -> None:
    assert options(plan_of("av1"), threads=1) == words(
        "-map [s4] -f hls",
        ONE_TICK,
        "-bufsize:v:0 2000000 -c:v libsvtav1 -crf:v:0 30 -dolbyvision 0",
        "-enc_time_base filter -fps_mode passthrough -frames:v 100 -g 50",
        HLS,
        "-keyint_min 50",
        ANONYMOUS,
        "-maxrate:v:0 1000000",
        ENDS,
        "-preset 8 -start_number 1 -svtav1-params scd=0:irefresh-type=2:lp=1",
        "-var_stream_map v:0,name:360p %v/playlist.m3u8",
    )


def test_av1_of_an_average_bit_rate_takes_no_cap() -> None:
    command = options(plan_of("av1", rungs=average()))
    assert command[command.index("-b:v:0") + 1] == "500000"
    assert not {"-maxrate:v:0", "-bufsize:v:0", "-crf:v:0"} & set(command)


def test_vp9_takes_two_passes_whatever_is_asked() -> None:
    plan = plan_of("vp9")
    assert plan.passes == 2
    assert options(plan, passes=1) == words(
        "-map [s4] -f null -b:v:0 1000000",
        ONE_TICK,
        "-bufsize:v:0 2000000 -c:v libvpx-vp9 -cpu-used 4",
        "-crf:v:0 30 -deadline good -enc_time_base filter -fps_mode passthrough -frames:v 100",
        "-g 50 -keyint_min 50 -maxrate:v:0 1000000 -pass 1 -passlogfile pass -row-mt 1 pipe:",
    )
    assert options(plan, threads=2) == words(
        "-map [s4] -f hls -b:v:0 1000000",
        ONE_TICK,
        "-bufsize:v:0 2000000 -c:v libvpx-vp9 -cpu-used 4",
        "-crf:v:0 30 -deadline good -enc_time_base filter -fps_mode passthrough -frames:v 100",
        "-g 50",
        HLS,
        "-keyint_min 50",
        ANONYMOUS,
        "-maxrate:v:0 1000000",
        ENDS,
        "-pass 2 -passlogfile pass -row-mt 1 -start_number 1 -threads:v:0 3",
        "-var_stream_map v:0,name:360p %v/playlist.m3u8",
    )


def test_two_passes_for_an_average_bit_rate() -> None:
    plan = plan_of("h264", rungs=average(), two_pass=True)
    x264 = "-preset veryfast -profile:v high -sc_threshold 0"
    # One more frame for the lookahead, which is dropped.
    drop = r"-bsf:v 'setts=pts=PTS:dts=DTS:duration=1,noise=drop=gte(n\,100)'"
    params = "-x264-params open-gop=0:scenecut=0:stitchable=1"
    assert options(plan, passes=1) == words(
        "-map [s4] -f null -b:v:0 500000",
        drop,
        "-bufsize:v:0 2000000 -c:v libx264 -enc_time_base filter",
        "-fps_mode passthrough -frames:v 101 -g 50 -keyint_min 50 -maxrate:v:0 1000000",
        "-pass 1 -passlogfile pass",
        x264,
        params,
        "pipe:",
    )
    assert options(plan) == words(
        "-map [s4] -f hls -b:v:0 500000",
        drop,
        "-bufsize:v:0 2000000 -c:v libx264 -enc_time_base filter",
        "-fps_mode passthrough -frames:v 101 -g 50",
        HLS,
        "-keyint_min 50",
        ANONYMOUS,
        "-maxrate:v:0 1000000",
        ENDS,
        "-pass 2 -passlogfile pass",
        x264,
        "-start_number 1 -var_stream_map v:0,name:360p",
        params,
        "%v/playlist.m3u8",
    )


def test_one_pass_for_an_average_bit_rate_where_two_are_not_asked_for() -> None:
    command = options(plan_of("hevc", rungs=average()))
    assert command[command.index("-b:v:0") + 1] == "500000"
    assert "-pass" not in command


def test_both_passes_see_the_same_pictures() -> None:
    plan = plan_of("vp9")
    first, second = (
        build("ffmpeg", Path("/in.mp4"), plan, plan.chunks[1])
        for build in (first_pass_command, video_command)
    )
    assert first[: first.index("-map")] == second[: second.index("-map")]


def test_a_variable_rate_forces_key_pictures_and_asks_for_no_b_frames_where_there_are_any() -> None:
    described = source(variable_frame_rate=True, width=640, height=360)
    for codec, name in SOFTWARE.items():
        rung = Rung(short_side=360, crf=30, max_bitrate_bps=1_000_000, buffer_bits=2_000_000)
        preset: Preset = WEB.model_copy(update={"video": VideoSettings(codec=codec, rungs=(rung,))})
        plan = make_plan(described, preset)
        command = options(plan.model_copy(update={"chunks": plan.chunks * 2}))
        assert command[command.index("-force_key_frames") + 1] == "expr:gte(t,n_forced*2)"
        assert command[command.index("-g") + 1] == "100000"
        assert "-keyint_min" not in command
        reorders = ENCODERS[name].reorders
        assert ("-bf" in command) == ("-forced-idr" in command) == reorders


def test_hdr_that_is_kept_is_stated_and_stays_10_bit() -> None:
    plan = plan_of("hevc", hdr="keep")
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[1])
    graph = command[command.index("-filter_complex") + 1]
    assert graph == (
        "[0:0]setparams=color_primaries=bt2020:color_trc=smpte2084:colorspace=bt2020nc[s0];"
        "[s0]settb=1/25[s1];[s1]setpts=N[s2];"
        "[s2]scale=640:360:flags=bicubic[s3];[s3]setsar=1[s4];"
        "[s4]format=color_ranges=tv:pix_fmts=yuv420p10le[s5]"
    )
    assert command[command.index("-profile:v") + 1] == "main10"


def test_frames_are_left_out_before_anything_is_done_to_them() -> None:
    described = source(width=640, height=360, frame_rate=Fraction(50), frames=500)
    capped = WEB.video.model_copy(update={"max_fps": 30.0})
    plan = make_plan(described, WEB.model_copy(update={"video": capped}), even(3))
    assert (plan.frame_rate, plan.frames, plan.gop_frames) == (25, 250, 50)
    assert plan.notes == ("Of 50 frames a second, 25 are kept.",)
    chunk = plan.chunks[1]
    assert (chunk.first_frame, chunk.frames) == (100, 100)
    command = video_command("ffmpeg", Path("/in.mp4"), plan, chunk)
    # Half of a source's frame before its frame 200.
    assert command[command.index("-ss") + 1] == "3.990000"
    graph = command[command.index("-filter_complex") + 1]
    assert graph.startswith(
        r"[0:0]select=eq(mod((n+200)*1\,2)\,0)+gt(mod((n+200)*1\,2)+1\,2)[s0];"
        "[s0]settb=1/25[s1];[s1]setpts=N[s2];[s2]scale="
    )


def test_frames_of_a_variable_rate_are_left_out_by_time() -> None:
    described = source(
        width=640, height=360, frame_rate=Fraction(50), frames=500, variable_frame_rate=True
    )
    capped = WEB.video.model_copy(update={"max_fps": 25.0})
    plan = make_plan(described, WEB.model_copy(update={"video": capped}))
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[0])
    graph = command[command.index("-filter_complex") + 1]
    assert graph.startswith(
        r"[0:0]settb=1/90000[s0];"
        r"[s0]setpts=if(eq(N\,0)\,0\,max(PTS-STARTPTS\,PREV_OUTPTS+1))[s1];"
        r"[s1]select=isnan(prev_selected_t)+gt(floor(t*25.000000+0.250000)\,"
        r"floor(prev_selected_t*25.000000+0.250000))[s2];[s2]scale="
    )


def test_only_where_chunks_meet_an_encoder_is_told_what_lies_beyond() -> None:
    plan = plan_of("h264")
    first, middle, last = (
        video_command("ffmpeg", Path("/in.mp4"), plan, chunk) for chunk in plan.chunks
    )
    assert [any("zones=" in word for word in line) for line in (first, middle, last)] == [
        False,
        True,
        True,
    ]
    assert [any("noise=" in word for word in line) for line in (first, middle, last)] == [
        True,
        True,
        False,
    ]


def test_a_short_chunk_in_front_is_not_kept_waiting() -> None:
    rung = Rung(short_side=360, crf=30, max_bitrate_bps=1_000_000, buffer_bits=2_000_000)
    preset = WEB.model_copy(update={"video": VideoSettings(rungs=(rung,))})
    plan = make_plan(source(width=640, height=360), preset)
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[0])
    assert command[command.index("-frames:v") + 1] == str(plan.chunks[0].frames) == "25"
