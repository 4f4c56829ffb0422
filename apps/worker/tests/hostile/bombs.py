"""MP4 and MOV files that are small and claim, or make, much."""

from __future__ import annotations

import struct

from .corpus import Lures, Sparse, entry
from .writers import PICTURES, SIDE, box, changed, full, movie, picture_entry, png


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
