"""Open a source for reading: a local file, or one this machine serves over HTTP ranges.

Imports only the standard library: the probing child uses it.
"""

from __future__ import annotations

import io
import re
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

BUFFER_BYTES = 2**20
"""Asked for at a time: large enough that an index of many small boxes takes few requests."""
TIMEOUT_SECONDS = 120
"""Longest silence of the server, which may itself be waiting for storage."""

_SCHEME = "http://"
_CONTENT_RANGE = re.compile(r"bytes (?:(\d{1,18})-\d{1,18}|\*)/(\d{1,18})")


def is_url(source: Path | str) -> bool:
    """Tell an address of our own server from a path."""
    return isinstance(source, str) and source.startswith(_SCHEME)


def open_source(source: Path | str) -> BinaryIO:
    """Open a path or an http://127.0.0.1:PORT/… URL for reading, at its beginning.

    Raises FileNotFoundError if it is not there, other OSErrors if it cannot be read, ValueError
    for a URL of another host.
    """
    if isinstance(source, str) and source.startswith(_SCHEME):
        return io.BufferedReader(RemoteFile(source), BUFFER_BYTES)
    return Path(source).open("rb")


class RemoteFile(io.RawIOBase):
    """A file behind a server on loopback that answers ranges (RFC 9110, 14.2); one connection.

    Every read raises OSError if the server fails or ends early.
    """

    def __init__(self, url: str) -> None:
        super().__init__()
        parts = urlsplit(url)
        if parts.scheme != "http" or parts.hostname != "127.0.0.1" or not parts.port:
            raise ValueError("only http://127.0.0.1:PORT is read")
        if parts.username is not None or parts.password is not None:
            raise ValueError("the address holds a user")
        self._target = parts.path or "/"
        self._connection = HTTPConnection("127.0.0.1", parts.port, timeout=TIMEOUT_SECONDS)
        self._position = 0
        try:
            self.size = self._measure()
        except BaseException:
            self.close()
            raise

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Move without asking the server; as in a local file, also beyond the end."""
        origins = {io.SEEK_SET: 0, io.SEEK_CUR: self._position, io.SEEK_END: self.size}
        position = origins[whence] + offset
        if position < 0:
            raise ValueError("negative position")
        self._position = position
        return position

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill all of `buffer`, or what is left of the file."""
        target = memoryview(buffer).cast("B")
        count = min(len(target), self.size - self._position)
        if count <= 0:
            return 0
        start = self._position
        response, data = self._get(start, start + count - 1)
        found = _CONTENT_RANGE.fullmatch(response.getheader("Content-Range") or "")
        if found is None or found[1] != str(start) or int(found[2]) != self.size:
            raise OSError("the server answered another range")
        if len(data) != count:
            raise OSError(f"the server sent {len(data)} of {count} bytes")
        target[:count] = data
        self._position += count
        return count

    def readall(self) -> bytes:
        """All from here on in one request; the inherited one asks for 8 KiB at a time."""
        rest = bytearray(max(0, self.size - self._position))
        self.readinto(rest)
        return bytes(rest)

    def close(self) -> None:
        self._connection.close()
        super().close()

    def _measure(self) -> int:
        response, _ = self._get(0, 0)
        found = _CONTENT_RANGE.fullmatch(response.getheader("Content-Range") or "")
        if found is None:
            raise OSError("the server does not tell the size")
        return int(found[2])

    def _get(self, first: int, last: int) -> tuple[HTTPResponse, bytes]:
        """Answer and body for these bytes, both ends included."""
        try:
            try:
                return self._ask(first, last)
            except (ConnectionError, HTTPException):
                # A server may close a connection that was idle; that is known only when asking.
                self._connection.close()
                return self._ask(first, last)
        except HTTPException as error:
            raise OSError(f"the server ended early: {error!r}") from error

    def _ask(self, first: int, last: int) -> tuple[HTTPResponse, bytes]:
        self._connection.request("GET", self._target, headers={"Range": f"bytes={first}-{last}"})
        response = self._connection.getresponse()
        # Only a part may be read: an answer that ignores the range would be the whole file.
        if response.status == 206:
            return response, response.read(last - first + 2)
        self._connection.close()
        if response.status == 404:
            raise FileNotFoundError("the server does not have it")
        if response.status == 416 and first == 0:  # an empty file has no first byte
            return response, b""
        raise OSError(f"the server answered {response.status}")
