"""MP4s whose boxes and tables lie: of lengths, places, protection and codecs."""

from __future__ import annotations

import struct
import zlib

from .corpus import Lures, entry
from .writers import PICTURES, box, boxes, changed, full, movie, picture_entry


@entry("box_of_nine_exabytes.mp4")
def _(to: Lures) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4sQ", 1, b"moov", 2**63 - 1) + bytes(99)


@entry("box_smaller_than_itself.mp4")
def _(to: Lures) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + struct.pack(">I4sQ", 1, b"moov", 3) + bytes(99)


@entry("box_without_end.mp4")
def _(to: Lures) -> bytes:
    parts = list(boxes(to.good["mov"]))
    before = b"".join(box(*part) for part in parts[:-1])
    return before + struct.pack(">I4s", 0, b"moov") + parts[-1][1]


@entry("a_million_empty_boxes.mp4")
def _(to: Lures) -> bytes:
    return box(b"ftyp", b"isom", bytes(4)) + box(b"free") * 1_000_000 + box(b"moov")


@entry("boxes_in_boxes.mp4")
def _(to: Lures) -> bytes:
    nested = b""
    for _ in range(20_000):
        nested = struct.pack(">I4s", 8 + len(nested), b"udta") + nested
    return box(b"ftyp", b"isom", bytes(4)) + box(b"moov", nested)


@entry("tables_larger_than_the_file.mov")
def _(to: Lures) -> bytes:
    return movie(stsz=full(b"stsz", struct.pack(">II", 0, 0x0FFFFFFF)))


@entry("chunks_of_no_samples.mov")
def _(to: Lures) -> bytes:
    return movie(stsc=full(b"stsc", struct.pack(">IIII", 1, 1, 0, 1)))


@entry("chunks_behind_the_end.mov")
def _(to: Lures) -> bytes:
    return movie(stco=full(b"stco", struct.pack(">II", 1, 0xFFFF0000)))


@entry("samples_of_a_gigabyte.mov")
def _(to: Lures) -> bytes:
    return movie(stsz=full(b"stsz", struct.pack(">II", 0x3FFFFFFF, PICTURES)))


@entry("compressed_index.mov")
def _(to: Lures) -> bytes:
    """A zlib bomb where old QuickTime keeps its index."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(2**20)) for _ in range(64)) + packer.flush()
    return box(b"ftyp", b"qt  ", bytes(4)) + box(
        b"moov",
        box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", struct.pack(">I", 2**26), packed)),
    )


@entry("description_of_eight_megabytes.mov")
def _(to: Lures) -> bytes:
    return movie(
        more=box(b"udta", box(b"\xa9cmt", struct.pack(">HH", 0xFFFF, 0), b"A" * 0xFFFF) * 128)
    )


@entry("title_for_a_terminal.mov")
def _(to: Lures) -> bytes:
    text = b"\x1b]0;pwned\x07\x1b[2J%s%n%x${jndi:ldap://x}\r\n'\"`$(id)`\xe2\x80\xae\xff"
    return movie(more=box(b"udta", box(b"\xa9nam", struct.pack(">HH", len(text), 0), text)))


def _protected(good: bytes, old: bytes, new: bytes) -> bytes:
    """The sample entry of a track made into that of an encrypted one (ISO/IEC 23001-7)."""
    sinf = box(
        b"sinf",
        box(b"frma", old),
        full(b"schm", b"cenc", struct.pack(">I", 0x10000)),
        box(b"schi", full(b"tenc", bytes(2), b"\x01\x08", bytes(16))),
    )

    def protect(content: bytes) -> bytes:
        if content[12:16] != old:
            return content
        size = struct.unpack_from(">I", content, 8)[0]
        return content[:8] + struct.pack(">I4s", size + len(sinf), new) + content[16:] + sinf

    return changed(good, b"stsd", protect)


@entry("protected_pictures.mp4")
def _(to: Lures) -> bytes:
    return _protected(to.good["mp4"], b"avc1", b"encv")


@entry("protected_sound.mp4")
def _(to: Lures) -> bytes:
    return _protected(to.good["mp4"], b"mp4a", b"enca")


@entry("codec_nobody_uses.mov")
def _(to: Lures) -> bytes:
    return movie(entry=picture_entry(b"rpza"))


@entry("codec_nobody_knows.mov")
def _(to: Lures) -> bytes:
    return movie(entry=picture_entry(b"\x01\xff\xfe%"))
