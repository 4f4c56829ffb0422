"""Never twice: tracks of an earlier job stand in for those that would come out the same.

A rung is the same if its source is (owner, ETag and size of the object) and all of its settings
are. Its segments are then copied inside storage, chunk by chunk, to the new job's own folder, so
that either job can be deleted without the other.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson

from vidmill.db.reuse import find_donors
from vidmill.db.task_reads import fetch_tasks
from vidmill.errors import MissingObject
from vidmill.jobs import job_prefix
from vidmill.tasks import TaskKind, TaskStatus
from vidmill.videos import Video
from vidmill_worker.attempt import Attempt
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan
from vidmill_worker.layout import INIT, segment_name
from vidmill_worker.outputs import transfer_all
from vidmill_worker.results import ChunkResult, Track, join_chunks

log = logging.getLogger(__name__)

ENCODING = 1
"""Raised when the same plan comes to make other files: what was made before is then left alone."""
_NOT_CONTENT = {"rungs", "chunks", "audio", "subtitles", "notes"}
"""Fields of a plan that don't decide a rung's content, or do so as far as its key says."""


def rung_keys(video: Video, plan: EncodePlan) -> dict[str, bytes]:
    """Name to key of each rung."""
    shared = plan.model_dump(mode="json", exclude=_NOT_CONTENT)
    return {
        rung.name: _key(
            video,
            shared,
            rung.model_dump(mode="json", exclude={"donor"}),
            # Each rung is scaled from the one above.
            [(above.width, above.height) for above in plan.rungs[:number]],
        )
        for number, rung in enumerate(plan.rungs)
    }


def _key(video: Video, *settings: Any) -> bytes:
    identity = [ENCODING, video.etag, video.size_bytes, *settings]
    return hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).digest()


async def with_donors(attempt: Attempt, video: Video, plan: EncodePlan) -> EncodePlan:
    """The plan with a donor for every rung that was published before, if the job allows that."""
    if not attempt.job.reuse:
        return plan
    keys = rung_keys(video, plan)
    found = await find_donors(attempt.services.db, attempt.job.owner_id, keys.values())
    donors = {name: found[key].job_id for name, key in keys.items() if key in found}
    if not donors:
        return plan
    rungs = tuple(rung.model_copy(update={"donor": donors.get(rung.name)}) for rung in plan.rungs)
    note = f"Taken over from earlier jobs on the same source: {', '.join(donors)}."
    return plan.model_copy(update={"rungs": rungs, "notes": (*plan.notes, note)})


async def copy_rungs(attempt: Attempt, plan: EncodePlan, chunk: Chunk) -> dict[str, Track]:
    """Copy the chunk's segments of every rung that has a donor; name to track. A rung whose donor
    is gone by now is left out, and with it its reason not to be encoded. Raises `StorageDown`."""
    copied: dict[str, Track] = {}
    for rung in plan.rungs:
        if rung.donor is None:
            continue
        try:
            track = await _part(attempt, rung, chunk, plan)
            await _copy(attempt, rung.donor, _files(track, with_init=chunk.ordinal == 0))
        except MissingObject:
            log.info("the donor is gone", extra={"donor": str(rung.donor), "rung": rung.name})
            continue
        copied[rung.name] = track
    return copied


async def _part(attempt: Attempt, rung: RungPlan, chunk: Chunk, plan: EncodePlan) -> Track:
    assert rung.donor is not None
    whole = (await _donor_tracks(attempt, rung.donor)).get(rung.name)
    if whole is None:
        raise MissingObject
    following = plan.chunks[chunk.ordinal + 1] if not chunk.is_last else None
    end = following.first_segment if following else len(whole.segments)
    segments = whole.segments[chunk.first_segment : end]
    return whole.model_copy(update={"segments": segments})


async def _donor_tracks(attempt: Attempt, job_id: UUID) -> Mapping[str, Track]:
    chunks = [
        ChunkResult.model_validate(task.result)
        for task in await fetch_tasks(attempt.services.db, [job_id])
        if task.kind == TaskKind.VIDEO and task.status == TaskStatus.COMPLETED
    ]
    return {track.name: track for track in join_chunks(chunks)} if chunks else {}


def _files(track: Track, *, with_init: bool) -> list[str]:
    names = [segment_name(segment.number) for segment in track.segments]
    return [f"{track.name}/{name}" for name in ([INIT] if with_init else []) + names]


async def _copy(attempt: Attempt, donor: UUID, names: Sequence[str]) -> None:
    storage = attempt.services.storage
    source, target = job_prefix(donor), job_prefix(attempt.job.id)
    done = 0

    async def copy(name: str) -> None:
        nonlocal done
        attempt.check_lease()
        await storage.copy(source + name, target + name)
        done += 1
        attempt.report(done / (2 * len(names)))

    await transfer_all(names, copy)
