"""Video codecs as presets may ask for them: which values each one's encoder takes.

The ranges are those of the software encoders. Encoders in hardware get a CRF translated, and take
no notice of `encoder_preset`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

VideoCodec = Literal["h264", "hevc", "av1", "vp9"]

_X264_PRESETS = (
    *("ultrafast", "superfast", "veryfast", "faster", "fast", "medium", "slow", "slower"),
    "veryslow",
)


@dataclass(frozen=True, slots=True)
class CodecRules:
    """What a preset may say about one codec."""

    crf_min: float
    crf_max: float
    """Lower is better; the scales of two codecs can't be compared."""
    whole_crf: bool
    """Whether only whole numbers are taken."""
    encoder_presets: tuple[str, ...]
    default_preset: str
    min_short_side: int
    """Pixels of the smallest picture that is encoded reliably."""
    takes_target: bool
    """Whether a CRF can be found by a target VMAF: in half steps, by probes of one pass."""
    keeps_hdr: bool
    """Whether 10 bit pictures of this codec are played where the codec is: not so H.264's."""

    def crf_problem(self, crf: float) -> str | None:
        """What is wrong with a CRF, naming the values allowed; None if nothing is."""
        if self.crf_min <= crf <= self.crf_max and (not self.whole_crf or crf == int(crf)):
            return None
        kind = "a whole number" if self.whole_crf else "a number"
        return f"{crf:g} is not {kind} from {self.crf_min:g} to {self.crf_max:g}"


RULES: Mapping[VideoCodec, CodecRules] = {
    "h264": CodecRules(
        # 0 would be lossless, in a profile that no browser plays.
        crf_min=1,
        crf_max=51,
        whole_crf=False,
        encoder_presets=_X264_PRESETS,
        default_preset="veryfast",
        min_short_side=2,
        takes_target=True,
        keeps_hdr=False,
    ),
    "hevc": CodecRules(
        crf_min=0,
        crf_max=51,
        whole_crf=False,
        encoder_presets=_X264_PRESETS,
        default_preset="medium",
        min_short_side=16,
        takes_target=True,
        keeps_hdr=True,
    ),
    "av1": CodecRules(
        crf_min=1,
        crf_max=63,
        whole_crf=True,
        # Above 9 they are for real time: SVT-AV1 itself warns of artifacts elsewhere. Below 2 a
        # second takes minutes.
        encoder_presets=tuple(str(speed) for speed in range(2, 10)),
        default_preset="8",
        # The first of two passes crashes below (SVT-AV1 4.2).
        min_short_side=128,
        takes_target=False,
        keeps_hdr=True,
    ),
    "vp9": CodecRules(
        crf_min=0,
        crf_max=63,
        whole_crf=True,
        # libvpx's -cpu-used, as far as it goes with -deadline good.
        encoder_presets=tuple(str(speed) for speed in range(6)),
        default_preset="4",
        min_short_side=2,
        takes_target=False,
        keeps_hdr=True,
    ),
}
