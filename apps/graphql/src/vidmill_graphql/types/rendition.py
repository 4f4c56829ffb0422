"""Renditions."""

from __future__ import annotations

import strawberry

from vidmill.jobs import Rendition
from vidmill.presentation import media_url
from vidmill_graphql.types.scalars import BigInt


@strawberry.type(name="Rendition", description="One published video quality of a job.")
class RenditionType:
    """`Rendition`."""

    id: strawberry.ID = strawberry.field(description="UUID.")
    name: str = strawberry.field(description='Named by the short side: "720p".')
    resolution: str = strawberry.field(description="The same as `name`.")
    output_key: str = strawberry.field(
        description="Key of its MP4 in the bucket, or of its playlist where there is no MP4."
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
    mp4_url: str | None = strawberry.field(description="Its MP4, signed, for a while.")
    mp4_size_bytes: BigInt | None = strawberry.field(description="Size of its MP4.")
    psnr: float | None = strawberry.field(description="dB against the source, if asked for.")
    ssim: float | None = strawberry.field(description="0 to 1, if asked for.")
    vmaf: float | None = strawberry.field(description="0 to 100, if asked for.")


def rendition_type(rendition: Rendition, base: str) -> RenditionType:
    """From a row; `base` is the job's playback base URL."""
    mp4_bytes = rendition.mp4_size_bytes
    return RenditionType(
        id=strawberry.ID(str(rendition.id)),
        name=rendition.name,
        resolution=rendition.name,
        output_key=rendition.mp4_key or rendition.playlist_key,
        playlist_key=rendition.playlist_key,
        width=rendition.width,
        height=rendition.height,
        codec=rendition.codec,
        codecs=rendition.codecs,
        fps=rendition.fps,
        frames=BigInt(rendition.frames),
        duration_seconds=rendition.duration_seconds,
        bitrate_bps=BigInt(rendition.bitrate_bps),
        size_bytes=BigInt(rendition.size_bytes),
        mp4_url=media_url(base, rendition.mp4_key) if rendition.mp4_key else None,
        mp4_size_bytes=None if mp4_bytes is None else BigInt(mp4_bytes),
        psnr=rendition.psnr,
        ssim=rendition.ssim,
        vmaf=rendition.vmaf,
    )
