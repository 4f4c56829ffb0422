"""metadata.json: what was made of what, for people and programs that only have the bucket. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from vidmill.sources import SourceInfo
from vidmill_worker import layout
from vidmill_worker.captions.results import CaptionsResult
from vidmill_worker.ffmpeg.audio_plan import AudioPlan
from vidmill_worker.image_results import ImagesResult
from vidmill_worker.metadata_sound import output_sound, source_sound
from vidmill_worker.metadata_text import output_text, output_transcript
from vidmill_worker.metric_results import MetricsResult
from vidmill_worker.packaging import rates
from vidmill_worker.results import AudioResult, Mp4Result, OutputFile, Track
from vidmill_worker.subtitles.results import TextTrack


@dataclass(frozen=True, slots=True)
class JobFacts:
    """What the pipeline knows of a job beside its media."""

    job_id: str
    prefix: str
    """Where the job's files are in the bucket, without a slash at the end."""
    filename: str
    created_at: datetime
    completed_at: datetime
    user_metadata: Mapping[str, Any] = field(default_factory=dict[str, Any])
    edits: Mapping[str, Any] | None = None
    """What was done to the source before it was encoded; None if nothing was."""


@dataclass(frozen=True, slots=True)
class Made:
    """Everything a job made."""

    tracks: Sequence[Track]
    sound: AudioPlan | None
    audio: AudioResult | None
    mp4s: Mp4Result | None
    images: ImagesResult | None
    metrics: MetricsResult | None
    video_seconds: float
    """Wall time of encoding all rungs (one process makes them together)."""
    segment_seconds: float
    text: Sequence[TextTrack] = ()
    notes: Sequence[str] = ()
    """What is out of the ordinary with the source and how it was dealt with."""
    captions: CaptionsResult | None = None


def build(job: JobFacts, source: SourceInfo, made: Made) -> dict[str, Any]:
    """The whole document, plain JSON values. What was not made is left out, never null."""
    outputs: dict[str, Any] = {
        track.name: _rendition(job, made, track)
        for track in sorted(made.tracks, key=lambda track: track.height * track.width)
    }
    if made.audio is not None and made.sound is not None:
        outputs["audio"] = output_sound(job.prefix, made.sound, made.audio)
        if made.mp4s is not None and (m4a := made.mp4s.files.get(layout.AUDIO)):
            outputs["audio"]["m4a"] = _file(job, m4a)
    if made.text:
        outputs["subtitles"] = output_text(job.prefix, made.text)
    if made.captions is not None:
        outputs["transcription"] = output_transcript(job.prefix, made.captions)
    if made.images is not None:
        outputs |= _pictures(job, made.images)
    document: dict[str, Any] = {
        "job_id": job.job_id,
        "created_at": _time(job.created_at),
        "completed_at": _time(job.completed_at),
        "processing_time_seconds": round((job.completed_at - job.created_at).total_seconds(), 3),
        "status": "completed",
        "user_metadata": dict(job.user_metadata),
        "source": _source(job, source),
        **({"edits": dict(job.edits)} if job.edits else {}),
        "outputs": outputs,
        "compression_ratio": compression_ratio(source.size_bytes, made),
    }
    if made.metrics is not None and made.metrics.scores:
        document |= _quality(made.metrics)
    return document | ({"notes": list(made.notes)} if made.notes else {})


def compression_ratio(source_bytes: int, made: Made) -> dict[str, float]:
    """Source size over output size by rung, and the share of the source's bytes saved by all."""
    sizes = {track.name: _size(made, track) for track in made.tracks}
    ratios = {name: round(source_bytes / size, 2) for name, size in sizes.items()}
    total = sum(sizes.values()) + (made.audio.mp3_size_bytes if made.audio else 0)
    if not made.tracks and made.mp4s:
        total += sum(file.size_bytes for file in made.mp4s.files.values())
    return ratios | {"total_saved_percent": round(100 * (1 - total / source_bytes), 1)}


def _quality(metrics: MetricsResult) -> dict[str, Any]:
    compared: dict[str, Any] = {
        "resolution": f"{metrics.width}x{metrics.height}",
        "frames": metrics.frames,
        "of_frames": metrics.of_frames,
    }
    if metrics.vmaf_model is not None:
        compared["vmaf_model"] = metrics.vmaf_model
    scores = {name: s.model_dump(exclude_none=True) for name, s in metrics.scores.items()}
    return {"quality_metrics": scores, "quality_comparison": compared}


def _source(job: JobFacts, source: SourceInfo) -> dict[str, Any]:
    described: dict[str, Any] = {
        "filename": job.filename,
        "size_bytes": source.size_bytes,
        "format": source.format,
        "duration_seconds": round(source.duration_seconds, 6),
        "bitrate": source.bitrate_bps,
    }
    if (video := source.pictures) is not None:
        described |= {
            "codec": video.codec,
            "resolution": f"{video.width}x{video.height}",
            "width": video.width,
            "height": video.height,
            "fps": round(float(video.frame_rate), 3),
            "frames": video.frames,
        }
    return described | source_sound(source.audio)


def _rendition(job: JobFacts, made: Made, track: Track) -> dict[str, Any]:
    rendition: dict[str, Any] = {
        "size_bytes": _size(made, track),
        "resolution": f"{track.width}x{track.height}",
        "bitrate": rates.average_bps(track),
        "frames": track.samples,
        "processing_time_seconds": round(made.video_seconds, 3),
        "segments": {
            "count": len(track.segments),
            "duration_seconds": made.segment_seconds,
            "total_size_bytes": track.size_bytes + track.init_size_bytes,
            "playlist_path": f"{job.prefix}/{track.name}/{layout.PLAYLIST}",
        },
    }
    if made.mp4s is not None:
        rendition["path"] = f"{job.prefix}/{made.mp4s.files[track.name].name}"
    return rendition


def _pictures(job: JobFacts, made: ImagesResult) -> dict[str, Any]:
    stills = [
        {
            "position_percent": thumbnail.percent,
            "timestamp": _clock(thumbnail.seconds),
            **_file(job, thumbnail.file),
        }
        for thumbnail in made.thumbnails
    ]
    thumbnails: dict[str, Any] = {"auto_generated": stills} if stills else {}
    if (small := made.small_poster) is not None:
        thumbnails["small_poster"] = {
            **_file(job, small.file),
            "width": small.width,
            "height": small.height,
        }
    if (board := made.storyboard) is not None:
        thumbnails["storyboard"] = {
            **_file(job, board.file),
            "tiles": board.tiles,
            "tile_width": board.tile_width,
            "tile_height": board.tile_height,
            "interval_seconds": board.interval_seconds,
            "sprites": [_file(job, sprite.file) for sprite in board.sprites],
        }
    previews = {
        preview.format: {
            **_file(job, preview.file),
            "width": preview.width,
            "height": preview.height,
            "duration_seconds": preview.seconds,
        }
        for preview in made.previews
    }
    found = {"thumbnails": thumbnails, "previews": previews}
    return {name: pictures for name, pictures in found.items() if pictures}


def _file(job: JobFacts, file: OutputFile) -> dict[str, Any]:
    return {"path": f"{job.prefix}/{file.name}", "size_bytes": file.size_bytes}


def _size(made: Made, track: Track) -> int:
    return made.mp4s.files[track.name].size_bytes if made.mp4s else track.size_bytes


def _clock(seconds: float) -> str:
    whole = int(seconds)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}"


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
