"""What a PNG says of itself, before anything decodes it (W3C PNG, third edition)."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

MAX_SIDE = 4096
"""Pixels: 64 MiB decoded at most."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEADER = struct.Struct(">8sI4sII")


class NotPng(Exception):
    """The file is not a PNG that is taken; the text says why, and what to do."""


@dataclass(frozen=True, slots=True)
class PngSize:
    """Pixels."""

    width: int
    height: int


def read_size(path: Path) -> PngSize:
    """The size of a still PNG. Raises NotPng, OSError."""
    data = path.read_bytes()
    if not data.startswith(_SIGNATURE):
        raise NotPng("The watermark is not a PNG. Send a PNG; it may have an alpha channel.")
    try:
        _, length, kind, width, height = _HEADER.unpack_from(data)
    except struct.error:
        raise NotPng("The watermark is cut off. Export or upload it again.") from None
    if (length, kind) != (13, b"IHDR"):
        raise NotPng("The watermark is damaged. Export or upload it again.")
    if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
        raise NotPng(
            f"The watermark is {width}x{height}; at most {MAX_SIDE}x{MAX_SIDE} pixels are taken. "
            "Send a smaller one."
        )
    if b"acTL" in _kinds(data):
        raise NotPng("The watermark is animated. Send a PNG with one picture.")
    return PngSize(width, height)


def _kinds(data: bytes) -> set[bytes]:
    """Types of all chunks up to the end of the image (5.3)."""
    kinds: set[bytes] = set()
    at = len(_SIGNATURE)
    while at + 12 <= len(data) and b"IEND" not in kinds:
        (length,) = struct.unpack_from(">I", data, at)
        kinds.add(data[at + 4 : at + 8])
        at += 12 + length
    if at > len(data) or b"IEND" not in kinds:
        raise NotPng("The watermark is cut off. Export or upload it again.")
    return kinds
