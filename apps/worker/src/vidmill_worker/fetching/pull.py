"""A source into storage, part by part. What is stored survives the attempt: the next one goes on
behind it, if the source is still the same."""

from __future__ import annotations

import asyncio
import logging

from pydantic import BaseModel, ConfigDict

from vidmill.db.growing import save_partial
from vidmill.db.sources import fetch_state
from vidmill.errors import InvalidSource, MissingObject
from vidmill.objects import ObjectInfo
from vidmill.outbound import OutboundFailed
from vidmill.uploads import MIN_PART_BYTES, Part, part_layout
from vidmill_worker.attempt import Attempt
from vidmill_worker.fetching.origins import Offer, Origin, SourceUnavailable

log = logging.getLogger(__name__)

#: A connection that broke is made anew this often without a part coming of it.
FRUITLESS_TRIES = 3
PAUSE_SECONDS = 1.0


class State(BaseModel):
    """What a later attempt must know."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    s3_upload_id: str
    version: str | None
    total: int | None
    part_size: int


class Pull:
    """One source on its way to `key`, of at most `max_bytes`."""

    def __init__(self, attempt: Attempt, origin: Origin, key: str, *, max_bytes: int) -> None:
        self._attempt = attempt
        self._storage = attempt.services.storage
        self._origin = origin
        self._key = key
        self._max_bytes = max_bytes
        self._state: State | None = None
        self._parts: list[Part] = []
        #: What came behind the last whole part.
        self._held = bytearray()

    async def run(self) -> ObjectInfo:
        """The object that has all of it. Raises `InvalidSource` (too_large, corrupt_file and what
        the origin refuses with), and `SourceUnavailable`, `OutboundFailed`, `StorageDown`."""
        if (found := await self._recall()) is not None:
            return found
        fruitless = 0
        while True:
            before = self._position
            try:
                await self._receive()
                return await self._assemble()
            except (OutboundFailed, SourceUnavailable) as error:
                if isinstance(error, OutboundFailed) and error.reason == "too_large":
                    raise self._too_large() from error
                fruitless = 0 if self._position > before else fruitless + 1
                if fruitless == FRUITLESS_TRIES:
                    raise
                log.info("fetching goes on", extra={"code": error.code, "detail": error.detail})
                await asyncio.sleep(PAUSE_SECONDS)

    @property
    def _position(self) -> int:
        """The byte that is wanted next."""
        return sum(part.size for part in self._parts) + len(self._held)

    async def _recall(self) -> ObjectInfo | None:
        """Take up what an earlier attempt left; returns the object if that was all."""
        noted = await fetch_state(self._attempt.services.db, self._attempt.task.id)
        if noted is None:
            return None
        state = State.model_validate(noted)
        try:
            held = await self._storage.list_parts(self._key, state.s3_upload_id)
        except MissingObject:
            return await self._assembled(state)
        self._state = state
        for number, part in enumerate(held, start=1):
            if part.number != number or part.size != state.part_size:
                break
            self._parts.append(part)
        return None

    async def _assembled(self, state: State) -> ObjectInfo | None:
        """The object, if an earlier attempt got as far as that."""
        try:
            found = await self._storage.head(self._key)
        except MissingObject:
            return None
        return found if found.size == state.total else None

    async def _receive(self) -> None:
        """Take what is missing, and store all whole parts of it."""
        known = self._state
        if known is not None and known.total == self._position:
            return
        version = known.version if known else None
        start = self._position if version is not None else 0
        async with self._origin.read(start, version) as offer:
            self._check(offer.total)
            if known is None or not self._continues(known, offer):
                known = await self._begin(offer)
            async for chunk in offer.chunks:
                self._held += chunk
                if self._position > self._max_bytes:
                    raise self._too_large()
                while len(self._held) >= known.part_size:
                    await self._store(known, known.part_size)
        if known.total is None:
            known = await self._note(known.model_copy(update={"total": self._position}))
        if self._position != known.total:
            raise SourceUnavailable(f"{self._position:,} of {known.total:,} bytes came.")

    def _continues(self, known: State, offer: Offer) -> bool:
        """Whether what is offered follows what came before. A range was given for the version that
        was asked for, also where its answer does not repeat it."""
        if offer.start != self._position:
            return False
        return offer.version == known.version or (offer.version is None and offer.start > 0)

    async def _begin(self, offer: Offer) -> State:
        """Start from the first byte, with nothing stored."""
        if self._state is not None:
            await self._storage.abort_multipart(self._key, self._state.s3_upload_id)
        self._state, self._parts, self._held = None, [], bytearray()
        if offer.start:
            raise SourceUnavailable("The source changed while it was read. It is read anew.")
        size = MIN_PART_BYTES if not offer.total else part_layout(offer.total)[0]
        upload_id = await self._storage.create_multipart(self._key, content_type=offer.content_type)
        return await self._note(
            State(s3_upload_id=upload_id, version=offer.version, total=offer.total, part_size=size)
        )

    async def _note(self, state: State) -> State:
        attempt = self._attempt
        await save_partial(attempt.services.db, attempt.lease, state.model_dump(mode="json"))
        self._state = state
        return state

    async def _store(self, state: State, size: int) -> None:
        """Store the first bytes of what is held as the next part."""
        self._attempt.check_lease()
        number, block = len(self._parts) + 1, bytes(self._held[:size])
        part = await self._storage.put_part(self._key, state.s3_upload_id, number, block)
        self._parts.append(part)
        del self._held[:size]
        if state.total:
            self._attempt.report(self._position / state.total)

    async def _assemble(self) -> ObjectInfo:
        assert self._state is not None, "something was received"
        if self._held:
            await self._store(self._state, len(self._held))
        if not self._parts:
            raise _empty()
        self._attempt.check_lease()
        await self._storage.complete_multipart(self._key, self._state.s3_upload_id, self._parts)
        return await self._storage.head(self._key)

    def _check(self, total: int | None) -> None:
        if total is not None and total > self._max_bytes:
            raise self._too_large()
        if total == 0:
            raise _empty()

    def _too_large(self) -> InvalidSource:
        return InvalidSource(
            "too_large", f"The source has more than {self._max_bytes:,} bytes. Send a smaller one."
        )


def _empty() -> InvalidSource:
    return InvalidSource("corrupt_file", "The source is empty. Name one that holds a video.")
