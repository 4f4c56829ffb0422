"""How jobs are shown, whichever service shows them: links, percentages, what is left, the source.

Pure functions from rows to plain values; field names are those of the REST API.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any
from uuid import UUID

from vidmill.jobs import Asset, AssetKind, Job
from vidmill.settings import Settings
from vidmill.tasks import Task, TaskStatus, skip_reason
from vidmill.tokens import Signer, playback_expiry


class Links:
    """Where people find what belongs to a job."""

    def __init__(self, settings: Settings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer

    def page(self, job_id: UUID) -> str:
        """The job's page in the web app."""
        return f"{self._settings.web_public_url}/jobs/{job_id}"

    def media(self, job_id: UUID) -> str:
        """The base of the job's playback URLs: signed, good for a while."""
        expires = playback_expiry(self._settings.playback_ttl_seconds)
        token = self._signer.playback(job_id, expires=expires)
        return self._base(token)

    def open_media(self, job_id: UUID, generation: int) -> str:
        """The same of a video that everybody may watch: good until it is private."""
        return self._base(self._signer.open_playback(job_id, generation))

    def _base(self, token: str) -> str:
        return f"{self._settings.api_public_url}/media/{token}/"


@dataclass(frozen=True, slots=True)
class Playback:
    """Where to play a job."""

    hls_url: str
    dash_url: str | None
    poster_url: str | None
    thumbnail_url: str | None
    """The poster, at most 320 pixels wide, for lists."""
    storyboard_url: str | None
    """WebVTT of small pictures for a scrub bar; the sprites lie beside it."""


def playback(job: Job, assets: Sequence[Asset], base: str) -> Playback | None:
    """None until the job can be played. `base`: of `Links.media`."""
    if job.playable_at is None:
        return None
    poster = poster_of(a.object_key for a in assets if a.kind == AssetKind.THUMBNAIL)
    by_kind = {asset.kind: asset.object_key for asset in assets}
    dash = by_kind.get(AssetKind.DASH_MANIFEST)
    storyboard = by_kind.get(AssetKind.STORYBOARD)
    small = by_kind.get(AssetKind.SMALL_POSTER, poster)
    return Playback(
        hls_url=base + "master.m3u8",
        dash_url=media_url(base, dash) if dash else None,
        poster_url=media_url(base, poster) if poster else None,
        thumbnail_url=media_url(base, small) if small else None,
        storyboard_url=media_url(base, storyboard) if storyboard else None,
    )


def poster_of(stills: Iterable[str]) -> str | None:
    """The one of a job's thumbnails, by name or key, that stands for the video: the second in
    time, for many videos begin in black, or the only one."""
    # The shorter first: thumb_100 follows thumb_25.
    found = sorted(stills, key=lambda still: (len(still), still))
    return found[min(1, len(found) - 1)] if found else None


def media_url(base: str, object_key: str) -> str:
    """The playback URL of an output, given the base of its job."""
    # processed/{job}/name: what follows the job's folder.
    return base + object_key.split("/", 2)[2]


def percent(share: float) -> float:
    """0 to 1 as 0 to 100 with one decimal."""
    return round(100 * share, 1)


def task_eta_seconds(task: Task) -> float | None:
    """Seconds until a running task is done at its pace so far."""
    if task.status != TaskStatus.RUNNING or task.started_at is None or task.progress < 0.02:
        return None
    elapsed = (datetime.now(UTC) - task.started_at).total_seconds()
    return round(max(0.0, elapsed * (1 - task.progress) / task.progress), 1)


def task_detail(task: Task) -> str | None:
    """What a task's status does not say: when it is tried again, or why it was left out."""
    if task.status == TaskStatus.QUEUED and task.run_after is not None:
        following = f"Attempt {task.attempt + 1} of {task.max_attempts}"
        return f"{following} begins after {task.run_after:%H:%M:%S} UTC."
    return skip_reason(task.status, task.result)


def source_summary(job: Job) -> dict[str, Any] | None:
    """What was found out about the source; None before the plan is done."""
    if job.source is None:
        return None
    source: dict[str, Any] = job.source
    video: dict[str, Any] = source["video"] or {}
    rate = video.get("frame_rate")
    audio: dict[str, Any] | None = source["audio"][0] if source["audio"] else None
    return {
        "filename": job.filename,
        "size_bytes": source["size_bytes"],
        "format": source["format"],
        "duration_seconds": source["duration_seconds"],
        "width": video.get("width"),
        "height": video.get("height"),
        "fps": float(Fraction(rate)) if rate else None,
        "frames": video.get("frames"),
        "video_codec": video.get("codec"),
        "audio_codec": audio["codec"] if audio else None,
        "audio_channels": audio["channels"] if audio else None,
        "audio_sample_rate": audio["sample_rate"] if audio else None,
        "bitrate_bps": source["bitrate_bps"],
    }
