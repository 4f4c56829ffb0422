"""Other containers that lie, files cut off and spoiled, and good ones in strange clothes."""

from __future__ import annotations

import random
import struct

from .corpus import Lures, Sparse, entry
from .writers import (
    CLUSTER,
    EBML_HEADER,
    SEGMENT,
    avi,
    box,
    chunk,
    element,
    movie,
    png,
    text_element,
    ts_packet,
    ts_section,
    uint_element,
)

# AVI.


@entry("index_of_half_a_million.avi")
def _(to: Lures) -> bytes:
    return avi(index=struct.pack("<4s3I", b"00dc", 0x10, 4, 200) * 500_000)


@entry("index_that_holds_itself.avi")
def _(to: Lures) -> bytes:
    entries = struct.pack("<QII", 12, 0, 1) * 64
    return avi(in_header=chunk(b"indx", struct.pack("<HBBI4s12x", 4, 0, 0, 64, b"00dc"), entries))


@entry("a_thousand_streams.avi")
def _(to: Lures) -> bytes:
    header = b"vidsMPNG" + struct.pack("<I2H8I4h", 0, 0, 0, 0, 1, 25, 0, 25, 0, 0, 0, 0, 0, 9, 9)
    form = struct.pack("<IiiHH4sIiiII", 40, 9, 9, 1, 24, b"MPNG", 0, 0, 0, 0, 0)
    stream = chunk(b"LIST", b"strl", chunk(b"strh", header), chunk(b"strf", form))
    return avi(more_streams=stream * 1000, streams=1001)


@entry("four_thousand_million_a_second.avi")
def _(to: Lures) -> bytes:
    return avi(rate=0xFFFFFFFF)


@entry("codec_nobody_uses.avi")
def _(to: Lures) -> bytes:
    return avi(fourcc=b"DUCK")


# MPEG-TS, FLV, Windows Media, MXF.


@entry("thousands_of_programs.ts")
def _(to: Lures) -> bytes:
    packets: list[bytes] = []
    for first in range(0, 4000, 40):
        programs = b"".join(
            struct.pack(">HH", number, 0xE000 | 32 + number)
            for number in range(first + 1, first + 41)
        )
        packets.append(ts_packet(0, ts_section(0, first, programs)))
    for number in range(1, 4001):
        streams = b"".join(
            struct.pack(">BHH", 0x1B, 0xE000 | (4100 + (number * 9 + s) % 4000), 0xF000)
            for s in range(9)
        )
        body = struct.pack(">HH", 0xE000 | 4100, 0xF000) + streams
        packets.append(ts_packet(32 + number, ts_section(2, number, body)))
    return b"".join(packets)


@entry("nothing_but_sync_bytes.ts")
def _(to: Lures) -> bytes:
    return b"G" * 20_000_000


@entry("empty_packets.ts")
def _(to: Lures) -> bytes:
    return ts_packet(0x1FFF, b"") * 50_000


@entry("scripts_in_scripts.flv")
def _(to: Lures) -> bytes:
    nested = b"\x02\0\x0aonMetaData" + b"\x03\0\x01a" * 30_000
    tag = b"\x12" + len(nested).to_bytes(3, "big") + bytes(7) + nested
    return b"FLV\x01\x01\0\0\0\x09\0\0\0\0" + tag + struct.pack(">I", len(tag))


@entry("objects_of_no_size.wmv")
def _(to: Lures) -> bytes:
    inner = bytes.fromhex("b503bf5f2ea9cf118ee300c00c205365") + struct.pack("<Q", 0)
    return (
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
        + struct.pack("<QIH", 30 + 24 * 1000, 1000, 0x0201)
        + inner * 1000
    )


@entry("objects_of_exabytes.wmv")
def _(to: Lures) -> bytes:
    inner = bytes.fromhex("9107dcb7b7a9cf118ee600c00c205365") + struct.pack("<Q", 2**63 - 1)
    return (
        bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
        + struct.pack("<QIH", 2**62, 0xFFFFFFFF, 0x0201)
        + inner * 100
    )


@entry("parts_of_exabytes.mxf")
def _(to: Lures) -> bytes:
    key = bytes.fromhex("060e2b34020501010d01020101020400")
    return key + b"\x88" + struct.pack(">Q", 2**63 - 1) + bytes(200)


# Nothing to be transcoded.


@entry("empty.mp4")
def _(to: Lures) -> bytes:
    return b""


@entry("one_byte.mkv")
def _(to: Lures) -> bytes:
    return b"\x1a"


@entry("a_picture.mp4")
def _(to: Lures) -> bytes:
    return png(640, 480)


@entry("a_song.mp4")
def _(to: Lures) -> bytes:
    return to.good["m4a"]


@entry("a_song_with_a_cover.mp4")
def _(to: Lures) -> bytes:
    return to.good["cover.m4a"]


@entry("subtitles_in_a_film_of_nothing.mkv")
def _(to: Lures) -> bytes:
    track = element(
        0xAE,
        *(uint_element(0xD7, 1), uint_element(0x73C5, 1), uint_element(0x83, 0x11)),
        text_element(0x86, "S_TEXT/UTF8"),
    )
    block = element(0xA0, element(0xA1, b"\x81\0\0\0x"), uint_element(0x9B, 900))
    tracks = element(0x1654AE6B, track)
    return EBML_HEADER + element(SEGMENT, tracks, element(CLUSTER, uint_element(0xE7, 0), block))


@entry("larger_than_all.mp4")
def _(to: Lures) -> Sparse:
    return Sparse(to.good["mp4"], 30_000_000_000)


# Cut off and spoiled.


def _cut(ending: str, share: float) -> None:
    @entry(f"cut_at_{share:g}.{ending}")
    def _(to: Lures) -> bytes:
        good = to.good[ending]
        return good[: int(len(good) * share)]


def _spoilt(ending: str, seed: int, flips: int) -> None:
    @entry(f"spoilt_{seed}.{ending}")
    def _(to: Lures) -> bytes:
        chance = random.Random(seed)
        data = bytearray(to.good[ending])
        for _ in range(flips):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        return bytes(data)


for _ending, _share in (("mp4", 0.5), ("mkv", 0.5), ("mov", 0.02), ("ts", 0.03), ("flv", 0.01)):
    _cut(_ending, _share)
for _seed, _ending in enumerate(
    ("mp4", "mov", "mkv", "avi", "ts", "flv", "wmv", "mxf", "mp4", "mkv")
):
    _spoilt(_ending, _seed, 40 if _seed < 8 else 400)


@entry("zeros_in_the_middle.mp4")
def _(to: Lures) -> bytes:
    good = to.good["mp4"]
    return good[:2000] + bytes(len(good) // 3) + good[2000 + len(good) // 3 :]


@entry("a_movie_again_and_again.mp4")
def _(to: Lures) -> bytes:
    return to.good["mov"] * 300


@entry("a_broadcast_that_grows.ts")
def _(to: Lures) -> bytes:
    """A small picture, then a very large one on the same stream."""
    return to.good["grows.ts"]


# Good ones, which are taken.


@entry("a_page.html.mp4")
def _(to: Lures) -> bytes:
    return movie(first=box(b"free", f"<html><script src='{to.url}'></script></html>".encode()))


@entry("an_archive.zip.mp4")
def _(to: Lures) -> bytes:
    name = b"../../etc/cron.d/x"
    local = struct.pack("<4s5H3I2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, 0, 0, len(name), 0) + name
    end = struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, 1, 1, len(local), 0, 0)
    return to.good["mp4"] + local + end


def _named(name: str) -> None:
    @entry(name)
    def _(to: Lures) -> bytes:
        return to.good["mp4"]


for _name in (
    "$(touch pwned);`id`&|<>'\".mp4",
    "two\nlines\r.mp4",
    "concat:a.mp4|b.mp4",
    "-i -y -f.mp4",
    "%d_%s_%n.mp4",
    "\u202egpm.exe\u2066.mp4",
    "l" + "o" * 240 + "ng.mp4",
):
    _named(_name)
