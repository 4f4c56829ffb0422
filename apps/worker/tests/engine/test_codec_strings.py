"""Names of codecs: examples from the standards, and the rules that each is held against."""

from __future__ import annotations

import struct

import pytest

from vidmill_worker.packaging import codec_strings
from vidmill_worker.packaging.codec_rules import unknown_codecs
from vidmill_worker.packaging.codec_strings import Nclx

HDR10 = Nclx(primaries=9, transfer=16, matrix=9)


def hvcc(profile: int, flags: int, tier: int, level: int, constraints: str) -> bytes:
    front = bytes([1, tier << 5 | profile]) + struct.pack(">I", flags)
    return front + bytes.fromhex(constraints) + bytes([level])


def av1c(profile: int, level: int, bits: int) -> bytes:
    return bytes([0x81, profile << 5 | level, bits, 0])


def vpcc(profile: int, level: int, bits: int) -> bytes:
    return bytes([1, 0, 0, 0, profile, level, bits, 2, 2, 2, 0, 0])


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (codec_strings.avc("avc1", bytes.fromhex("0164001F")), "avc1.64001F"),
        # The examples of ISO/IEC 14496-15, E.3.
        (
            codec_strings.hevc("hvc1", hvcc(1, 0x60000000, 0, 93, "B00000000000")),
            "hvc1.1.6.L93.B0",
        ),
        (
            codec_strings.hevc("hvc1", hvcc(4, 0x08000000, 1, 120, "B92300000000")),
            "hvc1.4.10.H120.B9.23",
        ),
        (codec_strings.hevc("hvc1", hvcc(2, 0x20000000, 0, 150, "0" * 12)), "hvc1.2.4.L150"),
        # The examples of the AV1 binding, 5.
        (codec_strings.av1(av1c(0, 4, 0b0000_1100), Nclx()), "av01.0.04M.08"),
        (codec_strings.av1(av1c(0, 4, 0b0100_1100), HDR10), "av01.0.04M.10.0.110.09.16.09.0"),
        (codec_strings.av1(av1c(2, 19, 0b1110_1000), Nclx(2, 2, 2)), "av01.2.19H.12"),
        # The example of the VP binding.
        (codec_strings.vp9(vpcc(2, 10, 0xA2), HDR10), "vp09.02.10.10.01.09.16.09.00"),
        (codec_strings.vp9(vpcc(0, 41, 0x82), Nclx(5, 6, 6, True)), "vp09.00.41.08.01.05.06.06.01"),
        (codec_strings.vp9(vpcc(0, 31, 0x82), Nclx(2, 2, 2)), "vp09.00.31.08"),
    ],
)
def test_names(made: str, expected: str) -> None:
    assert made == expected
    assert unknown_codecs(made) == []


def test_colours_of_a_box() -> None:
    box = b"nclx" + struct.pack(">HHHB", 9, 18, 9, 0x80)
    assert codec_strings.nclx(box) == Nclx(9, 18, 9, True)
    assert codec_strings.nclx(b"prof" + bytes(20)) == codec_strings.nclx(None) == Nclx()


@pytest.mark.parametrize(
    "name",
    [
        *("avc1", "avc1.64001f", "avc3.64001F", "hev1.1.6.L93.B0", "hvc1.1.6.93", "hvc1"),
        *("av01.0.4M.08", "av01.0.04M.08.0.110", "av01.0.04X.08", "vp9", "vp09.00.31"),
        *("vp09.00.00.08", "mp4a", "mp4a.40", ""),
    ],
)
def test_what_is_no_name_is_found(name: str) -> None:
    assert unknown_codecs(f"avc1.64001F,{name}") == [name]
