"""What metadata.json says of sound. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from vidmill import languages
from vidmill.sources import AudioStream
from vidmill_worker import layout
from vidmill_worker.ffmpeg.audio_plan import AudioPlan, AudioTrackPlan
from vidmill_worker.packaging import rates
from vidmill_worker.results import AudioResult, Track, TrackLoudness


def source_sound(streams: Sequence[AudioStream]) -> dict[str, Any]:
    """Of the source: the first track beside the picture's facts, then each of them."""
    if not streams:
        return {}
    first = streams[0]
    described: dict[str, Any] = {
        "audio_codec": first.codec,
        "audio_sample_rate": first.sample_rate,
        "audio_channels": first.channels,
    }
    if first.bitrate_bps:
        described["audio_bitrate"] = first.bitrate_bps
    described["audio_tracks"] = [
        {
            "codec": stream.codec,
            "sample_rate": stream.sample_rate,
            "channels": stream.channels,
            **_spoken(stream.language),
            **({"title": stream.title} if stream.title else {}),
        }
        for stream in streams
    ]
    return described


def output_sound(prefix: str, planned: AudioPlan, audio: AudioResult) -> dict[str, Any]:
    """Of the outputs, whose files are below `prefix`: the MP3, if there is one, and each track."""
    described: dict[str, Any] = {}
    if audio.mp3_name is not None:
        seconds = float(audio.tracks[0].duration_seconds)
        described |= {
            "path": f"{prefix}/{audio.mp3_name}",
            "size_bytes": audio.mp3_size_bytes,
            "bitrate": round(audio.mp3_size_bytes * 8 / seconds),
            "sample_rate": planned.tracks[0].sample_rate,
            "duration_seconds": round(seconds, 3),
            **_loudness(audio.loudness.get(audio.mp3_name)),
        }
    return described | {
        "processing_time_seconds": round(audio.wall_seconds, 3),
        "tracks": [
            _track(prefix, planned.track(track.name), track)
            | _loudness(audio.loudness.get(track.name))
            for track in audio.tracks
        ],
    }


def _loudness(found: TrackLoudness | None) -> dict[str, Any]:
    return {"loudness": found.model_dump(mode="json", exclude_none=True)} if found else {}


def _track(prefix: str, planned: AudioTrackPlan, track: Track) -> dict[str, Any]:
    return {
        "name": planned.label,
        **_spoken(planned.language),
        "codecs": track.codecs,
        "channels": planned.channels,
        "sample_rate": planned.sample_rate,
        "bitrate": rates.average_bps(track),
        "duration_seconds": round(float(track.duration_seconds), 3),
        "total_size_bytes": track.size_bytes + track.init_size_bytes,
        "playlist_path": f"{prefix}/{track.name}/{layout.PLAYLIST}",
    }


def _spoken(language: str | None) -> dict[str, str]:
    return {"language": languages.tag(language)} if language else {}
