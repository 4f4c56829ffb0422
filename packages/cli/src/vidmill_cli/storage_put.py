"""One PUT of a piece of a file to a presigned URL, tried again until storage has it."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from vidmill_cli.errors import ClientError, StorageRefused
from vidmill_cli.transport import PASSING_STATUS, Transport, pause_seconds

#: With the pauses between, this bridges about a minute.
ATTEMPTS = 8
#: How often in a row storage may refuse a fresh signature before it is not about its age.
MAX_RENEWALS = 2
CHUNK_BYTES = 256 * 1024

_MESSAGE = re.compile(r"<Message>(.*?)</Message>", re.DOTALL)


class Stopped(Exception):
    """Another thread asked the transfers to end."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Bytes `offset` to `offset + size` of a file."""

    path: Path
    offset: int
    size: int


@dataclass(frozen=True, slots=True)
class Sender:
    """Sends pieces. `on_sent` gets the bytes of each chunk, negative ones when a piece is begun
    again; `stop` ends all transfers soon."""

    transport: Transport
    on_sent: Callable[[int], None]
    stop: threading.Event

    def put(self, piece: Piece, address: Callable[[bool], tuple[str, dict[str, str]]]) -> str:
        """Send a piece and return the ETag that storage gave it.

        `address` gives URL and headers, freshly signed if its argument is True. Raises
        `StorageRefused`, `Unreachable`, `Stopped`, `OSError` if the file cannot be read, and what
        `address` raises.
        """
        fresh, refusals = False, 0
        for attempt in range(ATTEMPTS):
            url, headers = address(fresh)
            failure, response = self._attempt(piece, url, headers)
            if failure is None and response is not None:
                return response.headers.get("etag", "")
            status = response.status_code if response is not None else None
            refusals = refusals + 1 if status == 403 else 0
            # An expired signature is refused with 403; the next one is new.
            fresh = status == 403
            passing = status is None or status in PASSING_STATUS or 0 < refusals <= MAX_RENEWALS
            if failure is not None and (not passing or attempt == ATTEMPTS - 1):
                raise failure
            if self.stop.wait(0 if refusals == 1 else pause_seconds(attempt)):
                raise Stopped
        raise AssertionError("the last attempt returns or raises")

    def _attempt(
        self, piece: Piece, url: str, headers: dict[str, str]
    ) -> tuple[ClientError | None, httpx.Response | None]:
        sent = _Count(self.on_sent)
        try:
            response = self.transport.storage.put(
                url,
                content=self._read(piece, sent),
                headers={**headers, "Content-Length": str(piece.size)},
            )
        except httpx.TransportError as error:
            sent.undo()
            return self.transport.unreachable(error, url), None
        if response.is_success:
            return None, response
        sent.undo()
        found = _MESSAGE.search(response.text)
        detail = found[1] if found else response.reason_phrase
        return StorageRefused(response.status_code, detail), response

    def _read(self, piece: Piece, sent: _Count) -> Iterator[bytes]:
        left = piece.size
        with piece.path.open("rb") as source:
            source.seek(piece.offset)
            while left:
                if self.stop.is_set():
                    raise Stopped
                chunk = source.read(min(CHUNK_BYTES, left))
                if not chunk:
                    raise OSError(f"{piece.path} became shorter while it was read")
                left -= len(chunk)
                yield chunk
                sent.add(len(chunk))


class _Count:
    """The bytes of one attempt, which do not count if it fails."""

    def __init__(self, on_sent: Callable[[int], None]) -> None:
        self._on_sent = on_sent
        self._bytes = 0

    def add(self, count: int) -> None:
        self._bytes += count
        self._on_sent(count)

    def undo(self) -> None:
        if self._bytes:
            self._on_sent(-self._bytes)
        self._bytes = 0
