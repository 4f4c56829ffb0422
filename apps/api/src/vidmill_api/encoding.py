"""JSON as all of the API writes it."""

from __future__ import annotations

from typing import Any

import orjson
from starlette.responses import Response

_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


def dumps(content: Any) -> bytes:
    """Times in UTC with Z, UUIDs as text."""
    return orjson.dumps(content, option=_OPTIONS)


def plain(content: Any) -> Any:
    """What a client will read of an answer: JSON's own types only."""
    return orjson.loads(dumps(content))


def json_response(content: Any, status: int = 200) -> Response:
    """An answer; None as an empty body."""
    if content is None:
        return Response(status_code=status)
    return Response(dumps(content), status, media_type="application/json")
