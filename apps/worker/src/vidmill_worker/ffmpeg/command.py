"""FFmpeg command lines. Pure: a plan in, a list of arguments out; nothing is started here.

Paths of outputs are relative to the directory FFmpeg is started in.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import ffmpeg

from vidmill_worker import layout
from vidmill_worker.ffmpeg.plan import AudioPlan, Chunk, EncodePlan, RungPlan
from vidmill_worker.layout import INIT

# ffmpeg-python has no types; everything below it is Any, every function here returns list[str].
_ff: Any = ffmpeg


@dataclass(frozen=True, slots=True)
class Remux:
    """One progressive MP4: lists of files that make up its tracks, and its own name."""

    video_list: Path
    output: str
    timescale: int


@dataclass(frozen=True, slots=True)
class Picture:
    """One still: the list of files that hold it, its time in them, and its own name."""

    video_list: Path
    seconds: Fraction
    output: str


def video_command(
    executable: str, source: Path, plan: EncodePlan, chunk: Chunk, threads: int = 0
) -> list[str]:
    """Encode one chunk: one decode, every rung, CMAF segments `{rung}/segment_NNN.m4s`."""
    source_input = _ff.input(_file(source), **_source_options(plan, threads), **_seek(plan, chunk))
    pictures = _normalise(source_input[str(plan.video_index)], plan)
    outputs = _ladder(pictures, plan.rungs)
    options: dict[str, Any] = {
        **_x264(plan, threads),
        # Frames as they come: the filter already gave each its exact time.
        "fps_mode": "passthrough",
        **_segments(plan),
        "start_number": chunk.first_segment,
        "output_ts_offset": _seconds(plan.base_seconds + _chunk_start(plan, chunk)),
        "var_stream_map": " ".join(f"v:{n},name:{rung.name}" for n, rung in enumerate(plan.rungs)),
        "hls_segment_filename": f"%v/{layout.SEGMENT_PATTERN}",
    }
    if not chunk.is_last:
        # Per output stream: each rung ends after this many frames. The last chunk runs to the
        # source's end instead, so that a frame the probe did not see shows up in the count.
        options["frames:v"] = chunk.frames
    return _compile(executable, _ff.output(*outputs, f"%v/{layout.PLAYLIST}", **options))


def audio_command(executable: str, source: Path, plan: EncodePlan, audio: AudioPlan) -> list[str]:
    """Encode the audio once, whole: CMAF segments `audio/segment_NNN.m4s`, and the MP3."""
    source_input = _ff.input(
        _file(source),
        **_source_options(plan, 0),
        # Keep the source's clock: the zero of the video is subtracted below, and FFmpeg's own
        # zero (the earliest stream) may be another.
        copyts=None,
    )
    samples = (
        source_input[str(audio.stream_index)]
        .filter("asetpts", f"PTS-({_seconds(plan.start_seconds)})/TB")
        # first_pts=0: silence is put before late audio, early audio is cut, to the sample.
        # async=1: holes inside are filled, so that sound after them stays with the picture.
        .filter(
            "aresample",
            audio.sample_rate,
            **{"async": 1, "first_pts": 0, "ochl": "mono" if audio.channels == 1 else "stereo"},
        )
    )
    split = samples.filter_multi_output("asplit", 2) if audio.mp3 else [samples]
    segments = _ff.output(
        split[0],
        f"{layout.AUDIO}/{layout.PLAYLIST}",
        **{
            "c:a": "aac",
            "b:a": audio.bitrate_bps,
            **_segments(plan),
            "hls_time": _seconds(Fraction(plan.segment_seconds)),
            "output_ts_offset": _seconds(plan.base_seconds),
            "hls_segment_filename": f"{layout.AUDIO}/{layout.SEGMENT_PATTERN}",
            **_language(audio),
        },
    )
    if not audio.mp3:
        return _compile(executable, segments)
    mp3 = _ff.output(
        split[1],
        layout.MP3,
        **{
            "c:a": "libmp3lame",
            "b:a": audio.mp3_bitrate_bps * audio.channels // 2,
            "f": "mp3",
            **_anonymous(),
        },
    )
    return _compile(executable, _ff.merge_outputs(segments, mp3))


def mp4_command(
    executable: str,
    remuxes: Sequence[Remux],
    audio_list: Path | None,
    plan: EncodePlan,
) -> list[str]:
    """Copy finished segments into progressive MP4s, all in one process."""
    audio = None
    if audio_list is not None:
        audio = _joined(audio_list)["a:0"]
    outputs: list[Any] = []
    for remux in remuxes:
        video = _joined(remux.video_list)["v:0"]
        tracks = [video] if audio is None else [video, audio]
        outputs.append(
            _ff.output(
                *tracks,
                remux.output,
                **{
                    "c": "copy",
                    "f": "mp4",
                    # The index first, so that playing starts before the file is whole.
                    "movflags": "+faststart",
                    "video_track_timescale": remux.timescale,
                    # One shift for both tracks brings the first frame to 0 and leaves the AAC
                    # priming before it, for the edit list to skip. Shifting each input to its own
                    # start would move the sound by those 1024 samples.
                    "output_ts_offset": _seconds(-plan.base_seconds),
                    **(_language(plan.audio) if plan.audio and audio is not None else {}),
                    **_anonymous(),
                },
            )
        )
    return _compile(executable, _ff.merge_outputs(*outputs))


def pictures_command(
    executable: str, pictures: Sequence[Picture], width: int, height: int
) -> list[str]:
    """Write JPEG stills of the given size, all in one process."""
    outputs = [
        _ff.input(
            _list(picture.video_list),
            **_LIST_OPTIONS,
            # One thread: a second of decoding does not pay for starting more.
            threads=1,
            # Times in the files are absolute; without this they count from the first segment.
            seek_timestamp=1,
            ss=_seconds(picture.seconds),
        )["v:0"]
        # JPEG is full range. Said here, in a graph of its own, it can't spread to a rung.
        .filter("scale", width, height, flags="bicubic", out_range="pc")
        .filter("format", pix_fmts="yuvj420p")
        .output(
            picture.output,
            **{
                "frames:v": 1,
                "c:v": "mjpeg",
                # Quantiser scale 2 (best) to 31: 3 is visually clean.
                "q:v": 3,
                "f": "image2",
                # One file, not a numbered series.
                "update": 1,
                "threads": 1,
            },
        )
        for picture in pictures
    ]
    return _compile(executable, _ff.merge_outputs(*outputs))


def decode_command(executable: str, lists: Sequence[Path], threads: int = 1) -> list[str]:
    """Decode every file list to nothing, in one process; any error ends it."""
    outputs = [
        _ff.input(
            _list(path),
            **_LIST_OPTIONS,
            threads=threads,
            # Anything the decoder would conceal is an error.
            err_detect="explode",
            # Every syntax element is still parsed and every prediction made; only the smoothing
            # of block edges, a third of the time, is left out. It can't fail.
            skip_loop_filter="all",
        )["0"].output("pipe:", f="null", fps_mode="passthrough")
        for path in lists
    ]
    # xerror: the first error ends it, instead of a count of errors at the end.
    return _compile(executable, _ff.merge_outputs(*outputs), "-xerror")


_LIST_OPTIONS: dict[str, Any] = {
    "f": "mov,mp4,m4a,3gp,3g2,mj2",
    "protocol_whitelist": "file,concatf",
}


def _compile(executable: str, output: Any, *extra: str) -> list[str]:
    front = [
        executable,
        # A terminal's keys must not steer a worker.
        "-nostdin",
        "-hide_banner",
        "-y",
        # verbose, because only there the decoder says how many frames it showed.
        *("-loglevel", "level+verbose"),
        "-nostats",
        *("-progress", "pipe:1"),
        # Short, because a finished segment is noticed at the next report.
        *("-stats_period", "0.25"),
        *extra,
    ]
    return [str(argument) for argument in _ff.compile(output, cmd=front)]


def _file(path: Path) -> str:
    # With its protocol, so that no name is taken for one ("concat:...").
    return f"file:{path.absolute()}"


def _list(path: Path) -> str:
    # concatf reads names of files, one a line, and joins their bytes: no copy, no long command.
    return f"concatf:{path.absolute()}"


def _joined(path: Path) -> Any:
    # copyts: see mp4_command; FFmpeg would otherwise move each input to its own start.
    return _ff.input(_list(path), **_LIST_OPTIONS, copyts=None)


def _source_options(plan: EncodePlan, threads: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        # The demuxer that the magic bytes name, so that no playlist or script can pose as video.
        "f": plan.demuxer,
        # No other file than the source and no host, whatever it refers to.
        "protocol_whitelist": "file",
        "max_streams": 64,
    }
    if threads:
        options["threads"] = threads
    return options


def _seek(plan: EncodePlan, chunk: Chunk) -> dict[str, Any]:
    if chunk.first_frame == 0:
        return {}
    # Half a frame early: rounding can then never take the frame before or after.
    half_early = chunk.first_frame - Fraction(1, 2)
    return {
        "ss": _seconds(plan.start_seconds + half_early / plan.frame_rate),
        # On the stream's own clock, not counted from the earliest stream.
        "seek_timestamp": 1,
    }


def _chunk_start(plan: EncodePlan, chunk: Chunk) -> Fraction:
    return Fraction(0) if chunk.first_frame == 0 else chunk.first_frame / plan.frame_rate


def _normalise(pictures: Any, plan: EncodePlan) -> Any:
    """Progressive pictures in a standard range, each at its exact time from 0."""
    if plan.deinterlace:
        # One frame a frame (not a field), so that the number of frames stays what it was.
        pictures = pictures.filter("bwdif", mode="send_frame")
    if plan.tone_map:
        pictures = _tone_map(pictures)
    if plan.variable_frame_rate:
        return pictures.filter("settb", f"1/{plan.timescale}").filter("setpts", "PTS-STARTPTS")
    rate = plan.frame_rate
    tick = f"{rate.denominator}/{rate.numerator}"
    # Frame n at tick n: jitter and rounding of the container's clock end here.
    return pictures.filter("settb", tick).filter("setpts", "N")


def _tone_map(pictures: Any) -> Any:
    """BT.2100 to BT.709: in linear light, highlights rolled off instead of clipped."""
    return (
        pictures.filter("zscale", transfer="linear", npl=100)
        .filter("format", pix_fmts="gbrpf32le")
        .filter("zscale", primaries="bt709")
        .filter("tonemap", "hable", desat=0)
        .filter("zscale", transfer="bt709", matrix="bt709", range="limited")
    )


def _ladder(pictures: Any, rungs: Sequence[RungPlan]) -> list[Any]:
    """Scale from rung to rung: each from the one above costs less than all from the source."""
    outputs: list[Any] = []
    for number, rung in enumerate(rungs):
        pictures = (
            # Never a faster scaler: bilinear costs 6 VMAF and more to save a tenth of the CPU.
            pictures.filter("scale", rung.width, rung.height, flags="bicubic")
            # Rounding to even sizes leaves a sample aspect ratio such as 1280:1281.
            .filter("setsar", 1)
            # 8 bit, limited range, whatever the source or another output's format.
            .filter("format", pix_fmts="yuv420p", color_ranges="tv")
        )
        if number == len(rungs) - 1:
            outputs.append(pictures)
            break
        branches = pictures.filter_multi_output("split", 2)
        outputs.append(branches[0])
        pictures = branches[1]
    return outputs


def _x264(plan: EncodePlan, threads: int) -> dict[str, Any]:
    options: dict[str, Any] = {
        "c:v": "libx264",
        "preset": plan.encoder_preset,
        "profile:v": plan.profile,
        # No key picture beyond the planned ones, and those closed: every segment decodes alone.
        "sc_threshold": 0,
        # stitchable: headers depend on the settings alone, so that all chunks share one init.
        "x264-params": "open-gop=0:scenecut=0:stitchable=1",
    }
    if plan.variable_frame_rate:
        # By time, where frames can't be counted; the same frames in every rung.
        options["force_key_frames"] = f"expr:gte(t,n_forced*{plan.gop_seconds:g})"
        options["forced-idr"] = 1
        options["g"] = 100_000
    else:
        options["g"] = options["keyint_min"] = plan.gop_frames
    if threads:
        options["threads:v"] = threads
    for number, rung in enumerate(plan.rungs):
        options[f"crf:v:{number}"] = f"{rung.crf:g}"
        options[f"maxrate:v:{number}"] = rung.max_bitrate_bps
        options[f"bufsize:v:{number}"] = rung.buffer_bits
    return options


def _segments(plan: EncodePlan) -> dict[str, Any]:
    muxer = {
        # Fragments carry their real decode time, as if those before had been written here too.
        "movflags": "+frag_discont",
        # No edit list: it would differ by chunk, and players disagree about them.
        "use_editlist": 0,
        # Without an edit list the muxer would move every chunk to start at zero.
        "avoid_negative_ts": "disabled",
        # A clock in which every frame starts on a tick.
        "video_track_timescale": plan.timescale,
    }
    # A cut comes at the first key picture at or after each multiple of this, so a hair less than
    # the segment: rounding can't push it to the next key picture.
    length = plan.segment_duration - Fraction(1, 1_000_000)
    return {
        "f": "hls",
        "hls_time": _seconds(length),
        "hls_segment_type": "fmp4",
        "hls_segment_options": ":".join(f"{key}={value}" for key, value in muxer.items()),
        "hls_fmp4_init_filename": INIT,
        # The muxer's own playlist is not used: written once at the end, not at every segment.
        "hls_playlist_type": "vod",
        # temp_file: a segment gets its name when it is complete.
        "hls_flags": "independent_segments+temp_file",
        **_anonymous(),
    }


def _language(audio: AudioPlan) -> dict[str, Any]:
    return {"metadata:s:a:0": f"language={audio.language}"} if audio.language else {}


def _anonymous() -> dict[str, Any]:
    # Sources carry places, names and serial numbers; what is published must not.
    return {"map_metadata": -1, "map_chapters": -1}


def _seconds(value: Fraction) -> str:
    """Seconds to the microsecond, FFmpeg's own precision for options."""
    micros = round(value * 1_000_000)
    sign, micros = ("-", -micros) if micros < 0 else ("", micros)
    return f"{sign}{micros // 1_000_000}.{micros % 1_000_000:06d}"
