"""Answers where nothing was run."""

from __future__ import annotations

import orjson
from starlette.responses import Response

from vidmill.errors import Unauthenticated


def refused(status: int, code: str, detail: str) -> Response:
    """An error as GraphQL has them, under a status that is none of its own."""
    body = {"errors": [{"message": " ".join(detail.split()), "extensions": {"code": code}}]}
    headers = {"WWW-Authenticate": "Bearer"} if status == Unauthenticated.status else None
    return Response(orjson.dumps(body), status, headers, media_type="application/json")
