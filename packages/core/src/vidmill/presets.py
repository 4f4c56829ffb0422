"""Presets: what a job makes, as data. Code never branches on a preset's name."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from vidmill.captions import CaptionLanguage
from vidmill.codecs import RULES, VideoCodec
from vidmill.sound import AudioSettings

Metric = Literal["psnr", "ssim", "vmaf"]
"""A way to measure how near a rendition comes to its source."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


#: Beyond what H.264 and HEVC have a level for (800 Mbit/s), and within the encoders' own 32 bits.
MAX_BITRATE_BPS = 1_000_000_000


class Rung(_Record):
    """One video quality: constant quality (`crf`) or an average bit rate, under a cap."""

    short_side: int = Field(ge=2, le=8640)
    """Pixels of the shorter side; the rung is named after it ("720p")."""
    crf: float | None = None
    """Constant quality on the codec's own scale (`vidmill.codecs`); lower is better."""
    bitrate_bps: int | None = Field(default=None, gt=0, le=MAX_BITRATE_BPS)
    """Average bit rate of every chunk."""
    max_bitrate_bps: int = Field(gt=0, le=MAX_BITRATE_BPS)
    """Cap of the video buffering verifier: bounds BANDWIDTH in the master playlist."""
    buffer_bits: int = Field(gt=0, le=2 * MAX_BITRATE_BPS)
    target_vmaf: float | None = Field(default=None, ge=50, le=99)
    """Compress more than `crf` says as far as this quality is kept: found by probing each video.
    VMAF at the rung's own size; 93 is where most people stop seeing a difference (Netflix)."""

    @property
    def name(self) -> str:
        return f"{self.short_side}p"

    @model_validator(mode="after")
    def _one_aim(self) -> Rung:
        if (self.crf is None) == (self.bitrate_bps is None):
            raise ValueError("give either crf or bitrate_bps, and not both")
        if self.target_vmaf is not None and self.crf is None:
            raise ValueError("target_vmaf needs a crf to begin with, in place of bitrate_bps")
        if self.bitrate_bps is not None and self.bitrate_bps > self.max_bitrate_bps:
            raise ValueError(
                f"bitrate_bps is {self.bitrate_bps}; at most max_bitrate_bps "
                f"({self.max_bitrate_bps}) is allowed"
            )
        return self


class VideoSettings(_Record):
    """How pictures are encoded."""

    codec: VideoCodec = "h264"
    encoder_preset: str | None = None
    """How much time the encoder takes for better compression, by the encoder's own names
    (`vidmill.codecs`); the codec's default if left out."""
    profile: Literal["baseline", "main", "high"] | None = None
    """Of H.264 only, `high` if left out; other codecs have the one that their bit depth needs."""
    two_pass: bool = False
    """Look at each chunk once before it is encoded, so that its bit rate is spent where it is
    needed; with `bitrate_bps` only."""
    gop_seconds: float = Field(default=2, ge=0.1, le=10)
    max_fps: float | None = Field(default=None, ge=1, le=300)
    """Sources above it lose frames, evenly; those below stay as they are."""
    hdr: Literal["tone_map", "keep"] = "tone_map"
    """HDR sources (PQ, HLG): made SDR, or kept in 10 bit by a codec that can."""
    rungs: tuple[Rung, ...]
    """Ascending by short side; none for sound alone."""

    @model_validator(mode="after")
    def _fits_codec(self) -> VideoSettings:
        rules = RULES[self.codec]
        if self.encoder_preset not in {None, *rules.encoder_presets}:
            allowed = ", ".join(rules.encoder_presets)
            raise ValueError(
                f"encoder_preset is {self.encoder_preset!r}; {self.codec} takes one of {allowed}"
            )
        if self.profile is not None and self.codec != "h264":
            raise ValueError(f"profile is for h264 only; leave it out for {self.codec}")
        if self.hdr == "keep" and not rules.keeps_hdr:
            able = ", ".join(codec for codec, other in RULES.items() if other.keeps_hdr)
            raise ValueError(
                f"hdr is 'keep'; {self.codec} takes 'tone_map' only ({able} take both)"
            )
        for number, rung in enumerate(self.rungs):
            problem = None if rung.crf is None else rules.crf_problem(rung.crf)
            if problem:
                raise ValueError(f"rungs.{number}.crf: {problem}, the range of {self.codec}")
            if rung.short_side < rules.min_short_side:
                raise ValueError(
                    f"rungs.{number}.short_side is {rung.short_side}; {self.codec} takes "
                    f"{rules.min_short_side} or more"
                )
            if rung.target_vmaf is not None and not (rules.takes_target and self.hdr != "keep"):
                able = ", ".join(codec for codec, other in RULES.items() if other.takes_target)
                raise ValueError(
                    f"rungs.{number}.target_vmaf is for {able} without hdr: keep; leave it out"
                )
            if self.two_pass and rung.bitrate_bps is None:
                raise ValueError(
                    f"two_pass needs bitrate_bps in every rung, and rungs.{number} has crf: give "
                    "it bitrate_bps, or leave two_pass out"
                )
        return self

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
    video: VideoSettings = VideoSettings(rungs=())
    audio: AudioSettings | None = AudioSettings()
    segment_seconds: float = Field(default=4, gt=0, le=20)
    """Length of a CMAF segment, a whole number of GOPs; HLS and DASH share the segments."""
    hls: bool = True
    dash: bool = True
    mp4: bool = True
    """A progressive MP4 of each rung; without rungs an M4A of all sound."""
    subtitles: bool = True
    """Make WebVTT of the source's own text subtitles."""
    captions: CaptionLanguage | None = None
    """Make subtitles of what is spoken, in this language, or in the one that is heard (`auto`)."""
    thumbnail_percents: tuple[Annotated[int, Field(ge=0, le=100)], ...] = (0, 25, 50, 75, 100)
    """Positions of pictures in percent of the duration; 100 is the last frame."""
    storyboard: bool = False
    """Small pictures of the whole video for scrub bars: JPEG sprites and a WebVTT file."""
    previews: tuple[Literal["gif", "webp"], ...] = ()
    """Formats of an animated picture of four seconds from all over the video."""
    metrics: tuple[Metric, ...] = ()
    """What is measured of every rendition before the job completes."""

    @model_validator(mode="after")
    def _whole_gops(self) -> Preset:
        gops = self.segment_seconds / self.video.gop_seconds
        if gops < 1 or gops != int(gops):
            raise ValueError("segment_seconds must be a whole number of gop_seconds")
        if len(set(self.previews)) < len(self.previews):
            raise ValueError("previews must name each format once")
        if len(set(self.metrics)) < len(self.metrics):
            raise ValueError("metrics must name each one once")
        if len(set(self.thumbnail_percents)) < len(self.thumbnail_percents):
            raise ValueError("thumbnail_percents must name each position once")
        return self

    @model_validator(mode="after")
    def _makes_something(self) -> Preset:
        if self.video.rungs:
            return self
        if self.audio is None:
            raise ValueError("give rungs to video, or audio, or both")
        if self.has_images or self.metrics:
            raise ValueError(
                "without rungs there are no pictures: leave thumbnail_percents, previews and "
                "metrics empty, and storyboard false"
            )
        return self

    @property
    def has_images(self) -> bool:
        """Whether any picture is made beside the renditions."""
        return bool(self.thumbnail_percents or self.storyboard or self.previews)


# The top of what each size needs at x264's CRF 23 for hard (noisy, moving) pictures.
_CAPS = {
    240: 600_000,
    360: 1_200_000,
    480: 2_200_000,
    720: 4_500_000,
    1080: 8_500_000,
    1440: 16_000_000,
    2160: 32_000_000,
}


def rungs(
    *short_sides: int, crf: float = 23, cap: float = 1, target_vmaf: float | None = None
) -> tuple[Rung, ...]:
    """Rungs of those short sides (240, 360, 480, 720, 1080, 1440, 2160), ascending. `crf` is x264's
    own default; `cap` multiplies the cap that suits it."""
    rates = {side: round(_CAPS[side] * cap) for side in sorted(short_sides)}
    return tuple(
        Rung(
            short_side=side,
            crf=crf,
            max_bitrate_bps=rate,
            # Two seconds of buffer let a scene cut through without a dip.
            buffer_bits=2 * rate,
            target_vmaf=target_vmaf,
        )
        for side, rate in rates.items()
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

ARCHIVE = Preset(
    name="archive",
    description="HEVC in high quality to keep: the source's size up to 2160p, HDR as it is.",
    # VMAF 96 for 360p of an animation that is 90 in `web`, for twice the bytes and six times the
    # CPU time. The small rung is for a look at it.
    video=VideoSettings(
        codec="hevc",
        encoder_preset="slow",
        hdr="keep",
        rungs=rungs(480, 1080, 2160, crf=20, cap=1.5),
    ),
    audio=AudioSettings(bitrate_bps=192_000, mp3_bitrate_bps=320_000),
)

AV1 = Preset(
    name="av1",
    description="AV1 and Opus, 360p to 1080p: better pictures than web in fewer bytes.",
    # VMAF 94 where `web` has 90, with a tenth less of the bytes, for twice the CPU time.
    video=VideoSettings(
        codec="av1", encoder_preset="8", rungs=rungs(360, 480, 720, 1080, crf=35, cap=0.7)
    ),
    # Whoever plays AV1 plays Opus.
    audio=AudioSettings(codec="opus", bitrate_bps=96_000),
)

AUDIO = Preset(
    name="audio",
    description="Sound alone, of any source that has some: HLS, DASH, M4A and MP3.",
    audio=AudioSettings(bitrate_bps=160_000),
    subtitles=False,
    thumbnail_percents=(),
)

BUILT_IN: dict[str, Preset] = {
    preset.name: preset for preset in (WEB, MOBILE, AUTO, PREVIEW, ARCHIVE, AV1, AUDIO)
}
