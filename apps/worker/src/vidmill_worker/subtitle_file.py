"""Text from an uploaded subtitle file: SubRip, WebVTT or ASS. Pure.

Only times, text and what is bold, italic or underlined are taken. Whatever else such files may say
(fonts, pictures, positions, drawings) is left out: it is written by strangers, for a picture of
another size.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

MAX_CUES = 50_000
"""Of a day, one every two seconds."""
MAX_CHARS = 1000
MAX_AT_ONCE = 8
"""More would not fit into a picture."""
STYLES = frozenset("biu")
MARK = re.compile(r"\x02(/?)([biu])\x03")
"""How a style begins and ends in the text of a cue: characters that no text holds."""

_TIME = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})[,.](\d{1,6})"
_TIMING = re.compile(rf"^[ \t]*{_TIME}[ \t]*-->[ \t]*{_TIME}[^\n]*$", re.MULTILINE)
_TAG = re.compile(r"<(/?)([^<>\s.]*)[^<>]*>")
_OVERRIDES = re.compile(r"\{[^{}]*\}")
_ASS_STYLE = re.compile(r"\\([biu])(\d+)")
_DRAWING = re.compile(r"\\p[1-9]")
_ASS_TIME = re.compile(r"\s*(\d+):(\d{1,2}):(\d{1,2})[.:](\d{1,3})\s*")


class NotSubtitles(Exception):
    """The file is not one that can be read; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class Cue:
    """Text from `start` up to `end`, in seconds; lines are parted by newlines, styles by `MARK`."""

    start: Fraction
    end: Fraction
    text: str


def read_cues(data: bytes) -> list[Cue]:
    """Every cue that shows something, in the order of their times. Raises NotSubtitles."""
    text = _decode(data)
    if not text.strip():
        raise NotSubtitles("The subtitles hold no text. Send a file that does.")
    if text.startswith("WEBVTT"):
        cues = _timed_blocks(text, is_vtt=True)
    elif re.search(r"^\[Script Info\]", text[:4096], re.MULTILINE | re.IGNORECASE):
        cues = _ass_events(text)
    elif _TIMING.search(text[:4096]):
        cues = _timed_blocks(text, is_vtt=False)
    else:
        raise NotSubtitles("The subtitles are neither SubRip, WebVTT nor ASS. Send one of these.")
    found: list[Cue] = []
    for cue in cues:
        if len(found) == MAX_CUES:
            raise NotSubtitles(f"There are more than {MAX_CUES:,} subtitles. Send fewer.")
        if cue.end > cue.start and MARK.sub("", cue.text).strip():
            found.append(cue)
    if not found:
        raise NotSubtitles("The subtitles hold no text. Send a file that does.")
    found.sort(key=lambda cue: (cue.start, cue.end))
    _check_crowds(found)
    return found


def _decode(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    try:
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except UnicodeDecodeError:
        raise NotSubtitles("The subtitles are not in UTF-8. Save them as UTF-8.") from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(c for c in text if c in "\n\t" or (c >= " " and not "\x7f" <= c <= "\x9f"))


def _timed_blocks(text: str, *, is_vtt: bool) -> Iterator[Cue]:
    """SubRip and WebVTT (W3C, 4.1): a line of times, then text up to an empty line."""
    timings = list(_TIMING.finditer(text))
    for number, timing in enumerate(timings):
        following = timings[number + 1].start() if number + 1 < len(timings) else len(text)
        block = text[timing.end() + 1 : following].split("\n\n", 1)[0]
        if following < len(text) and "\n\n" not in text[timing.end() + 1 : following]:
            # The number of the next cue, without an empty line before it.
            block = block.rstrip("\n").rpartition("\n")[0]
        styled = _TAG.sub(_tag, _OVERRIDES.sub("", block))
        shown = html.unescape(styled) if is_vtt else styled
        parts = timing.groups()
        yield Cue(_seconds(*parts[:4]), _seconds(*parts[4:]), _bounded(shown))


def _tag(match: re.Match[str]) -> str:
    name = match[2].lower()
    return f"\x02{match[1]}{name}\x03" if name in STYLES else ""


def _ass_events(text: str) -> Iterator[Cue]:
    """Dialogue lines of an ASS or SSA script, whose format a line before them names."""
    fields: list[str] = []
    for line in text.split("\n"):
        kind, colon, rest = line.partition(":")
        if not colon:
            continue
        if kind.strip().lower() == "format" and "text" in rest.lower():
            fields = [name.strip().lower() for name in rest.split(",")]
        elif kind.strip().lower() == "dialogue" and fields[-1:] == ["text"]:
            values = dict(zip(fields, rest.split(",", len(fields) - 1), strict=False))
            start, end = (_ASS_TIME.fullmatch(values.get(name, "")) for name in ("start", "end"))
            content = values.get("text", "")
            if start and end and not _DRAWING.search(content):
                shown = _OVERRIDES.sub(_overrides, content)
                shown = re.sub(r"\\[Nn]", "\n", shown).replace(r"\h", "\u00a0")
                yield Cue(_seconds(*start.groups()), _seconds(*end.groups()), _bounded(shown))


def _overrides(match: re.Match[str]) -> str:
    found = _ASS_STYLE.findall(match[0])
    return "".join(f"\x02{'' if int(weight) else '/'}{name}\x03" for name, weight in found)


def _bounded(text: str) -> str:
    lines = [line.strip() for line in text.strip().split("\n")]
    text = "\n".join(line for line in lines if line)
    if len(text) > MAX_CHARS:
        raise NotSubtitles(f"A subtitle is longer than {MAX_CHARS} characters. Shorten it.")
    return text


def _seconds(hours: str | None, minutes: str, seconds: str, part: str) -> Fraction:
    whole = int(hours or 0) * 3600 + int(minutes) * 60 + int(seconds)
    return whole + Fraction(int(part), 10 ** len(part))


def _check_crowds(cues: list[Cue]) -> None:
    """Refuse files that would cover the picture, and cost a renderer more than a video."""
    changes = sorted(
        [(cue.start, 1) for cue in cues] + [(cue.end, -1) for cue in cues],
    )
    shown = 0
    for _, change in changes:
        shown += change
        if shown > MAX_AT_ONCE:
            raise NotSubtitles(
                f"More than {MAX_AT_ONCE} subtitles are shown at the same time. Send fewer."
            )
