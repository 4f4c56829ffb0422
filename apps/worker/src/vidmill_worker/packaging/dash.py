"""DASH manifests (ISO/IEC 23009-1, live profile, static). Pure; all names are relative.

Segments, numbers and init segments are the ones HLS uses. The clock of the tracks starts at the
plan's base delay; presentationTimeOffset takes it off again, so that the period starts at zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from xml.etree import ElementTree as ET

from vidmill import languages
from vidmill_worker.ffmpeg.audio_plan import AudioTrackPlan
from vidmill_worker.ffmpeg.hdr import Color
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.layout import INIT
from vidmill_worker.packaging import rates
from vidmill_worker.packaging.dash_text import ROLES, add_text_set
from vidmill_worker.results import Track
from vidmill_worker.subtitles.results import TextTrack

_NAMESPACE = "urn:mpeg:dash:schema:mpd:2011"
_CICP = "urn:mpeg:mpegB:cicp"
_CHANNELS = f"{_CICP}:ChannelConfiguration"
"""ISO/IEC 23091-3: 1 is mono, 2 is stereo, 6 is 5.1."""


def manifest(
    plan: EncodePlan,
    tracks: Sequence[Track],
    sound: Sequence[Track],
    text: Sequence[TextTrack] = (),
) -> str:
    """The MPD of finished tracks. The period lasts as long as the longest of picture and sound."""
    base_seconds = plan.base_seconds
    ends = [_end_seconds(track) for track in (*tracks, *sound)]
    played = tracks or sound
    longest = max(track.seconds(segment) for track in played for segment in track.segments)
    root = ET.Element(
        "MPD",
        {
            "xmlns": _NAMESPACE,
            "profiles": "urn:mpeg:dash:profile:isoff-live:2011",
            "type": "static",
            "mediaPresentationDuration": _duration(max(ends) - base_seconds),
            "minBufferTime": _duration(longest),
        },
    )
    period = ET.SubElement(root, "Period", {"id": "0", "start": "PT0S"})
    if tracks:
        adaptation = _video_set(period, tracks, plan.frame_rate, base_seconds)
        if plan.hdr is not None:
            _state_colors(adaptation, plan.hdr)
    for number, track in enumerate(sound):
        assert plan.audio is not None
        _audio_set(period, number, track, plan.audio.track(track.name), base_seconds)
    for number, track in enumerate(text, start=1 + len(sound)):
        add_text_set(period, number, track, max(ends) - base_seconds)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _video_set(
    period: ET.Element, tracks: Sequence[Track], frame_rate: Fraction, base_seconds: Fraction
) -> ET.Element:
    rate = str(frame_rate)
    adaptation = ET.SubElement(
        period,
        "AdaptationSet",
        {
            "id": "0",
            "contentType": "video",
            "mimeType": "video/mp4",
            "segmentAlignment": "true",
            # Every segment starts with a closed GOP.
            "startWithSAP": "1",
            "maxWidth": str(max(track.width for track in tracks)),
            "maxHeight": str(max(track.height for track in tracks)),
            "maxFrameRate": rate,
        },
    )
    # Rungs are cut at the same frames, so one timeline serves them all.
    _segment_template(adaptation, tracks[0], base_seconds)
    for track in sorted(tracks, key=rates.peak_bps):
        ET.SubElement(
            adaptation,
            "Representation",
            {
                "id": track.name,
                "bandwidth": str(rates.peak_bps(track)),
                "codecs": track.codecs,
                "width": str(track.width),
                "height": str(track.height),
                "frameRate": rate,
                "sar": "1:1",
            },
        )
    return adaptation


def _state_colors(adaptation: ET.Element, hdr: Color) -> None:
    """What a screen must be able to show (DASH-IF IOP 5, part 7, HDR). Descriptors come before all
    else in an adaptation set (5.3.3.3)."""
    for number, (scheme, code) in enumerate(hdr.codes.items()):
        attributes = {"schemeIdUri": f"{_CICP}:{scheme}", "value": str(code)}
        adaptation.insert(number, ET.Element("EssentialProperty", attributes))


def _audio_set(
    period: ET.Element, number: int, track: Track, planned: AudioTrackPlan, base_seconds: Fraction
) -> None:
    attributes = {
        "id": str(number + 1),
        "contentType": "audio",
        "mimeType": "audio/mp4",
        "segmentAlignment": "true",
        "startWithSAP": "1",
    }
    if planned.language:
        attributes["lang"] = languages.tag(planned.language)
    adaptation = ET.SubElement(period, "AdaptationSet", attributes)
    if "visual_impaired" in planned.dispositions:
        ET.SubElement(adaptation, "Accessibility", {"schemeIdUri": ROLES, "value": "description"})
    ET.SubElement(adaptation, "Role", {"schemeIdUri": ROLES, "value": _role(number, planned)})
    ET.SubElement(adaptation, "Label").text = planned.label
    _segment_template(adaptation, track, base_seconds)
    representation = ET.SubElement(
        adaptation,
        "Representation",
        {
            "id": track.name,
            "bandwidth": str(rates.peak_bps(track)),
            "codecs": track.codecs,
            "audioSamplingRate": str(planned.sample_rate),
        },
    )
    ET.SubElement(
        representation,
        "AudioChannelConfiguration",
        {"schemeIdUri": _CHANNELS, "value": str(planned.channels)},
    )


def _role(number: int, planned: AudioTrackPlan) -> str:
    """Players begin with "main" (ISO/IEC 23009-1, 5.8.5.5; IOP 5.1.4)."""
    if number == 0:
        return "main"
    return "commentary" if "comment" in planned.dispositions else "alternate"


def _segment_template(adaptation: ET.Element, track: Track, base_seconds: Fraction) -> None:
    template = ET.SubElement(
        adaptation,
        "SegmentTemplate",
        {
            "timescale": str(track.timescale),
            "presentationTimeOffset": str(round(base_seconds * track.timescale)),
            "initialization": f"$RepresentationID$/{INIT}",
            "media": "$RepresentationID$/segment_$Number%03d$.m4s",
            "startNumber": str(track.segments[0].number),
        },
    )
    timeline = ET.SubElement(template, "SegmentTimeline")
    starts = [segment.start_time for segment in track.segments]
    last = track.segments[-1]
    lengths = [after - start for start, after in pairwise(starts)]
    lengths.append(last.duration_ticks)
    entry: ET.Element | None = None
    for number, length in enumerate(lengths):
        if entry is not None and entry.get("d") == str(length):
            entry.set("r", str(int(entry.get("r", "0")) + 1))
            continue
        entry = ET.SubElement(timeline, "S", {"d": str(length)})
        if number == 0:
            entry.attrib = {"t": str(starts[0]), "d": str(length)}


def _end_seconds(track: Track) -> Fraction:
    last = track.segments[-1]
    return Fraction(last.start_time + last.duration_ticks, track.timescale)


def _duration(seconds: Fraction) -> str:
    """xs:duration to the millisecond, never shorter than the media."""
    return f"PT{-(-seconds * 1000 // 1) / 1000:.3f}S"
