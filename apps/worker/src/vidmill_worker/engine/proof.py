"""Prove what was encoded while the rest is still being encoded."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from types import TracebackType

from vidmill_worker.results import Track
from vidmill_worker.segments import SegmentWatch

Prove = Callable[[Sequence[Track]], Awaitable[float]]
"""Checks some segments of each track and returns the CPU seconds that took. Raises
VerificationFailed."""
OnProven = Callable[[tuple[Track, ...]], Awaitable[None]]
"""Called with every track as far as it is proven; more than the last time."""


class RunningProof:
    """Proves the segments that `watch` has found, in batches: what was finished while the batch
    before it was proven, at least half as much as all before, as each batch starts a process. So
    the first segments are proven long before the last is encoded.

    Leaving the context ends what still runs.
    """

    def __init__(self, watch: SegmentWatch, prove: Prove, on_proven: OnProven | None) -> None:
        self._watch = watch
        self._prove = prove
        self._on_proven = on_proven
        #: Segments of each track that are in a batch, and those whose batch has passed.
        self._begun = 0
        self._passed = 0
        self._batch: asyncio.Task[float] | None = None
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

    async def poll(self) -> None:
        """Go on with segments that all tracks have, unless a batch is under way.

        Raises VerificationFailed if the last batch did not pass.
        """
        if self._batch is not None:
            if not self._batch.done():
                return
            await self._settle()
        if (complete := self._watch.complete) >= self._begun + max(1, self._begun // 2):
            self._begin(complete)

    async def finish(self) -> None:
        """Prove whatever is left. Raises VerificationFailed."""
        if self._batch is not None:
            await self._settle()
        if (every := self._watch.longest) > self._begun:
            self._begin(every)
            await self._settle()

    def _begin(self, end: int) -> None:
        new = [
            track.model_copy(update={"segments": track.segments[self._begun : end]})
            for track in map(self._watch.track, self._watch.begun)
            if len(track.segments) > self._begun
        ]
        self._begun = end
        self._batch = asyncio.ensure_future(self._prove(new))

    async def _settle(self) -> None:
        assert self._batch is not None
        self.cpu_seconds += await self._batch
        self._batch = None
        self._passed = self._begun
        if self._on_proven is not None:
            every = map(self._watch.track, self._watch.begun)
            await self._on_proven(
                tuple(
                    track.model_copy(update={"segments": track.segments[: self._passed]})
                    for track in every
                )
            )
