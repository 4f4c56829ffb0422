"""Command lines that read the source and encode. Pure: a plan in, a list of arguments out.

Paths of outputs are relative to the directory FFmpeg is started in.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from vidmill_worker import layout
from vidmill_worker.ffmpeg.arguments import (
    Source,
    anonymous,
    compile_command,
    ff,
    input_url,
    reading,
    seconds,
)
from vidmill_worker.ffmpeg.clip_filters import cut
from vidmill_worker.ffmpeg.encoders import ENCODERS, STATISTICS, video_options
from vidmill_worker.ffmpeg.frame_drop import select_by_number, select_by_time, source_frame
from vidmill_worker.ffmpeg.hdr import Color
from vidmill_worker.ffmpeg.overlays import draw_text, lay_watermark
from vidmill_worker.ffmpeg.plan import Chunk, EncodePlan, RungPlan
from vidmill_worker.layout import INIT
from vidmill_worker.limits import MAX_STREAMS

_PAST_END_SHARE = 64
"""Frames of a chunk for each one behind its end that is encoded for nothing: 1.6 % of the time at
most, and none for the short chunk that somebody waits for."""


def video_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    threads: int = 0,
    rungs: Sequence[RungPlan] | None = None,
) -> list[str]:
    """Encode one chunk: one decode, every rung, CMAF segments `{rung}/segment_NNN.m4s`. `rungs`:
    only these of the plan's, each scaled as if all were made."""
    rungs = plan.rungs if rungs is None else rungs
    options = {
        **_encoded(plan, chunk, rungs, threads),
        **segment_options(plan),
        "start_number": chunk.first_segment,
        "output_ts_offset": seconds(plan.base_seconds + _chunk_start(plan, chunk)),
        "var_stream_map": " ".join(f"v:{n},name:{rung.name}" for n, rung in enumerate(rungs)),
        "hls_segment_filename": f"%v/{layout.SEGMENT_PATTERN}",
    }
    if plan.passes == 2:
        options |= {"pass": 2, "passlogfile": STATISTICS}
    encoder = ENCODERS[plan.encoder]
    outputs = ladder_pictures(source, plan, chunk, threads, rungs)
    for name, arguments in encoder.handover:
        outputs = [pictures.filter(name, **arguments) for pictures in outputs]
    output = ff.output(*outputs, f"%v/{layout.PLAYLIST}", **options)
    return compile_command(executable, output, *encoder.start)


def first_pass_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    chunk: Chunk,
    threads: int = 0,
    rungs: Sequence[RungPlan] | None = None,
) -> list[str]:
    """Look at a chunk for the encoders' statistics, which `video_command` of a plan with two passes
    expects: files that start with `encoders.STATISTICS`."""
    rungs = plan.rungs if rungs is None else rungs
    options = {
        **_encoded(plan, chunk, rungs, threads),
        "pass": 1,
        "passlogfile": STATISTICS,
        "f": "null",
    }
    outputs = ladder_pictures(source, plan, chunk, threads, rungs)
    return compile_command(executable, ff.output(*outputs, "pipe:", **options))


def _encoded(
    plan: EncodePlan, chunk: Chunk, rungs: Sequence[RungPlan], threads: int
) -> dict[str, Any]:
    options: dict[str, Any] = {
        **video_options(plan, rungs, threads, continues=chunk.first_frame > 0),
        # Frames as they come: the filter already gave each its exact time, on its own clock. The
        # encoder's default clock ticks at the rate FFmpeg guessed, which would round the times.
        "fps_mode": "passthrough",
        "enc_time_base": "filter",
    }
    if not chunk.is_last:
        # Per output stream: each rung ends after this many frames. The last chunk runs to the
        # source's end instead, so that a frame the probe did not see shows up in the count.
        more = min(ENCODERS[plan.encoder].looks_past_end, chunk.frames // _PAST_END_SHARE)
        options["frames:v"] = chunk.frames + more
        if more:
            # The key picture behind the end closes the GOP: none of these comes before it.
            options["bsf:v"] += rf",noise=drop=gte(n\,{chunk.frames})"
    return options


def ladder_pictures(
    source: Source, plan: EncodePlan, chunk: Chunk, threads: int, rungs: Sequence[RungPlan]
) -> list[Any]:
    """The chunk's pictures as the encoders of these rungs take them, from one decode."""
    source_input = ff.input(
        input_url(source), **source_options(source, plan, threads), **_seek(plan, chunk)
    )
    pictures = _normalise(source_input[str(plan.video_index)], plan, chunk)
    return _ladder(pictures, plan, chunk, rungs)


def source_options(source: Source, plan: EncodePlan, threads: int) -> dict[str, Any]:
    """Options of the source as an input."""
    options: dict[str, Any] = {
        # The demuxer that the magic bytes name, so that no playlist or script can pose as video.
        "f": plan.demuxer,
        **reading(source),
        "format_whitelist": plan.demuxer,
        "codec_whitelist": ",".join(plan.decoders),
        # Pictures that grow while they are read must not cost more than was looked at.
        "max_pixels": plan.max_pixels,
        "max_streams": MAX_STREAMS,
    }
    if threads:
        options["threads"] = threads
    return options


def _seek(plan: EncodePlan, chunk: Chunk) -> dict[str, Any]:
    if chunk.first_frame == 0:
        if plan.clip is None or plan.clip.seek_seconds is None:
            return {}
        place = plan.clip.seek_seconds
    else:
        # Half a frame early: rounding can then never take the frame before or after.
        first = source_frame(chunk.first_frame, plan.source_frame_rate, plan.frame_rate)
        early = _frames_before(plan, chunk) + Fraction(1, 2)
        place = plan.start_seconds + (first - early) / plan.source_frame_rate
    return {
        "ss": seconds(place),
        # On the stream's own clock, not counted from the earliest stream.
        "seek_timestamp": 1,
    }


def _frames_before(plan: EncodePlan, chunk: Chunk) -> int:
    """How many frames are read before the chunk's first: a deinterlacer takes the missing lines of
    each from the one before, and makes a poor picture without."""
    return 1 if plan.deinterlace and chunk.first_frame else 0


def _chunk_start(plan: EncodePlan, chunk: Chunk) -> Fraction:
    return Fraction(0) if chunk.first_frame == 0 else chunk.first_frame / plan.frame_rate


def _normalise(pictures: Any, plan: EncodePlan, chunk: Chunk) -> Any:
    """Progressive pictures in a standard range, each at its exact time from 0."""
    source_rate, rate = plan.source_frame_rate, plan.frame_rate
    if plan.deinterlace:
        # One frame a frame (not a field), so that the number of frames stays what it was.
        pictures = pictures.filter("bwdif", mode="send_frame")
        if before := _frames_before(plan, chunk):
            pictures = pictures.filter("trim", start_frame=before)
    if plan.clip is not None:
        pictures = cut(pictures, plan, plan.clip, chunk)
    if rate < source_rate and not plan.variable_frame_rate:
        first = source_frame(chunk.first_frame, source_rate, rate)
        pictures = pictures.filter("select", select_by_number(first, source_rate, rate))
    if plan.tone_map:
        pictures = _tone_map(pictures)
    elif plan.hdr is not None:
        pictures = _state_colors(pictures, plan.hdr)
    if plan.variable_frame_rate:
        # From 0, and forwards: damaged sources jump back, which no encoder takes.
        forwards = "if(eq(N,0),0,max(PTS-STARTPTS,PREV_OUTPTS+1))"
        pictures = pictures.filter("settb", _tick(plan)).filter("setpts", forwards)
        if rate < source_rate:
            pictures = pictures.filter("select", select_by_time(source_rate, rate))
        return pictures
    # Frame n at tick n: jitter and rounding of the container's clock end here.
    return pictures.filter("settb", _tick(plan)).filter("setpts", "N")


def _tick(plan: EncodePlan) -> str:
    """Time base of the pictures from there on, in seconds."""
    if plan.variable_frame_rate:
        return f"1/{plan.timescale}"
    return f"{plan.frame_rate.denominator}/{plan.frame_rate.numerator}"


def _tone_map(pictures: Any) -> Any:
    """BT.2100 to BT.709: in linear light, highlights rolled off instead of clipped."""
    return (
        pictures.filter("zscale", transfer="linear", npl=100)
        .filter("format", pix_fmts="gbrpf32le")
        .filter("zscale", primaries="bt709")
        .filter("tonemap", "hable", desat=0)
        .filter("zscale", transfer="bt709", matrix="bt709", range="limited")
    )


def _state_colors(pictures: Any, color: Color) -> Any:
    """HDR as it is, with whatever of its colours the source left unsaid."""
    return pictures.filter(
        "setparams",
        color_primaries=color.primaries,
        color_trc=color.transfer,
        colorspace=color.matrix,
    )


def _ladder(pictures: Any, plan: EncodePlan, chunk: Chunk, wanted: Sequence[RungPlan]) -> list[Any]:
    """Scale from rung to rung: each from the one above costs less than all from the source. Rungs
    that are not wanted are steps on the way. What is laid over the first is in all of them."""
    outputs: list[Any] = []
    for rung in plan.rungs:
        pictures = (
            # Never a faster scaler: bilinear costs 6 VMAF and more to save a tenth of the CPU.
            pictures.filter("scale", rung.width, rung.height, flags="bicubic")
            # Rounding to even sizes leaves a sample aspect ratio such as 1280:1281.
            .filter("setsar", 1)
            # Limited range and the planned depth, whatever the source or another output's format.
            .filter("format", pix_fmts=plan.pixel_format, color_ranges="tv")
        )
        if rung == plan.rungs[0]:
            pictures = _overlaid(pictures, plan, chunk)
        if rung not in wanted:
            continue
        if len(outputs) == len(wanted) - 1:
            outputs.append(pictures)
            break
        branches = pictures.filter_multi_output("split", 2)
        outputs.append(branches[0])
        pictures = branches[1]
    return outputs


def _overlaid(pictures: Any, plan: EncodePlan, chunk: Chunk) -> Any:
    if plan.watermark is not None:
        pictures = lay_watermark(pictures, plan.watermark, _tick(plan))
    if plan.burn_in is not None:
        pictures = draw_text(pictures, chunk.first_frame)
    return pictures


def segment_options(plan: EncodePlan) -> dict[str, Any]:
    """Options of an output of CMAF segments that continue each other's clock."""
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
        "hls_time": seconds(length),
        "hls_segment_type": "fmp4",
        "hls_segment_options": ":".join(f"{key}={value}" for key, value in muxer.items()),
        "hls_fmp4_init_filename": INIT,
        # The muxer's own playlist is not used: written once at the end, not at every segment.
        "hls_playlist_type": "vod",
        # temp_file: a segment gets its name when it is complete.
        "hls_flags": "independent_segments+temp_file",
        **anonymous(),
    }
