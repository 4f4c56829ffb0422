"""Matroska files that lie, or are what one is when it is streamed."""

from __future__ import annotations

import struct
import zlib

from .corpus import Lures, Sparse, entry
from .references import STYLED
from .writers import (
    ATTACHMENTS,
    CLUSTER,
    EBML_HEADER,
    INFO,
    SEGMENT,
    TAGS,
    VOID,
    element,
    matroska,
    png,
    text_element,
    uint_element,
)


@entry("as_it_is_streamed.mkv")
def _(to: Lures) -> bytes:
    return matroska(size=-1)


@entry("a_hundred_thousand_voids.mkv")
def _(to: Lures) -> bytes:
    return matroska(more=element(VOID) * 100_000)


@entry("void_without_end.mkv")
def _(to: Lures) -> bytes:
    return matroska(more=element(VOID, size=2**55))


@entry("elements_in_elements.mkv")
def _(to: Lures) -> bytes:
    nested = b""
    for _ in range(5000):
        nested = element(0x67C8, nested)
    return matroska(more=element(TAGS, element(0x7373, nested)))


@entry("pictures_in_a_zlib_bomb.mkv")
def _(to: Lures) -> bytes:
    packing = element(0x6D80, element(0x6240, element(0x5034, uint_element(0x4254, 0))))
    good = matroska(track=packing)
    frame = png(128, 128)
    packed = zlib.compress(bytes(64 * 2**20), 9)
    return good.replace(frame, packed[: len(frame)].ljust(len(frame), b"\0"))


@entry("fonts_and_files_attached.mkv")
def _(to: Lures) -> bytes:
    attached = b"".join(
        element(
            0x61A7,
            text_element(0x466E, f"../../../../{to.secret}"),
            text_element(0x4660, "application/x-truetype-font"),
            element(0x465C, bytes(2**20)),
            uint_element(0x46AE, number),
        )
        for number in range(1, 21)
    )
    return matroska(more=element(ATTACHMENTS, attached))


@entry("styled_subtitles.mkv")
def _(to: Lures) -> bytes:
    header = STYLED.format(secret=to.secret, url=to.url).encode()
    track = element(
        0xAE,
        *(uint_element(0xD7, 2), uint_element(0x73C5, 2), uint_element(0x83, 0x11)),
        text_element(0x86, "S_TEXT/ASS"),
        element(0x63A2, header),
    )
    line = f"0,0,Default,,0,0,0,,{{\\fn{to.secret}}}x".encode()
    block = element(0xA0, element(0xA1, b"\x82\0\0\0", line), uint_element(0x9B, 900))
    return matroska(tracks=track, after=element(CLUSTER, uint_element(0xE7, 0), block))


@entry("tags_of_eight_megabytes.mkv")
def _(to: Lures) -> bytes:
    tag = element(0x67C8, text_element(0x45A3, "COMMENT"), text_element(0x4487, "A" * 2**23))
    return matroska(more=element(TAGS, element(0x7373, tag)))


@entry("lasts_for_years.mkv")
def _(to: Lures) -> bytes:
    return matroska(more=element(INFO, element(0x4489, struct.pack(">d", 1e15))))


@entry("mostly_nothing.mkv")
def _(to: Lures) -> Sparse:
    return Sparse(matroska(size=-1), 60_000_000)


@entry("header_alone.mkv")
def _(to: Lures) -> bytes:
    return EBML_HEADER


@entry("a_segment_in_a_segment.mkv")
def _(to: Lures) -> bytes:
    nested = b""
    for _ in range(2000):
        nested = element(SEGMENT, nested)
    return EBML_HEADER + nested
