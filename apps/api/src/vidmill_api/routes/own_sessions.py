"""Where one is signed in."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import Field

from vidmill.db import sessions as rows
from vidmill.errors import InvalidCursor, NotFound
from vidmill_api.account_schemas import SessionPage
from vidmill_api.account_views import page_view
from vidmill_api.operation import Call, Operation, Query


class ListSessions(Query):
    """Which page."""

    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


@Operation(
    summary="List your sessions", tag="auth", query=ListSessions, response=SessionPage,
    errors=(InvalidCursor,),
)  # fmt: skip
async def list_sessions(call: Call[None, ListSessions]) -> dict[str, Any]:
    """Those that have not ended, the newest first."""
    page = await rows.list_sessions(
        call.context.db, call.user.id, limit=call.query.limit, cursor=call.query.cursor
    )
    assert call.identity is not None
    current = call.identity.session_id
    return page_view(page, lambda row: {**_session_view(row), "current": row.id == current})


def _session_view(session: rows.Session) -> dict[str, Any]:
    address = session.address
    return {**asdict(session), "address": None if address is None else str(address)}


@Operation(summary="End a session of yours", tag="auth", status=204, errors=(NotFound,))
async def end_session(call: Call[None, None]) -> None:
    """None of its tokens counts from now on."""
    await rows.end_own_session(call.context.db, call.path("session_id"), user_id=call.user.id)
