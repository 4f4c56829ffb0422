"""Images: stills, storyboard and previews, from finished segments, of which only the needed ones
are fetched."""

from __future__ import annotations

from vidmill.presets import Preset
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.images import make_images
from vidmill_worker.outputs import Uploads
from vidmill_worker.results import join_chunks
from vidmill_worker.shelf import Shelf
from vidmill_worker.tasks import inputs


async def run(attempt: Attempt) -> Outcome:
    """Make, verify and store the pictures that the preset asks for. Raises `ChunksDiffer`, and
    what `make_images` and storage raise."""
    preset = Preset.model_validate(attempt.job.spec)
    tracks = join_chunks(await inputs.chunk_results(attempt))
    async with Shelf(attempt) as shelf:
        result = await make_images(
            inputs.ffmpeg(attempt),
            inputs.encode_plan(attempt),
            preset,
            tracks,
            attempt.scratch,
            shelf.borrow,
        )
    attempt.cpu_seconds += result.cpu_seconds
    attempt.report(0.8)
    async with Uploads(attempt) as uploads:
        for file in result.files:
            uploads.start(file.name)
    return Outcome(result.model_dump(mode="json"))
