"""Decode what was encoded while the rest is still being encoded."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import TracebackType

from vidmill_worker import verify
from vidmill_worker.ffmpeg.run import FFmpeg, RunResult
from vidmill_worker.segments import SegmentWatch


class RunningProof:
    """Decodes the segments that `watch` has found, in batches: what was finished while the batch
    before it was decoded. So the first segments are proven long before the last is encoded.

    Leaving the context ends what still runs.
    """

    def __init__(self, ffmpeg: FFmpeg, directory: Path, watch: SegmentWatch) -> None:
        self._ffmpeg = ffmpeg
        self._directory = directory
        self._watch = watch
        self._proven = 0
        self._batch: asyncio.Task[RunResult] | None = None
        self.cpu_seconds = 0.0

    async def __aenter__(self) -> RunningProof:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._batch is not None:
            self._batch.cancel()
            await asyncio.gather(self._batch, return_exceptions=True)

    def poll(self) -> None:
        """Go on with segments that all tracks have, unless a batch is under way.

        Raises VerificationFailed if the last batch did not decode.
        """
        if self._batch is not None:
            if not self._batch.done():
                return
            self._settle(self._batch.result())
        if (complete := self._watch.complete) > self._proven:
            self._batch = self._begin(complete)

    async def finish(self) -> None:
        """Decode whatever is left. Raises VerificationFailed."""
        if self._batch is not None:
            self._settle(await self._batch)
        if (every := self._watch.longest) > self._proven:
            self._batch = self._begin(every)
            self._settle(await self._batch)

    def _begin(self, end: int) -> asyncio.Task[RunResult]:
        every = [self._watch.track(name) for name in self._watch.names]
        new = [
            track.model_copy(update={"segments": track.segments[self._proven : end]})
            for track in every
            if len(track.segments) > self._proven
        ]
        self._proven = end
        return asyncio.create_task(verify.check_decodes(self._ffmpeg, new, self._directory))

    def _settle(self, ran: RunResult) -> None:
        self._batch = None
        self.cpu_seconds += ran.cpu_seconds
