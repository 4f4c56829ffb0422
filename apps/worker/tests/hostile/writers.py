"""Write MP4 boxes, EBML elements, RIFF chunks and TS packets, right or wrong as asked."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator

_CONTAINERS = {
    *(b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"udta"),
}


def box(kind: bytes, *content: bytes) -> bytes:
    """A box of ISO/IEC 14496-12."""
    data = b"".join(content)
    return struct.pack(">I4s", 8 + len(data), kind) + data


def full(kind: bytes, *content: bytes, version: int = 0, flags: int = 0) -> bytes:
    """A box with version and flags."""
    return box(kind, struct.pack(">I", version << 24 | flags), *content)


def boxes(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """(type, content) of each box in `data`."""
    offset = 0
    while offset + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, offset)
        yield kind, data[offset + 8 : offset + length]
        offset += length


def changed(data: bytes, kind: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """The same boxes with the content of each of that type changed, and sizes to match."""
    made: list[bytes] = []
    for found, content in boxes(data):
        if found == kind:
            content = change(content)
        elif found in _CONTAINERS:
            content = changed(content, kind, change)
        made.append(box(found, content))
    return b"".join(made)


def png(
    width: int, height: int, shade: int = 128, *, stated: tuple[int, int] | None = None
) -> bytes:
    """A grey picture; `stated` is the size that its header claims."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    rows = (b"\0" + bytes([shade]) * width) * height
    size = stated or (width, height)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", struct.pack(">IIBBBBB", *size, 8, 0, 0, 0, 0))
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
PICTURES = 25
SIDE = 128


def picture_entry(kind: bytes = b"png ", width: int = SIDE, height: int = SIDE) -> bytes:
    """A sample entry of pictures (12.1.3)."""
    return box(
        kind,
        struct.pack(">6xH16xHHIIIH32xHh", 1, width, height, 0x480000, 0x480000, 0, 1, 24, -1),
    )


def movie(
    *,
    entry: bytes | None = None,
    stts: bytes | None = None,
    stsz: bytes | None = None,
    stsc: bytes | None = None,
    stco: bytes | None = None,
    edts: bytes = b"",
    dref: bytes | None = None,
    timescale: int = 25,
    copies: int = 1,
    more: bytes = b"",
    frame: bytes | None = None,
    first: bytes = b"",
) -> bytes:
    """A MOV of a second of grey PNG pictures; any of its tables may be another."""
    frame = png(SIDE, SIDE) if frame is None else frame
    head = box(b"ftyp", b"qt  ", bytes(4), b"qt  ") + first
    media = box(b"mdat", frame * PICTURES)
    if stts is None:
        stts = full(b"stts", struct.pack(">III", 1, PICTURES, 1))
    if stsz is None:
        stsz = full(b"stsz", struct.pack(">II", len(frame), PICTURES))
    if stsc is None:
        stsc = full(b"stsc", struct.pack(">IIII", 1, 1, PICTURES, 1))
    if stco is None:
        stco = full(b"stco", struct.pack(">II", 1, len(head) + 8))
    if dref is None:
        dref = full(b"url ", flags=1)
    tables = box(
        b"stbl",
        full(b"stsd", struct.pack(">I", 1), entry or picture_entry()),
        *(stts, stsc, stsz, stco),
    )
    traks = b"".join(
        box(
            b"trak",
            full(
                b"tkhd",
                struct.pack(">III4xI8xHHHH", 0, 0, number + 1, 1000, 0, 0, 0, 0),
                MATRIX,
                struct.pack(">II", SIDE << 16, SIDE << 16),
                flags=3,
            ),
            edts,
            box(
                b"mdia",
                full(b"mdhd", struct.pack(">IIIIHH", 0, 0, timescale, PICTURES, 0, 0)),
                full(b"hdlr", b"mhlrvide", bytes(13)),
                box(
                    b"minf",
                    full(b"vmhd", bytes(8), flags=1),
                    box(b"dinf", full(b"dref", struct.pack(">I", 1), dref)),
                    tables,
                ),
            ),
        )
        for number in range(copies)
    )
    mvhd = full(
        b"mvhd",
        struct.pack(">IIIIIH10x", 0, 0, 1000, 1000, 0x10000, 0x100),
        MATRIX,
        bytes(24),
        struct.pack(">I", copies + 1),
    )
    return head + media + box(b"moov", mvhd, traks, more)


def element(number: int, *content: bytes, size: int | None = None) -> bytes:
    """An EBML element (RFC 8794); `size` is what it claims, -1 an unknown size."""
    data = b"".join(content)
    identifier = number.to_bytes((number.bit_length() + 7) // 8, "big")
    length = len(data) if size is None else size
    coded = (1 << 56) - 1 if length < 0 else length
    return identifier + ((1 << 56) | coded).to_bytes(8, "big") + data


def text_element(number: int, value: str) -> bytes:
    return element(number, value.encode())


def uint_element(number: int, value: int) -> bytes:
    return element(number, value.to_bytes(8, "big"))


EBML_HEADER = element(
    0x1A45DFA3,
    text_element(0x4282, "matroska"),
    uint_element(0x4287, 4),
    uint_element(0x4285, 2),
)
SEGMENT, INFO, TRACKS, CLUSTER, TAGS, ATTACHMENTS, VOID = (
    *(0x18538067, 0x1549A966, 0x1654AE6B, 0x1F43B675, 0x1254C367, 0x1941A469),
    0xEC,
)


def matroska(
    *,
    track: bytes = b"",
    tracks: bytes = b"",
    more: bytes = b"",
    after: bytes = b"",
    size: int | None = None,
) -> bytes:
    """A Matroska file of a second of grey PNG pictures, with other elements before and after them,
    `track` in the entry of its track, and `tracks` beside it."""
    frame = png(SIDE, SIDE)
    info = element(INFO, uint_element(0x2AD7B1, 1_000_000))
    video = element(0xE0, uint_element(0xB0, SIDE), uint_element(0xBA, SIDE))
    entry = element(
        0xAE,
        *(uint_element(0xD7, 1), uint_element(0x73C5, 1), uint_element(0x83, 1)),
        text_element(0x86, "V_MS/VFW/FOURCC"),
        element(
            0x63A2, struct.pack("<IiiHH4sIiiII", 40, SIDE, SIDE, 1, 24, b"MPNG", 0, 0, 0, 0, 0)
        ),
        uint_element(0x23E383, 40_000_000),
        video,
        track,
    )
    frames = b"".join(
        element(0xA3, b"\x81", struct.pack(">hB", 40 * number, 0x80), frame)
        for number in range(PICTURES)
    )
    cluster = element(CLUSTER, uint_element(0xE7, 0), frames, size=size)
    return EBML_HEADER + element(
        SEGMENT, info, element(TRACKS, entry, tracks), more, cluster, after, size=size
    )


def chunk(kind: bytes, *content: bytes) -> bytes:
    """A RIFF chunk."""
    data = b"".join(content)
    return kind + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def avi(
    *,
    fourcc: bytes = b"MPNG",
    more_streams: bytes = b"",
    in_header: bytes = b"",
    in_movi: bytes = b"",
    index: bytes | None = None,
    streams: int = 1,
    rate: int = 25,
) -> bytes:
    """An AVI of a second of grey PNG pictures."""
    frame = png(SIDE, SIDE)
    main = struct.pack("<14I", 40_000, 0, 0, 0x10, PICTURES, 0, streams, 0, SIDE, SIDE, 0, 0, 0, 0)
    header = (
        b"vids"
        + fourcc
        + struct.pack("<I2H8I4h", 0, 0, 0, 0, 1, rate, 0, PICTURES, 0, 0, 0, 0, 0, SIDE, SIDE)
    )
    form = struct.pack("<IiiHH4sIiiII", 40, SIDE, SIDE, 1, 24, fourcc, 0, 0, 0, 0, 0)
    stream = chunk(b"LIST", b"strl", chunk(b"strh", header), chunk(b"strf", form), in_header)
    frames = chunk(b"00dc", frame) * PICTURES
    lists = chunk(b"LIST", b"hdrl", chunk(b"avih", main), stream, more_streams)
    if index is None:
        step = len(chunk(b"00dc", frame))
        index = b"".join(
            struct.pack("<4s3I", b"00dc", 0x10, 4 + len(in_movi) + step * number, len(frame))
            for number in range(PICTURES)
        )
    return chunk(
        b"RIFF", b"AVI ", lists, chunk(b"LIST", b"movi", in_movi, frames), chunk(b"idx1", index)
    )


def ts_packet(pid: int, payload: bytes, *, start: bool = True) -> bytes:
    """A packet of ISO/IEC 13818-1, filled up with 0xFF."""
    head = struct.pack(">BHB", 0x47, (0x4000 if start else 0) | pid, 0x10)
    return (head + payload)[:188].ljust(188, b"\xff")


def ts_section(table: int, extension: int, content: bytes) -> bytes:
    """A section of a table, with its pointer and checksum."""
    length = len(content) + 9
    body = struct.pack(">BHHBBB", table, 0xB000 | length, extension, 0xC1, 0, 0) + content
    return b"\0" + body + struct.pack(">I", _mpeg_crc(body))


def _mpeg_crc(data: bytes) -> int:
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return crc
