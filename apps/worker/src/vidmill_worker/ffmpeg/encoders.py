"""Encoders as data: what each is told, from a plan to FFmpeg's options. Those in software are here,
those in graphics hardware in `hardware`.

All of them must do the same: key pictures at the planned frames and nowhere else, each of them the
start of a closed GOP; and headers that depend on the plan alone, not on the machine or on the
chunk, so that chunks from anywhere share one init segment.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from vidmill.codecs import VideoCodec
from vidmill.presets import VideoSettings
from vidmill_worker.ffmpeg.encoder import Encoder, Options
from vidmill_worker.ffmpeg.hardware import HARDWARE
from vidmill_worker.ffmpeg.hdr import Color

if TYPE_CHECKING:
    from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan

STATISTICS = "pass"
"""Prefix of the files that the first of two passes leaves for the second."""
_NO_MORE_KEYS = 100_000
"""A GOP that no video reaches: key pictures come where they are forced, and nowhere else."""


def video_options(
    plan: EncodePlan, rungs: Sequence[RungPlan], threads: int, *, continues: bool = False
) -> Options:
    """Options of the encoder of `plan`, for outputs that are these rungs in this order;
    `continues`: another chunk comes before."""
    encoder = ENCODERS[plan.encoder]
    options = {"c:v": plan.encoder, **encoder.settings(plan, threads), **_key_pictures(plan)}
    if threads and encoder.takes_threads:
        # All rungs wait for the first, which is more than half of the work. With half as many
        # threads again, as x264 takes by itself, one chunk alone fills the processors too.
        counts = [math.ceil(threads * 1.5), *[threads] * (len(rungs) - 1)]
        options |= {f"threads:v:{number}": count for number, count in enumerate(counts)}
    if continues and encoder.join and all(rung.crf is not None for rung in plan.rungs):
        name, parameters = encoder.join
        options[name] = f"{options[name]}:{parameters}"
    for number, rung in enumerate(rungs):
        options |= {f"{name}:v:{number}": value for name, value in encoder.rate(rung).items()}
    return options


def profile_of(settings: VideoSettings, hdr: Color | None) -> str:
    """H.264's is a choice, HEVC's follows from the bit depth, the others' encoders find theirs."""
    if settings.codec == "h264":
        return settings.profile or "high"
    if settings.codec == "hevc":
        return "main10" if hdr else "main"
    return ""


def _key_pictures(plan: EncodePlan) -> Options:
    if not plan.variable_frame_rate:
        return {
            "g": plan.gop_frames,
            "keyint_min": plan.gop_frames,
            # One tick each: a source may hold its last frame for longer, and encoders without
            # B-frames hand that on.
            "bsf:v": "setts=pts=PTS:dts=DTS:duration=1",
        }
    step = r"if(eq(NEXT_DTS\,NOPTS)\,DURATION\,NEXT_DTS-DTS)"
    options: Options = {
        # By time, where frames can't be counted; the same frames in every rung.
        "force_key_frames": f"expr:gte(t,n_forced*{plan.gop_seconds:g})",
        "g": _NO_MORE_KEYS,
        # The muxer continues a segment where durations say the one before ended, in decode and in
        # presentation time at once. Only as the step to the next frame are durations right.
        "bsf:v": f"setts=pts=PTS:dts=DTS:duration={step}",
    }
    if ENCODERS[plan.encoder].reorders:
        # And only without B-frames are these two times the same.
        options |= {"bf": 0, "forced-idr": 1}
    return options


def _constant_quality_or_average(rung: RungPlan) -> Options:
    """Rate control of x264 and x265: an aim, under the cap of a video buffering verifier."""
    aim: Options = {"b": rung.bitrate_bps} if rung.crf is None else {"crf": f"{rung.crf:g}"}
    return {**aim, "maxrate": rung.max_bitrate_bps, "bufsize": rung.buffer_bits}


def _x264(plan: EncodePlan, _threads: int) -> Options:
    return {
        "preset": plan.encoder_preset,
        "profile:v": plan.profile,
        # No key picture beyond the planned ones, and those closed: every segment decodes alone.
        "sc_threshold": 0,
        # stitchable: headers depend on the settings alone, so that all chunks share one init.
        "x264-params": "open-gop=0:scenecut=0:stitchable=1",
    }


def _x265(plan: EncodePlan, threads: int) -> Options:
    parameters = [
        "open-gop=0:scenecut=0",
        # x265 writes its version and settings, the number of threads among them, into an SEI that
        # becomes part of the init segment.
        "info=0",
    ]
    if threads:
        # Not FFmpeg's `threads`: that is frames at a time, beside a pool for all cores.
        parameters.append(f"pools={threads}")
    return {
        "preset": plan.encoder_preset,
        "profile:v": plan.profile,
        "x265-params": ":".join(parameters),
        # Parameter sets in the init segment alone; hev1, FFmpeg's choice, Apple's players refuse.
        "tag:v": "hvc1",
        # A phone's HDR may carry Dolby Vision, whose metadata don't survive scaling.
        "dolbyvision": 0,
    }


def _svt_av1(plan: EncodePlan, threads: int) -> Options:
    # irefresh-type=2: key frames, the closed kind of GOP; scd: no others at scene changes.
    parameters = "scd=0:irefresh-type=2"
    return {
        "preset": plan.encoder_preset,
        "svtav1-params": f"{parameters}:lp={threads}" if threads else parameters,
        "dolbyvision": 0,
    }


def _svt_av1_rate(rung: RungPlan) -> Options:
    if rung.crf is None:
        # "Max Bitrate only supported with CRF mode": it refuses to start with both.
        return {"b": rung.bitrate_bps}
    return _constant_quality_or_average(rung)


def _vp9(plan: EncodePlan, _threads: int) -> Options:
    return {
        "deadline": "good",
        "cpu-used": plan.encoder_preset,
        # Rows of blocks beside each other: more threads than there are tiles, the same picture.
        "row-mt": 1,
    }


def _vp9_rate(rung: RungPlan) -> Options:
    options = _constant_quality_or_average(rung)
    # With a CRF, the bit rate is the most that it may cost ("constrained quality").
    return {"b": rung.max_bitrate_bps, **options}


_AS_IN_THE_MIDDLE = "zones=0,0,b=1.4"
"""x264 gives the very first picture of a stream the quantiser of P-frames, and later key pictures
one that is lower by `ipratio`, 1.4. A zone of one picture takes that off, so that a chunk begins
with just the picture that a single pass has there."""

_SOFTWARE: Mapping[str, Encoder] = {
    "libx264": Encoder(
        "h264",
        _x264,
        _constant_quality_or_average,
        reorders=True,
        takes_threads=True,
        join=("x264-params", _AS_IN_THE_MIDDLE),
        # Its lookahead is 10 frames with `veryfast`; the first of them decide.
        looks_past_end=6,
    ),
    "libx265": Encoder("hevc", _x265, _constant_quality_or_average, reorders=True, patience=10),
    "libsvtav1": Encoder("av1", _svt_av1, _svt_av1_rate, patience=10),
    # In one pass libvpx overshoots a cap by more than twice (2.7 Mbit/s for 1.2 on noise).
    "libvpx-vp9": Encoder(
        "vp9", _vp9, _vp9_rate, always_two_passes=True, takes_threads=True, patience=10
    ),
}

ENCODERS: Mapping[str, Encoder] = {**_SOFTWARE, **HARDWARE}
"""By the names that FFmpeg gives them."""

SOFTWARE: Mapping[VideoCodec, str] = {encoder.codec: name for name, encoder in _SOFTWARE.items()}
"""The encoder of each codec that every machine has."""
