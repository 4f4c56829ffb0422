"""Assets."""

from __future__ import annotations

import strawberry

from vidmill.jobs import Asset, AssetKind
from vidmill.presentation import media_url
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="Asset", description="One published file of a job.")
class AssetType:
    """`Asset`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    kind: AssetKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name in the job's folder.")
    rendition: str | None = strawberry.field(description="The quality it belongs to, if any.")
    key: str = strawberry.field(description="Its key in the bucket.")
    content_type: str = strawberry.field(description="Media type.")
    size_bytes: BigInt = strawberry.field(description="Size.")
    language: str | None = strawberry.field(description="Of sound and text, as in BCP 47.")
    label: str | None = strawberry.field(description="What players call a track.")
    url: str = strawberry.field(description="Where it is, signed, for a while.")


def asset_type(asset: Asset, base: str) -> AssetType:
    """From a row; `base` is the job's playback base URL."""
    return AssetType(
        id=strawberry.ID(str(asset.id)),
        kind=AssetKind(asset.kind),
        name=asset.name,
        rendition=asset.rendition,
        key=asset.object_key,
        content_type=asset.content_type,
        size_bytes=BigInt(asset.size_bytes),
        language=asset.language,
        label=asset.label,
        url=media_url(base, asset.object_key),
    )
