"""Check a static DASH manifest against ISO/IEC 23009-1 and the DASH-IF interoperability
guidelines (IOP), rule by rule. Pure: text in, broken rules out.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from fractions import Fraction
from xml.etree import ElementTree as ET

from vidmill_worker.packaging.codec_rules import unknown_codecs

_MPD = "{urn:mpeg:dash:schema:mpd:2011}"
_DURATION = re.compile(r"PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?")
EARLY_START_SECONDS = Fraction(1, 10)
"""The encoder's priming starts the sound this much before the period at most."""


def violations(text: str, files: Collection[str]) -> list[str]:
    """Broken rules of a manifest; `files` are the names of all segments, relative to it."""
    root = ET.fromstring(text)  # noqa: S314  # our own text: no stranger's entity can be in it
    return list(_root(root, files))


def _root(root: ET.Element, files: Collection[str]) -> Iterator[str]:
    if root.tag != f"{_MPD}MPD":
        yield f"5.3.1.2: the root is {root.tag}"
        return
    for needed in ("profiles", "minBufferTime", "mediaPresentationDuration"):
        if needed not in root.attrib:
            yield f"5.3.1.2: MPD without @{needed}"
    if root.get("type") != "static":
        yield "5.3.1.2: a finished presentation is static"
    periods = root.findall(f"{_MPD}Period")
    if len(periods) != 1:
        yield f"{len(periods)} periods"
        return
    length = _seconds(root.get("mediaPresentationDuration", ""))
    ids: set[str] = set()
    ends: list[Fraction] = []
    for adaptation in periods[0].findall(f"{_MPD}AdaptationSet"):
        if adaptation.get("contentType") == "text":
            yield from _text(adaptation, ids, files)
        else:
            yield from _adaptation(adaptation, ids, files, ends)
    yield from _main_sound(periods[0])
    if not ends:
        yield "5.3.3: no adaptation set"
    elif abs(max(ends) - length) > Fraction(1, 100):
        yield f"5.3.1.2: lasts {float(length)} s, its media {float(max(ends))} s"


def _main_sound(period: ET.Element) -> Iterator[str]:
    sets = period.findall(f"{_MPD}AdaptationSet")
    roles = [_role(found) for found in sets if found.get("contentType") == "audio"]
    if roles and roles.count("main") != 1:
        yield f"IOP 5.1.4: one sound is the main one, here {roles}"


def _role(adaptation: ET.Element) -> str | None:
    role = adaptation.find(f"{_MPD}Role")
    return None if role is None else role.get("value")


def _adaptation(
    adaptation: ET.Element, ids: set[str], files: Collection[str], ends: list[Fraction]
) -> Iterator[str]:
    kind = adaptation.get("contentType")
    if adaptation.get("mimeType") not in {"video/mp4", "audio/mp4"}:
        yield "5.3.7.2: @mimeType is missing"
    if adaptation.get("segmentAlignment") != "true":
        yield "IOP: @segmentAlignment must be true"
    if adaptation.get("startWithSAP") != "1":
        yield "IOP: @startWithSAP must be 1"
    template = adaptation.find(f"{_MPD}SegmentTemplate")
    if template is None:
        yield f"5.3.9.4: {kind} without a SegmentTemplate"
        return
    yield from _timeline(template, ends)
    representations = adaptation.findall(f"{_MPD}Representation")
    if not representations:
        yield f"5.3.3: {kind} without a Representation"
    for representation in representations:
        yield from _representation(representation, kind, ids)
        for name in _names(template, representation.get("id", "")):
            if name not in files:
                yield f"{name} names a file that is not there"


def _text(adaptation: ET.Element, ids: set[str], files: Collection[str]) -> Iterator[str]:
    """Whole files beside the segments (IOP 7.11)."""
    if adaptation.get("mimeType") != "text/vtt":
        yield "5.3.7.2: text is text/vtt"
    if _role(adaptation) is None:
        yield "IOP 7.11: text without a role"
    for representation in adaptation.findall(f"{_MPD}Representation"):
        name = representation.get("id", "")
        if not name or name in ids:
            yield f"5.3.5.2: @id {name!r} is not unique"
        ids.add(name)
        if not representation.get("bandwidth"):
            yield f"{name} without @bandwidth"
        url = representation.findtext(f"{_MPD}BaseURL")
        if url not in files:
            yield f"{url} names a file that is not there"


def _representation(found: ET.Element, kind: str | None, ids: set[str]) -> Iterator[str]:
    name = found.get("id", "")
    if not name or name in ids:
        yield f"5.3.5.2: @id {name!r} is not unique"
    ids.add(name)
    needed = ["bandwidth", "codecs"]
    # IOP 3.2.4: what a player must know to choose without loading anything.
    needed += ["width", "height", "frameRate"] if kind == "video" else ["audioSamplingRate"]
    for attribute in needed:
        if not found.get(attribute):
            yield f"{name} without @{attribute}"
    if unknown := unknown_codecs(found.get("codecs", "")):
        yield f"RFC 6381: {name} has @codecs {', '.join(unknown)}"
    if kind == "audio" and found.find(f"{_MPD}AudioChannelConfiguration") is None:
        yield f"IOP: {name} without an AudioChannelConfiguration"


def _timeline(template: ET.Element, ends: list[Fraction]) -> Iterator[str]:
    scale = int(template.get("timescale", "1"))
    offset = int(template.get("presentationTimeOffset", "0"))
    entries = template.findall(f"{_MPD}SegmentTimeline/{_MPD}S")
    if not entries or entries[0].get("t") is None:
        yield "5.3.9.6: a timeline states the time of its first segment"
        return
    time = int(entries[0].attrib["t"])
    start = Fraction(time - offset, scale)
    # IOP 4.3: nothing of the period's start may be missing.
    if start > Fraction(1, 100) or start < -EARLY_START_SECONDS:
        yield f"the first segment starts {float(start):.3f} s off the period"
    for entry in entries:
        if "t" in entry.attrib and int(entry.attrib["t"]) != time:
            yield f"5.3.9.6: a gap or overlap at {entry.attrib['t']}"
        if int(entry.get("d", "0")) <= 0:
            yield "5.3.9.6: a segment without length"
        time += int(entry.get("d", "0")) * (int(entry.get("r", "0")) + 1)
    ends.append(Fraction(time - offset, scale))


def _names(template: ET.Element, representation: str) -> Iterator[str]:
    def expand(pattern: str, number: int) -> str:
        named = pattern.replace("$RepresentationID$", representation)
        return re.sub(r"\$Number%0(\d+)d\$", lambda match: f"{number:0{match[1]}d}", named)

    yield expand(template.get("initialization", ""), 0)
    number = int(template.get("startNumber", "1"))
    for entry in template.iter(f"{_MPD}S"):
        for _ in range(int(entry.get("r", "0")) + 1):
            yield expand(template.get("media", ""), number)
            number += 1


def _seconds(duration: str) -> Fraction:
    match = _DURATION.fullmatch(duration)
    if match is None:
        return Fraction(0)
    hours, minutes, seconds = (Fraction(part or 0) for part in match.groups())
    return hours * 3600 + minutes * 60 + seconds
