"""How one source is encoded: decided once, stored with the job, the same for every worker.

A chunk is a range of frames that starts and ends at segment boundaries. Chunks of a job can be
encoded anywhere, in any order: with the same plan their segments join into one track.
"""

from __future__ import annotations

import math
from fractions import Fraction
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from vidmill import ladder
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
from vidmill_worker.ffmpeg.overlay_plan import BurnInPlan, WatermarkPlan
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
    crf: float
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
    """Largest first."""
    codec: str
    encoder_preset: str
    profile: str
    frame_rate: Rational
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
    notes: tuple[str, ...] = ()
    """What is out of the ordinary with this source and how it is dealt with, a sentence each."""

    def to_json(self) -> str:
        return self.model_dump_json()

    @classmethod
    def from_json(cls, text: str | bytes) -> EncodePlan:
        """Raises pydantic.ValidationError if the text is not an EncodePlan."""
        return cls.model_validate_json(text)

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


def make_plan(source: SourceInfo, preset: Preset, cut: Cut = FAST_START) -> EncodePlan:
    """Decide ladder, GOPs, segments, clocks and chunks.

    There is exactly one chunk if frames can't be addressed by number: variable frame rate, or a
    container without an index. The plan's notes say so.
    """
    video = shown_part(source)
    rate = video.frame_rate
    gop_frames = max(1, round(preset.video.gop_seconds * rate))
    segment_frames = gop_frames * round(preset.segment_seconds / preset.video.gop_seconds)
    timescale = _timescale(video)
    audio, left_out = plan_audio(source.audio, preset.audio)
    seekable = source.format in SEEKABLE_FORMATS
    if video.variable_frame_rate or not seekable:
        cut = WHOLE
    short = cut.short_lead and video.frames > segment_frames
    lead_frames = min(gop_frames, round(LEAD_SECONDS * rate)) if short else segment_frames
    grid = SegmentGrid(
        lead_frames=max(REORDER_FRAMES + 1, lead_frames), segment_frames=segment_frames
    )
    return EncodePlan(
        demuxer=source.demuxer,
        decoders=decoders.of([video.codec, *(stream.codec for stream in source.audio)]),
        max_pixels=_max_pixels(video),
        video_index=video.index,
        rungs=tuple(_rung(fitted) for fitted in ladder.select(preset, video.width, video.height)),
        codec=preset.video.codec,
        encoder_preset=preset.video.encoder_preset,
        profile=preset.video.profile,
        frame_rate=rate,
        variable_frame_rate=video.variable_frame_rate,
        frames=video.frames,
        duration_seconds=video.duration_seconds,
        gop_frames=gop_frames,
        grid=grid,
        gop_seconds=preset.video.gop_seconds,
        segment_seconds=preset.segment_seconds,
        timescale=timescale,
        base_seconds=_base(video, timescale),
        start_seconds=video.start_seconds,
        deinterlace=video.is_interlaced,
        tone_map=video.is_hdr,
        clip=plan_clip(source, seekable=seekable),
        chunks=split(video.frames, grid, cut),
        audio=audio,
        notes=(*odd_paths(source), *clip_notes(source), *source.notes, *left_out),
    )


def odd_paths(source: SourceInfo) -> tuple[str, ...]:
    """A sentence for each way in which this source is treated unlike others."""
    video = source.video
    notes: list[str] = []
    if video.variable_frame_rate:
        notes.append(
            "The frame rate varies, so the video is encoded in one piece and every frame keeps "
            "its own time; it can be played later than others."
        )
    elif source.format not in SEEKABLE_FORMATS:
        notes.append(
            f"A file of type {source.format} has no index of its frames, so the video is encoded "
            "in one piece; it can be played later than others."
        )
    if video.is_interlaced:
        notes.append("The video is interlaced; it is deinterlaced, a frame for each frame.")
    if video.is_hdr:
        notes.append("The video is HDR; its tones are mapped to SDR (BT.709).")
    return tuple(notes)


def _max_pixels(video: VideoStream) -> int:
    """Room for the picture as decoders allocate it, and for a broadcast that changes to 1080."""
    return max((video.coded_width + 64) * (video.coded_height + 64), 2048 * 1152)


def _rung(fitted: ladder.Rendition) -> RungPlan:
    return RungPlan(
        name=fitted.name,
        width=fitted.width,
        height=fitted.height,
        crf=fitted.rung.crf,
        max_bitrate_bps=fitted.rung.max_bitrate_bps,
        buffer_bits=fitted.rung.buffer_bits,
        target_vmaf=fitted.rung.target_vmaf,
    )


def _timescale(video: VideoStream) -> int:
    """Ticks in which every frame starts on a whole one: 25 -> 12800, 30000/1001 -> 30000."""
    if video.variable_frame_rate:
        return VARIABLE_TIMESCALE
    numerator = video.frame_rate.numerator
    return numerator << max(0, math.ceil(math.log2(MIN_TIMESCALE / numerator)))


def _base(video: VideoStream, timescale: int) -> Fraction:
    """Time that covers the decode delay of both encoders, in whole frames or ticks."""
    # The same whatever the sound is, so that a rung made beside another's sound can be used.
    priming = LONGEST_PRIMING_SECONDS
    if video.variable_frame_rate:  # encoded without B-frames
        return Fraction(math.ceil(priming * timescale), timescale)
    frames = max(REORDER_FRAMES, math.ceil(priming * video.frame_rate))
    return frames / video.frame_rate
