"""MP4 and MOV files that are small and claim, or make, much."""

from __future__ import annotations

import struct
import zlib

from .corpus import Lures, Sparse, entry
from .writers import PICTURES, SIDE, box, boxes, changed, full, movie, picture_entry, png


@entry("picture_of_65535x65535.mov")
def _(to: Lures) -> bytes:
    frame = png(1, 1, stated=(65_535, 65_535))
    return movie(entry=picture_entry(width=65_535, height=65_535), frame=frame)


@entry("picture_larger_than_its_track.mov")
def _(to: Lures) -> bytes:
    return movie(frame=png(1, 1, stated=(60_000, 60_000)))


def _exp_golomb(value: int) -> str:
    coded = f"{value + 1:b}"
    return "0" * (len(coded) - 1) + coded


@entry("h264_that_lies_about_its_size.mp4")
def _(to: Lures) -> bytes:
    """The sequence parameter set says 65,520 squared, the track 128x96."""
    bits = (
        "01100110" + "00000000" + f"{30:08b}"  # High is 100; here Extended, fewer fields
        + _exp_golomb(0) + _exp_golomb(0) + _exp_golomb(2) + _exp_golomb(1) + "0"
        + _exp_golomb(4094) + _exp_golomb(4094) + "1" + "1" + "0" + "0" + "1"
    )  # fmt: skip
    bits = bits.replace("01100110", "01011000", 1)
    data = bytes([0x67]) + int(bits.ljust(-(-len(bits) // 8) * 8, "0"), 2).to_bytes(
        -(-len(bits) // 8), "big"
    )

    def lie(content: bytes) -> bytes:
        at = content.find(b"avcC")
        if at < 0:
            return content
        size = struct.unpack_from(">I", content, at - 4)[0]
        old = content[at + 4 : at - 4 + size]
        length = struct.unpack_from(">H", old, 6)[0]
        new = old[:6] + struct.pack(">H", len(data)) + data + old[8 + length :]
        grown = content[: at - 4] + box(b"avcC", new) + content[at - 4 + size :]
        entry_size = struct.unpack_from(">I", grown, 8)[0] + len(new) - len(old)
        return grown[:8] + struct.pack(">I", entry_size) + grown[12:]

    return changed(to.good["mp4"], b"stsd", lie)


@entry("sixty_thousand_frames_a_second.mov")
def _(to: Lures) -> bytes:
    """All of them the same bytes of the file."""
    count = 60_000
    start = struct.pack(">I", movie().index(b"mdat") + 4)
    return movie(
        stts=full(b"stts", struct.pack(">III", 1, count, 1)),
        stsz=full(b"stsz", struct.pack(">II", len(png(SIDE, SIDE)), count)),
        stsc=full(b"stsc", struct.pack(">IIII", 1, 1, 1, 1)),
        stco=full(b"stco", struct.pack(">I", count), start * count),
        timescale=count,
    )


@entry("three_hundred_thousand_broken_frames.mov")
def _(to: Lures) -> Sparse:
    return Sparse(
        movie(
            stts=full(b"stts", struct.pack(">III", 1, 300_000, 1)),
            stsz=full(b"stsz", struct.pack(">II", 100, 300_000)),
            stsc=full(b"stsc", struct.pack(">IIII", 1, 1, 300_000, 1)),
            timescale=100,
        ),
        40_000_000,
    )


@entry("twenty_million_frames.mov")
def _(to: Lures) -> Sparse:
    return Sparse(
        movie(
            stts=full(b"stts", struct.pack(">III", 1, 20_000_000, 512)),
            stsz=full(b"stsz", struct.pack(">II", 1, 20_000_000)),
            stsc=full(b"stsc", struct.pack(">IIII", 1, 1, 20_000_000, 1)),
            timescale=120_000,
        ),
        30_000_000,
    )


@entry("four_thousand_million_frames.mov")
def _(to: Lures) -> bytes:
    return movie(
        stts=full(b"stts", struct.pack(">III", 1, 0xFFFFFFFF, 1)),
        stsz=full(b"stsz", struct.pack(">II", 1, 0xFFFFFFFF)),
        stsc=full(b"stsc", struct.pack(">IIII", 1, 1, 0xFFFFFFFF, 1)),
    )


@entry("each_frame_for_days.mov")
def _(to: Lures) -> bytes:
    return movie(stts=full(b"stts", struct.pack(">III", 1, PICTURES, 86_400 * 25)))


@entry("one_frame_for_years.mov")
def _(to: Lures) -> bytes:
    return movie(stts=full(b"stts", struct.pack(">IIIII", 2, PICTURES - 1, 1, 1, 0x7FFFFFFF)))


@entry("last_frame_for_ten_seconds.mov")
def _(to: Lures) -> bytes:
    return movie(stts=full(b"stts", struct.pack(">IIIII", 2, PICTURES - 1, 1, 1, 250)))


@entry("frames_with_negative_durations.mov")
def _(to: Lures) -> bytes:
    return movie(stts=full(b"stts", struct.pack(">III", 1, PICTURES, 0xFFFFFFF0)))


@entry("frames_without_duration.mov")
def _(to: Lures) -> bytes:
    return movie(stts=full(b"stts", struct.pack(">III", 1, PICTURES, 0)))


@entry("a_clock_of_four_gigahertz.mov")
def _(to: Lures) -> bytes:
    return movie(timescale=0xFFFFFFFF)


@entry("a_clock_that_stands.mov")
def _(to: Lures) -> bytes:
    return movie(timescale=0)


@entry("a_hole_of_ten_hours.mov")
def _(to: Lures) -> bytes:
    return movie(
        stts=full(b"stts", struct.pack(">IIIIIII", 3, 12, 1, 1, 36_000 * 25, PICTURES - 13, 1))
    )


def _sound_table(to: Lures, table: bytes, content: bytes) -> bytes:
    """A good film with another table in its second track."""
    seen = 0

    def other(old: bytes) -> bytes:
        nonlocal seen
        seen += 1
        return content if seen == 2 else old

    return changed(to.good["mp4"], table, other)


def _sound_samples(to: Lures) -> int:
    """How many samples the sound of the good film has."""
    found: list[int] = []

    def note(content: bytes) -> bytes:
        found.append(struct.unpack_from(">I", content, 8)[0])
        return content

    changed(to.good["mp4"], b"stsz", note)
    return found[1]


@entry("silence_of_ten_hours.mp4")
def _(to: Lures) -> bytes:
    count = _sound_samples(to)
    runs = struct.pack(">8I", 0, 3, 5, 1024, 1, 36_000 * 48_000, count - 6, 1024)
    return _sound_table(to, b"stts", runs)


@entry("sound_for_a_week.mp4")
def _(to: Lures) -> bytes:
    count = _sound_samples(to)
    return _sound_table(to, b"stts", struct.pack(">4I", 0, 1, count, 7 * 86_400 * 48_000 // count))


@entry("five_thousand_tracks.mov")
def _(to: Lures) -> bytes:
    return movie(copies=5000)


def _edits(*edits: tuple[int, int, int]) -> bytes:
    packed = b"".join(struct.pack(">IiI", *each) for each in edits)
    return box(b"edts", full(b"elst", struct.pack(">I", len(edits)), packed))


@entry("edits_that_repeat_all_for_hours.mov")
def _(to: Lures) -> bytes:
    return movie(edts=_edits(*[(1000, 0, 0x10000)] * 5_000))


@entry("edits_without_length.mov")
def _(to: Lures) -> bytes:
    return movie(edts=_edits(*[(0, 0, 0)] * 50_000))


@entry("edit_that_begins_in_years.mov")
def _(to: Lures) -> bytes:
    return movie(edts=_edits((0x7FFFFFFF, -1, 0x10000), (1000, 0, 0x10000)))


@entry("more_edits_than_there_are.mov")
def _(to: Lures) -> bytes:
    return movie(edts=box(b"edts", full(b"elst", struct.pack(">I", 0xFFFFFFFF))))


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
