"""Presets: what a job makes, as data. Code never branches on a preset's name."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vidmill.sound import AudioSettings


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Rung(_Record):
    """One video quality: constant quality (CRF) under a bit rate cap."""

    short_side: int = Field(ge=2, le=8640)
    """Pixels of the shorter side; the rung is named after it ("720p")."""
    crf: float = Field(ge=0, le=63)
    max_bitrate_bps: int = Field(gt=0)
    """Cap of the video buffering verifier: bounds BANDWIDTH in the master playlist."""
    buffer_bits: int = Field(gt=0)
    target_vmaf: float | None = Field(default=None, ge=50, le=99)
    """Compress more than `crf` says as far as this quality is kept: found by probing each video.
    VMAF at the rung's own size; 93 is where most people stop seeing a difference (Netflix)."""

    @property
    def name(self) -> str:
        return f"{self.short_side}p"


class VideoSettings(_Record):
    """How pictures are encoded."""

    codec: Literal["h264"] = "h264"
    encoder_preset: str = "veryfast"
    profile: Literal["baseline", "main", "high"] = "high"
    gop_seconds: float = Field(default=2, gt=0, le=10)
    rungs: tuple[Rung, ...] = Field(min_length=1)
    """Ascending by short side."""

    @model_validator(mode="after")
    def _ascending(self) -> VideoSettings:
        sides = [rung.short_side for rung in self.rungs]
        if sides != sorted(set(sides)):
            raise ValueError("rungs must ascend by short_side, each once")
        return self


class Preset(_Record):
    """A named description of a job's outputs."""

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,62}$")
    description: str = ""
    video: VideoSettings
    audio: AudioSettings | None = AudioSettings()
    segment_seconds: float = Field(default=4, gt=0, le=20)
    """Length of a CMAF segment, a whole number of GOPs; HLS and DASH share the segments."""
    hls: bool = True
    dash: bool = True
    mp4: bool = True
    thumbnail_percents: tuple[int, ...] = (0, 25, 50, 75, 100)
    """Positions of pictures in percent of the duration; 100 is the last frame."""
    storyboard: bool = False
    """Small pictures of the whole video for scrub bars: JPEG sprites and a WebVTT file."""
    previews: tuple[Literal["gif", "webp"], ...] = ()
    """Formats of an animated picture of four seconds from all over the video."""

    @model_validator(mode="after")
    def _whole_gops(self) -> Preset:
        gops = self.segment_seconds / self.video.gop_seconds
        if gops < 1 or gops != int(gops):
            raise ValueError("segment_seconds must be a whole number of gop_seconds")
        if any(not 0 <= percent <= 100 for percent in self.thumbnail_percents):
            raise ValueError("thumbnail_percents must lie in 0..100")
        if len(set(self.previews)) < len(self.previews):
            raise ValueError("previews must name each format once")
        return self

    @property
    def has_images(self) -> bool:
        """Whether any picture is made beside the renditions."""
        return bool(self.thumbnail_percents or self.storyboard or self.previews)


# CRF 23 is x264's own default. Caps are the top of what each size needs at CRF 23 for hard
# (noisy, moving) pictures; two seconds of buffer let a scene cut through without a dip.
_RUNGS = {
    side: Rung(short_side=side, crf=23, max_bitrate_bps=rate, buffer_bits=2 * rate)
    for side, rate in {
        240: 600_000,
        360: 1_200_000,
        480: 2_200_000,
        720: 4_500_000,
        1080: 8_500_000,
        1440: 16_000_000,
        2160: 32_000_000,
    }.items()
}


def rungs(*short_sides: int, target_vmaf: float | None = None) -> tuple[Rung, ...]:
    """The standard rungs of those short sides (240, 360, 480, 720, 1080, 1440, 2160)."""
    return tuple(
        _RUNGS[side].model_copy(update={"target_vmaf": target_vmaf}) for side in sorted(short_sides)
    )


WEB = Preset(
    name="web",
    description="H.264 and AAC, 360p to 1080p, for every browser: HLS, DASH, MP4, MP3, stills, "
    "storyboard and animated previews.",
    # veryfast: speed first. Against `medium` it costs about 10 % more bytes at the same quality
    # and takes about a third of the CPU time, so a viewer waits a third as long.
    video=VideoSettings(encoder_preset="veryfast", rungs=rungs(360, 480, 720, 1080)),
    storyboard=True,
    previews=("gif", "webp"),
)

MOBILE = Preset(
    name="mobile",
    description="H.264 and AAC in 360p and 720p for phones and small disks.",
    video=VideoSettings(encoder_preset="veryfast", rungs=rungs(360, 720)),
    audio=AudioSettings(bitrate_bps=128_000, mp3_bitrate_bps=192_000),
)

PREVIEW = Preset(
    name="preview",
    description="A first look in 360p, soon there: HLS, stills, storyboard, animated previews.",
    # superfast would save a tenth of the CPU time, most of which is decoding, for 80 % more bytes.
    video=VideoSettings(encoder_preset="veryfast", rungs=rungs(360)),
    audio=AudioSettings(bitrate_bps=96_000, mp3=False),
    dash=False,
    mp4=False,
    storyboard=True,
    previews=("gif", "webp"),
)

AUTO = WEB.model_copy(
    update={
        "name": "auto",
        "description": "As web, each video compressed as far as a VMAF of 93 is kept; takes longer "
        "to begin, saves space and traffic.",
        "video": VideoSettings(
            encoder_preset="veryfast", rungs=rungs(360, 480, 720, 1080, target_vmaf=93)
        ),
    }
)

BUILT_IN: dict[str, Preset] = {preset.name: preset for preset in (WEB, MOBILE, AUTO, PREVIEW)}
