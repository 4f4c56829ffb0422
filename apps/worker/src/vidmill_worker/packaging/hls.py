"""HLS playlists (RFC 8216). Pure: facts in, text out; all names are relative.

The form follows Apple's authoring specification: CODECS, RESOLUTION, FRAME-RATE and
AVERAGE-BANDWIDTH on every variant, sound as a group of its own.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from vidmill import languages
from vidmill_worker.ffmpeg.audio_plan import AudioPlan
from vidmill_worker.ffmpeg.hdr import VideoRange
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.layout import AUDIO, INIT, PLAYLIST, SUBTITLES, segment_name
from vidmill_worker.packaging import rates
from vidmill_worker.packaging.hls_text import text_media
from vidmill_worker.results import Track
from vidmill_worker.subtitles.results import TextTrack

VERSION = 7
"""EXT-X-MAP with fragmented MP4 needs 6; 7 is what Apple's own packager states for it."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One EXT-X-STREAM-INF: a rung with the audio it plays with, or sound alone."""

    name: str
    width: int
    """In pixels; 0, as the height, for sound alone."""
    height: int
    codecs: str
    frame_rate: Fraction
    peak_bps: int
    """Of video and audio together."""
    average_bps: int | None
    """None while the rung is still being made."""
    video_range: VideoRange | None = None
    """None is SDR, which goes without saying (RFC 8216bis, 4.4.6.2)."""


@dataclass(frozen=True, slots=True)
class AudioRendition:
    """One EXT-X-MEDIA of type AUDIO."""

    name: str
    """Its directory."""
    label: str
    language: str | None
    channels: int
    is_default: bool
    describes_video: bool
    """It tells those who can't see what is shown."""
    is_variant: bool
    """Its playlist is that of the variant: it is sound alone."""


def variant(
    track: Track,
    sound: Sequence[Track],
    frame_rate: Fraction,
    video_range: VideoRange | None = None,
) -> Variant:
    """Describe a finished rung; its rates are those with the most expensive sound (4.3.4.2)."""
    return Variant(
        name=track.name,
        width=track.width,
        height=track.height,
        codecs=_codecs(track, sound),
        frame_rate=frame_rate,
        peak_bps=rates.peak_bps(track) + max(map(rates.peak_bps, sound), default=0),
        average_bps=rates.average_bps(track) + max(map(rates.average_bps, sound), default=0),
        video_range=video_range,
    )


def growing_variant(track: Track, sound: Sequence[Track], plan: EncodePlan) -> Variant:
    """Describe a rung that is still being made, by what its encoder may at most give."""
    rung = next(rung for rung in plan.rungs if rung.name == track.name)
    # A decoder's buffer may be filled once beside the steady rate (x264's VBV, like ISO/IEC
    # 14496-10, annex C). It is of a segment's length, as rates are stated over segments.
    peak = rung.max_bitrate_bps + round(rung.buffer_bits / plan.segment_duration)
    if plan.audio is not None:
        peak += _planned_sound_bps(plan.audio)
    return Variant(
        name=track.name,
        width=track.width,
        height=track.height,
        codecs=_codecs(track, sound),
        frame_rate=plan.frame_rate,
        peak_bps=peak,
        average_bps=None,
        video_range=plan.video_range,
    )


def sound_variant(plan: EncodePlan, sound: Sequence[Track], *, growing: bool) -> Variant:
    """Describe sound alone, by its first track; its rates are those of the most expensive one."""
    assert plan.audio is not None
    average = max(map(rates.average_bps, sound))
    planned = _planned_sound_bps(plan.audio)
    return Variant(
        name=sound[0].name,
        width=0,
        height=0,
        codecs=",".join(dict.fromkeys(track.codecs for track in sound)),
        frame_rate=Fraction(0),
        peak_bps=planned if growing else max(map(rates.peak_bps, sound)),
        average_bps=None if growing else average,
    )


def _planned_sound_bps(audio: AudioPlan) -> int:
    # A constant rate still spends more on some packets.
    return max(entry.bitrate_bps for entry in audio.tracks) * 3 // 2


def _codecs(track: Track, sound: Sequence[Track]) -> str:
    return ",".join(dict.fromkeys([track.codecs, *(audio.codecs for audio in sound)]))


def audio_renditions(plan: EncodePlan, sound: Sequence[Track]) -> list[AudioRendition]:
    """Describe the tracks of sound; the first is the default."""
    if plan.audio is None:
        return []
    planned = [plan.audio.track(track.name) for track in sound]
    return [
        AudioRendition(
            name=track.name,
            label=track.label,
            language=track.language,
            channels=track.channels,
            is_default=number == 0,
            describes_video="visual_impaired" in track.dispositions,
            is_variant=number == 0 and not plan.rungs,
        )
        for number, track in enumerate(planned)
    ]


def master_playlist(
    variants: Sequence[Variant],
    sound: Sequence[AudioRendition] = (),
    text: Sequence[TextTrack] = (),
) -> str:
    """The master playlist, lowest bandwidth first: a player that starts with the first entry
    shows a picture soonest."""
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    lines += map(_media, sound)
    lines += map(text_media, text)
    for entry in sorted(variants, key=lambda variant: variant.peak_bps):
        lines += [
            _stream_inf(entry, has_sound=bool(sound), has_text=bool(text)),
            f"{entry.name}/{PLAYLIST}",
        ]
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
    attributes = [
        "TYPE=AUDIO",
        f'GROUP-ID="{AUDIO}"',
        # Every rendition has one (Apple, 8.10).
        f'LANGUAGE="{languages.tag(audio.language or languages.UNKNOWN)}"',
        f'NAME="{audio.label}"',
        f"DEFAULT={'YES' if audio.is_default else 'NO'}",
        "AUTOSELECT=YES",
    ]
    if audio.describes_video:
        attributes.append('CHARACTERISTICS="public.accessibility.describes-video"')
    attributes.append(f'CHANNELS="{audio.channels}"')
    if not audio.is_variant:
        attributes.append(f'URI="{audio.name}/{PLAYLIST}"')
    return "#EXT-X-MEDIA:" + ",".join(attributes)


def _stream_inf(entry: Variant, *, has_sound: bool, has_text: bool) -> str:
    attributes = [f"BANDWIDTH={entry.peak_bps}"]
    if entry.average_bps is not None:
        attributes.append(f"AVERAGE-BANDWIDTH={entry.average_bps}")
    attributes.append(f'CODECS="{entry.codecs}"')
    if entry.width:
        attributes.append(f"RESOLUTION={entry.width}x{entry.height}")
        attributes.append(f"FRAME-RATE={float(entry.frame_rate):.3f}")
    if entry.video_range is not None:
        attributes.append(f"VIDEO-RANGE={entry.video_range}")
    if has_sound:
        attributes.append(f'AUDIO="{AUDIO}"')
    if has_text:
        attributes.append(f'SUBTITLES="{SUBTITLES}"')
    if entry.width:
        attributes.append("CLOSED-CAPTIONS=NONE")
    return "#EXT-X-STREAM-INF:" + ",".join(attributes)


def _decimal(value: Fraction) -> str:
    """Six places: exact for whole GOPs of 24, 25, 30 and 30000/1001 frames a second."""
    micros = round(value * 1_000_000)
    return f"{micros // 1_000_000}.{micros % 1_000_000:06d}"
