"""Videos: what users uploaded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class Visibility(StrEnum):
    """Who may watch a video."""

    PRIVATE = "private"
    """Its owner, and whoever was given a signed link."""
    UNLISTED = "unlisted"
    """Whoever has the link; it is in no list."""
    PUBLIC = "public"
    """Everybody; it is in the gallery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Video:
    """A row of `videos`, with its newest job."""

    id: UUID
    owner_id: UUID
    title: str
    description: str
    tags: list[str]
    category: str | None
    visibility: Visibility
    object_key: str
    filename: str
    content_type: str
    size_bytes: int
    etag: str
    created_at: datetime
    updated_at: datetime
    latest_job_id: UUID | None


def title_of(filename: str) -> str:
    """A title to begin with: the file's name without its ending."""
    stem = filename.rsplit(".", 1)[0].replace("_", " ").strip()
    return (stem or filename)[:200]
