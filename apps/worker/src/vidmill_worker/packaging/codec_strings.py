"""Codecs as playlists and browsers name them (RFC 6381), from an init segment's own boxes.

Each function takes the content of the codec's configuration box. `Nclx` is the colour box of the
sample entry; without one, or with nothing stated in it, colours are those of BT.709.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Nclx:
    """The colour information box of type nclx (ISO/IEC 14496-12, 12.1.5): codes of ITU-T H.273."""

    primaries: int = 1
    transfer: int = 1
    matrix: int = 1
    full_range: bool = False

    @property
    def is_default(self) -> bool:
        """Whether it says no more than is understood without it."""
        codes = (self.primaries, self.transfer, self.matrix)
        return not self.full_range and all(code in {1, _UNSPECIFIED} for code in codes)


_UNSPECIFIED = 2


def nclx(colr: bytes | None) -> Nclx:
    """Read a `colr` box; one of another type (an ICC profile) says nothing here."""
    if colr is None or colr[:4] != b"nclx":
        return Nclx()
    primaries, transfer, matrix, flags = struct.unpack_from(">HHHB", colr, 4)
    return Nclx(primaries, transfer, matrix, bool(flags & 0x80))


def avc(entry: str, avcc: bytes) -> str:
    """avc1.PPCCLL (RFC 6381, 3.3): profile, constraints and level, in hexadecimal."""
    return f"{entry}.{avcc[1]:02X}{avcc[2]:02X}{avcc[3]:02X}"


def hevc(entry: str, hvcc: bytes) -> str:
    """hvc1.P.C.TL.B (ISO/IEC 14496-15, E.3): profile, compatibility flags in reverse order, tier
    and level, constraint bytes without trailing zeros."""
    space, tier, profile = hvcc[1] >> 6, hvcc[1] >> 5 & 1, hvcc[1] & 0x1F
    (flags,) = struct.unpack_from(">I", hvcc, 2)
    reverse = int(f"{flags:032b}"[::-1], 2)
    constraints = hvcc[6:12].rstrip(b"\0")
    parts = [
        entry,
        f"{('', 'A', 'B', 'C')[space]}{profile}",
        f"{reverse:X}",
        f"{'LH'[tier]}{hvcc[12]}",
        *(f"{byte:X}" for byte in constraints),
    ]
    return ".".join(parts)


def av1(av1c: bytes, color: Nclx) -> str:
    """av01.P.LLT.DD, and .M.CCC.cp.tc.mc.F where colours are not BT.709 (AV1 in ISO BMFF, 5)."""
    profile, level = av1c[1] >> 5, av1c[1] & 0x1F
    bits = av1c[2]
    tier, high, twelve, mono = bits >> 7, bits >> 6 & 1, bits >> 5 & 1, bits >> 4 & 1
    depth = 8 if not high else 12 if twelve else 10
    text = f"av01.{profile}.{level:02d}{'MH'[tier]}.{depth:02d}"
    if color.is_default:
        return text
    chroma = f"{bits >> 3 & 1}{bits >> 2 & 1}{bits & 3}"
    return f"{text}.{mono}.{chroma}.{_colors(color)}.{int(color.full_range)}"


def vp9(vpcc: bytes, color: Nclx) -> str:
    """vp09.PP.LL.DD, and .CC.cp.tc.mc.FF where colours are not BT.709 (VP Codec ISO Media File
    Format Binding, "Codecs Parameter String")."""
    profile, level, bits = vpcc[4], vpcc[5], vpcc[6]
    text = f"vp09.{profile:02d}.{level:02d}.{bits >> 4:02d}"
    if color.is_default:
        return text
    return f"{text}.{bits >> 1 & 7:02d}.{_colors(color)}.{int(color.full_range):02d}"


def _colors(color: Nclx) -> str:
    return f"{color.primaries:02d}.{color.transfer:02d}.{color.matrix:02d}"
