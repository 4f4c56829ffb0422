"""The command line that encodes sound. Pure, like `command`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from typing import Any

from vidmill_worker import layout
from vidmill_worker.ffmpeg.arguments import (
    Source,
    anonymous,
    compile_command,
    ff,
    input_url,
    language_of,
    seconds,
)
from vidmill_worker.ffmpeg.audio_plan import AudioPlan, Voice
from vidmill_worker.ffmpeg.clip_filters import sound_end, sound_seek
from vidmill_worker.ffmpeg.command import segment_options, source_options
from vidmill_worker.ffmpeg.loudness import Leveling, measuring, windows
from vidmill_worker.ffmpeg.plan import EncodePlan

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def audio_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    audio: AudioPlan,
    levelings: Mapping[str, Leveling] | None = None,
) -> list[str]:
    """Encode every sound track once, whole, from one reading of the source: CMAF segments
    `{track}/segment_NNN.m4s`, and the MP3 of the first. `levelings`: by name of the voice."""
    source_input = _input(source, plan)
    outputs: list[Any] = []
    for voice in audio.voices:
        level = (levelings or {}).get(voice.name)
        chain = _normalise(plan, voice, level)
        if voice.name == layout.MP3:
            outputs.append(_mp3(source_input, audio, voice, chain))
        else:
            outputs.append(_segments(source_input, plan, audio, voice, chain))
    return _tolerant(executable, outputs)


@dataclass(frozen=True, slots=True)
class Reading:
    """One measurement of a voice, and the file it is written to (`loudness.read_loudness`)."""

    voice: Voice
    level: Leveling | None
    log: str

    @property
    def coded_log(self) -> str:
        """Where the loudness of what comes out of the encoder is written."""
        return f"coded_{self.log}"


def loudness_command(
    executable: str, source: Source, plan: EncodePlan, readings: Sequence[Reading]
) -> list[str]:
    """Measure voices as they would go into their encoders, whole; peaks of those alone to which
    nothing is done."""
    source_input = _input(source, plan)
    outputs: list[Any] = []
    for reading in readings:
        voice, level = reading.voice, reading.level
        measure = measuring(plan.duration_seconds, reading.log, peaks=level is None)
        chain = f"{_normalise(plan, voice, level)},{measure}"
        outputs.append(_to_nothing(source_input, voice, {"filter:a": chain}))
    return _tolerant(executable, outputs)


def coded_loudness_command(
    executable: str,
    source: Source,
    plan: EncodePlan,
    audio: AudioPlan,
    readings: Sequence[Reading],
) -> list[str]:
    """Measure parts of voices before and behind their encoders, which take away up to a decibel of
    what is like noise. Encoding all of it would cost ten times as much as measuring it."""
    source_input = _input(source, plan)
    part = windows(plan.duration_seconds)
    length = Fraction(1) if part else plan.duration_seconds
    outputs: list[Any] = []
    for reading in readings:
        voice, level = reading.voice, reading.level
        leveling = level.filters(voice.track.sample_rate) if level else ""
        measure = measuring(length, reading.log, peaks=False)
        chain = f"{_aligned(plan, voice)}{part}{leveling},{measure}"
        options = {"filter:a": chain, **_encoder(audio, voice)}
        outputs.append(_to_nothing(source_input, voice, options))
    argv = _tolerant(executable, outputs)
    # A loopback decoder is told the number of an output, which the library chooses.
    chains = [value for option, value in pairwise(argv) if option == "-filter:a"]
    logs = [next(r.coded_log for r in readings if f"file={r.log}:" in chain) for chain in chains]
    graph: list[str] = []
    for number, log in enumerate(logs):
        argv += ["-dec", f"{number}:0"]
        graph.append(f"[dec:{number}]{measuring(length, log, peaks=False)}[m{number}]")
    argv += ["-filter_complex", ";".join(graph)]
    for number in range(len(logs)):
        argv += ["-map", f"[m{number}]", "-f", "null", "pipe:"]
    return argv


def _to_nothing(source_input: Any, voice: Voice, options: Mapping[str, Any]) -> Any:
    stream = source_input[str(voice.track.stream_index)]
    return ff.output(stream, "pipe:", **{**options, "f": "null"})


def _encoder(audio: AudioPlan, voice: Voice) -> dict[str, Any]:
    if voice.name == layout.MP3:
        return {"c:a": "libmp3lame", "b:a": audio.mp3_bitrate_bps * voice.channels // 2}
    encoder = audio.encoder
    return {"c:a": encoder.name, "b:a": voice.track.bitrate_bps, **encoder.options}


def _input(source: Source, plan: EncodePlan) -> Any:
    return ff.input(
        input_url(source),
        **source_options(source, plan, 0),
        # Keep the source's clock: the zero of the video is subtracted below, and FFmpeg's own
        # zero (the earliest stream) may be another.
        copyts=None,
        **sound_seek(plan),
    )


def _tolerant(executable: str, outputs: list[Any]) -> list[str]:
    # A damaged track is told by what comes of it; it must not take the others with it.
    return compile_command(executable, ff.merge_outputs(*outputs), "-max_error_rate", "1")


def _segments(
    source_input: Any, plan: EncodePlan, audio: AudioPlan, voice: Voice, chain: str
) -> Any:
    track = voice.track
    return ff.output(
        source_input[str(track.stream_index)],
        f"{track.name}/{layout.PLAYLIST}",
        **{
            "filter:a": chain,
            **_encoder(audio, voice),
            **segment_options(plan),
            "hls_time": seconds(Fraction(plan.segment_seconds)),
            "output_ts_offset": seconds(plan.base_seconds),
            "hls_segment_filename": f"{track.name}/{layout.SEGMENT_PATTERN}",
            **language_of("a:0", track.language),
        },
    )


def _mp3(source_input: Any, audio: AudioPlan, voice: Voice, chain: str) -> Any:
    return ff.output(
        source_input[str(voice.track.stream_index)],
        layout.MP3,
        **{
            "filter:a": chain,
            **_encoder(audio, voice),
            "f": "mp3",
            **anonymous(),
        },
    )


def _normalise(plan: EncodePlan, voice: Voice, level: Leveling | None) -> str:
    rate = voice.track.sample_rate
    leveling = level.filters(rate) if level else ""
    return f"{_aligned(plan, voice)}{leveling}{sound_end(plan, rate)}"


def _aligned(plan: EncodePlan, voice: Voice) -> str:
    """A filter chain of one output, never a graph of several: a graph waits until each of its
    inputs has begun, and would keep hours of sound in memory for a track that begins late."""
    return (
        f"asetpts=PTS-({seconds(plan.start_seconds)})/TB,"
        # first_pts=0: silence is put before late audio, early audio is cut, to the sample.
        # async=1: holes inside are filled, so that sound after them stays with the picture.
        f"aresample={voice.track.sample_rate}:async=1:first_pts=0:ochl={_LAYOUTS[voice.channels]}"
    )
