"""HLS playlists (RFC 8216). Pure: facts in, text out; all names are relative.

The form follows Apple's authoring specification: CODECS, RESOLUTION, FRAME-RATE and
AVERAGE-BANDWIDTH on every variant, sound as a group of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vidmill_worker.ffmpeg.plan import AudioPlan, EncodePlan
from vidmill_worker.layout import AUDIO, INIT, PLAYLIST, segment_name
from vidmill_worker.packaging import rates
from vidmill_worker.results import Track

VERSION = 7
"""EXT-X-MAP with fragmented MP4 needs 6; 7 is what Apple's own packager states for it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One EXT-X-STREAM-INF: a rung with the audio it plays with."""

    name: str
    width: int
    height: int
    codecs: str
    frame_rate: Fraction
    peak_bps: int
    """Of video and audio together."""
    average_bps: int | None
    """None while the rung is still being made."""


@dataclass(frozen=True, slots=True)
class AudioRendition:
    """One EXT-X-MEDIA of type AUDIO."""

    language: str | None
    channels: int


def variant(track: Track, audio: Track | None, frame_rate: Fraction) -> Variant:
    """Describe a finished rung."""
    tracks = [track] if audio is None else [track, audio]
    return Variant(
        name=track.name,
        width=track.width,
        height=track.height,
        codecs=",".join(t.codecs for t in tracks),
        frame_rate=frame_rate,
        peak_bps=sum(rates.peak_bps(t) for t in tracks),
        average_bps=sum(rates.average_bps(t) for t in tracks),
    )


def growing_variant(track: Track, audio: Track | None, plan: EncodePlan) -> Variant:
    """Describe a rung that is still being made, by what its encoder may at most give."""
    rung = next(rung for rung in plan.rungs if rung.name == track.name)
    # A decoder's buffer may be filled once beside the steady rate (x264's VBV, like ISO/IEC
    # 14496-10, annex C). It is of a segment's length, as rates are stated over segments.
    peak = rung.max_bitrate_bps + round(rung.buffer_bits / plan.segment_duration)
    if plan.audio is not None:
        # AAC of a constant rate still spends more on some packets.
        peak += plan.audio.bitrate_bps * 3 // 2
    codecs = track.codecs if audio is None else f"{track.codecs},{audio.codecs}"
    return Variant(track.name, track.width, track.height, codecs, plan.frame_rate, peak, None)


def audio_rendition(audio: AudioPlan) -> AudioRendition:
    """Describe the audio; its language as in the source (ISO 639-2)."""
    return AudioRendition(language=audio.language, channels=audio.channels)


def master_playlist(variants: Sequence[Variant], audio: AudioRendition | None) -> str:
    """The master playlist, lowest bandwidth first: a player that starts with the first entry
    shows a picture soonest."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    if audio is not None:
        lines.append(_media(audio))
    for entry in sorted(variants, key=lambda variant: variant.peak_bps):
        lines += [_stream_inf(entry, audio), f"{entry.name}/{PLAYLIST}"]
    return "\n".join(lines) + "\n"


def media_playlist(
    track: Track, kind: Literal["VOD", "EVENT"] = "VOD", target_seconds: int | None = None
) -> str:
    """The playlist of one track: VOD when it is complete, EVENT while segments are added.

    `target_seconds` must stay the same while an EVENT playlist grows, so state it then; it must
    not be less than any segment's rounded duration (ValueError).
    """
    needed = rates.target_seconds(track)
    target = needed if target_seconds is None else target_seconds
    if needed > target:
        raise ValueError(f"a segment of {track.name} lasts longer than {target} s")
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{target}",
        f"#EXT-X-MEDIA-SEQUENCE:{track.segments[0].number}",
        f"#EXT-X-PLAYLIST-TYPE:{kind}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{INIT}"',
    ]
    if kind == "EVENT":
        # Players join what grows at its end, as if it were live (RFC 8216, 4.3.5.2).
        lines.insert(6, "#EXT-X-START:TIME-OFFSET=0")
    for segment in track.segments:
        lines += [f"#EXTINF:{_decimal(track.seconds(segment))},", segment_name(segment.number)]
    if kind == "VOD":
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def _media(audio: AudioRendition) -> str:
    attributes = ["TYPE=AUDIO", f'GROUP-ID="{AUDIO}"']
    if audio.language:
        attributes.append(f'LANGUAGE="{bcp47(audio.language)}"')
    attributes += [
        f'NAME="{audio.language or "Default"}"',
        "DEFAULT=YES",
        "AUTOSELECT=YES",
        f'CHANNELS="{audio.channels}"',
        f'URI="{AUDIO}/{PLAYLIST}"',
    ]
    return "#EXT-X-MEDIA:" + ",".join(attributes)


def _stream_inf(entry: Variant, audio: AudioRendition | None) -> str:
    attributes = [f"BANDWIDTH={entry.peak_bps}"]
    if entry.average_bps is not None:
        attributes.append(f"AVERAGE-BANDWIDTH={entry.average_bps}")
    attributes += [
        f'CODECS="{entry.codecs}"',
        f"RESOLUTION={entry.width}x{entry.height}",
        f"FRAME-RATE={float(entry.frame_rate):.3f}",
    ]
    if audio is not None:
        attributes.append(f'AUDIO="{AUDIO}"')
    attributes.append("CLOSED-CAPTIONS=NONE")
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)


def _decimal(value: Fraction) -> str:
    """Six places: exact for whole GOPs of 24, 25, 30 and 30000/1001 frames a second."""
    micros = round(value * 1_000_000)
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"


# Containers state ISO 639-2; playlists want the shortest code (RFC 5646, 2.2.1).
_SHORT = {
    "eng": "en",
    "deu": "de",
    "ger": "de",
    "fra": "fr",
    "fre": "fr",
    "spa": "es",
    "ita": "it",
    "por": "pt",
    "nld": "nl",
    "dut": "nl",
    "rus": "ru",
    "ukr": "uk",
    "pol": "pl",
    "ces": "cs",
    "cze": "cs",
    "jpn": "ja",
    "zho": "zh",
    "chi": "zh",
    "kor": "ko",
    "ara": "ar",
    "hin": "hi",
    "tur": "tr",
    "swe": "sv",
    "nor": "no",
    "dan": "da",
    "fin": "fi",
    "ell": "el",
    "gre": "el",
    "heb": "he",
    "hun": "hu",
    "ron": "ro",
    "rum": "ro",
    "vie": "vi",
    "tha": "th",
    "ind": "id",
}


def bcp47(language: str) -> str:
    """Shortest language tag for an ISO 639-2 code; unknown codes stay, as they are valid tags."""
    return _SHORT.get(language, language)
