"""Check codec names as playlists and manifests state them, against the standards that define
them. Pure; written against the texts, not against `codec_strings`, so that it can find its faults.
"""

from __future__ import annotations

import re

_FORMS = (
    # RFC 6381, 3.3: profile_idc, constraint flags, level_idc.
    r"avc1\.[0-9A-F]{6}",
    # ISO/IEC 14496-15, E.3; hev1 is left out: (Apple) 1.10 wants hvc1.
    r"hvc1\.[ABC]?\d{1,2}\.[0-9A-F]{1,8}\.[LH]\d{1,3}(\.[0-9A-F]{1,2}){0,6}",
    # AV1 Codec ISO Media File Format Binding, 5: all optional fields or none.
    r"av01\.[012]\.(0\d|[12]\d|3[01])[MH]\.(08|10|12)(\.[01]\.[01]{2}[0-3]\.\d\d\.\d\d\.\d\d\.[01])?",
    # VP Codec ISO Media File Format Binding: levels 1 to 6.2, all optional fields or none.
    r"vp09\.0[0-3]\.[1-6][0-2]\.(08|10|12)(\.0[0-3]\.\d\d\.\d\d\.\d\d\.0[01])?",
    # RFC 6381, 3.3: object type and, of MPEG-4 audio, audio object type.
    r"mp4a\.(40\.\d{1,2}|69|6B)",
    # Encapsulation of Opus in ISO Base Media File Format, 4.5.
    r"[oO]pus",
)
_CODEC = re.compile("|".join(f"(?:{form})" for form in _FORMS))


def unknown_codecs(codecs: str) -> list[str]:
    """Those of a comma-separated list that have no form known here."""
    return [name for name in codecs.split(",") if not _CODEC.fullmatch(name)]
