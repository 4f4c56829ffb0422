"""Uploads: how a file gets into storage, in one presigned PUT or in parts that can be resumed."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

MIB = 1024**2
#: S3 allows 10,000 parts; staying at a tenth leaves room and keeps lists of parts short.
MAX_PARTS = 1000
#: Small enough that a lost part costs little, large enough that the round trips don't count.
MIN_PART_BYTES = 16 * MIB
#: To make one object of its parts, a server looks at each of them (Swift takes a second for 600),
#: and people wait for that. Larger files have larger parts instead of more, as long as a part that
#: is lost does not cost more than that.
FEW_PARTS = 200
LARGE_PART_BYTES = 64 * MIB

#: What people sent, by owner and upload; nothing else lies there.
UPLOADS_PREFIX = "uploads/"

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class UploadStatus(StrEnum):
    """Where an upload stands."""

    PENDING = "pending"
    """The client may send bytes. Completing, aborting or its expiry ends it."""
    COMPLETED = "completed"
    """The object is whole; with purpose `video` it is a video now. Final."""
    ABORTED = "aborted"
    """The client gave it up. Final."""
    EXPIRED = "expired"
    """Its time ran out; the reaper removed its parts. Final."""


class UploadPurpose(StrEnum):
    """What a file is for."""

    VIDEO = "video"
    """To be transcoded: completing the upload makes a video of it."""
    WATERMARK = "watermark"
    """A picture that jobs lay over videos."""
    SUBTITLES = "subtitles"
    """Text that jobs burn into videos."""


#: Most bytes of a file that is no video. A logo of 4096x4096 pixels and the subtitles of a day fit.
MAX_BYTES = {UploadPurpose.WATERMARK: 8 * MIB, UploadPurpose.SUBTITLES: 4 * MIB}


class UploadMode(StrEnum):
    """How the bytes are sent."""

    SINGLE = "single"
    MULTIPART = "multipart"


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A row of `uploads`. `size_bytes` is None where the client did not say how much it sends."""

    id: UUID
    owner_id: UUID
    status: UploadStatus
    mode: UploadMode
    object_key: str
    filename: str
    content_type: str
    size_bytes: int | None
    part_size: int | None
    part_count: int | None
    s3_upload_id: str | None
    video_id: UUID | None
    created_at: datetime
    expires_at: datetime
    completed_at: datetime | None
    purpose: UploadPurpose
    etag: str | None
    """Of a completed upload that is no video: pins its content."""

    @property
    def parts(self) -> int:
        """How many parts it is sent in; one for a single PUT."""
        return self.part_count or 1

    def part_bytes(self, number: int) -> int | None:
        """How many bytes a part (from 1) has; None where the client did not say."""
        if self.part_size is None or self.size_bytes is None:
            return self.size_bytes
        return min(self.part_size, self.size_bytes - self.part_size * (number - 1))


@dataclass(frozen=True, slots=True)
class Part:
    """One part in storage: its number from 1, its ETag with quotes, its bytes."""

    number: int
    etag: str
    size: int


def part_layout(size_bytes: int) -> tuple[int, int]:
    """Part size in bytes (a whole number of MiB) and number of parts for a file."""
    few, most = (-(-size_bytes // count) for count in (FEW_PARTS, MAX_PARTS))
    wanted = max(MIN_PART_BYTES, min(few, LARGE_PART_BYTES), most)
    part_size = -(-wanted // MIB) * MIB
    return part_size, -(-size_bytes // part_size)


def safe_filename(filename: str) -> str:
    """A name that is safe in an object key, a URL and a header: ASCII letters, digits, "._-",
    100 characters at most, its ending kept."""
    name = filename.replace("\\", "/").rsplit("/", 1)[-1]
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    cleaned = _UNSAFE.sub("_", ascii_name).strip("._-") or "video"
    stem, dot, ending = cleaned.rpartition(".")
    if not dot:
        return cleaned[:100]
    return f"{stem[: 99 - len(ending[:20])]}.{ending[:20]}"


def owner_prefix(owner_id: UUID) -> str:
    """The folder of all that an account sent, with a trailing slash."""
    return f"{UPLOADS_PREFIX}{owner_id}/"


def upload_key(owner_id: UUID, upload_id: UUID, filename: str) -> str:
    """Where an upload's object lives in the bucket."""
    return f"{owner_prefix(owner_id)}{upload_id}/{safe_filename(filename)}"
