"""A job plays while it is being made: playlists that grow with what is verified and stored.

Whatever fails here is logged and no more: a job is published as a whole by its package task, and
this is but a look at it beforehand. Only chunks that do not join end the attempt, as early as it
shows.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from itertools import zip_longest
from types import TracebackType

from vidmill.db import growing
from vidmill.db.growing import Growth, ResultSoFar
from vidmill.errors import VidmillError
from vidmill.jobs import job_prefix
from vidmill.presets import Preset
from vidmill.tasks import TaskKind
from vidmill_worker.attempt import Attempt
from vidmill_worker.engine.manifests import growing_manifests
from vidmill_worker.ffmpeg.plan import EncodePlan
from vidmill_worker.layout import MASTER
from vidmill_worker.outputs import Uploads, content_type
from vidmill_worker.results import (
    ChunksDiffer,
    Track,
    VerificationFailed,
    join_tracks,
    partial_result,
    tracks_of,
)

log = logging.getLogger(__name__)


class EarlyPlayback:
    """Saves what an attempt at a video or audio task has done, and has the playlists grow.

    Leaving the context waits for what is under way, or, where the work failed, calls it off.
    """

    def __init__(self, attempt: Attempt, plan: EncodePlan, uploads: Uploads) -> None:
        self._attempt = attempt
        self._plan = plan
        self._is_measured = bool(Preset.model_validate(attempt.job.spec).metrics)
        self._uploads = uploads
        self._proven: tuple[Track, ...] | None = None
        self._saving: asyncio.Task[None] | None = None
        self._verdict: ChunksDiffer | None = None

    async def __aenter__(self) -> EarlyPlayback:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._saving is not None:
            if kind is not None:
                self._saving.cancel()
            await asyncio.gather(self._saving, return_exceptions=True)
        if kind is None and self._verdict is not None:
            raise self._verdict

    async def on_proven(self, tracks: tuple[Track, ...]) -> None:
        """Take note of tracks as far as they are verified; returns at once. Raises `ChunksDiffer`
        if what was noted before does not join: no use in going on."""
        if self._verdict is not None:
            raise self._verdict
        # A video of one segment is published as a whole a moment later, unless it is measured.
        if self._plan.grid.count(self._plan.frames) == 1 and not self._is_measured:
            return
        self._proven = tracks
        if self._saving is None or self._saving.done():
            self._saving = asyncio.create_task(self._save_proven())

    async def _save_proven(self) -> None:
        # What is proven while the last is being saved is saved next, at once.
        while self._proven is not None:
            tracks, self._proven = self._proven, None
            try:
                await self._save(tracks)
            except ChunksDiffer as error:
                self._verdict = error
                return
            except (VidmillError, VerificationFailed) as error:
                log.warning("the job can't be played yet", extra={"error": str(error)})
            except Exception:  # the loop's edge: the work itself goes on
                log.exception("the job can't be played yet")

    async def _save(self, tracks: tuple[Track, ...]) -> None:
        await self._uploads.stored(tracks)
        attempt = self._attempt
        await growing.save_partial(attempt.services.db, attempt.lease, partial_result(tracks))
        await extend_playlists(self._attempt, self._plan)


async def extend_playlists(attempt: Attempt, plan: EncodePlan) -> None:
    """Publish EVENT playlists of whatever is there from the start on, if that is more than they
    name by now. Raises `StorageDown`, `DatabaseDown`, `LeaseLost`, `ChunksDiffer`,
    `VerificationFailed`."""
    services, job_id = attempt.services, attempt.job.id
    async with growing.playlists(services.db, job_id) as conn:
        results = await growing.results_so_far(conn, job_id)
        # Then the package task publishes, and nothing may be written after it.
        if all(result.complete for result in results):
            return
        tracks, sound = playable(plan, results)
        if sound is None or not (tracks if plan.rungs else sound):
            return
        before = await growing.growth(conn, job_id)
        # All tracks of sound are as long as the longest lets them: each is read to the same time.
        now = Growth(
            max((len(t.segments) for t in tracks[:1]), default=0),
            max((len(t.segments) for t in sound), default=0),
        )
        if now == before or now.video < before.video or now.audio < before.audio:
            return
        texts = growing_manifests(plan, tracks, sound)
        # The master names nothing that changes; it comes last, after all that it names.
        master = texts.pop(MASTER)
        await asyncio.gather(*(_put(attempt, name, text) for name, text in texts.items()))
        is_first = not before.video and not before.audio
        if is_first:
            await _put(attempt, MASTER, master)
        await growing.save_growth(conn, job_id, now)
    if is_first:
        log.info("the job can be played", extra={"video_segments": now.video})
    services.queue.announce(job_id, attempt.job.owner_id)


async def _put(attempt: Attempt, name: str, text: str) -> None:
    attempt.check_lease()
    key = job_prefix(attempt.job.id) + name
    await attempt.services.storage.put(key, text.encode(), content_type=content_type(name))


def playable(
    plan: EncodePlan, results: Sequence[ResultSoFar]
) -> tuple[tuple[Track, ...], tuple[Track, ...] | None]:
    """Every rung, and every track of sound, from the start up to the first segment that is missing;
    None instead of sound of which a track is still missing. Raises `ChunksDiffer` where chunks do
    not join."""
    by_task = {(result.kind, result.ordinal): result.result for result in results}
    parts: list[tuple[Track, ...]] = []
    for chunk, following in zip_longest(plan.chunks, plan.chunks[1:]):
        result = by_task.get((TaskKind.VIDEO, chunk.ordinal))
        if result is None:
            break
        tracks = tracks_of(result)
        parts.append(tracks)
        end = chunk.first_segment + len(tracks[0].segments)
        if following is None or end < following.first_segment:
            break
    return tuple(join_tracks(list(rung)) for rung in zip(*parts, strict=True)), _sound(
        plan, results
    )


def _sound(plan: EncodePlan, results: Sequence[ResultSoFar]) -> tuple[Track, ...] | None:
    if plan.audio is None:
        return ()
    found = next((r for r in results if r.kind == TaskKind.AUDIO), None)
    if found is None or found.result is None:
        return None
    tracks = tracks_of(found.result)
    # Only a finished task knows that a track has nothing in it.
    return tracks if found.complete or len(tracks) == len(plan.audio.tracks) else None
