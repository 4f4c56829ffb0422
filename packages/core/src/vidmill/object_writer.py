"""An object of a size that nobody knows beforehand: small in one PUT, larger in parts, and nothing
until it is finished."""

from __future__ import annotations

from vidmill.storage import Storage
from vidmill.uploads import MIB, Part

#: What is in memory at most. S3 takes parts of 5 MiB and more.
PART_BYTES = 8 * MIB


class ObjectWriter:
    """Follow `write` with `finish` or with `abort`. Each raises `StorageDown`."""

    def __init__(self, storage: Storage, key: str, *, content_type: str) -> None:
        self.size = 0
        self._storage = storage
        self._key = key
        self._content_type = content_type
        self._held = bytearray()
        self._upload_id: str | None = None
        self._parts: list[Part] = []

    async def write(self, data: bytes) -> None:
        """Take the next bytes; whoever sends waits meanwhile."""
        self._held += data
        self.size += len(data)
        while len(self._held) >= PART_BYTES:
            await self._put(PART_BYTES)

    async def finish(self) -> None:
        """Store what is left, and make it an object."""
        if self._upload_id is None:
            await self._storage.put(self._key, bytes(self._held), content_type=self._content_type)
            return
        if self._held:
            await self._put(len(self._held))
        await self._storage.complete_multipart(self._key, self._upload_id, self._parts)

    async def abort(self) -> None:
        """Drop the parts."""
        if self._upload_id is not None:
            await self._storage.abort_multipart(self._key, self._upload_id)

    async def _put(self, size: int) -> None:
        if self._upload_id is None:
            self._upload_id = await self._storage.create_multipart(
                self._key, content_type=self._content_type
            )
        number, block = len(self._parts) + 1, bytes(self._held[:size])
        self._parts.append(await self._storage.put_part(self._key, self._upload_id, number, block))
        del self._held[:size]
