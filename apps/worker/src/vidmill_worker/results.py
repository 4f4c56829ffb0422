"""What encoding made: facts about files, stored as JSON with a task and joined by packaging."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from pydantic import BaseModel, ConfigDict


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class Segment(_Record):
    """One finished CMAF media segment."""

    number: int
    """Counts over the whole track, from 0; also in the file's name."""
    decode_time: int
    """When its first sample is decoded, in ticks of the track's timescale."""
    decode_end: int
    """When the next segment's first sample is decoded."""
    start_time: int
    """Earliest presentation time, in ticks."""
    duration_ticks: int
    """Time for which it is shown: up to the start of the next segment."""
    samples: int
    """Frames of video; packets of audio."""
    size_bytes: int
    sha256: str = ""
    """Empty where an earlier version made it."""


class Track(_Record):
    """A run of segments with one init segment: a rung's chunk, a whole rung, or the audio."""

    name: str
    """Its directory: "720p", "audio"."""
    codecs: str
    """RFC 6381."""
    timescale: int
    init_size_bytes: int
    init_sha256: str
    segments: tuple[Segment, ...]
    width: int = 0
    height: int = 0

    @property
    def samples(self) -> int:
        return sum(segment.samples for segment in self.segments)

    @property
    def size_bytes(self) -> int:
        """Media segments without the init segment."""
        return sum(segment.size_bytes for segment in self.segments)

    @property
    def duration_seconds(self) -> Fraction:
        return Fraction(sum(s.duration_ticks for s in self.segments), self.timescale)

    def seconds(self, segment: Segment) -> Fraction:
        """Exact duration of one segment."""
        return Fraction(segment.duration_ticks, self.timescale)


class ChunkResult(_Record):
    """One encoded chunk of all rungs."""

    ordinal: int
    tracks: tuple[Track, ...]
    """One a rung, in the plan's order."""
    frames: int
    decoded_frames: int
    """Frames the source's decoder gave; of a chunk in the middle, those before it are in."""
    encoded_frames: int
    """Frames that reached the encoder of the first rung: fewer where some are left out."""
    decode_errors: int
    """Pictures of the source that were damaged and had to be concealed."""
    cpu_seconds: float
    wall_seconds: float


class TrackLoudness(_Record):
    """How loud a track was and is (ITU-R BS.1770)."""

    target_lufs: float
    source_lufs: float | None
    """Integrated, of what was to be encoded; None for silence, here and below."""
    source_true_peak_dbtp: float | None
    gain_db: float
    is_limited: bool
    """Whether peaks were cut."""
    lufs: float | None
    """Integrated, of what a decoder makes of it."""
    true_peak_dbtp: float | None
    """Encoding may have brought it above the planned one."""


class AudioResult(_Record):
    """The encoded audio of a job."""

    tracks: tuple[Track, ...]
    """In the plan's order, without those of which nothing could be decoded."""
    notes: tuple[str, ...]
    """A sentence for each track that was left out."""
    mp3_name: str | None
    mp3_size_bytes: int
    mp3_sha256: str = ""
    """Empty where an earlier version made it, or there is none."""
    loudness: dict[str, TrackLoudness] = {}
    """By name of the track or file, where all were to be equally loud."""
    cpu_seconds: float
    wall_seconds: float


class OutputFile(_Record):
    """A finished file, named relative to the job's directory."""

    name: str
    size_bytes: int
    sha256: str = ""
    """Empty where an earlier version made it, and for what is made anew to be compared."""


class Mp4Result(_Record):
    """Progressive MP4s by rung."""

    files: dict[str, OutputFile]
    cpu_seconds: float
    wall_seconds: float


class Thumbnail(_Record):
    """A still of the source."""

    percent: int
    seconds: float
    """Time of the picture shown, from the start."""
    file: OutputFile
    width: int
    height: int


class SmallPoster(_Record):
    """The still that stands for the video once more, small enough for lists."""

    file: OutputFile
    width: int
    height: int


class ThumbnailsResult(_Record):
    """All stills of a job."""

    thumbnails: tuple[Thumbnail, ...]
    small_poster: SmallPoster
    cpu_seconds: float
    wall_seconds: float


def partial_result(tracks: Sequence[Track]) -> dict[str, Any]:
    """What is saved of a running video or audio task; `tracks_of` reads it."""
    return {"tracks": [track.model_dump(mode="json") for track in tracks]}


def tracks_of(result: Mapping[str, Any]) -> tuple[Track, ...]:
    """The tracks in a stored ChunkResult or AudioResult, or in a part of one."""
    return tuple(Track.model_validate(track) for track in result["tracks"])


class VerificationFailed(Exception):
    """A rendition is not what it should be: it must not be published."""

    def __init__(self, rendition: str, what: str) -> None:
        super().__init__(f"{rendition}: {what}")
        self.rendition = rendition
        self.what = what


class ChunksDiffer(Exception):
    """Chunks of one rung do not join: encode the source in a single pass instead."""


class PicturesLost(ChunksDiffer):
    """Pictures of the source don't decode: encode it in a single pass, each of the others at its
    own time, for counted frames would slide against the sound."""


class HardwareFailed(ChunksDiffer):
    """The encoder in hardware that the plan names is not on this machine, or does not do its work:
    encode in software instead."""


def join_tracks(parts: list[Track]) -> Track:
    """Join the chunks of one rung, in order.

    Raises ChunksDiffer unless init segments are identical and segments are numbered on without a
    gap or overlap in decode time.
    """
    first = parts[0]
    segments = tuple(segment for part in parts for segment in part.segments)
    if any(part.init_sha256 != first.init_sha256 for part in parts):
        raise ChunksDiffer(f"{first.name}: init segments of chunks differ")
    for expected, segment in enumerate(segments):
        if segment.number != expected:
            raise ChunksDiffer(f"{first.name}: segment {expected} is missing")
        if expected and segment.decode_time != segments[expected - 1].decode_end:
            raise ChunksDiffer(f"{first.name}: segment {expected} does not follow the one before")
    return first.model_copy(update={"segments": segments})


def join_chunks(chunks: list[ChunkResult]) -> tuple[Track, ...]:
    """Join all chunks of a job into its tracks, in the plan's order. Raises ChunksDiffer."""
    ordered = sorted(chunks, key=lambda chunk: chunk.ordinal)
    return tuple(
        join_tracks(list(parts)) for parts in zip(*(c.tracks for c in ordered), strict=True)
    )
