"""Check a WebVTT file against W3C WebVTT 1, rule by rule. Pure: text in, broken rules out.

Written against the text of the rules, not against `webvtt`, so that it can find its faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_TIMES = re.compile(
    r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})"
)
_MAP = re.compile(r"X-TIMESTAMP-MAP=LOCAL:00:00:00\.000,MPEGTS:\d+")
_TAG = re.compile(r"</?[biu]>")
_ESCAPE = re.compile(r"&(?:amp|lt|gt);")


def violations(text: str) -> list[str]:
    """Broken rules of a file of cues; sections are those of the recommendation."""
    return list(_file(text))


def _file(text: str) -> Iterator[str]:
    if "\r" in text or any(ord(c) < 32 and c != "\n" for c in text):
        yield "4.1: a control character"
    head, *blocks = text.strip("\n").split("\n\n")
    lines = head.split("\n")
    if lines[0] != "WEBVTT":
        yield "4.1: the first line is not WEBVTT"
    if len(lines) != 2 or _MAP.fullmatch(lines[1]) is None:
        yield "RFC 8216, 3.5: no X-TIMESTAMP-MAP"
    before = 0
    for number, block in enumerate(blocks):
        timing, _, payload = block.partition("\n")
        found = _TIMES.fullmatch(timing)
        if found is None:
            yield f"4.1: block {number} has no timings"
            continue
        start, end = _milliseconds(found.groups()[:4]), _milliseconds(found.groups()[4:])
        if end <= start:
            yield f"4.1: cue {number} ends before it starts"
        if start < before:
            yield f"4.1: cue {number} starts before the one before it"
        before = start
        yield from _payload(number, payload)


def _payload(number: int, payload: str) -> Iterator[str]:
    if not payload.strip():
        yield f"cue {number} is empty"
    if "-->" in payload:
        yield f"4.2.2: cue {number} holds an arrow"
    rest = _ESCAPE.sub("", _TAG.sub("", payload))
    if any(character in rest for character in "<>&"):
        yield f"4.2.2: cue {number} holds markup"
    opened: list[str] = []
    for tag in _TAG.findall(payload):
        if tag.startswith("</"):
            if not opened or opened.pop() != tag[2]:
                yield f"4.2.2: cue {number} closes what is not open"
        else:
            opened.append(tag[1])
    if opened:
        yield f"4.2.2: cue {number} leaves a tag open"


def _milliseconds(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds, thousandths = (int(part or 0) for part in parts)
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + thousandths
