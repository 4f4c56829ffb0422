"""A storyboard's WebVTT: which part of which sprite shows which time, as players' scrub bars read
it (W3C WebVTT; the payload is an address with a spatial fragment, W3C Media Fragments 4.2.2)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

_CUE = re.compile(
    r"(\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3}) --> (\d{2,}):([0-5]\d):([0-5]\d)\.(\d{3})\n"
    r"([A-Za-z0-9_.-]+)#xywh=(\d+),(\d+),(\d+),(\d+)"
)


@dataclass(frozen=True, slots=True)
class Cue:
    """A tile and when it is shown: from its own time to that of the next. Milliseconds, pixels."""

    start_ms: int
    end_ms: int
    sprite: str
    x: int
    y: int
    width: int
    height: int


def text(cues: Sequence[Cue]) -> str:
    """The file."""
    blocks = [
        f"{_clock(cue.start_ms)} --> {_clock(cue.end_ms)}\n"
        f"{cue.sprite}#xywh={cue.x},{cue.y},{cue.width},{cue.height}"
        for cue in cues
    ]
    return "\n\n".join(["WEBVTT", *blocks]) + "\n"


def parse(vtt: str) -> list[Cue]:
    """Read such a file back. Raises ValueError if it is not one."""
    head, *blocks = vtt.removesuffix("\n").split("\n\n")
    if head != "WEBVTT":
        raise ValueError("it does not begin with WEBVTT")
    cues: list[Cue] = []
    for block in blocks:
        found = _CUE.fullmatch(block)
        if found is None:
            raise ValueError(f"a cue can't be read: {block[:80]!r}")
        numbers = [int(found[group]) for group in (*range(1, 9), *range(10, 14))]
        start, end = _milliseconds(numbers[:4]), _milliseconds(numbers[4:8])
        cues.append(Cue(start, end, found[9], *numbers[8:]))
    return cues


def violations(vtt: str, sprites: Mapping[str, tuple[int, int]], duration_ms: int) -> list[str]:
    """What is wrong with a file, given the sprites that there are and their sizes: the cues must
    cover the video from its start to its end, each time once, with tiles within the sprites."""
    try:
        cues = parse(vtt)
    except ValueError as error:
        return [str(error)]
    if not cues:
        return ["it has no cues"]
    return [*_times_wrong(cues, duration_ms), *_tiles_wrong(cues, sprites)]


def _times_wrong(cues: Sequence[Cue], duration_ms: int) -> list[str]:
    wrong: list[str] = []
    if cues[0].start_ms != 0:
        wrong.append("the first cue does not begin at 0")
    if cues[-1].end_ms != duration_ms:
        wrong.append(f"the last cue ends at {cues[-1].end_ms} ms of {duration_ms}")
    for before, after in pairwise(cues):
        if before.end_ms != after.start_ms:
            wrong.append(f"a cue ends at {before.end_ms} ms, the next begins at {after.start_ms}")
    wrong += [f"the cue at {c.start_ms} ms has no length" for c in cues if c.end_ms <= c.start_ms]
    return wrong


def _tiles_wrong(cues: Sequence[Cue], sprites: Mapping[str, tuple[int, int]]) -> list[str]:
    wrong: list[str] = []
    for cue in cues:
        width, height = sprites.get(cue.sprite, (0, 0))
        if not cue.width or cue.x + cue.width > width or cue.y + cue.height > height:
            wrong.append(f"the tile of the cue at {cue.start_ms} ms is not in {cue.sprite}")
    if unused := sprites.keys() - {cue.sprite for cue in cues}:
        wrong.append(f"no cue names {min(unused)}")
    if len({(cue.sprite, cue.x, cue.y) for cue in cues}) != len(cues):
        wrong.append("a tile is named twice")
    return wrong


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{rest:03d}"


def _milliseconds(clock: Sequence[int]) -> int:
    hours, minutes, seconds, rest = clock
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + rest
