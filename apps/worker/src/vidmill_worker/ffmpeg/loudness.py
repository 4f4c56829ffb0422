"""Filters that measure loudness (ITU-R BS.1770, EBU R 128) and bring sound to one. Pure.

Loudness is changed by one gain for the whole track. Where that would lift peaks too high, a limiter
that looks ahead takes off those alone. Both give out as many samples as they get, each at its time.
FFmpeg's `loudnorm` is none of both: it rides the gain wherever a target can't be had by one gain.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from vidmill_worker.ffmpeg.arguments import anonymous, compile_command, ff, input_url, seconds
from vidmill_worker.ffmpeg.derive import segments_input

SILENCE_LUFS = -70.0
"""Below that nothing counts (BS.1770's absolute gate): what FFmpeg states for silence."""
OVERSAMPLING = 4
"""True peaks lie between samples: they are looked for at this many times the rate (BS.1770, annex
2). A limiter at the rate itself lets a whole decibel through."""


@dataclass(frozen=True, slots=True)
class Loudness:
    """What was measured of a track."""

    lufs: float
    """Integrated; `SILENCE_LUFS` where there is nothing to hear."""
    true_peak_dbtp: float

    @property
    def is_silent(self) -> bool:
        return self.lufs <= SILENCE_LUFS


@dataclass(frozen=True, slots=True)
class Leveling:
    """What is done to a track."""

    gain_db: float
    ceiling_dbtp: float | None = None
    """Where peaks are cut; None if none gets there."""

    def filters(self, sample_rate: int) -> str:
        """A part of a filter chain, with a comma before it."""
        gain = f",volume={self.gain_db:.3f}dB"
        if self.ceiling_dbtp is None:
            return gain
        # level: or it would lift everything by as much as it cut. latency: what it looks ahead is
        # taken off again.
        return (
            f"{gain},aresample={sample_rate * OVERSAMPLING},"
            f"alimiter=limit={10 ** (self.ceiling_dbtp / 20):.6f}:level=0:latency=1,"
            f"aresample={sample_rate}"
        )


WINDOW_SECONDS = 5
WINDOWS = 8


def windows(length: Fraction) -> str:
    """Filters that let parts through which stand for all of some sound, with a comma before them;
    none where that is short."""
    if length <= 2 * WINDOWS * WINDOW_SECONDS:
        return ""
    starts = [(2 * n + 1) * length / (2 * WINDOWS) - WINDOW_SECONDS / 2 for n in range(WINDOWS)]
    ranges = "+".join(f"between(t,{start:.3f},{start + WINDOW_SECONDS:.3f})" for start in starts)
    return f",aselect='{ranges}',asetpts=N/SR/TB"


def measuring(length: Fraction, log: str, *, peaks: bool = True) -> str:
    """Filters that measure what comes through and write it to the file `log`: of all there is, but
    of `length` seconds at least."""
    # The sum so far is written for each tenth of a second. Only the last is of use, and silence
    # behind the end of a short track, which doesn't count, makes sure that it comes.
    return (
        f"apad=whole_dur={seconds(length)},"
        f"ebur128=metadata=1:peak={'true' if peaks else 'none'},"
        f"ametadata=mode=print:file={log}:enable='gte(t,{seconds(length - 1)})'"
    )


def read_loudness(log: Path) -> Loudness:
    """What `measuring` has written; silence if nothing came through. Peaks that were not looked
    for are -inf."""
    text = log.read_text(encoding="utf-8") if log.exists() else ""
    loudness = re.findall(r"lavfi\.r128\.I=(\S+)", text)
    peaks = re.findall(r"lavfi\.r128\.true_peak=(\S+)", text)
    peak = float(peaks[-1]) if peaks else 0.0
    return Loudness(
        lufs=float(loudness[-1]) if loudness else SILENCE_LUFS,
        true_peak_dbtp=20 * math.log10(peak) if peak > 0 else -math.inf,
    )


@dataclass(frozen=True, slots=True)
class Made:
    """A finished track, or a finished file of sound."""

    path: Path
    is_list: bool
    """Whether it is a list of segments."""
    log: str


def measure_made_command(executable: str, made: list[Made], length: Fraction) -> list[str]:
    """Measure finished sound of about `length` seconds, all in one process."""
    outputs = [
        (
            segments_input(entry.path)
            if entry.is_list
            else ff.input(input_url(entry.path), protocol_whitelist="file")
        )["a:0"].output(
            "pipe:",
            **{
                # Segments begin at some small time of their own, and with what encoders put before.
                "filter:a": f"asetpts=N/SR/TB,{measuring(length, entry.log)}",
                "f": "null",
                **anonymous(),
            },
        )
        for entry in made
    ]
    return compile_command(executable, ff.merge_outputs(*outputs))
