"""Which encoder a plan names: one in hardware where it is wanted, does what is asked for and is on
every worker; else the codec's own in software, with the reason as a note."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vidmill.presets import VideoSettings
from vidmill.settings import VideoEncoder
from vidmill_worker.ffmpeg.encoders import ENCODERS, SOFTWARE
from vidmill_worker.ffmpeg.hardware import HARDWARE, MAX_SIDE, MIN_SIDE

if TYPE_CHECKING:
    from vidmill_worker.ffmpeg.plan import RungPlan


@dataclass(frozen=True, slots=True)
class Offer:
    """What there is to encode with."""

    wanted: VideoEncoder = "x264"
    everywhere: Collection[str] = ()
    """Encoders in hardware that work on every worker, as FFmpeg names them."""


IN_SOFTWARE = Offer()


@dataclass(frozen=True, slots=True)
class Choice:
    """An encoder of `encoders.ENCODERS`."""

    encoder: str
    notes: tuple[str, ...] = ()


def candidates(wanted: VideoEncoder) -> list[str]:
    """Names of the encoders in hardware that a setting allows, the best first."""
    return [name for name, encoder in HARDWARE.items() if wanted in {"auto", encoder.family}]


def choose(
    offer: Offer,
    settings: VideoSettings,
    rungs: Sequence[RungPlan],
    *,
    ten_bit: bool,
    variable_frame_rate: bool,
) -> Choice:
    """One encoder for all rungs and chunks; where there are none, it does not matter which."""
    software = SOFTWARE[settings.codec]
    if offer.wanted == "x264" or not rungs:
        return Choice(software)
    found = [
        name
        for name in candidates(offer.wanted)
        if name in offer.everywhere and ENCODERS[name].codec == settings.codec
    ]
    if settings.two_pass:
        why = "two passes over each chunk are asked for"
    elif ten_bit:
        why = "its HDR is kept in 10 bit"
    elif variable_frame_rate:
        why = "its frame rate varies"
    elif not all(min(r.width, r.height) >= MIN_SIDE for r in rungs):
        why = f"a rendition has a side of less than {MIN_SIDE} pixels"
    elif not all(max(r.width, r.height) <= MAX_SIDE for r in rungs):
        why = f"a rendition has a side of more than {MAX_SIDE} pixels"
    elif not found:
        why = f"not every worker has an encoder for {settings.codec} in hardware that works"
    else:
        return Choice(found[0])
    return Choice(software, (f"The video is encoded in software, as {why}.",))
