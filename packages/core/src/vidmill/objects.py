"""Objects as storage describes them."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass

from vidmill.errors import MissingObject, VidmillError


class ContentChanged(MissingObject):
    """The file in storage was replaced after its upload was completed. Upload it again."""

    code = "source_changed"
    status = 409


class NotReadable(VidmillError):
    """Storage does not let this server have the file. Check the bucket's policy and the server's
    key."""

    code = "source_forbidden"
    status = 422


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as storage describes it; the ETag keeps its quotes."""

    key: str
    size: int
    etag: str
    content_type: str


@dataclass(frozen=True, slots=True)
class ObjectBody:
    """An object, or a range of it, being read."""

    info: ObjectInfo
    content_range: str | None
    length: int
    chunks: AsyncGenerator[bytes]
