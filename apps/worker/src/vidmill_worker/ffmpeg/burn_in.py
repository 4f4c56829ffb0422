"""The script by which libass draws subtitles into pictures. Pure.

Everything in it is ours but the text: one style, one font, no reference to anything.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from fractions import Fraction

from vidmill_worker.subtitle_file import MARK, Cue

FAMILY = "Noto Sans"
SCRIPT = "subtitles.ass"
FONTS = "fonts"
"""Both in the directory that FFmpeg is started in."""

_BACKSLASH = "\\\u2060"
"""libass takes a backslash before some letters for a command, but not before a word joiner."""
_HEAD = """[Script Info]
ScriptType: v4.00+
PlayResX: {width}
PlayResY: {height}
WrapStyle: 0
ScaledBorderAndShadow: yes

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, \
Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, \
Alignment, MarginL, MarginR, MarginV, Encoding
Style: Default,{family},{size},&H00FFFFFF,&H00FFFFFF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,\
{outline:.1f},0,2,{side},{side},{bottom},1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
"""


def script(cues: Iterable[Cue], size: tuple[int, int], rate: Fraction | None) -> str:
    """An ASS script for pictures of that width and height, in pixels.

    Times count from the first picture. With a constant `rate` each cue is shown from the first
    picture at or after its start up to the last one before its end, as long as pictures are 12 ms
    apart or more; ASS itself counts in hundredths of a second.
    """
    width, height = size
    # Some 40 characters a line on a wide picture and 25 on a high one; see EBU-TT-D, 1/15 and less.
    font = round(min(height * 0.06, width * 0.065))
    head = _HEAD.format(
        family=FAMILY,
        width=width,
        height=height,
        size=font,
        outline=max(1.0, font * 0.07),
        side=round(width * 0.05),
        bottom=round(height * 0.05),
    )
    return head + "".join(
        f"Dialogue: 0,{_time(cue.start, rate)},{_time(cue.end, rate)},Default,,0,0,0,,"
        f"{_text(cue.text)}\n"
        for cue in cues
    )


def shift(cues: Iterable[Cue], by: Fraction, duration: Fraction) -> list[Cue]:
    """The cues of a part of a video that begins `by` seconds later, cut to its duration."""
    moved = (Cue(max(cue.start - by, Fraction(0)), cue.end - by, cue.text) for cue in cues)
    return [cue for cue in moved if cue.end > 0 and cue.start < duration]


def letters(cues: Iterable[Cue]) -> list[str]:
    """Every character in them that has to be seen."""
    every = {c for cue in cues for c in MARK.sub("", cue.text)}
    # Letters, marks, numbers, punctuation and symbols; spaces and what directs text need no glyph.
    return sorted(c for c in every if unicodedata.category(c)[0] in "LMNPS")


def specimen(characters: Sequence[str]) -> list[Cue]:
    """Cues that show these characters, all at once."""
    return [
        Cue(Fraction(0), Fraction(1), "".join(characters[start : start + 500]))
        for start in range(0, len(characters), 500)
    ]


_MISSING = re.compile(r"failed to find any fallback with glyph 0x([0-9A-Fa-f]+)")


def missing_characters(log: str) -> list[str]:
    """Characters for which libass found no font, by FFmpeg's warnings."""
    codes = {int(code, 16) for code in _MISSING.findall(log)}
    return sorted(chr(code) for code in codes if code)


def _time(seconds: Fraction, rate: Fraction | None) -> str:
    if rate is not None:
        seconds = math.ceil(seconds * rate) / rate
    # Two milliseconds early: the filter's own clock is a rounded number.
    hundredths = max(0, math.floor((seconds - Fraction(2, 1000)) * 100))
    rest, part = divmod(hundredths, 100)
    return f"{rest // 3600}:{rest // 60 % 60:02d}:{rest % 60:02d}.{part:02d}"


def _text(text: str) -> str:
    parts: list[str] = []
    at = 0
    for mark in MARK.finditer(text):
        parts += [_plain(text[at : mark.start()]), f"{{\\{mark[2]}{0 if mark[1] else 1}}}"]
        at = mark.end()
    return "".join([*parts, _plain(text[at:])])


def _plain(text: str) -> str:
    escaped = text.replace("\\", _BACKSLASH).replace("{", r"\{").replace("}", r"\}")
    return escaped.replace("\n", r"\N")
