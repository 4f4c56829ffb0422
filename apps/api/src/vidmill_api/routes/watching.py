"""Watching a video: where to play it, and that it was watched."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

from starlette.requests import Request

from vidmill.db.gallery import count_view, fetch_playables
from vidmill.gallery import playback_of
from vidmill.presentation import Links
from vidmill.tokens import Signer, playback_expiry
from vidmill.users import User
from vidmill.videos import NotPlayable, VideoNotFound, Visibility
from vidmill_api.operation import Call, Operation
from vidmill_api.routes.videos import watchable
from vidmill_api.video_schemas import StreamView

#: What calls itself a robot, or looks ahead for somebody who may never come.
_ROBOT = re.compile(r"bot\b|crawl|spider|slurp|facebookexternalhit|preview|monitor", re.IGNORECASE)


@Operation(
    summary="Where to play a video", tag="videos", response=StreamView, authenticated="optional",
    errors=(VideoNotFound, NotPlayable),
)  # fmt: skip
async def stream_video(call: Call[None, None]) -> dict[str, Any]:
    """Addresses of playlists, a still and the storyboard, which need no credentials. Counts a view,
    once an hour for each account or, without one, each address and browser; not for HEAD and
    robots. Those of public and unlisted videos stay the same until the video is private; those of
    private ones end after a while."""
    context, video = call.context, await watchable(call)
    playable = (await fetch_playables(context.db, [video.id])).get(video.id)
    if playable is None:
        raise NotPlayable
    views = video.views
    if _is_somebody(call.request):
        viewer = _viewer(call.request, context.signer, call.identity and call.identity.user)
        views += await count_view(context.db, video.id, viewer)
    private = video.visibility == Visibility.PRIVATE
    expires = playback_expiry(context.settings.playback_ttl_seconds)
    urls = playback_of(video, playable, Links(context.settings, context.signer))
    return {
        **asdict(urls),
        "expires_at": datetime.fromtimestamp(expires, UTC) if private else None,
        "views": views,
    }


def _is_somebody(request: Request) -> bool:
    """Whether a person seems to be watching."""
    if request.method == "HEAD" or "prefetch" in request.headers.get("sec-purpose", ""):
        return False
    return _ROBOT.search(request.headers.get("user-agent", "")) is None


def _viewer(request: Request, signer: Signer, user: User | None) -> bytes:
    """What stands for a viewer. Addresses are not stored: without the secret nobody can tell whose
    it was, and on the next day it is another one."""
    if user is not None:
        return signer.viewer("account", str(user.id))
    address = request.client.host if request.client else ""
    today = datetime.now(UTC).date().isoformat()
    return signer.viewer(today, address, request.headers.get("user-agent", ""))
