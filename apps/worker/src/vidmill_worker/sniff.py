"""Tell a container by its magic bytes, never by its name or by what FFmpeg would guess.

FFmpeg's own probing also finds playlists, image sequences and scripts (HLS, concat, ...), which
may name other files and hosts. Only the demuxers below are ever used, each named explicitly.
"""

from __future__ import annotations

from dataclasses import dataclass

from vidmill.errors import InvalidSource

HEAD_BYTES = 64 * 1024
"""MXF allows a run-in of up to 64 KiB before its first key (SMPTE ST 377-1, 6.5)."""

_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_MXF_PARTITION = bytes.fromhex("060e2b34020501010d010201")
_TS_PACKET = 188
_TS_MARKS = 8
# Boxes a QuickTime file may start with when it has no ftyp (files older than the box).
_QUICKTIME_FIRST = {b"moov", b"mdat", b"free", b"skip", b"wide", b"pnot"}


@dataclass(frozen=True, slots=True)
class Container:
    """A kind of file: the name we show and the demuxer FFmpeg is pinned to."""

    format: str
    demuxer: str


_MOV_DEMUXER = "mov,mp4,m4a,3gp,3g2,mj2"


def sniff(head: bytes) -> Container:
    """Name the container of a file by its first `HEAD_BYTES`.

    Raises InvalidSource: corrupt_file (empty), unsupported_format.
    """
    if not head:
        raise InvalidSource("corrupt_file", "The file is empty. Export or upload it again.")
    container = identify(head)
    if container is None:
        raise InvalidSource(
            "unsupported_format",
            "This is not a video file that can be read. "
            "Send MP4, MOV, MKV, WebM, AVI, FLV, WMV, MPEG-TS, M4V, 3GP or MXF.",
        )
    return container


def identify(head: bytes) -> Container | None:
    """Name the container that starts with `head` (at least 4 KiB unless the file is shorter)."""
    return (
        _iso(head)
        or _matroska(head)
        or _prefixed(head)
        or _transport_stream(head)
        or (Container("mxf", "mxf") if _MXF_PARTITION in head else None)
    )


def _iso(head: bytes) -> Container | None:
    box, brand = head[4:8], head[8:12]
    if box == b"ftyp":
        if brand == b"qt  ":
            return Container("mov", _MOV_DEMUXER)
        return Container("3gp" if brand.startswith((b"3gp", b"3g2")) else "mp4", _MOV_DEMUXER)
    return Container("mov", _MOV_DEMUXER) if box in _QUICKTIME_FIRST else None


def _matroska(head: bytes) -> Container | None:
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return None
    # The DocType element (id 4282) follows within the EBML header's few dozen bytes.
    return Container("webm" if b"\x42\x82\x84webm" in head[:256] else "matroska", "matroska")


def _prefixed(head: bytes) -> Container | None:
    if head.startswith(b"RIFF") and head[8:12] in {b"AVI ", b"AVIX"}:
        return Container("avi", "avi")
    if head.startswith(b"FLV\x01"):
        return Container("flv", "flv")
    if head.startswith(_ASF):
        return Container("asf", "asf")
    return None


def _transport_stream(head: bytes) -> Container | None:
    # 188-byte packets, or 192 with a 4-byte timestamp before each (M2TS). A recording may start
    # within a packet; then more sync bytes in a row must rule out chance.
    for stride in (_TS_PACKET, _TS_PACKET + 4):
        for first in range(stride):
            marks = head[first::stride][:_TS_MARKS]
            needed = 2 if first in {0, 4} else _TS_MARKS
            if len(marks) >= needed and set(marks) == {0x47}:
                return Container("mpegts", "mpegts")
    return None
