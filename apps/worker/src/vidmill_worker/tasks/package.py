"""Package: playlists and metadata; then publish, all at once.

The playlists are uploaded last and name only what is already in storage; the job becomes
`completed` in the transaction that lists its outputs. Run twice, it writes the same files again.
"""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from vidmill.db import growing
from vidmill.db.jobs import publish_job
from vidmill.db.videos import fetch_video
from vidmill.jobs import job_prefix
from vidmill.presets import Preset
from vidmill.sources import SourceInfo
from vidmill_worker import metadata
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.manifests import write_manifests
from vidmill_worker.layout import METADATA
from vidmill_worker.outputs import Uploads
from vidmill_worker.published import Published, assets, renditions
from vidmill_worker.results import join_chunks
from vidmill_worker.reuse import reuse_keys
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Make the remaining files and publish the job. Raises `ChunksDiffer`, `VerificationFailed`
    for a playlist that breaks a rule, and what storage raises."""
    plan = inputs.encode_plan(attempt)
    preset = Preset.model_validate(attempt.job.spec)
    audio = await inputs.audio_result(attempt)
    images = await inputs.images_result(attempt)
    chunks = await inputs.chunk_results(attempt)
    tracks = join_chunks(chunks)
    sound = audio.tracks if audio else ()
    mp4s = await inputs.mp4_result(attempt)
    subtitles = await inputs.subtitles_result(attempt)
    metrics = await inputs.metrics_result(attempt)
    captions = await inputs.captions_result(attempt)
    published = Published(
        attempt.job, plan, tracks, audio, images, mp4s, subtitles, metrics, captions
    )
    manifests = [
        file.name
        for file in write_manifests(
            plan, tracks, sound, published.text, attempt.scratch, with_dash=preset.dash
        )
    ]
    encode_seconds = sum(chunk.wall_seconds for chunk in chunks)
    (attempt.scratch / METADATA).write_bytes(metadata_json(published, preset, encode_seconds))
    async with growing.playlists(attempt.services.db, attempt.job.id):
        async with Uploads(attempt) as uploads:
            for name in [*manifests[:-1], METADATA]:
                uploads.start(name)
        # What people are given a link to comes after everything that it names.
        async with Uploads(attempt) as uploads:
            uploads.start(manifests[-1])
    files = {name: (attempt.scratch / name).stat().st_size for name in [*manifests, METADATA]}
    result = {"files": len(files), "size_bytes": sum(files.values())}
    video = await fetch_video(attempt.services.db, attempt.job.video_id)

    async def publish(cpu_seconds: float) -> None:
        await publish_job(
            attempt.services.db,
            attempt.lease,
            result,
            renditions=renditions(published),
            assets=assets(published, files),
            reuse_keys=reuse_keys(video, plan),
            notes=published.findings,
            sound_bytes=sum(track.init_size_bytes + track.size_bytes for track in sound),
            cpu_seconds=cpu_seconds,
        )

    return Outcome(result, publish=publish)


def metadata_json(published: Published, preset: Preset, encode_seconds: float) -> bytes:
    """The document that tells people who only have the bucket what was made of what."""
    job = published.job
    facts = metadata.JobFacts(
        job_id=str(job.id),
        prefix=job_prefix(job.id).rstrip("/"),
        filename=job.filename,
        created_at=job.created_at,
        completed_at=datetime.now(UTC),
        user_metadata=job.metadata,
        edits=job.edits,
    )
    made = metadata.Made(
        tracks=published.tracks,
        sound=published.plan.audio,
        audio=published.audio,
        mp4s=published.mp4s,
        images=published.images,
        metrics=published.metrics,
        captions=published.captions,
        video_seconds=encode_seconds,
        segment_seconds=preset.segment_seconds,
        text=published.text,
        notes=(*published.plan.notes, *published.findings),
    )
    document = metadata.build(facts, SourceInfo.model_validate(job.source), made)
    return orjson.dumps(document, option=orjson.OPT_INDENT_2)
