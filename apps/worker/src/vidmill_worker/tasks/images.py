"""Images: stills, cut from finished segments, of which only the needed ones are fetched."""

from __future__ import annotations

from vidmill.presets import Preset
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.thumbnails import best_track, make_thumbnails, positions
from vidmill_worker.outputs import Uploads, fetch_tracks
from vidmill_worker.results import join_chunks
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Make and store the thumbnails. Raises what `make_thumbnails` and storage raise."""
    percents = Preset.model_validate(attempt.job.spec).thumbnail_percents
    track = best_track(join_chunks(await inputs.chunk_results(attempt)))
    needed = tuple(place.segment for place in positions(track, percents))
    await fetch_tracks(attempt, [track.model_copy(update={"segments": needed})])
    attempt.report(0.5)
    result = await make_thumbnails(
        inputs.ffmpeg(attempt), inputs.encode_plan(attempt), track, percents, attempt.scratch
    )
    attempt.cpu_seconds += result.cpu_seconds
    async with Uploads(attempt) as uploads:
        for thumbnail in result.thumbnails:
            uploads.start(thumbnail.file.name)
    return Outcome(result.model_dump(mode="json"))
