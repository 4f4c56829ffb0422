"""The command line that encodes sound. Pure, like `command`."""

from __future__ import annotations

from fractions import Fraction
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
from vidmill_worker.ffmpeg.audio_plan import AudioPlan, AudioTrackPlan
from vidmill_worker.ffmpeg.clip_filters import sound_end, sound_seek
from vidmill_worker.ffmpeg.command import segment_options, source_options
from vidmill_worker.ffmpeg.plan import EncodePlan

_LAYOUTS = {1: "mono", 2: "stereo", 6: "5.1"}


def audio_command(executable: str, source: Source, plan: EncodePlan, audio: AudioPlan) -> list[str]:
    """Encode every sound track once, whole, from one reading of the source: CMAF segments
    `{track}/segment_NNN.m4s`, and the MP3 of the first."""
    source_input = ff.input(
        input_url(source),
        **source_options(source, plan, 0),
        # Keep the source's clock: the zero of the video is subtracted below, and FFmpeg's own
        # zero (the earliest stream) may be another.
        copyts=None,
        **sound_seek(plan),
    )
    outputs = [_segments(source_input, plan, audio, track) for track in audio.tracks]
    if audio.mp3:
        outputs.append(_mp3(source_input, plan, audio))
    # A damaged track is told by what comes of it; it must not take the others with it.
    return compile_command(executable, ff.merge_outputs(*outputs), "-max_error_rate", "1")


def _segments(source_input: Any, plan: EncodePlan, audio: AudioPlan, track: AudioTrackPlan) -> Any:
    return ff.output(
        source_input[str(track.stream_index)],
        f"{track.name}/{layout.PLAYLIST}",
        **{
            "filter:a": _normalise(plan, track, track.channels),
            "c:a": audio.encoder.name,
            "b:a": track.bitrate_bps,
            **audio.encoder.options,
            **segment_options(plan),
            "hls_time": seconds(Fraction(plan.segment_seconds)),
            "output_ts_offset": seconds(plan.base_seconds),
            "hls_segment_filename": f"{track.name}/{layout.SEGMENT_PATTERN}",
            **language_of("a:0", track.language),
        },
    )


def _mp3(source_input: Any, plan: EncodePlan, audio: AudioPlan) -> Any:
    track = audio.tracks[0]
    channels = min(2, track.channels)
    return ff.output(
        source_input[str(track.stream_index)],
        layout.MP3,
        **{
            "filter:a": _normalise(plan, track, channels),
            "c:a": "libmp3lame",
            "b:a": audio.mp3_bitrate_bps * channels // 2,
            "f": "mp3",
            **anonymous(),
        },
    )


def _normalise(plan: EncodePlan, track: AudioTrackPlan, channels: int) -> str:
    """A filter chain of one output, never a graph of several: a graph waits until each of its
    inputs has begun, and would keep hours of sound in memory for a track that begins late."""
    return (
        f"asetpts=PTS-({seconds(plan.start_seconds)})/TB,"
        # first_pts=0: silence is put before late audio, early audio is cut, to the sample.
        # async=1: holes inside are filled, so that sound after them stays with the picture.
        f"aresample={track.sample_rate}:async=1:first_pts=0:ochl={_LAYOUTS[channels]}"
        f"{sound_end(plan, track.sample_rate)}"
    )
