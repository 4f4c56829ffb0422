"""Playback: a job's published files behind a signed token in the path, so that the relative names
in playlists keep it. In production nginx does this; here it works without one."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from vidmill.errors import NotFound
from vidmill.jobs import job_prefix
from vidmill_api.context import Context

_PATH = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)")

#: Segments, MP4s and pictures never change under their name while a job is published.
_IMMUTABLE = "public, max-age=31536000, immutable"
#: Playlists may, when a job is tried again.
_SHORT = "public, max-age=2"


async def media(request: Request) -> Response:
    """One file, or a range of it. Raises `NotFound` for a forged or expired token, a path that is
    no plain one, and a file that is not there."""
    context: Context = request.app.state.context
    path: str = request.path_params["path"]
    if not _PATH.fullmatch(path):
        raise NotFound
    job_id = context.signer.playback_job(request.path_params["token"])
    key = job_prefix(job_id) + path
    manifest = path.endswith((".m3u8", ".mpd"))
    headers = {
        "Access-Control-Allow-Origin": "*",
        "Access-Control-Expose-Headers": "Content-Length, Content-Range, ETag",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Accept-Ranges": "bytes",
        "Cache-Control": _SHORT if manifest else _IMMUTABLE,
    }
    if request.method == "HEAD":
        info = await context.storage.head(key)
        headers |= {"ETag": info.etag, "Content-Length": str(info.size)}
        return Response(headers=headers, media_type=info.content_type)
    wanted = request.headers.get("range")
    if wanted is not None and not _RANGE.fullmatch(wanted):
        wanted = None  # RFC 9110, section 14.2: what is not understood is ignored.
    body = await context.storage.open(key, byte_range=wanted)
    headers |= {"ETag": body.info.etag}
    if request.headers.get("if-none-match") == body.info.etag:
        await body.chunks.aclose()
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(body.length)
    if body.content_range is not None:
        headers["Content-Range"] = body.content_range
    return StreamingResponse(
        body.chunks,
        status_code=206 if body.content_range is not None else 200,
        headers=headers,
        media_type=body.info.content_type,
    )
