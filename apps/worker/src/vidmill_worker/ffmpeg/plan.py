"""How one source is encoded: decided once, stored with the job, the same for every worker.

A chunk is a range of frames that starts and ends at segment boundaries. Chunks of a job can be
encoded anywhere, in any order: with the same plan their segments join into one track.
"""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from vidmill import ladder
from vidmill.codecs import RULES, VideoCodec
from vidmill.presets import Preset
from vidmill.sources import Rational, SourceInfo, VideoStream
from vidmill_worker import decoders
from vidmill_worker.ffmpeg.audio_plan import LONGEST_PRIMING_SECONDS, AudioPlan, plan_audio
from vidmill_worker.ffmpeg.chunks import (
    FAST_START,
    LEAD_SECONDS,
    REORDER_FRAMES,
    WHOLE,
    Chunk,
    Cut,
    SegmentGrid,
    split,
)
from vidmill_worker.ffmpeg.clip_plan import ClipPlan, clip_notes, plan_clip, shown_part
from vidmill_worker.ffmpeg.encoder_choice import IN_SOFTWARE, Choice, Offer, choose
from vidmill_worker.ffmpeg.encoders import ENCODERS, SOFTWARE, profile_of
from vidmill_worker.ffmpeg.frame_drop import frames_left, reduced_rate
from vidmill_worker.ffmpeg.hdr import Color, VideoRange, kept_hdr
from vidmill_worker.ffmpeg.odd_paths import odd_paths
from vidmill_worker.ffmpeg.overlay_plan import BurnInPlan, WatermarkPlan
from vidmill_worker.ffmpeg.subtitle_plan import SubtitlePlan, plan_subtitles
from vidmill_worker.limits import DEFAULT

MIN_TIMESCALE = 10_000
VARIABLE_TIMESCALE = 90_000
SEEKABLE_FORMATS = frozenset({"mp4", "mov", "3gp", "matroska", "webm"})
"""Containers whose index makes a seek to a frame exact; others are encoded in one chunk."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class RungPlan(_Record):
    """One rendition's encoder settings."""

    name: str
    width: int
    height: int
    crf: float | None
    bitrate_bps: int | None = None
    """Average, where there is no CRF."""
    max_bitrate_bps: int
    buffer_bits: int
    target_vmaf: float | None = None
    """What its CRF is to be found by; afterwards, what it was found by."""
    donor: UUID | None = None
    """An earlier job that has made just this rung."""


class EncodePlan(_Record):
    """Everything an encoder needs to know beside the source's bytes."""

    demuxer: str
    decoders: tuple[str, ...] = decoders.EVERY
    """The only ones that may read the source."""
    max_pixels: int = DEFAULT.max_pixels
    """Of one decoded picture."""
    video_index: int
    rungs: tuple[RungPlan, ...]
    """Largest first; none for sound alone, and then nothing that is said of pictures matters."""
    codec: VideoCodec
    encoder: str
    """As FFmpeg names it (`encoders.ENCODERS`): the same for all chunks, as they must join."""
    encoder_preset: str
    profile: str
    """Empty where the encoder has no choice."""
    passes: Literal[1, 2]
    hdr: Color | None
    """Set where HDR is kept, in 10 bit; everything else is SDR in 8 bit."""
    source_frames: int
    source_frame_rate: Rational
    frame_rate: Rational
    """Of what is made: the source's, unless frames are left out."""
    variable_frame_rate: bool
    frames: int
    """Frames expected; what the decoder really shows decides where there is one chunk."""
    duration_seconds: Rational
    gop_frames: int
    grid: SegmentGrid
    """Only meaningful for a constant frame rate."""
    gop_seconds: float
    segment_seconds: float
    timescale: int
    """Ticks a second of the video tracks."""
    base_seconds: Rational
    """Presentation time of the first frame and sample in the segments. Above zero, so that
    neither reordered frames nor the audio encoder's priming need a negative time."""
    start_seconds: Rational
    """Time of the source's first frame on its own clock: zero of everything that is made."""
    deinterlace: bool
    tone_map: bool
    clip: ClipPlan | None = None
    """How the part that is made is found in the source; None where that is all of it. All other
    fields speak of that part."""
    watermark: WatermarkPlan | None = None
    burn_in: BurnInPlan | None = None
    chunks: tuple[Chunk, ...]
    audio: AudioPlan | None
    subtitles: tuple[SubtitlePlan, ...] = ()
    """The source's own text that becomes WebVTT."""
    notes: tuple[str, ...] = ()
    """What is out of the ordinary with this source and how it is dealt with, a sentence each."""

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> EncodePlan:
        """Raises pydantic.ValidationError if the text is not an EncodePlan."""
        return cls.model_validate_json(text)

    @property
    def pixel_format(self) -> str:
        return "yuv420p10le" if self.hdr else "yuv420p"

    @property
    def video_range(self) -> VideoRange | None:
        return self.hdr.video_range if self.hdr else None

    @property
    def frame_ticks(self) -> int:
        """Ticks of one frame; only meaningful for a constant frame rate."""
        return int(self.timescale / self.frame_rate)

    @property
    def base_ticks(self) -> int:
        return int(self.base_seconds * self.timescale)

    @property
    def segment_duration(self) -> Fraction:
        """Seconds of a full segment; of a variable frame rate, the one aimed at."""
        if self.variable_frame_rate:
            return Fraction(self.segment_seconds)
        return self.grid.segment_frames / self.frame_rate

    @property
    def target_seconds(self) -> int:
        """EXT-X-TARGETDURATION: no planned segment, rounded to whole seconds, is longer."""
        # A last segment may have a few frames more, and sound is cut between its packets.
        longest = self.segment_duration + max(REORDER_FRAMES / self.frame_rate, Fraction(1, 20))
        if self.variable_frame_rate:
            # Up to the next frame after the time for a key picture.
            longest = self.segment_duration * 2
        return max(1, math.floor(longest + Fraction(1, 2)))


def make_plan(
    source: SourceInfo, preset: Preset, cut: Cut = FAST_START, offer: Offer = IN_SOFTWARE
) -> EncodePlan:
    """Decide ladder, encoder, GOPs, segments, clocks and chunks.

    There is exactly one chunk if frames can't be addressed by number: variable frame rate, or a
    container without an index. The plan's notes say so.
    """
    video, settings = shown_part(source), preset.video
    variable = video.variable_frame_rate
    rate = reduced_rate(video.frame_rate, settings.max_fps, variable=variable)
    frames = frames_left(video.frames, video.frame_rate, rate)
    timescale = _timescale(video, rate)
    hdr = kept_hdr(video, settings)
    rungs = tuple(_rung(fitted) for fitted in ladder.select(preset, video.width, video.height))
    choice = Choice(SOFTWARE[settings.codec])
    if rungs:
        choice = choose(
            offer, settings, rungs, ten_bit=hdr is not None, variable_frame_rate=variable
        )
    audio, left_out = plan_audio(source.audio, preset.audio)
    gop_frames = max(1, round(settings.gop_seconds * rate))
    segment_frames = gop_frames * round(preset.segment_seconds / settings.gop_seconds)
    # A chunk has to fill the encoder's reordering; at less than a frame a second that is long.
    segment_frames = max(segment_frames, gop_frames * math.ceil((REORDER_FRAMES + 1) / gop_frames))
    subtitles, unread = plan_subtitles(source.subtitles, wanted=preset.subtitles)
    seekable = source.format in SEEKABLE_FORMATS
    if variable or not seekable:
        cut = WHOLE
    short = cut.short_lead and frames > segment_frames
    lead_frames = min(gop_frames, round(LEAD_SECONDS * rate)) if short else segment_frames
    grid = SegmentGrid(
        lead_frames=max(REORDER_FRAMES + 1, lead_frames), segment_frames=segment_frames
    )
    return EncodePlan(
        demuxer=source.demuxer,
        decoders=decoders.of([video.codec, *(stream.codec for stream in source.audio)]),
        max_pixels=_max_pixels(video),
        video_index=video.index,
        rungs=rungs,
        codec=settings.codec,
        encoder=choice.encoder,
        encoder_preset=settings.encoder_preset or RULES[settings.codec].default_preset,
        profile=profile_of(settings, hdr),
        passes=2 if settings.two_pass or ENCODERS[choice.encoder].always_two_passes else 1,
        hdr=hdr,
        source_frames=video.frames,
        source_frame_rate=video.frame_rate,
        frame_rate=rate,
        variable_frame_rate=variable,
        frames=frames,
        duration_seconds=video.duration_seconds,
        gop_frames=gop_frames,
        grid=grid,
        gop_seconds=settings.gop_seconds,
        segment_seconds=preset.segment_seconds,
        timescale=timescale,
        base_seconds=_base(video, rate, timescale),
        start_seconds=video.start_seconds,
        deinterlace=video.is_interlaced,
        tone_map=video.is_hdr and hdr is None,
        clip=plan_clip(source, seekable=seekable),
        chunks=split(frames, grid, cut) if rungs else (),
        audio=audio,
        subtitles=subtitles,
        notes=(
            *(odd_paths(source, settings, rate, seekable=seekable) if rungs else ()),
            *clip_notes(source),
            *source.notes,
            *choice.notes,
            *left_out,
            *unread,
        ),
    )


def with_own_times(source: SourceInfo) -> SourceInfo:
    """The source as one whose frames can't be counted: each keeps its own time."""
    video = source.video.model_copy(update={"variable_frame_rate": True})
    return source.model_copy(update={"pictures": video})


def _max_pixels(video: VideoStream) -> int:
    """Room for the picture as decoders allocate it, and for a broadcast that changes to 1080."""
    return max((video.coded_width + 64) * (video.coded_height + 64), 2048 * 1152)


def _rung(fitted: ladder.Rendition) -> RungPlan:
    return RungPlan(
        name=fitted.name,
        width=fitted.width,
        height=fitted.height,
        crf=fitted.rung.crf,
        bitrate_bps=fitted.rung.bitrate_bps,
        max_bitrate_bps=fitted.rung.max_bitrate_bps,
        buffer_bits=fitted.rung.buffer_bits,
        target_vmaf=fitted.rung.target_vmaf,
    )


def _timescale(video: VideoStream, rate: Fraction) -> int:
    """Ticks in which every frame starts on a whole one: 25 -> 12800, 30000/1001 -> 30000."""
    if video.variable_frame_rate:
        return VARIABLE_TIMESCALE
    numerator = rate.numerator
    return numerator << max(0, math.ceil(math.log2(MIN_TIMESCALE / numerator)))


def _base(video: VideoStream, rate: Fraction, timescale: int) -> Fraction:
    """Time that covers the decode delay of both encoders, in whole frames or ticks."""
    # The same whatever the sound is, so that a rung made beside another's sound can be used.
    priming = LONGEST_PRIMING_SECONDS
    if video.variable_frame_rate:  # encoded without B-frames
        return Fraction(math.ceil(priming * timescale), timescale)
    frames = max(REORDER_FRAMES, math.ceil(priming * rate))
    return frames / rate
