"""Whether a playback token still plays: asked of the database for a job once in two seconds,
however many segments are asked for meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from uuid import UUID

from vidmill.db.gallery import fetch_access
from vidmill.db.pool import Database
from vidmill.errors import DatabaseDown, NotFound
from vidmill.gallery import Access
from vidmill.tokens import Signer
from vidmill.videos import Visibility

#: How long an answer counts: so much later, at most, a token ends that was taken back through
#: another process of the API. In the process that took it back it ends at once.
KEPT_SECONDS = 2.0
#: Jobs whose answers are kept; beyond, all are asked for anew.
MAX_KEPT = 10_000

_GONE = "The video is not public any more. Whoever owns it can share a new link."


class MediaAccess:
    """Answers about jobs that are being played, kept for a moment."""

    def __init__(self, db: Database, signer: Signer) -> None:
        self._db = db
        self._signer = signer
        self._kept: dict[UUID, tuple[float, Access | None]] = {}
        #: For tests, which don't wait.
        self.clock: Callable[[], float] = time.monotonic

    async def opened_by(self, token: str) -> tuple[UUID, Access, bool]:
        """The job that a token of a playback URL opens, what is known of it, and whether everybody
        may have the token. Raises `NotFound` where it is forged, expired or taken back, and
        `DatabaseDown`."""
        public = self._signer.open_playback_job(token)
        job_id = public[0] if public else self._signer.playback_job(token)
        access = await self._of(job_id)
        if access is None:
            raise NotFound
        if public is None:
            return job_id, access, False
        if access.visibility == Visibility.PRIVATE or access.playback_generation != public[1]:
            raise NotFound(_GONE)
        return job_id, access, True

    def forget(self, video_id: UUID) -> None:
        """Have the next request ask anew: somebody changed the video."""
        self._kept = {
            job_id: (until, access)
            for job_id, (until, access) in self._kept.items()
            if access is None or access.video_id != video_id
        }

    async def _of(self, job_id: UUID) -> Access | None:
        now = self.clock()
        until, kept = self._kept.get(job_id, (0.0, None))
        if now < until:
            return kept
        try:
            access = await fetch_access(self._db, job_id)
        except DatabaseDown:
            # Who is watching goes on watching; nobody can take anything back meanwhile.
            if kept is not None:
                return kept
            raise
        if len(self._kept) >= MAX_KEPT:
            self._kept.clear()
        self._kept[job_id] = (now + KEPT_SECONDS, access)
        return access
