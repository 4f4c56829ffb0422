"""Videos."""

from __future__ import annotations

from datetime import datetime

import strawberry

from vidmill.videos import Visibility
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="Video", description="What a user uploaded.")
class VideoType:
    """A `vidmill.videos.Video`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    title: str = strawberry.field(description="Its title.")
    filename: str = strawberry.field(description="Name of the uploaded file.")
    visibility: Visibility = strawberry.field(description="Who may watch it.")
    size_bytes: BigInt = strawberry.field(description="Size of the uploaded file.")
    content_type: str = strawberry.field(description="Media type that the upload stated.")
    created_at: datetime = strawberry.field(description="When its upload was completed.")
    latest_job_id: strawberry.ID | None = strawberry.field(description="Its newest job.")
