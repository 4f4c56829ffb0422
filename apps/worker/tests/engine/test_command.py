"""Whole command lines: a change of any flag shows up here."""

from __future__ import annotations

import shlex
from fractions import Fraction
from pathlib import Path

import pytest

from vidmill.presets import WEB
from vidmill_worker.ffmpeg.audio_command import audio_command
from vidmill_worker.ffmpeg.chunks import even
from vidmill_worker.ffmpeg.command import video_command
from vidmill_worker.ffmpeg.derive import (
    Jpeg,
    Picture,
    Remux,
    Sound,
    decode_command,
    mp4_command,
    pictures_command,
)
from vidmill_worker.ffmpeg.plan import make_plan

from .described import source

FRONT = (
    "ffmpeg -nostdin -hide_banner -y -loglevel level+verbose -nostats -progress pipe:1 "
    "-stats_period 0.25"
)
MOV = "-f mov,mp4,m4a,3gp,3g2,mj2"
ALLOWED = (
    "-codec_whitelist h264,aac,subrip,srt,ass,ssa,webvtt,mov_text,text "
    "-format_whitelist mov,mp4,m4a,3gp,3g2,mj2 -max_pixels 2359296 -max_streams 64"
)
JOINED = f"{MOV} -copyts -nofind_stream_info -protocol_whitelist file,concatf -i concatf:/w"
SEGMENTS = (
    "-hls_flags independent_segments+temp_file -hls_fmp4_init_filename init.mp4 "
    "-hls_playlist_type vod"
)
MUXER = (
    "-hls_segment_options movflags=+frag_discont:use_editlist=0:avoid_negative_ts=disabled:"
    "video_track_timescale=30000 -hls_segment_type fmp4"
)
RATE = Fraction(30_000, 1001)


def words(*parts: str) -> list[str]:
    return shlex.split(" ".join(parts))


def test_a_chunk_in_the_middle_of_a_video_with_two_rungs() -> None:
    plan = make_plan(source(frame_rate=RATE, frames=719, width=854, height=480), WEB, even(3))
    chunk = plan.chunks[1]
    assert (chunk.first_frame, chunk.frames, chunk.first_segment) == (240, 240, 2)
    assert video_command("ffmpeg", Path("/in.mp4"), plan, chunk, threads=2) == words(
        FRONT,
        MOV,
        # 239.5 frames of 1001/30000 s
        ALLOWED,
        "-protocol_whitelist file -seek_timestamp 1 -ss 7.991317 -threads 2",
        "-i file:/in.mp4 -filter_complex",
        "'[0:0]settb=1001/30000[s0];[s0]setpts=N[s1];"
        "[s1]scale=854:480:flags=bicubic[s2];[s2]setsar=1[s3];"
        "[s3]format=color_ranges=tv:pix_fmts=yuv420p[s4];[s4]split=2[s5][s6];"
        "[s6]scale=640:360:flags=bicubic[s7];[s7]setsar=1[s8];"
        "[s8]format=color_ranges=tv:pix_fmts=yuv420p[s9]'",
        # Three frames behind the end are encoded for the lookahead, and dropped.
        "-map [s5] -map [s9] -f hls -bsf:v",
        r"'setts=pts=PTS:dts=DTS:duration=1,noise=drop=gte(n\,240)'",
        "-bufsize:v:0 4400000 -bufsize:v:1 2400000 -c:v libx264",
        "-crf:v:0 23 -crf:v:1 23 -enc_time_base filter -fps_mode passthrough -frames:v 243 -g 60",
        SEGMENTS,
        "-hls_segment_filename %v/segment_%03d.m4s",
        MUXER,
        "-hls_time 4.003999 -keyint_min 60 -map_chapters -1 -map_metadata -1",
        "-maxrate:v:0 2200000 -maxrate:v:1 1200000",
        # 240 frames and the base of two
        "-output_ts_offset 8.074733 -preset veryfast -profile:v high -sc_threshold 0",
        "-start_number 2 -threads:v:0 3 -threads:v:1 2",
        "-var_stream_map 'v:0,name:480p v:1,name:360p'",
        "-x264-params open-gop=0:scenecut=0:stitchable=1:zones=0,0,b=1.4 %v/playlist.m3u8",
    )


def test_a_variable_rate_keeps_its_times_and_gets_key_pictures_by_time() -> None:
    plan = make_plan(source(variable_frame_rate=True, width=640, height=360), WEB)
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[0])
    graph = command.index("-filter_complex") + 1
    assert command[graph].startswith(
        r"[0:0]settb=1/90000[s0];"
        r"[s0]setpts=if(eq(N\,0)\,0\,max(PTS-STARTPTS\,PREV_OUTPTS+1))[s1];[s1]scale="
    )
    assert command[graph + 1 :] == words(
        "-map [s4] -f hls -bf 0 -bsf:v",
        r"'setts=pts=PTS:dts=DTS:duration=if(eq(NEXT_DTS\,NOPTS)\,DURATION\,NEXT_DTS-DTS)'",
        "-bufsize:v:0 2400000 -c:v libx264 -crf:v:0 23",
        "-enc_time_base filter -force_key_frames 'expr:gte(t,n_forced*2)' -forced-idr 1",
        "-fps_mode passthrough -g 100000",
        SEGMENTS,
        "-hls_segment_filename %v/segment_%03d.m4s",
        MUXER.replace("30000", "90000"),
        "-hls_time 3.999999 -map_chapters -1 -map_metadata -1 -maxrate:v:0 1200000",
        "-output_ts_offset 0.023222 -preset veryfast -profile:v high -sc_threshold 0",
        "-start_number 0 -var_stream_map v:0,name:360p",
        "-x264-params open-gop=0:scenecut=0:stitchable=1 %v/playlist.m3u8",
    )


def test_interlaced_and_hdr_sources_are_made_progressive_and_sdr_first() -> None:
    plan = make_plan(source(field_order="tt", color_transfer="smpte2084"), WEB)
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[0])
    graph = command[command.index("-filter_complex") + 1]
    assert graph.startswith(
        "[0:0]bwdif=mode=send_frame[s0];[s0]zscale=npl=100:transfer=linear[s1];"
        "[s1]format=pix_fmts=gbrpf32le[s2];[s2]zscale=primaries=bt709[s3];"
        "[s3]tonemap=hable:desat=0[s4];"
        "[s4]zscale=matrix=bt709:range=limited:transfer=bt709[s5];[s5]settb=1/25[s6];"
    )


def test_a_chunk_is_deinterlaced_with_the_frame_before_it() -> None:
    plan = make_plan(source(field_order="tt"), WEB, even(2))
    command = video_command("ffmpeg", Path("/in.mp4"), plan, plan.chunks[1])
    # A frame and a half before its first, of which the whole one is taken off again.
    assert plan.chunks[1].first_frame == 100
    assert command[command.index("-ss") + 1] == "3.940000"
    graph = command[command.index("-filter_complex") + 1]
    assert graph.startswith("[0:0]bwdif=mode=send_frame[s0];[s0]trim=start_frame=1[s1];")


def test_sound() -> None:
    first = source().audio[0]
    second = first.model_copy(update={"index": 3, "language": "de", "channels": 1})
    plan = make_plan(
        source(frame_rate=RATE, start_seconds=Fraction(7, 5), audio=(first, second)), WEB
    )
    assert plan.audio is not None
    muxed = "-hls_time 4.000000 -map_chapters -1 -map_metadata -1"
    base = "-output_ts_offset 0.066733"
    chain = "asetpts=PTS-(1.400000)/TB,aresample=48000:async=1:first_pts=0:ochl="
    assert audio_command("ffmpeg", Path("/in.mp4"), plan, plan.audio) == words(
        FRONT,
        "-max_error_rate 1",
        MOV,
        ALLOWED.replace("-format", "-copyts -format"),
        "-protocol_whitelist file -i file:/in.mp4",
        f"-map 0:1 -f hls -b:a 128000 -c:a aac -filter:a {chain}stereo",
        SEGMENTS,
        "-hls_segment_filename audio/segment_%03d.m4s",
        MUXER,
        f"{muxed} -metadata:s:a:0 language=eng {base} audio/playlist.m3u8",
        f"-map 0:3 -f hls -b:a 64000 -c:a aac -filter:a {chain}mono",
        SEGMENTS,
        "-hls_segment_filename audio_2/segment_%03d.m4s",
        MUXER,
        f"{muxed} -metadata:s:a:0 language=deu {base} audio_2/playlist.m3u8",
        f"-map 0:1 -f mp3 -b:a 192000 -c:a libmp3lame -filter:a {chain}stereo",
        "-map_chapters -1 -map_metadata -1 audio/audio.mp3",
    )


def test_sound_without_an_mp3_has_one_output() -> None:
    preset = WEB.model_copy(
        update={"audio": WEB.audio and WEB.audio.model_copy(update={"mp3": False})}
    )
    plan = make_plan(source(), preset)
    assert plan.audio is not None
    command = audio_command("ffmpeg", Path("/in.mp4"), plan, plan.audio)
    assert command[-1] == "audio/playlist.m3u8"
    assert command.count("-map") == 1


def test_mp4s_share_one_shift() -> None:
    plan = make_plan(source(frame_rate=RATE), WEB)
    remuxes = [
        Remux(Path("/w/a.txt"), "720p/video_720p.mp4", 30_000),
        Remux(Path("/w/b.txt"), "360p/video_360p.mp4", 30_000),
    ]
    end = "-movflags +faststart -output_ts_offset -0.066733 -video_track_timescale 30000"
    copied = "-f mp4 -c copy -disposition:a:0 default -map_chapters -1 -map_metadata -1"
    copied += " -metadata:s:a:0 language=eng"
    assert plan.audio is not None
    sound = [Sound(Path("/w/sound.txt"), plan.audio.tracks[0])]
    assert mp4_command("ffmpeg", remuxes, sound, plan) == words(
        FRONT,
        f"{JOINED}/a.txt {JOINED}/sound.txt {JOINED}/b.txt",
        f"-map 0:v:0 -map 1:a:0 {copied} {end} 720p/video_720p.mp4",
        f"-map 2:v:0 -map 1:a:0 {copied} {end} 360p/video_360p.mp4",
    )


def test_mp4_without_sound() -> None:
    plan = make_plan(source(audio=()), WEB)
    remux = Remux(Path("/w/a.txt"), "360p/video_360p.mp4", 12_800)
    assert mp4_command("ffmpeg", [remux], [], plan) == words(
        FRONT,
        f"{JOINED}/a.txt",
        "-map 0:v:0 -f mp4 -c copy -map_chapters -1 -map_metadata -1 -movflags +faststart",
        "-output_ts_offset -0.080000 -video_track_timescale 12800 360p/video_360p.mp4",
    )


def test_pictures() -> None:
    files = (Jpeg("thumbnails/thumb_50.jpg", 1280, 720, 3),)
    picture = Picture(Path("/w/t.txt"), Fraction(5, 2), files)
    assert pictures_command("ffmpeg", [picture]) == words(
        FRONT,
        MOV,
        "-nofind_stream_info -protocol_whitelist file,concatf",
        "-seek_timestamp 1 -ss 2.500000 -threads 1",
        "-i concatf:/w/t.txt -filter_complex",
        "'[0:v:0]scale=1280:720:flags=bicubic:out_color_matrix=bt601:out_range=pc[s0];"
        "[s0]format=pix_fmts=yuvj420p[s1]'",
        "-map [s1] -f image2 -c:v mjpeg -frames:v 1 -q:v 3 -threads 1 -update 1",
        "thumbnails/thumb_50.jpg",
    )


def test_a_picture_of_two_sizes_is_decoded_once() -> None:
    files = (Jpeg("thumbnails/thumb_25.jpg", 1280, 720, 3), Jpeg("thumbnails/s.jpg", 320, 180, 5))
    command = pictures_command("ffmpeg", [Picture(Path("/w/t.txt"), Fraction(5, 2), files)])
    assert command[command.index("-i") :] == words(
        "-i concatf:/w/t.txt -filter_complex",
        "'[0:v:0]split=2[s0][s1];"
        "[s0]scale=1280:720:flags=bicubic:out_color_matrix=bt601:out_range=pc[s2];"
        "[s2]format=pix_fmts=yuvj420p[s3];"
        "[s1]scale=320:180:flags=bicubic:out_color_matrix=bt601:out_range=pc[s4];"
        "[s4]format=pix_fmts=yuvj420p[s5]'",
        "-map [s3] -f image2 -c:v mjpeg -frames:v 1 -q:v 3 -threads 1 -update 1",
        "thumbnails/thumb_25.jpg",
        "-map [s5] -f image2 -c:v mjpeg -frames:v 1 -q:v 5 -threads 1 -update 1 thumbnails/s.jpg",
    )


def test_decoding_everything_to_nothing() -> None:
    lists = [Path("/w/a.txt"), Path("/w/b.txt")]
    each = f"{MOV} -err_detect explode -nofind_stream_info -protocol_whitelist file,concatf"
    each += " -skip_loop_filter all"
    assert decode_command("ffmpeg", lists) == words(
        FRONT,
        "-xerror",
        f"{each} -threads 1 -i concatf:/w/a.txt {each} -threads 1 -i concatf:/w/b.txt",
        "-map 0:0 -f null -fps_mode passthrough pipe:",
        "-map 1:0 -f null -fps_mode passthrough pipe:",
    )


@pytest.mark.parametrize("name", ["concat:a|b", "a b;c", "-i", "ü.mp4", "%d.mp4", "http:x"])
def test_a_strange_file_name_stays_a_file_name(name: str) -> None:
    plan = make_plan(source(), WEB)
    command = video_command("ffmpeg", Path("/s") / name, plan, plan.chunks[0])
    assert command[command.index("-i") + 1] == f"file:/s/{name}"
