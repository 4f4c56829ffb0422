"""Thumbnail: a still of a picture that its owner sent for a video, and a small one. What is wrong
with the picture is the task's result, not its failure."""

from __future__ import annotations

from functools import partial

from vidmill.db.thumbnails import refuse_thumbnail, store_thumbnail
from vidmill.errors import InvalidImage, MissingObject
from vidmill.thumbnails import small_thumbnail_key, thumbnail_key
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.engine.custom_thumbnail import make_custom_thumbnail
from vidmill_worker.tasks import inputs

_PICTURE = "picture"


async def run(attempt: Attempt) -> Outcome:
    """Make, verify and store the stills. Raises what FFmpeg and storage raise."""
    services, video_id = attempt.services, attempt.job.video_id
    source = str(attempt.task.params["source"])
    picture = attempt.scratch / _PICTURE
    try:
        await services.storage.download_file(source, picture)
        large, small = await make_custom_thumbnail(inputs.ffmpeg(attempt), picture, attempt.scratch)
    except (InvalidImage, MissingObject) as error:
        refuse = partial(refuse_thumbnail, services.db, attempt.lease, video_id, source)
        why = " ".join(error.detail.split())
        return Outcome({}, publish=lambda cpu: refuse(why, cpu_seconds=cpu))
    key = thumbnail_key(video_id, source)
    attempt.check_lease()
    for made, to in ((small, small_thumbnail_key(key)), (large, key)):
        await services.storage.upload_file(
            attempt.scratch / made.file.name, to, content_type="image/jpeg"
        )
    store = partial(store_thumbnail, services.db, attempt.lease, video_id, source)
    return Outcome({}, publish=lambda cpu: store(key, cpu_seconds=cpu))
