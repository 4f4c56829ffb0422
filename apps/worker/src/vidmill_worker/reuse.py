"""Never twice: tracks of an earlier job stand in for those that would come out the same.

A rung is the same if its source is (owner, ETag and size of the object) and all of its settings
are; so is the sound. Segments are then copied inside storage to the new job's own folder, so that
either job can be deleted without the other; and the MP4 of a rung and a sound that are both taken
over is copied too.
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
from vidmill.db.videos import fetch_video
from vidmill.errors import MissingObject
from vidmill.jobs import job_prefix
from vidmill.tasks import Task, TaskKind, TaskStatus
from vidmill.videos import Video
from vidmill_worker.attempt import Attempt
from vidmill_worker.ffmpeg.chunks import Chunk
from vidmill_worker.ffmpeg.plan import EncodePlan, RungPlan
from vidmill_worker.layout import INIT, mp4_name, segment_name
from vidmill_worker.outputs import transfer_all
from vidmill_worker.results import (
    AudioResult,
    ChunkResult,
    Mp4Result,
    OutputFile,
    Track,
    join_chunks,
)

log = logging.getLogger(__name__)

ENCODING = 2
"""Raised when the same plan comes to make other files: what was made before is then left alone."""
_NOT_CONTENT = {"rungs", "chunks", "audio", "subtitles", "notes"}
"""Fields of a plan that don't decide a rung's content, or do so as far as its key says."""
_OF_PICTURES = {
    *("codec", "encoder", "encoder_preset", "profile", "passes", "hdr", "max_pixels"),
    *("deinterlace", "tone_map", "watermark", "burn_in"),
}
"""Fields of a plan that the sound knows nothing of."""
SOUND = "audio"
"""The name under which a job offers its sound."""


def reuse_keys(video: Video, plan: EncodePlan) -> dict[str, bytes]:
    """Name to key of all that another job can take over: rungs, sound, and MP4s of the two."""
    rungs = rung_keys(video, plan)
    sound = sound_key(video, plan)
    return {**rungs, **_mp4_keys(video, rungs, sound), **({SOUND: sound} if sound else {})}


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


def sound_key(video: Video, plan: EncodePlan) -> bytes | None:
    """The key of all sound tracks and the MP3 together, if there are any."""
    if plan.audio is None:
        return None
    shared = plan.model_dump(mode="json", exclude=_NOT_CONTENT | _OF_PICTURES)
    return _key(video, shared, plan.audio.model_dump(mode="json", exclude={"donor"}))


def _mp4_keys(video: Video, rungs: Mapping[str, bytes], sound: bytes | None) -> dict[str, bytes]:
    joined = sound.hex() if sound else None
    return {mp4_name(name): _key(video, key.hex(), joined) for name, key in rungs.items()}


def _key(video: Video, *settings: Any) -> bytes:
    identity = [ENCODING, video.etag, video.size_bytes, *settings]
    return hashlib.sha256(orjson.dumps(identity, option=orjson.OPT_SORT_KEYS)).digest()


async def with_donors(attempt: Attempt, video: Video, plan: EncodePlan) -> EncodePlan:
    """The plan with a donor for every rung, and for the sound, that was published before, if the
    job allows that."""
    if not attempt.job.reuse:
        return plan
    found = await _donors(attempt, reuse_keys(video, plan))
    rungs = tuple(rung.model_copy(update={"donor": found.get(rung.name)}) for rung in plan.rungs)
    taken = [rung.name for rung in rungs if rung.donor]
    audio = plan.audio
    if audio and SOUND in found:
        audio = audio.model_copy(update={"donor": found[SOUND]})
        taken.append("sound")
    if not taken:
        return plan
    note = f"Taken over from earlier jobs on the same source: {', '.join(taken)}."
    changes = {"rungs": rungs, "audio": audio, "notes": (*plan.notes, note)}
    return plan.model_copy(update=changes)


async def _donors(attempt: Attempt, keys: Mapping[str, bytes]) -> dict[str, UUID]:
    found = await find_donors(attempt.services.db, attempt.job.owner_id, keys.values())
    return {name: found[key].job_id for name, key in keys.items() if key in found}


async def copy_sound(attempt: Attempt, plan: EncodePlan) -> AudioResult | None:
    """Copy all sound tracks and the MP3 of the donor, if there is one that is still there. Raises
    `StorageDown`."""
    donor = plan.audio.donor if plan.audio else None
    if donor is None:
        return None
    for task in await _finished(attempt, donor, TaskKind.AUDIO):
        result = AudioResult.model_validate(task.result)
        names = [name for track in result.tracks for name in _files(track, with_init=True)]
        try:
            await _copy(attempt, donor, [*names, *([result.mp3_name] if result.mp3_name else [])])
        except MissingObject:
            break
        return result.model_copy(update={"cpu_seconds": 0, "wall_seconds": 0})
    log.info("the donor is gone", extra={"donor": str(donor), "rung": SOUND})
    return None


async def copy_mp4s(attempt: Attempt, plan: EncodePlan) -> dict[str, OutputFile]:
    """Copy the MP4s of earlier jobs whose rung and sound this job has taken over; name of the rung
    to file. Raises `StorageDown`."""
    sounds_alike = plan.audio is None or plan.audio.donor is not None
    rungs = [rung.name for rung in plan.rungs if rung.donor and sounds_alike]
    if not rungs:
        return {}
    video = await fetch_video(attempt.services.db, attempt.job.video_id)
    donors = await _donors(attempt, reuse_keys(video, plan))
    copied: dict[str, OutputFile] = {}
    for rung in rungs:
        donor = donors.get(mp4_name(rung))
        for task in await _finished(attempt, donor, TaskKind.MP4) if donor else ():
            assert donor is not None
            file = Mp4Result.model_validate(task.result).files[rung]
            try:
                await _copy(attempt, donor, [file.name])
            except MissingObject:
                continue
            copied[rung] = file
    return copied


async def _finished(attempt: Attempt, job_id: UUID, kind: TaskKind) -> list[Task]:
    tasks = await fetch_tasks(attempt.services.db, [job_id])
    return [task for task in tasks if (task.kind, task.status) == (kind, TaskStatus.COMPLETED)]


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
        for task in await _finished(attempt, job_id, TaskKind.VIDEO)
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
