"""HDR (ITU-R BT.2100) that is kept: how its colours are stated from the source to the playlist."""

from __future__ import annotations

from collections.abc import Container
from typing import Literal

from pydantic import BaseModel, ConfigDict

from vidmill.presets import VideoSettings
from vidmill.sources import VideoStream

VideoRange = Literal["PQ", "HLG"]

# Codes of ITU-T H.273, tables 2 to 4, for what HDR comes in.
_PRIMARIES = {"bt709": 1, "bt2020": 9, "smpte431": 11, "smpte432": 12}
_TRANSFERS = {"smpte2084": 16, "arib-std-b67": 18}
_MATRICES = {"bt709": 1, "bt2020nc": 9, "bt2020c": 10, "ictcp": 14}


class Color(BaseModel):
    """How pictures are to be read, in FFmpeg's spelling of ITU-T H.273."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    primaries: str
    transfer: str
    matrix: str

    @property
    def video_range(self) -> VideoRange:
        """The word of HLS for it (RFC 8216bis, 4.4.6.2)."""
        return "PQ" if self.transfer == "smpte2084" else "HLG"

    @property
    def codes(self) -> dict[str, int]:
        """Codes by the names that DASH has for their kinds."""
        return {
            "ColourPrimaries": _PRIMARIES[self.primaries],
            "TransferCharacteristics": _TRANSFERS[self.transfer],
            "MatrixCoefficients": _MATRICES[self.matrix],
        }


def kept_hdr(video: VideoStream, settings: VideoSettings) -> Color | None:
    """The colours of a source whose HDR is kept; None for SDR, and for HDR that is made SDR."""
    if not video.is_hdr or settings.hdr != "keep" or video.color_transfer is None:
        return None
    # BT.2100 has bt2020 with both of its transfers; many a camera states the transfer alone.
    return Color(
        primaries=_known(video.color_primaries, _PRIMARIES, "bt2020"),
        transfer=video.color_transfer,
        matrix=_known(video.color_space, _MATRICES, "bt2020nc"),
    )


def _known(name: str | None, names: Container[str], default: str) -> str:
    return name if name is not None and name in names else default
