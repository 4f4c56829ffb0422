"""What pictures say of themselves in their first bytes. Nothing is decoded, so this is safe for
pictures that strangers send."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 512 * 1024
"""Read at most: a JPEG may carry its size behind colour profiles and notes of cameras."""

_JPEG_SIZED = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""SOF markers, which state a size (ITU-T T.81, table B.1)."""
_JPEG_LONE = frozenset(range(0xD0, 0xD9)) | {0x01}
"""Markers without a length."""


class UnknownImage(Exception):
    """The bytes are no picture that is known here."""


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What the file states."""

    format: str
    """jpeg, png, gif or webp."""
    width: int
    height: int
    animated: bool = False
    """Only told of WebP, which are two formats in this."""

    @property
    def demuxer(self) -> str:
        """FFmpeg's, which is never asked to guess."""
        if self.format == "gif":
            return "gif"
        return "webp_anim" if self.animated else f"{self.format}_pipe"


def read_header(path: Path) -> ImageHeader:
    """Raises UnknownImage if the magic bytes are none of these formats', or no size follows."""
    with path.open("rb") as file:
        return parse_header(file.read(HEAD_BYTES))


def parse_header(head: bytes) -> ImageHeader:
    """`read_header` of bytes at hand."""
    try:
        return _parse(head[:HEAD_BYTES])
    except (struct.error, IndexError) as error:
        raise UnknownImage("it ends within its header") from error


def is_whole(path: Path) -> bool:
    """Whether a JPEG, GIF or WebP file ends where its format says. A decoder shows what there is
    of a GIF that was cut off, and reports no error."""
    data = path.read_bytes()
    if data.startswith(b"RIFF"):
        return len(data) == 8 + int.from_bytes(data[4:8], "little")
    return data.endswith(b";" if data.startswith(b"GIF") else b"\xff\xd9")


def _parse(head: bytes) -> ImageHeader:
    if head.startswith(b"\xff\xd8\xff"):
        return _jpeg(head)
    if head.startswith(b"\x89PNG\r\n\x1a\n") and head[12:16] == b"IHDR":
        # ISO/IEC 15948, 11.2.2.
        return ImageHeader("png", *struct.unpack_from(">II", head, 16))
    if head.startswith((b"GIF87a", b"GIF89a")):
        return ImageHeader("gif", *struct.unpack_from("<HH", head, 6))
    if head.startswith(b"RIFF") and head[8:12] == b"WEBP":
        return _webp(head)
    raise UnknownImage("its first bytes are those of no known picture")


def _jpeg(head: bytes) -> ImageHeader:
    at = 2
    while head[at] == 0xFF:
        marker = head[at + 1]
        if marker in _JPEG_SIZED:
            height, width = struct.unpack_from(">HH", head, at + 5)
            return ImageHeader("jpeg", width, height)
        if marker == 0xFF:  # a filling byte
            at += 1
        elif marker in _JPEG_LONE:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", head, at + 2)[0]
    raise UnknownImage("it has no frame header")


def _webp(head: bytes) -> ImageHeader:
    """RFC 9649, section 2; RFC 6386, 9.1, for lossy pictures."""
    kind, data = head[12:16], head[20:]
    if kind == b"VP8X":
        size = 1 + _three_bytes(data, 4), 1 + _three_bytes(data, 7)
        return ImageHeader("webp", *size, animated=bool(data[0] & 2))
    if kind == b"VP8L":
        (bits,) = struct.unpack_from("<I", data, 1)
        return ImageHeader("webp", 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF))
    if kind == b"VP8 ":
        width, height = struct.unpack_from("<HH", data, 6)
        return ImageHeader("webp", width & 0x3FFF, height & 0x3FFF)
    raise UnknownImage("it holds no picture")


def _three_bytes(data: bytes, at: int) -> int:
    low, high = struct.unpack_from("<HB", data, at)
    return low | high << 16
