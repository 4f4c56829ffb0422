"""Options of `upload` that say what is done to a video before it is encoded."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from vidmill_cli.edits import Clip

POSITIONS = (
    *("top-left", "top", "top-right", "left", "center", "right"),
    *("bottom-left", "bottom", "bottom-right"),
)
"""Where a watermark can be."""

_TIME = r"(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:\.\d+)?)"
_RANGE = re.compile(rf"(?:{_TIME})?-(?:{_TIME})?")


def parse_clip(_: click.Context, __: click.Parameter, text: str | None) -> Clip | None:
    """From "10-25.5", "1:30-", "-0:45". Raises click.BadParameter."""
    if text is None:
        return None
    match = _RANGE.fullmatch(text.strip())
    if match is None or match[0] == "-":
        raise click.BadParameter(
            f"{text!r} is not START-END. Write seconds or [H:]MM:SS, such as 10-25.5, 1:30- or "
            "-0:45."
        )
    clip: Clip = {}
    if match[3] is not None:
        clip["start_seconds"] = _seconds(match[1], match[2], match[3])
    if match[6] is not None:
        clip["end_seconds"] = _seconds(match[4], match[5], match[6])
    return clip


def _seconds(hours: str | None, minutes: str | None, seconds: str) -> float:
    whole, dot, part = seconds.partition(".")
    total = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(whole)
    # Put together as text, so that the decimals stay what was typed.
    return float(f"{total}{dot}{part}")
