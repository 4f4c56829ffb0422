"""Assets."""

from __future__ import annotations

import strawberry

from vidmill.jobs import Asset, AssetKind
from vidmill.presentation import media_url
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import computed
from vidmill_graphql.types.scalars import BigInt


def _url(asset: Asset, context: GraphqlContext) -> str:
    return media_url(context.media(asset.job_id), asset.object_key)


@strawberry.type(name="Asset", description="One published file of a job.")
class AssetType:
    """A `vidmill.jobs.Asset`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    job_id: strawberry.ID = strawberry.field(description="The job it belongs to.")
    kind: AssetKind = strawberry.field(description="What it is.")
    name: str = strawberry.field(description="Its name in the job's folder.")
    rendition: str | None = strawberry.field(description="The quality it belongs to, if any.")
    key: str = computed(
        lambda asset, _: asset.object_key, "Its key in the bucket.", ("object_key",)
    )
    content_type: str = strawberry.field(description="Media type.")
    size_bytes: BigInt = strawberry.field(description="Size.")
    language: str | None = strawberry.field(description="Of sound and text, as in BCP 47.")
    label: str | None = strawberry.field(description="What players call a track.")
    url: str = computed(_url, "Where it is, signed, for a while.", ("job_id", "object_key"))
