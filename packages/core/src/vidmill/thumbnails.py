"""Stills of people's own: what is taken for one, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from vidmill.errors import InvalidImage
from vidmill.image_headers import ImageHeader, UnknownImage, parse_header
from vidmill.uploads import owner_prefix
from vidmill.videos import Video

MAX_BYTES = 5 * 1024**2
MAX_PIXELS = 50_000_000
"""What good cameras make. Five megabytes of PNG may say that they are a hundred times that."""
_FORMATS = ("jpeg", "png", "webp")


class ThumbnailStatus(StrEnum):
    """Where a video's own still stands."""

    PENDING = "pending"
    """A worker will make it, as soon as a job of the video is completed."""
    READY = "ready"
    """It is the poster."""
    FAILED = "failed"
    """The picture could not be used; what was the poster before stays."""


@dataclass(frozen=True, slots=True)
class Thumbnail:
    """A video's own still; `detail` says what is wrong, in sentences."""

    status: ThumbnailStatus
    detail: str | None = None


def thumbnail_of(video: Video) -> Thumbnail | None:
    """None where there is none and none was sent."""
    if video.thumbnail_source is not None:
        return Thumbnail(ThumbnailStatus.PENDING)
    if video.thumbnail_error is not None:
        return Thumbnail(ThumbnailStatus.FAILED, video.thumbnail_error)
    return Thumbnail(ThumbnailStatus.READY) if video.thumbnail_key is not None else None


def check_image(content: bytes, *, size: int | None = None) -> ImageHeader:
    """What a picture says of itself, if that can be a thumbnail; nothing is decoded. `size`: in
    bytes, where `content` is but its beginning. Raises `InvalidImage`."""
    length = len(content) if size is None else size
    if length > MAX_BYTES:
        raise InvalidImage(
            f"The picture has {length:,} bytes; at most {MAX_BYTES:,} are taken. "
            "Send a smaller one."
        )
    try:
        header = parse_header(content)
    except UnknownImage:
        raise InvalidImage from None
    if header.format not in _FORMATS:
        raise InvalidImage
    if not header.width or not header.height:
        raise InvalidImage("The picture has no size. Export it again, then upload it.")
    if header.width * header.height > MAX_PIXELS:
        raise InvalidImage(
            f"The picture is {header.width}x{header.height}; at most {MAX_PIXELS:,} pixels are "
            "taken. Send a smaller one."
        )
    return header


def source_key(owner_id: UUID, thumbnail_id: UUID) -> str:
    """Where a picture lies until a worker has made a still of it."""
    return f"{owner_prefix(owner_id)}{thumbnail_id}/thumbnail"


def thumbnails_prefix(video_id: UUID) -> str:
    """The folder of a video's own stills, with a trailing slash."""
    return f"posters/{video_id}/"


def thumbnail_key(video_id: UUID, source: str) -> str:
    """Where the still of a picture lies; another picture gets another key."""
    return f"{thumbnails_prefix(video_id)}{source.split('/')[-2]}/thumb_custom.jpg"


def small_thumbnail_key(key: str) -> str:
    """Where the small one of a still lies, that is made with it."""
    return f"{thumbnail_folder(key)}thumb_custom_small.jpg"


def thumbnail_folder(key: str) -> str:
    """What holds a still and its small one and nothing else, with a trailing slash."""
    return key.rsplit("/", 1)[0] + "/"
