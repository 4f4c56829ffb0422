"""One module per kind of task, each with `run(attempt)`."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping

from vidmill.tasks import TaskKind
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.tasks import (
    audio,
    captions,
    fetch,
    images,
    metrics,
    mp4,
    package,
    plan,
    subtitles,
    thumbnail,
    verify,
    video,
)

Handler = Callable[[Attempt], Awaitable[Outcome]]

HANDLERS: Mapping[TaskKind, Handler] = {
    TaskKind.FETCH: fetch.run,
    TaskKind.PLAN: plan.run,
    TaskKind.VIDEO: video.run,
    TaskKind.AUDIO: audio.run,
    TaskKind.IMAGES: images.run,
    TaskKind.MP4: mp4.run,
    TaskKind.SUBTITLES: subtitles.run,
    TaskKind.CAPTIONS: captions.run,
    TaskKind.METRICS: metrics.run,
    TaskKind.PACKAGE: package.run,
    TaskKind.VERIFY: verify.run,
    TaskKind.THUMBNAIL: thumbnail.run,
}
