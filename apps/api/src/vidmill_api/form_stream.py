"""Forms with files (multipart/form-data, RFC 7578) as they arrive: a file is never held as a whole,
neither in memory nor on disk."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from vidmill.byte_stream import STALL_SECONDS
from vidmill.upload_errors import UploadStalled
from vidmill_api.problems import MalformedBody, UnsupportedMediaType

_KIND = "multipart/form-data"


class MalformedForm(MalformedBody):
    """The form cannot be read. Send multipart/form-data, with every boundary."""

    code = "malformed_form"


@dataclass(frozen=True, slots=True)
class FormPart:
    """A field or, with a file name, a file."""

    name: str
    filename: str | None
    content_type: str


class FormStream:
    """The parts of a form, in the order in which they come."""

    def __init__(self, request: Request) -> None:
        """Raises `UnsupportedMediaType`."""
        kind, options = parse_options_header(request.headers.get("content-type"))
        boundary = options.get(b"boundary", b"")
        if kind.decode("latin-1") != _KIND or not boundary:
            raise UnsupportedMediaType(f"Send a form, with Content-Type: {_KIND} and its boundary.")
        self._chunks = request.stream()
        self._events: deque[FormPart | bytes | None] = deque()
        self._headers: dict[str, str] = {}
        self._name = self._value = b""
        self._ended = False
        try:
            self._parser = MultipartParser(
                boundary,
                {
                    "on_header_field": self._on_name,
                    "on_header_value": self._on_value,
                    "on_header_end": self._on_header,
                    "on_headers_finished": self._on_headers,
                    "on_part_data": self._on_data,
                    "on_part_end": self._on_part_end,
                    "on_end": self._on_end,
                },
            )
        except FormParserError as error:
            raise MalformedForm(f"The form cannot be read: {error}.") from error

    async def parts(self) -> AsyncGenerator[FormPart]:
        """Each part; what is not read of one before the next is skipped. Raises `MalformedForm`,
        `UploadStalled`."""
        while not (self._ended and not self._events):
            event = await self._next()
            if isinstance(event, FormPart):
                yield event

    async def content(self) -> AsyncGenerator[bytes]:
        """What the part that came last holds. Raises as `parts` does."""
        while (event := await self._next()) is not None:
            assert isinstance(event, bytes), "a part ends before the next one"
            yield event

    async def _next(self) -> FormPart | bytes | None:
        while not self._events:
            if self._ended:
                return None
            await self._read()
        return self._events.popleft()

    async def _read(self) -> None:
        try:
            async with asyncio.timeout(STALL_SECONDS):
                chunk = await anext(self._chunks, b"")
            if chunk:
                self._parser.write(chunk)
            elif not self._ended:
                raise MalformedForm("The form ends before its last boundary. Send all of it.")
        except TimeoutError as error:
            raise UploadStalled from error
        except FormParserError as error:
            raise MalformedForm(f"The form cannot be read: {error}.") from error

    def _on_name(self, data: bytes, start: int, end: int) -> None:
        self._name += data[start:end]

    def _on_value(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _on_header(self) -> None:
        # Names of files are UTF-8 (RFC 7578, section 5.1).
        value = self._value.decode("utf-8", "replace")
        self._headers[self._name.decode("latin-1").lower()] = value
        self._name = self._value = b""

    def _on_headers(self) -> None:
        headers, self._headers = self._headers, {}
        _, options = parse_options_header(_latin(headers.get("content-disposition", "")))
        name, filename = options.get(b"name"), options.get(b"filename")
        if name is None:
            raise FormParserError("a part has no name")
        kind = headers.get("content-type", "").partition(";")[0].strip()
        named = None if filename is None else _text(filename)
        self._events.append(FormPart(_text(name), named, kind or "application/octet-stream"))

    def _on_data(self, data: bytes, start: int, end: int) -> None:
        self._events.append(data[start:end])

    def _on_part_end(self) -> None:
        self._events.append(None)

    def _on_end(self) -> None:
        self._ended = True


def _latin(text: str) -> str:
    """As the parser of headers wants it: one character a byte."""
    return text.encode("utf-8").decode("latin-1")


def _text(value: bytes) -> str:
    """A name as a browser meant it (WHATWG, "multipart/form-data encoding algorithm")."""
    text = value.decode("utf-8", "replace")
    return text.replace("%22", '"').replace("%0D", "\r").replace("%0A", "\n")
