"""From rows to JSON: pure functions, shared by single jobs, lists and live events."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from vidmill.db.job_rows import ListedJob
from vidmill.jobs import Asset, Job, JobStatus, Rendition, remaining_seconds
from vidmill.presentation import (
    Links,
    media_url,
    percent,
    playback,
    source_summary,
    task_detail,
    task_eta_seconds,
)
from vidmill.tasks import Task, TaskKind
from vidmill.users import User
from vidmill.verifications import verification_of

Json = dict[str, Any]


def user_view(user: User) -> Json:
    """`UserView`."""
    return {"id": user.id, "email": user.email, "role": user.role, "created_at": user.created_at}


def job_view(
    job: Job,
    tasks: Sequence[Task],
    renditions: Sequence[Rendition],
    assets: Sequence[Asset],
    links: Links,
) -> Json:
    """`JobView`."""
    base = links.media(job.id)
    return {
        "id": job.id,
        "status": job.status,
        "priority": job.priority,
        "preset": job.preset,
        "input_key": job.input_key,
        "origin": _origin(tasks),
        "video_id": job.video_id,
        "metadata": job.metadata,
        "edits": job.edits,
        "filename": job.filename,
        **_times(job),
        "paused_at": job.paused_at,
        "page_url": links.page(job.id),
        "source": source_summary(job),
        "notes": job.notes,
        "tasks": [task_view(task) for task in tasks],
        "renditions": [_rendition(rendition, base) for rendition in renditions],
        "outputs": [asset_view(asset, base) for asset in assets],
        "playback": _playback(job, assets, base),
        "compression": _compression(job, renditions),
        "timings": _timings(job, tasks),
        "error": _error(job, tasks),
        "verification": _verification(tasks),
    }


def job_summary(job: ListedJob, links: Links) -> Json:
    """`JobSummary`."""
    base, poster = links.media(job.id), job.poster_key
    small = job.small_poster_key or poster
    return {
        "id": job.id,
        "status": job.status,
        "priority": job.priority,
        "preset": job.preset,
        "filename": job.filename,
        "video_id": job.video_id,
        **_times(job),
        "duration_seconds": job.duration_seconds,
        "poster_url": media_url(base, poster) if poster else None,
        "thumbnail_url": media_url(base, small) if small else None,
        "error": _short_error(job),
    }


def job_state(job: ListedJob) -> Json:
    """`JobState`."""
    times = _times(job)
    kept = ("progress", "eta_seconds", "updated_at", "playable_at", "completed_at")
    return {
        "id": job.id,
        "status": job.status,
        "priority": job.priority,
        **{name: times[name] for name in kept},
        "error": _short_error(job),
    }


def live_job(job: ListedJob) -> Json:
    """`LiveJob`."""
    return {**job_state(job), "video_id": job.video_id, "created_at": job.created_at}


def _short_error(job: ListedJob) -> Json | None:
    return {"code": job.error_code, "message": job.error_message} if job.error_code else None


def job_progress(job: Job, tasks: Sequence[Task], assets: Sequence[Asset], links: Links) -> Json:
    """`JobProgress`."""
    shares = [task.progress for task in tasks if task.kind == TaskKind.VIDEO]
    done = percent(sum(shares) / len(shares)) if shares else 0.0
    rungs: list[Json] = job.encode_plan["rungs"] if job.encode_plan else []
    times = _times(job)
    return {
        "id": job.id,
        "status": job.status,
        "progress": times["progress"],
        "eta_seconds": times["eta_seconds"],
        "priority": job.priority,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "paused_at": job.paused_at,
        "playable_at": job.playable_at,
        "completed_at": job.finished_at,
        "playback": _playback(job, assets, links.media(job.id)),
        "error": _error(job, tasks),
        "tasks": [task_view(task) for task in tasks],
        # One decode feeds every rung, so they advance together.
        "renditions": [{"name": rung["name"], "progress": done} for rung in rungs],
    }


def task_view(task: Task) -> Json:
    """`TaskView`."""
    failed = task.error_code is not None
    return {
        "id": task.id,
        "kind": task.kind,
        "ordinal": task.ordinal,
        "status": task.status,
        "progress": percent(task.progress),
        "speed": task.speed,
        "eta_seconds": task_eta_seconds(task),
        "attempt": task.attempt,
        "max_attempts": task.max_attempts,
        "worker_id": task.worker_id,
        "started_at": task.started_at,
        "finished_at": task.finished_at,
        "error": {"code": task.error_code, "message": task.error_message} if failed else None,
        "detail": task_detail(task),
    }


def asset_view(asset: Asset, base: str) -> Json:
    """`AssetView`."""
    return {
        "id": asset.id,
        "kind": asset.kind,
        "name": asset.name,
        "rendition": asset.rendition,
        "key": asset.object_key,
        "content_type": asset.content_type,
        "size_bytes": asset.size_bytes,
        "language": asset.language,
        "label": asset.label,
        "url": media_url(base, asset.object_key),
    }


def _times(job: Job | ListedJob) -> Json:
    eta = remaining_seconds(job, datetime.now(UTC))
    return {
        "progress": percent(job.progress),
        "eta_seconds": None if eta is None else round(eta, 1),
        "created_at": job.created_at,
        "updated_at": job.updated_at,
        "started_at": job.started_at,
        "playable_at": job.playable_at,
        "completed_at": job.finished_at,
    }


def _rendition(rendition: Rendition, base: str) -> Json:
    return {
        "id": rendition.id,
        "name": rendition.name,
        "width": rendition.width,
        "height": rendition.height,
        "codec": rendition.codec,
        "codecs": rendition.codecs,
        "fps": rendition.fps,
        "frames": rendition.frames,
        "duration_seconds": rendition.duration_seconds,
        "bitrate_bps": rendition.bitrate_bps,
        "size_bytes": rendition.size_bytes,
        "mp4_url": media_url(base, rendition.mp4_key) if rendition.mp4_key else None,
        "mp4_size_bytes": rendition.mp4_size_bytes,
        "playlist_key": rendition.playlist_key,
        "psnr": rendition.psnr,
        "ssim": rendition.ssim,
        "vmaf": rendition.vmaf,
    }


def _playback(job: Job, assets: Sequence[Asset], base: str) -> Json | None:
    urls = playback(job, assets, base)
    return asdict(urls) if urls else None


def _origin(tasks: Sequence[Task]) -> str | None:
    """What the source was, or is to be, fetched from."""
    fetches = [task.params for task in tasks if task.kind == TaskKind.FETCH]
    return next((one.get("url") or one.get("file_path") for one in fetches), None)


def _compression(job: Job, renditions: Sequence[Rendition]) -> dict[str, float] | None:
    """How many times smaller each MP4 is than the source."""
    if job.source is None or not renditions:
        return None
    size = job.source["size_bytes"]
    return {r.name: round(size / (r.mp4_size_bytes or r.size_bytes), 2) for r in renditions}


#: Kinds of tasks whose time a job states.
_TIMED = (
    TaskKind.FETCH,
    TaskKind.PLAN,
    TaskKind.VIDEO,
    TaskKind.AUDIO,
    TaskKind.IMAGES,
    TaskKind.MP4,
    TaskKind.SUBTITLES,
    TaskKind.CAPTIONS,
    TaskKind.METRICS,
    TaskKind.PACKAGE,
)


def _timings(job: Job, tasks: Sequence[Task]) -> Json:
    end = job.finished_at or job.updated_at
    started = job.started_at
    spans: dict[str, float] = {}
    for task in tasks:
        if task.started_at and task.finished_at:
            seconds = (task.finished_at - task.started_at).total_seconds()
            spans[task.kind] = spans.get(task.kind, 0.0) + max(0.0, seconds)
    return {
        "total_seconds": _seconds(job.created_at, end) if job.finished_at else None,
        "queue_seconds": _seconds(job.created_at, started) if started else None,
        **{f"{kind}_seconds": round(spans[kind], 3) if kind in spans else None for kind in _TIMED},
        # What followed is no part of making it.
        "cpu_seconds": round(sum(t.cpu_seconds for t in tasks if not TaskKind(t.kind).follows), 3),
    }


def _verification(tasks: Sequence[Task]) -> Json | None:
    found = verification_of(tasks)
    if found is None:
        return None
    frames = [{"name": name, "frames": count} for name, count in found.frames.items()]
    return {
        **found.model_dump(exclude={"frames"}),
        "progress": percent(found.progress),
        "renditions": frames,
    }


def _seconds(begin: datetime, end: datetime) -> float:
    return round(max(0.0, (end - begin).total_seconds()), 3)


def _error(job: Job, tasks: Sequence[Task]) -> Json | None:
    if job.status != JobStatus.FAILED:
        return None
    return {
        "code": job.error_code,
        "message": job.error_message,
        "task": job.error_task,
        "attempts": max((t.attempt for t in tasks if t.kind == job.error_task), default=0),
        "log_tail": job.error_log,
    }
