"""Where something plays."""

from __future__ import annotations

import strawberry


@strawberry.type(name="Playback", description="Where to play a job or a video, without any key.")
class PlaybackType:
    """A `vidmill.presentation.Playback`."""

    hls_url: str = strawberry.field(description="HLS master playlist.")
    dash_url: str | None = strawberry.field(description="DASH manifest.")
    poster_url: str | None = strawberry.field(description="A still.")
    thumbnail_url: str | None = strawberry.field(
        description="The poster, at most 320 pixels wide, for lists; the poster itself where no "
        "smaller one was made."
    )
    storyboard_url: str | None = strawberry.field(
        description="WebVTT of small pictures for a scrub bar; its sprites lie beside it."
    )
