"""What a preset says of sound."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

AudioCodec = Literal["aac", "opus"]


class AudioSettings(BaseModel):
    """How sound is encoded: tracks that all rungs share, and an MP3 of the first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    codec: AudioCodec = "aac"
    """AAC plays everywhere; Opus needs a third less for the same sound, and a browser or a player
    of the last few years (Safari from 17)."""
    bitrate_bps: int = Field(default=128_000, ge=32_000, le=512_000)
    """Of a track with as many channels as `channels` allows; fewer get their share of it."""
    channels: Literal[1, 2, 6] = 2
    """Upper limit: mono, stereo or 5.1. More channels are mixed down, fewer stay as they are."""
    max_tracks: int = Field(default=16, ge=1, le=16)
    """Sound tracks of a source that are kept, each with its language."""
    mp3: bool = True
    """Of the first track, in stereo at most."""
    mp3_bitrate_bps: int = Field(default=192_000, ge=32_000, le=320_000)
    loudness_lufs: float | None = Field(default=None, ge=-70, le=-5)
    """Bring every track to this integrated loudness (ITU-R BS.1770), such as -23 for broadcast (EBU
    R 128) or -14 for the web; as loud as the source if left out."""
    true_peak_dbtp: float = Field(default=-1, ge=-9, le=0)
    """Where tracks are brought to a loudness, their peaks are held below this, until they are
    encoded; -1 as in EBU R 128."""
