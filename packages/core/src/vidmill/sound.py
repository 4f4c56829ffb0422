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
