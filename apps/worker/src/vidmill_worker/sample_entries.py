"""Which kinds of samples an MP4 holds, by the names in its index. Only the standard library."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import SEEK_END
from typing import BinaryIO

from vidmill_worker.frame_index import INDEX_BYTES, TOP_BOXES
from vidmill_worker.packaging.boxes import InvalidFragment, boxes, top_level

PROTECTED = {b"encv", b"enca", b"encs", b"encm", b"drmi", b"drms", b"p608"}
"""Sample entries of ISO/IEC 14496-12 (8.12) and of Apple's FairPlay. FFmpeg itself shows what they
were before they were encrypted, and then decodes noise."""
_PATH = (b"trak", b"mdia", b"minf", b"stbl", b"stsd")


def protected_entry(file: BinaryIO) -> str | None:
    """The name of the first protected sample entry, if there is one. Raises OSError."""
    try:
        for number, (kind, start, end) in enumerate(top_level(file, file.seek(0, SEEK_END))):
            if kind == b"moov" and end - start <= INDEX_BYTES:
                file.seek(start)
                found = _protected(file.read(end - start))
                if found:
                    return found.decode()
            if number == TOP_BOXES:
                break
    except (InvalidFragment, struct.error):
        pass  # whatever comes after that, nobody reads
    return None


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
