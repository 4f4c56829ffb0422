"""Which kinds of samples an MP4 holds, by the names in its index. Only the standard library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import SEEK_END
from typing import BinaryIO

from vidmill_worker.frame_index import INDEX_BYTES, TOP_BOXES
from vidmill_worker.packaging.boxes import InvalidFragment, boxes, top_level

PROTECTED = {b"encv", b"enca", b"encs", b"encm", b"drmi", b"drms", b"p608"}
"""Sample entries of ISO/IEC 14496-12 (8.12) and of Apple's FairPlay. FFmpeg itself shows what they
were before they were encrypted, and then decodes noise."""
_PATH = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")


@dataclass(frozen=True, slots=True)
class Contents:
    """What an MP4's index says of its samples beside where they are."""

    protected: str | None = None
    """The name of the first protected sample entry."""
    in_fragments: bool = False
    """Whether samples follow that the index does not count (8.8.1)."""


def read_contents(file: BinaryIO) -> Contents:
    """Look into the index, as far as it can be read. Raises OSError."""
    try:
        for number, (kind, start, end) in enumerate(top_level(file, file.seek(0, SEEK_END))):
            if kind == b"moov" and end - start <= INDEX_BYTES:
                file.seek(start)
                return _contents(file.read(end - start))
            if number == TOP_BOXES:
                break
    except (InvalidFragment, struct.error):
        pass  # whatever comes after that, nobody reads
    return Contents()


def _contents(moov: bytes) -> Contents:
    found = _protected(moov)
    return Contents(
        protected=found.decode() if found else None,
        in_fragments=any(kind == b"mvex" for kind, _ in boxes(moov)),
    )


def _protected(moov: bytes) -> bytes | None:
    for description in _below(moov, _PATH):
        # Version, flags and a count come before the entries (8.5.2).
        for kind, _ in boxes(description[8:]):
            if kind in PROTECTED:
                return kind
    return None


def _below(data: bytes, path: tuple[bytes, ...]) -> Iterator[bytes]:
    for kind, content in boxes(data):
        if kind == path[0]:
            if len(path) == 1:
                yield content
            else:
                yield from _below(content, path[1:])
