"""Playback: a job's published files behind a signed token in the path, so that the relative names
in playlists keep it. In production nginx does this; here it works without one."""

from __future__ import annotations

import re

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from vidmill.errors import MissingObject, NotFound, RangeNotSatisfiable
from vidmill.gallery import CUSTOM_THUMBNAIL, SMALL_CUSTOM_THUMBNAIL
from vidmill.jobs import job_prefix
from vidmill.objects import ObjectInfo
from vidmill.storage import Storage
from vidmill.thumbnails import small_thumbnail_key
from vidmill_api.context import Context
from vidmill_api.operation import Call, Operation
from vidmill_api.problems import problem

MEDIA_PREFIX = "/media/"

_PATH = re.compile(r"[A-Za-z0-9_-]+(?:[./][A-Za-z0-9_-]+)*")
_RANGE = re.compile(r"bytes=(?:\d{1,18}-\d{0,18}|-\d{1,18})")

#: Segments, MP4s and pictures never change under their name while a job is published.
_IMMUTABLE = "public, max-age=31536000, immutable"
#: Whoever keeps what a public video plays asks again after a minute, so that it ends in caches too
#: when it is made private.
_REVOCABLE = "public, max-age=60"
#: What only the owner of a video is told: their own notes, names of objects, files of edits.
_NOT_SHOWN = ("metadata.json", "edits/")
#: Playlists grow while a job is made, and may change when it is tried again.
_SHORT = "public, max-age=2"

#: Players run on any page; the token is all that counts, and no cookie does.
_OPEN = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "Accept-Ranges, Content-Length, Content-Range, ETag",
    "Cross-Origin-Resource-Policy": "cross-origin",
}
_PREFLIGHT = {
    **_OPEN,
    "Access-Control-Allow-Methods": "GET, HEAD",
    "Access-Control-Allow-Headers": "Range, If-None-Match, If-Range",
    "Access-Control-Max-Age": "86400",
}


async def preflight(_: Request) -> Response:
    """What browsers ask before a request with unusual headers."""
    return Response(status_code=204, headers=_PREFLIGHT)


@Operation(
    summary="A published file, to be played", tag="playback", media_type="*/*",
    authenticated=False, limited=False, errors=(NotFound, RangeNotSatisfiable),
    headers=("Range", "If-Range", "If-None-Match"), answers_with=("ETag", "Cache-Control"),
    also=(206, 304),
)  # fmt: skip
async def media(call: Call[None, None]) -> Response:
    """One file, or a range of it; the token, which a job's `playback` URLs carry, is all that is
    asked for. A forged or expired one, a path that is no plain one and a file that is not there
    are all not found."""
    response: Response
    try:
        key, public = await _opened(call.context, call.path("token"), call.path("path"))
    except NotFound as error:
        response = problem(404, error.code, error.detail)
    else:
        response = await _serve(call.request, call.context.storage, key)
        if public and response.headers.get("cache-control") == _IMMUTABLE:
            response.headers["Cache-Control"] = _REVOCABLE
    response.headers.update(_OPEN)
    return response


async def _opened(context: Context, token: str, path: str) -> tuple[str, bool]:
    """The object of a path, and whether everybody may have the token. Raises `NotFound`."""
    job_id, access, public = await context.playing.opened_by(token)
    if not _PATH.fullmatch(path) or (public and path.startswith(_NOT_SHOWN)):
        raise NotFound
    if path in (CUSTOM_THUMBNAIL, SMALL_CUSTOM_THUMBNAIL):
        key = access.thumbnail_key
        if key is None:
            raise NotFound
        return (key if path == CUSTOM_THUMBNAIL else small_thumbnail_key(key)), public
    return job_prefix(job_id) + path, public


async def _serve(request: Request, storage: Storage, key: str) -> Response:
    try:
        wanted = request.headers.get("range", "")
        # What is not understood is ignored, and so is a range of what has changed
        # (RFC 9110, sections 14.2 and 13.1.5).
        byte_range = wanted if _RANGE.fullmatch(wanted) else None
        conditions = request.headers.get("if-none-match"), request.headers.get("if-range")
        if request.method == "HEAD" or any(conditions):
            info = await storage.head(key)
            if _is_named(info.etag, conditions[0]):
                return Response(status_code=304, headers=_headers(info))
            if request.method == "HEAD":
                length = {"Content-Length": str(info.size)}
                return Response(headers=_headers(info) | length, media_type=info.content_type)
            if conditions[1] and conditions[1] != info.etag:
                byte_range = None
        return await _stream(storage, key, byte_range)
    except MissingObject:
        return problem(404, NotFound.code, NotFound().detail)
    except RangeNotSatisfiable as error:
        response = problem(416, error.code, error.detail)
        response.headers["Content-Range"] = f"bytes */{(await storage.head(key)).size}"
        return response


async def _stream(storage: Storage, key: str, byte_range: str | None) -> Response:
    body = await storage.open(key, byte_range=byte_range)
    headers = _headers(body.info) | {"Content-Length": str(body.length)}
    if body.content_range is not None:
        headers["Content-Range"] = body.content_range
    return StreamingResponse(
        body.chunks,
        status_code=206 if body.content_range is not None else 200,
        headers=headers,
        media_type=body.info.content_type,
    )


def _headers(info: ObjectInfo) -> dict[str, str]:
    manifest = info.key.endswith((".m3u8", ".mpd"))
    return {
        "Accept-Ranges": "bytes",
        "Cache-Control": _SHORT if manifest else _IMMUTABLE,
        "ETag": info.etag,
    }


def _is_named(etag: str, if_none_match: str | None) -> bool:
    """Whether the client has this version already (RFC 9110, section 13.1.2)."""
    if if_none_match is None:
        return False
    tags = [tag.strip().removeprefix("W/") for tag in if_none_match.split(",")]
    return etag in tags or tags == ["*"]
