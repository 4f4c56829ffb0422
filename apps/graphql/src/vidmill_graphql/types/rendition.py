"""Renditions."""

from __future__ import annotations

import strawberry

from vidmill.jobs import Rendition
from vidmill.presentation import media_url
from vidmill_graphql.context import GraphqlContext
from vidmill_graphql.fields import computed
from vidmill_graphql.types.scalars import BigInt


def _mp4_url(rendition: Rendition, context: GraphqlContext) -> str | None:
    key = rendition.mp4_key
    return media_url(context.media(rendition.job_id), key) if key else None


@strawberry.type(name="Rendition", description="One published video quality of a job.")
class RenditionType:
    """A `vidmill.jobs.Rendition`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    name: str = strawberry.field(description='Named by the short side: "720p".')
    resolution: str = computed(
        lambda rendition, _: rendition.name, "The same as `name`.", ("name",)
    )
    output_key: str = computed(
        lambda rendition, _: rendition.mp4_key or rendition.playlist_key,
        "Key of its MP4 in the bucket, or of its playlist where there is no MP4.",
        ("mp4_key", "playlist_key"),
    )
    playlist_key: str = strawberry.field(description="Key of its HLS playlist in the bucket.")
    width: int = strawberry.field(description="Pixels.")
    height: int = strawberry.field(description="Pixels.")
    codec: str = strawberry.field(description="Video codec.")
    codecs: str = strawberry.field(description="RFC 6381.")
    fps: float = strawberry.field(description="Frames per second.")
    frames: BigInt = strawberry.field(description="Exact number of frames.")
    duration_seconds: float = strawberry.field(description="Length.")
    bitrate_bps: BigInt = strawberry.field(description="Average bits per second of the picture.")
    size_bytes: BigInt = strawberry.field(description="All of its segments.")
    mp4_url: str | None = computed(_mp4_url, "Its MP4, signed, for a while.", ("job_id", "mp4_key"))
    mp4_size_bytes: BigInt | None = strawberry.field(description="Size of its MP4.")
    psnr: float | None = strawberry.field(description="dB against the source, if asked for.")
    ssim: float | None = strawberry.field(description="0 to 1, if asked for.")
    vmaf: float | None = strawberry.field(description="0 to 100, if asked for.")
