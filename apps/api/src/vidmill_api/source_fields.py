"""The five ways to name the source of a job, of which a request uses one."""

from __future__ import annotations

from uuid import UUID

from pydantic import Field

from vidmill_api.operation import Input
from vidmill_api.problems import InvalidFields

_WAYS = "input_key, video_id, bucket and object_key, url or file_path"


class SourceFields(Input):
    """Base of what names a source."""

    input_key: str | None = Field(
        default=None, min_length=1, max_length=1024, description="Of an upload of yours."
    )
    # JSON has no UUIDs, so this one is read from text.
    video_id: UUID | None = Field(default=None, strict=False)
    bucket: str | None = Field(
        default=None,
        min_length=1,
        max_length=63,
        description="With `object_key`: an object that is read where it is. SOURCE_BUCKETS lists "
        "which.",
    )
    object_key: str | None = Field(default=None, min_length=1, max_length=1024)
    url: str | None = Field(
        default=None, min_length=1, max_length=2048,
        description="An https URL that is pulled. Redirections are not followed.",
    )  # fmt: skip
    file_path: str | None = Field(
        default=None, min_length=1, max_length=4096,
        description="A file of the workers' machines below SOURCE_ROOTS, for administrators.",
    )  # fmt: skip

    def require_one_source(self) -> None:
        """Raises `InvalidFields` naming each field that is missing or too many."""
        named = {
            "input_key": self.input_key is not None,
            "video_id": self.video_id is not None,
            "bucket": self.bucket is not None or self.object_key is not None,
            "url": self.url is not None,
            "file_path": self.file_path is not None,
        }
        ways = [name for name, used in named.items() if used]
        if not ways:
            raise InvalidFields.one("input_key", f"Name one source: {_WAYS}.", "no_source")
        if len(ways) > 1:
            detail = f"There is a source already: {ways[0]}. Name one of {_WAYS}."
            raise InvalidFields(
                [{"field": way, "code": "one_source", "detail": detail} for way in ways[1:]]
            )
        if named["bucket"] and (self.bucket is None or self.object_key is None):
            field = "bucket" if self.bucket is None else "object_key"
            raise InvalidFields.one(
                field, "An object is named by both bucket and object_key.", "half_an_object"
            )
