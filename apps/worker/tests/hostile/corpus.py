"""The corpus: hostile, broken and odd files, made anew and the same each time; none is in git."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Lures:
    """What no file may make anybody touch, and good files to spoil."""

    port: int
    """Something listens there."""
    secret: Path
    """A file that nobody may open."""
    good: dict[str, bytes]
    """By ending: a second of moving pictures, with sound."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/stolen"


@dataclass(frozen=True)
class Sparse:
    """A file that is longer than what is in it."""

    head: bytes
    size: int


Make = Callable[[Lures], bytes | Sparse]
CORPUS: dict[str, Make] = {}
"""By file name, which is part of the attack."""


def entry(name: str) -> Callable[[Make], Make]:
    """Put what the function makes into the corpus under that name."""

    def keep(make: Make) -> Make:
        assert name not in CORPUS
        CORPUS[name] = make
        return make

    return keep


def write(name: str, lures: Lures, folder: Path) -> Path:
    """Write one file of the corpus."""
    folder.mkdir()
    path = folder / name
    made = CORPUS[name](lures)
    data = made if isinstance(made, bytes) else made.head
    with path.open("wb") as file:
        file.write(data)
        if isinstance(made, Sparse):
            file.truncate(made.size)
    return path


# Each module puts its entries into the corpus.
from . import (  # noqa: E402  # they need what is above
    bombs,
    broken,
    lying_boxes,
    lying_matroska,
    references,
)

MODULES = (bombs, broken, lying_boxes, lying_matroska, references)
