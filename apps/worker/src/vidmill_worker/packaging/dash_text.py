"""Text in DASH (ISO/IEC 23009-1): a whole WebVTT file beside the segments, whose times count from
the start of the period."""

from __future__ import annotations

import math
from fractions import Fraction
from xml.etree import ElementTree as ET

from vidmill import languages
from vidmill_worker.subtitles.results import TextTrack

ROLES = "urn:mpeg:dash:role:2011"


def add_text_set(period: ET.Element, number: int, track: TextTrack, seconds: Fraction) -> None:
    """Add the AdaptationSet of a track to a period of that length; `number` is its id."""
    attributes = {"id": str(number), "contentType": "text", "mimeType": "text/vtt"}
    if track.language:
        attributes["lang"] = languages.tag(track.language)
    adaptation = ET.SubElement(period, "AdaptationSet", attributes)
    ET.SubElement(adaptation, "Role", {"schemeIdUri": ROLES, "value": _role(track)})
    if track.is_default:
        ET.SubElement(adaptation, "Role", {"schemeIdUri": ROLES, "value": "main"})
    ET.SubElement(adaptation, "Label").text = track.label
    bandwidth = max(1, math.ceil(track.file.size_bytes * 8 / seconds))
    representation = ET.SubElement(
        adaptation, "Representation", {"id": track.name, "bandwidth": str(bandwidth)}
    )
    ET.SubElement(representation, "BaseURL").text = track.file.name


def _role(track: TextTrack) -> str:
    """ISO/IEC 23009-1, 5.8.5.5."""
    if track.is_forced:
        return "forced-subtitle"
    return "caption" if track.describes_sound else "subtitle"
