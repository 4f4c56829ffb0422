"""What workers leave behind: jobs under way, failed and published, made by the same functions
that workers call, with objects in storage."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from vidmill.db import tasks
from vidmill.db.claims import claim_task
from vidmill.db.job_reads import fetch_job
from vidmill.db.jobs import publish_job, save_plan
from vidmill.db.task_reads import fetch_tasks
from vidmill.ids import new_id
from vidmill.jobs import Asset, AssetKind, Rendition, job_prefix
from vidmill.tasks import Failure, Lease, NewTask, QueuedTask, TaskKind
from vidmill_api.context import Context

SOURCE = {
    "format": "mp4",
    "size_bytes": 9_000_000,
    "duration_seconds": 10.01,
    "bitrate_bps": 7_192_807,
    "video": {
        "width": 1280, "height": 720, "frame_rate": "30000/1001", "frames": 300, "codec": "h264",
    },
    "audio": [{"codec": "aac", "channels": 2, "sample_rate": 48000}],
}  # fmt: skip
ENCODE_PLAN = {"rungs": [{"name": "720p"}, {"name": "360p"}]}

CONTENTS = {
    "master.m3u8": ("application/vnd.apple.mpegurl", AssetKind.MASTER_PLAYLIST, b"#EXTM3U\n"),
    "manifest.mpd": ("application/dash+xml", AssetKind.DASH_MANIFEST, b"<MPD/>"),
    "360p/video_360p.mp4": ("video/mp4", AssetKind.MP4, bytes(range(256)) * 40),
    "thumbnails/thumb_00.jpg": ("image/jpeg", AssetKind.THUMBNAIL, b"\xff\xd8 first"),
    "thumbnails/thumb_25.jpg": ("image/jpeg", AssetKind.THUMBNAIL, b"\xff\xd8 second"),
    "thumbnails/thumb_100.jpg": ("image/jpeg", AssetKind.THUMBNAIL, b"\xff\xd8 last"),
    "thumbnails/poster_small.jpg": ("image/jpeg", AssetKind.SMALL_POSTER, b"\xff\xd8 small"),
    "thumbnails/storyboard.vtt": ("text/vtt", AssetKind.STORYBOARD, b"WEBVTT\n"),
    "thumbnails/sprite_000.jpg": ("image/jpeg", AssetKind.SPRITE, b"\xff\xd8 sprite"),
    "preview/preview.webp": ("image/webp", AssetKind.PREVIEW, b"RIFF"),
}


@dataclass(frozen=True)
class Work:
    """A worker's hands."""

    context: Context

    async def claim(self, task_id: UUID) -> Lease:
        claim = await claim_task(self.context.db, task_id, worker_id="worker-1", lease_seconds=60)
        assert claim is not None
        return claim.task.lease

    async def begin(self, job_id: str) -> Lease:
        """Claim the plan of a job."""
        [plan] = await fetch_tasks(self.context.db, [UUID(job_id)])
        return await self.claim(plan.id)

    async def plan(self, job_id: str) -> QueuedTask:
        """Do the plan; returns the video task that it made."""
        lease = await self.begin(job_id)
        await save_plan(self.context.db, lease, source=SOURCE, encode_plan=ENCODE_PLAN)
        video = NewTask(kind=TaskKind.VIDEO)
        package = NewTask(kind=TaskKind.PACKAGE, depends_on=frozenset({TaskKind.VIDEO}))
        [queued] = await tasks.complete_task(
            self.context.db, lease, {}, cpu_seconds=0.5, new_tasks=[video, package]
        )
        return queued

    async def progress(self, lease: Lease, share: float, speed: float = 2.5) -> None:
        await tasks.renew_lease(
            self.context.db, lease, lease_seconds=60, progress=share, speed=speed
        )
        await self.ring(lease.job_id)

    async def ring(self, job_id: UUID) -> None:
        """Tell whoever watches that the job has changed."""
        job = await fetch_job(self.context.db, job_id)
        self.context.queue.announce(job_id, job.owner_id)

    async def fail(self, lease: Lease, *, retryable: bool = False, max_attempts: int = 5) -> None:
        failure = Failure(
            code="corrupt_file", message="The file ends in mid-frame.", retryable=retryable,
            log_tail="moov atom not found",
        )  # fmt: skip
        await tasks.fail_task(
            self.context.db, lease, failure, retry_base_seconds=60, retry_max_seconds=60,
            max_attempts=max_attempts,
        )  # fmt: skip
        await self.ring(lease.job_id)

    async def verify(self, task_id: UUID, problems: list[dict[str, str]]) -> None:
        """Do a verification that finds this."""
        lease = await self.claim(task_id)
        verdict = {"problems": problems, "problem_count": len(problems), "files": 7}
        result = {**verdict, "frames": {"360p": 300}, "cpu_seconds": 1.5}
        await tasks.complete_task(self.context.db, lease, result, cpu_seconds=1.5)

    async def publish(self, job_id: str) -> None:
        """From queued to completed, with outputs in storage."""
        video = await self.plan(job_id)
        lease = await self.claim(video.id)
        [package] = await tasks.complete_task(self.context.db, lease, {}, cpu_seconds=2)
        lease = await self.claim(package.id)
        prefix = job_prefix(UUID(job_id))
        for name, (content_type, _, content) in CONTENTS.items():
            await self.context.storage.put(prefix + name, content, content_type=content_type)
        await publish_job(
            self.context.db, lease, {}, renditions=[_rendition(UUID(job_id))],
            assets=[_asset(UUID(job_id), name) for name in CONTENTS], cpu_seconds=1,
        )  # fmt: skip
        await self.ring(UUID(job_id))
        assert (await fetch_job(self.context.db, UUID(job_id))).status == "completed"


def _rendition(job_id: UUID) -> Rendition:
    prefix = job_prefix(job_id)
    return Rendition(
        id=new_id(),
        job_id=job_id,
        name="360p",
        width=640,
        height=360,
        codec="h264",
        codecs="avc1.64001e",
        fps=29.97,
        frames=300,
        duration_seconds=10.01,
        bitrate_bps=900_000,
        size_bytes=1_100_000,
        segments=3,
        playlist_key=prefix + "360p/playlist.m3u8",
        mp4_key=prefix + "360p/video_360p.mp4",
        mp4_size_bytes=1_000_000,
        psnr=41.5,
        vmaf=93.25,
    )


def _asset(job_id: UUID, name: str) -> Asset:
    content_type, kind, content = CONTENTS[name]
    return Asset(
        id=new_id(),
        job_id=job_id,
        kind=kind,
        name=name,
        rendition="360p" if kind == AssetKind.MP4 else None,
        object_key=job_prefix(job_id) + name,
        content_type=content_type,
        size_bytes=len(content),
    )
