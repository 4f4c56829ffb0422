"""Encoders in graphics hardware, as data: NVIDIA's NVENC, Intel's Quick Sync, and VA-API, by which
Linux speaks to those of AMD and Intel.

Pictures are decoded, scaled and laid over in software, as for all other encoders; the last step
alone is theirs. They do the same as `encoders` says, so that chunks join:

- A key picture every `g` frames, each an IDR picture, and nowhere else. NVENC's idrPeriod is the
  GOP (nvenc.c), and `no-scenecut` takes the exception away that looking ahead would allow. Quick
  Sync follows GOPs strictly unless closed ones are asked for (MFX_GOP_STRICT, qsvenc.c), and its
  `idr_interval` 0 makes every I-picture an IDR picture, as VA-API's does.
- No B-frames: how far decode order runs ahead with them, and so where a chunk's clock begins,
  differs by family, chip and driver. Without them GOPs are closed by nature.

All of them aim at constant quality under a cap. The scale is that of the codec's quantizer, 1 to
51, which is also x264's and x265's, so a CRF is passed on as it is (as Immich does). AV1's CRF runs
to 63, as NVENC's own `cq` does; Quick Sync and VA-API count to 51 for every codec (qsvenc.c clips
there; quality_factor of VAEncMiscParameterRateControl in va.h). The same number of another encoder
is not the same picture: whoever cares states `target_vmaf`, which is found with the encoder that
is used.

`encoder_preset` means nothing to them: each takes its vendor's middle, as what is slow here is
decoding and scaling.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from vidmill.codecs import RULES, VideoCodec
from vidmill_worker.ffmpeg.encoder import Encoder, Family, Options

if TYPE_CHECKING:
    from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan

MIN_SIDE, MAX_SIDE = 128, 4096
"""Pixels of the smallest and largest side that every family takes. Of H.264, NVENC and Quick Sync
take no more; NVENC takes no less than 145x49 pixels."""

DEVICES: Mapping[Family, tuple[str, ...]] = {
    "nvenc": ("/dev/nvidia*",),
    "qsv": ("/dev/dri",),
    "vaapi": ("/dev/dri",),
}
"""What a process that encodes with one must be able to open, as patterns."""
DRIVER_FILES: Mapping[Family, tuple[str, ...]] = {
    "nvenc": ("/proc/driver/nvidia", "/proc/devices", "/proc/sys/vm/mmap_min_addr", "/etc/nvidia"),
    "qsv": ("/etc/drirc",),
    "vaapi": ("/etc/drirc",),
}
"""What its driver reads beside programs and libraries."""


def _profile(plan: EncodePlan, names: Mapping[str, str] | None = None) -> Options:
    """AV1 has one profile for all that is made here."""
    return {"profile:v": (names or {}).get(plan.profile, plan.profile)} if plan.profile else {}


def _container(plan: EncodePlan) -> Options:
    # hev1, FFmpeg's choice, Apple's players refuse.
    return {"tag:v": "hvc1"} if plan.codec == "hevc" else {}


def _nvenc(plan: EncodePlan, _threads: int) -> Options:
    return {
        **_profile(plan),
        **_container(plan),
        # NVIDIA's middle of p1 to p7, and its own words for what is watched, not streamed live.
        "preset": "p4",
        "tune": "hq",
        "rc": "vbr",
        "no-scenecut": 1,
        "bf": 0,
    }


def _nvenc_rate(rung: RungPlan) -> Options:
    if rung.crf is None:
        return _average(rung)
    # The cap alone: with a quality, FFmpeg ignores average and buffer (nvenc.c, "CQ mode").
    return {"cq": f"{rung.crf:g}", "b": 0, "maxrate": rung.max_bitrate_bps}


def _qsv(plan: EncodePlan, _threads: int) -> Options:
    # AV1 has no such interval: every key picture of it is one that decoding can begin at.
    idr = {} if plan.codec == "av1" else {"idr_interval": 0}
    return {**_profile(plan), **_container(plan), "preset": "medium", **idr, "bf": 0}


def _qsv_rate(codec: VideoCodec, rung: RungPlan) -> Options:
    if rung.crf is None:
        return _average(rung)
    # A quality with a cap is QVBR; ICQ, which it would be without, knows no cap (qsvenc.c).
    return {"global_quality": _quality(codec, rung.crf), **_capped(rung)}


def _vaapi(plan: EncodePlan, _threads: int) -> Options:
    baseline = {"baseline": "constrained_baseline"}
    return {**_profile(plan, baseline), **_container(plan), "idr_interval": 0, "bf": 0}


def _vaapi_rate(codec: VideoCodec, rung: RungPlan) -> Options:
    if rung.crf is None:
        return {"rc_mode": "VBR", **_average(rung)}
    quality = _quality(codec, rung.crf)
    return {"rc_mode": "QVBR", "global_quality": quality, **_capped(rung)}


def _average(rung: RungPlan) -> Options:
    rates = {"maxrate": rung.max_bitrate_bps, "bufsize": rung.buffer_bits}
    return {"b": rung.bitrate_bps, **rates}


def _capped(rung: RungPlan) -> Options:
    """A cap, and the average that QVBR wants beside it: a little less, so that quality decides.
    Where both are equal, Quick Sync takes constant bit rate."""
    return {
        "b": max(1, rung.max_bitrate_bps * 9 // 10),
        "maxrate": rung.max_bitrate_bps,
        "bufsize": rung.buffer_bits,
    }


def _quality(codec: VideoCodec, crf: float) -> int:
    """A CRF on the scale from 1 to 51, in whole steps, never worse than was asked for."""
    return max(1, math.floor(crf * 51 / RULES[codec].crf_max))


def _with_codec(
    rate: Callable[[VideoCodec, RungPlan], Options], codec: VideoCodec
) -> Callable[[RungPlan], Options]:
    return lambda rung: rate(codec, rung)


_CODECS: Mapping[VideoCodec, str] = {"h264": "h264", "hevc": "hevc", "av1": "av1"}
_SYSTEM_MEMORY = (("format", {"pix_fmts": "nv12"}),)

HARDWARE: Mapping[str, Encoder] = {
    **{
        f"{name}_nvenc": Encoder(codec, _nvenc, _nvenc_rate, family="nvenc")
        for codec, name in _CODECS.items()
    },
    **{
        f"{name}_qsv": Encoder(
            codec,
            _qsv,
            _with_codec(_qsv_rate, codec),
            family="qsv",
            handover=_SYSTEM_MEMORY,
        )
        for codec, name in _CODECS.items()
    },
    **{
        f"{name}_vaapi": Encoder(
            codec,
            _vaapi,
            _with_codec(_vaapi_rate, codec),
            family="vaapi",
            # The first device that works; a container is given the one that it is to use.
            start=("-init_hw_device", "vaapi=gpu", "-filter_hw_device", "gpu"),
            handover=(*_SYSTEM_MEMORY, ("hwupload", {})),
        )
        for codec, name in _CODECS.items()
    },
}
"""By the names that FFmpeg gives them; the best first where a machine has several."""
