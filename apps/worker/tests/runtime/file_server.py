"""A server of somebody else's, that breaks off, refuses and changes its mind as it is told."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field


@dataclass
class FileServer:
    """Serves one file under every path."""

    content: bytes
    version: str | None = '"1"'
    port: int = 0
    ranges: bool = True
    """Whether it knows ranges at all."""
    sized: bool = True
    """Whether it says how long the file is."""
    cuts: list[int] = field(default_factory=list[int])
    """After how many bytes each of the next answers breaks off."""
    status: str = "200 OK"
    headers: tuple[str, ...] = ()
    asked: list[str | None] = field(default_factory=list[str | None])
    """The Range of every request so far."""
    on_request: Callable[[], None] = lambda: None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/films/a%20clip.mp4?signature=secret"

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            fields = dict(line.split(": ", 1) for line in head.strip().split("\r\n")[1:])
            sent = {name.lower(): value for name, value in fields.items()}
            self.asked.append(sent.get("range"))
            self.on_request()
            writer.write(self._head(sent) + self._body)
            await writer.drain()
        writer.close()

    def _head(self, sent: dict[str, str]) -> bytes:
        start, status = 0, self.status
        whole = len(self.content)
        lines = list(self.headers)
        if self.ranges and "range" in sent and sent.get("if-range") == self.version:
            start, status = int(sent["range"].removeprefix("bytes=").rstrip("-")), "206 Partial"
            lines.append(f"Content-Range: bytes {start}-{whole - 1}/{whole}")
        if self.version is not None:
            lines.append(f"ETag: {self.version}")
        if self.sized:
            lines.append(f"Content-Length: {whole - start}")
        self._body = self.content[start:]
        if self.cuts:
            self._body = self._body[: self.cuts.pop(0)]
        return "\r\n".join([f"HTTP/1.1 {status}", "Connection: close", *lines, "", ""]).encode()


@asynccontextmanager
async def serving(content: bytes) -> AsyncGenerator[FileServer]:
    """The server on a free port, until the block ends."""
    shelf = FileServer(content)
    server = await asyncio.start_server(shelf.answer, "127.0.0.1", 0)
    shelf.port = server.sockets[0].getsockname()[1]
    async with server:
        yield shelf
