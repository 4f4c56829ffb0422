"""Sources that are pulled by URL, through the guard of `vidmill.outbound`."""

from __future__ import annotations

import re
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from vidmill.errors import InvalidSource
from vidmill.outbound import Download, Outbound
from vidmill.outbound_rules import UrlRefused
from vidmill_worker.fetching.origins import Offer, SourceUnavailable

#: Longest silence of the other server.
IDLE_SECONDS = 30.0
_CONTENT_RANGE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(\d{1,18}|\*)")
_LENGTH = re.compile(r"\d{1,18}")
_MEDIA_TYPE = re.compile(r"[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,60}")

#: What a status means for whoever gave the URL: a code, and what to do.
_REFUSALS = {
    401: ("source_forbidden", "It wants to know who asks. Give a URL that is signed."),
    403: ("source_forbidden", "It may not be read. Give a URL that is signed and not too old."),
    404: ("source_not_found", "There is nothing. Check the URL."),
    407: ("source_forbidden", "A proxy wants to know who asks. Give another URL."),
    410: ("source_not_found", "It is gone. Check the URL."),
}
_PASSING = frozenset({408, 425, 429})


@dataclass(frozen=True, slots=True)
class UrlOrigin:
    """One URL; `seconds` for all of an answer, `max_bytes` for its body."""

    outbound: Outbound
    url: str
    seconds: float
    max_bytes: int

    @asynccontextmanager
    async def read(self, start: int, version: str | None) -> AsyncGenerator[Offer]:
        """See `Origin`. A range is only asked for of a known version (RFC 9110, section 13.1.5)."""
        headers = {"User-Agent": "Vidmill", "Accept": "*/*", "Accept-Encoding": "identity"}
        if start and version is not None:
            headers |= {"Range": f"bytes={start}-", "If-Range": version}
        try:
            async with self.outbound.get(
                self.url, headers=headers, seconds=self.seconds, idle_seconds=IDLE_SECONDS,
                max_bytes=self.max_bytes,
            ) as answer:  # fmt: skip
                yield offer_of(answer, start)
        except UrlRefused as error:
            raise InvalidSource("url_refused", error.detail) from error


def offer_of(answer: Download, asked: int) -> Offer:
    """What an answer to a request for the bytes from `asked` on holds. Raises `InvalidSource`,
    `SourceUnavailable`."""
    headers, status = answer.headers, answer.status
    if status not in {200, 206}:
        _refuse(status)
    if headers.get("content-encoding", "identity") != "identity":
        raise InvalidSource(
            "source_refused", "The server sends it compressed. Give a URL of the file as it is."
        )
    version = _version(headers)
    kind = headers.get("content-type", "").partition(";")[0].strip().lower()
    content_type = kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream"
    if status == 200:
        length = headers.get("content-length", "")
        total = int(length) if _LENGTH.fullmatch(length) else None
        return Offer(0, total, version, content_type, answer.chunks)
    found = _CONTENT_RANGE.fullmatch(headers.get("content-range", ""))
    if found is None or int(found[1]) != asked:
        raise SourceUnavailable("The server answered another range than it was asked for.")
    total = None if found[2] == "*" else int(found[2])
    return Offer(asked, total, version, content_type, answer.chunks)


def _refuse(status: int) -> None:
    """Raises what a status that is no success means."""
    if status in _PASSING or status >= 500:
        raise SourceUnavailable(f"The source's server answered {status}. It is tried again.")
    if 300 <= status < 400:
        raise InvalidSource(
            "source_redirected",
            f"The server answered {status}, a redirection, and those are not followed. Give the "
            "URL that it leads to.",
        )
    code, advice = _REFUSALS.get(status, ("source_refused", "Give another URL."))
    raise InvalidSource(code, f"The source's server answered {status}. {advice}")


def _version(headers: dict[str, str]) -> str | None:
    """A strong ETag, or a date of change; weak ones say nothing about bytes."""
    etag = headers.get("etag", "")
    if etag.startswith('"'):
        return etag
    return headers.get("last-modified") or None
