"""How the sound of one source is encoded; a part of its `EncodePlan`."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vidmill.presets import AudioSettings
from vidmill.sources import AudioStream
from vidmill_worker import layout
from vidmill_worker.track_names import Named, labels

PRIMING_SAMPLES = 1024
"""Samples FFmpeg's AAC encoder puts before the first one (one frame, ISO/IEC 14496-3)."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class AudioTrackPlan(_Record):
    """One sound track."""

    name: str
    """Its directory."""
    stream_index: int
    bitrate_bps: int
    channels: int
    sample_rate: int
    language: str | None
    """As the source states it (ISO 639-2)."""
    label: str
    """Its name for people, unlike that of any other track of the job."""
    dispositions: tuple[str, ...]
    """As in the source."""


class AudioPlan(_Record):
    """The sound tracks that every rendition shares, and the MP3 of the first."""

    tracks: tuple[AudioTrackPlan, ...]
    """The first is played unless somebody chooses another."""
    mp3: bool
    mp3_bitrate_bps: int

    def track(self, name: str) -> AudioTrackPlan:
        """The track of that name."""
        return next(track for track in self.tracks if track.name == name)


def plan_audio(
    streams: tuple[AudioStream, ...], settings: AudioSettings | None
) -> tuple[AudioPlan | None, tuple[str, ...]]:
    """The plan, None without sound, and a sentence if some of it is left out."""
    if settings is None or not streams:
        return None, ()
    # What the source itself would play comes first.
    ordered = sorted(streams, key=lambda stream: "default" not in stream.dispositions)
    kept = ordered[: settings.max_tracks]
    names = labels([Named(stream.language, stream.title) for stream in kept], "Audio")
    plan = AudioPlan(
        tracks=tuple(
            _track(number, stream, label, settings)
            for number, (stream, label) in enumerate(zip(kept, names, strict=True))
        ),
        mp3=settings.mp3,
        mp3_bitrate_bps=settings.mp3_bitrate_bps,
    )
    if len(kept) == len(streams):
        return plan, ()
    return plan, (
        f"The source has {len(streams)} sound tracks; the first {len(kept)} are kept, as many as "
        "the preset takes.",
    )


def _track(number: int, stream: AudioStream, label: str, settings: AudioSettings) -> AudioTrackPlan:
    channels = min(stream.channels, settings.channels)
    return AudioTrackPlan(
        name=layout.audio_name(number),
        stream_index=stream.index,
        bitrate_bps=settings.bitrate_bps * channels // settings.channels,
        channels=channels,
        # 44.1 kHz stays, so that most music is not resampled; all else becomes 48 kHz.
        sample_rate=44_100 if stream.sample_rate == 44_100 else 48_000,
        language=stream.language,
        label=label,
        dispositions=stream.dispositions,
    )
