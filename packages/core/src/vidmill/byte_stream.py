"""Bytes that arrive in an event loop, as a file that a thread reads: boto3 sends nothing else.

A chunk is asked for only when it is wanted, so the sender is held back to the pace of storage and
no more than one chunk is in memory. The last bytes are handed over only when all that was promised
has arrived and its checksum is right: whatever storage gets less of it does not keep.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from concurrent.futures import CancelledError, Future

from vidmill.upload_errors import ChecksumMismatch, UploadStalled, WrongPartSize

#: Storage gives up a request whose body does not go on for 60 s (Swift's client_timeout).
STALL_SECONDS = 30.0


class ByteStream:
    """`length` bytes of `chunks`, to be read by one thread. `failure`: why they ended early."""

    def __init__(
        self,
        chunks: AsyncIterator[bytes],
        *,
        length: int,
        md5: bytes | None = None,
        stall_seconds: float = STALL_SECONDS,
    ) -> None:
        self.failure: BaseException | None = None
        self._chunks = chunks
        self._length = length
        self._expected_md5 = md5
        self._md5 = hashlib.md5(usedforsecurity=False)
        self._stall_seconds = stall_seconds
        self._loop = asyncio.get_running_loop()
        self._asked: Future[bytes] | None = None
        self._closed = False
        self._buffer = b""
        self._arrived = 0

    def read(self, size: int = -1) -> bytes:
        """What has arrived, at most `size` bytes; none after the last. Raises what `failure` is."""
        if not self._buffer and self._arrived < self._length:
            self._buffer = self._receive()
            if self._arrived == self._length:
                self._check_end()
        given = self._buffer if size < 0 else self._buffer[:size]
        self._buffer = self._buffer[len(given) :]
        return given

    def close(self) -> None:
        """Let nobody wait for more; to be called in the event loop."""
        self._closed = True
        if self._asked is not None:
            self._asked.cancel()

    def _receive(self) -> bytes:
        """The next bytes, or none at the end. More than `length` is an error."""
        if self._closed:
            raise CancelledError
        self._asked = asyncio.run_coroutine_threadsafe(self._ask(), self._loop)
        try:
            chunk = self._asked.result()
        except BaseException as error:
            self.failure = error
            raise
        self._arrived += len(chunk)
        if self._arrived > self._length or (not chunk and self._arrived < self._length):
            self._fail_size()
        self._md5.update(chunk)
        return chunk

    def _check_end(self) -> None:
        self._receive()
        if self._expected_md5 is not None and self._md5.digest() != self._expected_md5:
            self.failure = ChecksumMismatch()
            raise self.failure

    def _fail_size(self) -> None:
        ended = "at least" if self._arrived > self._length else "only"
        self.failure = WrongPartSize(
            f"{self._length:,} bytes were to come and {ended} {self._arrived:,} did. Nothing of "
            "them was kept; send all of the part and nothing else."
        )
        raise self.failure

    async def _ask(self) -> bytes:
        """The next chunk that is not empty; empty at the end."""
        try:
            async with asyncio.timeout(self._stall_seconds):
                async for chunk in self._chunks:
                    if chunk:
                        return chunk
        except TimeoutError:
            raise UploadStalled from None
        return b""
