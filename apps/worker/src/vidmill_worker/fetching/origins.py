"""What a source is fetched from: something that can be read from any byte on, as long as it stays
the same."""

from __future__ import annotations

from collections.abc import AsyncIterable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from vidmill.errors import VidmillError


class SourceUnavailable(VidmillError):
    """The source could not be read now. It is tried again."""

    code = "source_unavailable"
    status = 502


@dataclass(frozen=True, slots=True)
class Offer:
    """The bytes of a source from `start` on."""

    start: int
    total: int | None
    """Bytes of all of it; None if nobody says."""
    version: str | None
    """What is another as soon as the content is; None if nothing tells that."""
    content_type: str
    chunks: AsyncIterable[bytes]


class Origin(Protocol):
    """Where a source is."""

    def read(self, start: int, version: str | None) -> AbstractAsyncContextManager[Offer]:
        """The source from byte `start` on if it still has that version, otherwise from its
        beginning. Raises `InvalidSource` for what stays wrong, and
        `SourceUnavailable` or `OutboundFailed` for what may pass."""
        ...
