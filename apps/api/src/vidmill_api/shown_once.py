"""Secrets that are shown once, in answers that are kept for a repeated request: what is kept is
concealed, so that whoever reads the database can't use it."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from starlette.responses import Response

from vidmill.db.pool import Connection
from vidmill_api.encoding import json_response
from vidmill_api.idempotent import answer_once
from vidmill_api.operation import Call

Json = dict[str, Any]


async def answer_with_secret(
    call: Call[Any, Any],
    *,
    field: str,
    folder: str | None,
    work: Callable[[Connection], Awaitable[tuple[Json, str]]],
) -> Response:
    """201 with what `work` made (which has an id of its own) and, in `field`, its secret. `folder`:
    where it can be looked at, below the prefix."""
    sealer = call.context.sealer

    async def concealed(conn: Connection) -> Json:
        made, secret = await work(conn)
        sealed = sealer.seal(secret, b"answer " + made["id"].bytes)
        return {**made, field: base64.b64encode(sealed).decode()}

    answer, _ = await answer_once(call, 201, concealed)
    made_id = answer["id"]
    place = b"answer " + UUID(str(made_id)).bytes
    secret = sealer.open(base64.b64decode(answer[field]), place)
    response = json_response({**answer, field: secret}, 201)
    if folder is not None:
        response.headers["Location"] = f"/api/v1/{folder}/{made_id}"
    return response
