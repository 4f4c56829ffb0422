"""Walk the boxes of an MP4 (ISO/IEC 14496-12, 4.2)."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import BinaryIO

_CONTAINERS = {b"moov", b"trak", b"mdia", b"minf", b"stbl", b"mvex", b"edts"}


class InvalidFragment(Exception):
    """The bytes are not the kind of MP4 our encoder writes."""


class NoFragment(InvalidFragment):
    """The file is whole, but there is no media in it."""


def top_level(file: BinaryIO, size: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start of the content, end) of each box in the file. Raises InvalidFragment."""
    offset = 0
    while offset < size:
        file.seek(offset)
        header = file.read(16)
        if len(header) < 8:
            raise InvalidFragment("cut off in a box header")
        length, kind = struct.unpack_from(">I4s", header)
        start = offset + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", header, 8)
            start += 8
        if length < start - offset or offset + length > size:
            raise InvalidFragment(f"box {kind!r} does not fit the file")
        yield kind, start, offset + length
        offset += length


def flatten(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of every box, those inside others included. Raises InvalidFragment."""
    for kind, content in boxes(data):
        yield kind, content
        if kind in _CONTAINERS:
            yield from flatten(content)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of the boxes that `data` is made of. Raises InvalidFragment."""
    offset = 0
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        if length < 8 or offset + length > len(data):
            raise InvalidFragment(f"box {kind!r} does not fit")
        yield kind, data[offset + 8 : offset + length]
        offset += length
