"""Fetch: bring a source that somebody else holds into storage, before its job is planned."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import Any

from vidmill.db.sources import promise_purge, store_source
from vidmill.db.videos import fetch_video
from vidmill.errors import InvalidSource
from vidmill.outbound import Outbound
from vidmill.quotas import QuotaDefaults, QuotaExceeded
from vidmill_worker.attempt import Attempt, Outcome
from vidmill_worker.fetching.origins import Origin, SourceUnavailable
from vidmill_worker.fetching.pull import Pull
from vidmill_worker.fetching.server_files import FileOrigin
from vidmill_worker.fetching.urls import UrlOrigin

#: An attempt that was stopped may still be storing a part.
PURGE_GRACE_SECONDS = 3600.0


async def run(attempt: Attempt) -> Outcome:
    """Fetch the source of the task's job. Raises `InvalidSource`, `SourceUnavailable`,
    `OutboundFailed`, `StorageDown`."""
    services, settings = attempt.services, attempt.services.settings
    video = await fetch_video(services.db, attempt.job.video_id)
    if video.etag:
        # An earlier attempt got this far and could not say so.
        return Outcome({"size_bytes": video.size_bytes})
    await promise_purge(
        services.db,
        video.object_key,
        after_seconds=settings.fetch_max_seconds + PURGE_GRACE_SECONDS,
    )
    async with AsyncExitStack() as stack:
        origin = await _origin(attempt, attempt.task.params, stack)
        pull = Pull(attempt, origin, video.object_key, max_bytes=settings.input_max_bytes)
        try:
            async with asyncio.timeout(settings.fetch_max_seconds):
                found = await pull.run()
        except TimeoutError as error:
            raise SourceUnavailable(
                f"Not all of it came in {settings.fetch_max_seconds:g} s. The rest is asked for "
                "again."
            ) from error
    try:
        await store_source(
            services.db,
            attempt.lease,
            found,
            owner_id=attempt.job.owner_id,
            quotas=QuotaDefaults.of(settings),
        )
    except QuotaExceeded as error:
        # More tries would fetch it as often, and find no more room.
        raise InvalidSource(error.code, error.detail) from error
    return Outcome({"size_bytes": found.size})


async def _origin(attempt: Attempt, params: dict[str, Any], stack: AsyncExitStack) -> Origin:
    settings = attempt.services.settings
    if "file_path" in params:
        return FileOrigin(params["file_path"], settings.source_roots)
    outbound = Outbound(allowed=settings.outbound_allow_cidrs)
    stack.push_async_callback(outbound.aclose)
    return UrlOrigin(outbound, params["url"], settings.fetch_max_seconds, settings.input_max_bytes)
