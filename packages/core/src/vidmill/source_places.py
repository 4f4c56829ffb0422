"""Where sources may lie outside of our own bucket: buckets, folders of the server. Pure rules."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from uuid import UUID

from vidmill.errors import InvalidRequest, VidmillError

#: A video whose object lies in another bucket has this before its bucket and key.
REFERENCE = "s3://"
_BUCKET = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9._-]{1,62}")
_USER = "{user}"


class BucketNotAllowed(InvalidRequest):
    """Sources are not read from there. Use a bucket that SOURCE_BUCKETS lists for you."""

    code = "bucket_not_allowed"


class PathNotAllowed(InvalidRequest):
    """Sources are not read from there. Name a regular file below a folder of SOURCE_ROOTS, without
    links on the way to it."""

    code = "path_not_allowed"


class UrlsNotAllowed(InvalidRequest):
    """This server pulls no URLs. Upload the file, or ask an administrator for SOURCE_URLS."""

    code = "urls_not_allowed"


class SourcePending(VidmillError):
    """The video is still being fetched. Wait until the job that fetches it has begun to encode."""

    code = "source_pending"
    status = 409


@dataclass(frozen=True, slots=True)
class BucketPlace:
    """A bucket, or what of it begins with a prefix. With `{user}` in that, everybody may use what
    has their own id there; otherwise administrators may."""

    bucket: str
    prefix: str

    def allows(self, bucket: str, key: str, *, user_id: UUID, is_admin: bool) -> bool:
        """Whether that account may transcode that object."""
        if bucket != self.bucket:
            return False
        everybodys = _USER in self.prefix
        if is_admin and not everybodys:
            return key.startswith(self.prefix)
        return everybodys and key.startswith(self.prefix.replace(_USER, str(user_id)))


def read_places(text: str) -> tuple[BucketPlace, ...]:
    """Places as SOURCE_BUCKETS lists them: `archive, incoming/{user}/`. Raises ValueError."""
    places: list[BucketPlace] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        bucket, _, prefix = part.partition("/")
        if not _BUCKET.fullmatch(bucket):
            raise ValueError(f"{bucket!r} is no name of a bucket")
        if _USER in prefix and f"{_USER}/" not in prefix:
            raise ValueError("{user} must be a folder of its own: write {user}/")
        places.append(BucketPlace(bucket, prefix))
    return tuple(places)


def reference(bucket: str, key: str) -> str:
    """What a video that refers to that object has as its key. Raises `InvalidRequest` for keys that
    something on the way could read as another."""
    if any(name in {"", ".", ".."} for name in key.split("/")):
        raise InvalidRequest("Name the object by its key, without empty names, '.' and '..'.")
    return f"{REFERENCE}{bucket}/{key}"


def split_reference(object_key: str) -> tuple[str, str] | None:
    """Bucket and key of a reference; None for an object of our own bucket."""
    if not object_key.startswith(REFERENCE):
        return None
    bucket, _, key = object_key.removeprefix(REFERENCE).partition("/")
    return bucket, key


def root_of(path: str, roots: Iterable[Path]) -> tuple[Path, PurePosixPath]:
    """The root that a path lies below by its letters, and the rest of it; no file is looked at.
    Raises `PathNotAllowed`."""
    wanted = PurePosixPath(path)
    if not wanted.is_absolute() or ".." in wanted.parts or "\0" in path:
        raise PathNotAllowed
    for root in roots:
        if wanted.is_relative_to(root) and wanted != PurePosixPath(root):
            return root, wanted.relative_to(root)
    raise PathNotAllowed
