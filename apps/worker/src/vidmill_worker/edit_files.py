"""Files that edits need: looked at once, when a job is planned, and then kept with it: every chunk
gets the same."""

from __future__ import annotations

import hashlib
from pathlib import Path

from vidmill.db.uploads import fetch_upload_by_key
from vidmill.edits import BurnIn, Edits, Watermark
from vidmill.errors import InvalidSource, MissingObject
from vidmill.jobs import job_prefix
from vidmill.sources import SourceInfo
from vidmill.uploads import UploadPurpose
from vidmill_worker.attempt import Attempt
from vidmill_worker.engine.burn_in import lay_out_fonts, read_file, read_track, write_script
from vidmill_worker.engine.watermark import check_png
from vidmill_worker.ffmpeg.arguments import Source
from vidmill_worker.ffmpeg.burn_in import SCRIPT
from vidmill_worker.ffmpeg.executable import ffmpeg_of
from vidmill_worker.ffmpeg.overlay_plan import BurnInPlan, WatermarkPlan, plan_watermark
from vidmill_worker.ffmpeg.overlays import WATERMARK
from vidmill_worker.ffmpeg.plan import EncodePlan

FOLDER = "edits/"
"""In the job's folder."""


async def with_edit_files(
    attempt: Attempt, edits: Edits, readable: Source, source: SourceInfo, plan: EncodePlan
) -> EncodePlan:
    """The plan with what is laid over the pictures. The files are checked and stored with the job.

    Raises InvalidSource (watermark_invalid, burn_in_invalid, burn_in_no_font), `MissingObject`,
    `StorageDown`.
    """
    refuse_over(edits, plan)
    if edits.watermark is not None:
        watermark = await _watermark(attempt, edits.watermark, source, plan)
        note = (
            f"A watermark is laid over the picture: {watermark.width}x{watermark.height} pixels of "
            f"{plan.rungs[0].width}x{plan.rungs[0].height}, {edits.watermark.position}."
        )
        plan = plan.model_copy(update={"watermark": watermark, "notes": (*plan.notes, note)})
    if edits.burn_in is not None:
        plan = await _with_burn_in(attempt, edits.burn_in, readable, source, plan)
    return plan


def refuse_over(edits: Edits, plan: EncodePlan) -> None:
    """What is laid over a picture is SDR in 8 bit. Raises InvalidSource if the plan keeps HDR, or
    makes no pictures."""
    laid = {"watermark": edits.watermark, "burn_in": edits.burn_in}
    for name, wanted in laid.items():
        if not plan.rungs and wanted is not None:
            raise InvalidSource(
                f"{name}_invalid",
                "The preset makes sound alone, over which nothing can be laid. Use a preset with "
                "pictures.",
            )
        if plan.hdr is not None and wanted is not None:
            raise InvalidSource(
                f"{name}_invalid",
                "The video is HDR and its preset keeps it, over which nothing can be laid. Use a "
                'preset whose video has "hdr": "tone_map".',
            )


async def fetch_edit_files(attempt: Attempt, plan: EncodePlan) -> None:
    """Bring what the plan lays over the pictures into the attempt's directory. Raises
    `MissingObject`, `StorageDown`."""
    if plan.watermark is not None:
        key = job_prefix(attempt.job.id) + FOLDER + WATERMARK
        await attempt.services.storage.download_file(key, attempt.scratch / WATERMARK)
    if plan.burn_in is not None:
        key = job_prefix(attempt.job.id) + FOLDER + SCRIPT
        await attempt.services.storage.download_file(key, attempt.scratch / SCRIPT)
        lay_out_fonts(attempt.scratch)


async def _watermark(
    attempt: Attempt, wanted: Watermark, source: SourceInfo, plan: EncodePlan
) -> WatermarkPlan:
    path = attempt.scratch / WATERMARK
    await _fetch_upload(attempt, wanted.input_key, UploadPurpose.WATERMARK, path)
    size = await check_png(ffmpeg_of(attempt.services.settings), path)
    await attempt.services.storage.upload_file(
        path, job_prefix(attempt.job.id) + FOLDER + WATERMARK, content_type="image/png"
    )
    return plan_watermark(
        wanted,
        (size.width, size.height),
        hashlib.sha256(path.read_bytes()).hexdigest(),
        (plan.rungs[0].width, plan.rungs[0].height),
        source.video,
    )


async def _with_burn_in(
    attempt: Attempt, wanted: BurnIn, readable: Source, source: SourceInfo, plan: EncodePlan
) -> EncodePlan:
    ffmpeg, scratch = ffmpeg_of(attempt.services.settings), attempt.scratch
    if wanted.track is not None:
        cues = await read_track(ffmpeg, readable, plan, wanted.track, scratch)
        origin = f"track {wanted.track} of the source"
    else:
        assert wanted.input_key is not None
        path = scratch / "uploaded_subtitles"
        await _fetch_upload(attempt, wanted.input_key, UploadPurpose.SUBTITLES, path)
        cues = read_file(path, plan, plan.start_seconds - source.video.start_seconds)
        origin = "an uploaded file"
    script = await write_script(ffmpeg, cues, plan, scratch)
    await attempt.services.storage.upload_file(
        script, job_prefix(attempt.job.id) + FOLDER + SCRIPT, content_type="text/plain"
    )
    digest = hashlib.sha256(script.read_bytes()).hexdigest()
    note = f"Subtitles are burnt in: {origin}, {len(cues)} of its texts in the video."
    update = {"burn_in": BurnInPlan(sha256=digest), "notes": (*plan.notes, note)}
    return plan.model_copy(update=update)


async def _fetch_upload(attempt: Attempt, key: str, purpose: UploadPurpose, path: Path) -> None:
    """Fetch a completed upload, as it was when it was completed."""
    upload = await fetch_upload_by_key(attempt.services.db, key)
    if upload is None or upload.etag is None or upload.purpose != purpose:
        raise MissingObject(f"The {purpose} {key!r} is not there. Upload it, then post a new job.")
    # Its URL may still take another file: that one has another ETag.
    await attempt.services.storage.download_file(key, path, etag=upload.etag)
