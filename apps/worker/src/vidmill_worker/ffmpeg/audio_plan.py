"""How the sound of one source is encoded; a part of its `EncodePlan`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from vidmill.sound import AudioCodec, AudioSettings
from vidmill.sources import AudioStream
from vidmill_worker import layout
from vidmill_worker.track_names import Named, labels


@dataclass(frozen=True, slots=True)
class Encoder:
    """What is to be known of one of FFmpeg's encoders."""

    name: str
    priming_samples: int
    """Samples that it puts before the first one, at the rate it encodes."""
    rates: tuple[int, ...]
    """Samples a second that are not resampled; all else becomes the first of them."""
    options: Mapping[str, str]


ENCODERS: Mapping[AudioCodec, Encoder] = {
    # One frame (ISO/IEC 14496-3). 44.1 kHz stays, so that most music is not resampled.
    "aac": Encoder("aac", 1024, (48_000, 44_100), {}),
    # 6.5 ms of lookahead (RFC 7845, 4.2), and no other clock than 48 kHz (5.1). The average is held
    # within a packet or two, or what playlists state as the peak would be a guess.
    "opus": Encoder("libopus", 312, (48_000,), {"vbr": "constrained"}),
}
LONGEST_PRIMING_SECONDS = max(
    Fraction(encoder.priming_samples, min(encoder.rates)) for encoder in ENCODERS.values()
)


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


@dataclass(frozen=True, slots=True)
class Voice:
    """Sound that is encoded once."""

    name: str
    """Its directory, or its file."""
    track: AudioTrackPlan
    """Where it comes from."""
    channels: int


class LoudnessPlan(_Record):
    """How loud all tracks are to be."""

    target_lufs: float
    true_peak_dbtp: float


class AudioPlan(_Record):
    """The sound tracks that every rendition shares, and the MP3 of the first."""

    codec: AudioCodec
    tracks: tuple[AudioTrackPlan, ...]
    """The first is played unless somebody chooses another."""
    mp3: bool
    mp3_bitrate_bps: int
    loudness: LoudnessPlan | None = None
    """None where tracks stay as loud as they are."""
    donor: UUID | None = None
    """An earlier job that has made just this sound."""

    @property
    def voices(self) -> tuple[Voice, ...]:
        """Every track, then the MP3 if there is one."""
        found = [Voice(track.name, track, track.channels) for track in self.tracks]
        if self.mp3:
            found.append(Voice(layout.MP3, self.tracks[0], min(2, self.tracks[0].channels)))
        return tuple(found)

    @property
    def encoder(self) -> Encoder:
        return ENCODERS[self.codec]

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
        codec=settings.codec,
        tracks=tuple(
            _track(number, stream, label, settings)
            for number, (stream, label) in enumerate(zip(kept, names, strict=True))
        ),
        mp3=settings.mp3,
        mp3_bitrate_bps=settings.mp3_bitrate_bps,
        loudness=_loudness(settings),
    )
    if len(kept) == len(streams):
        return plan, ()
    return plan, (
        f"The source has {len(streams)} sound tracks; the first {len(kept)} are kept, as many as "
        "the preset takes.",
    )


def _loudness(settings: AudioSettings) -> LoudnessPlan | None:
    if settings.loudness_lufs is None:
        return None
    return LoudnessPlan(target_lufs=settings.loudness_lufs, true_peak_dbtp=settings.true_peak_dbtp)


def _track(number: int, stream: AudioStream, label: str, settings: AudioSettings) -> AudioTrackPlan:
    # What lies between is rare: 3.0 and quadro become stereo, 5.0 becomes 5.1.
    wanted = 1 if stream.channels == 1 else 2 if stream.channels < 5 else 6
    channels = min(settings.channels, wanted)
    rates = ENCODERS[settings.codec].rates
    return AudioTrackPlan(
        name=layout.audio_name(number),
        stream_index=stream.index,
        bitrate_bps=settings.bitrate_bps * channels // settings.channels,
        channels=channels,
        sample_rate=stream.sample_rate if stream.sample_rate in rates else rates[0],
        language=stream.language,
        label=label,
        dispositions=stream.dispositions,
    )
