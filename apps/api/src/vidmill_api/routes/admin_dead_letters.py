"""The dead-letter queue: tasks whose attempts are spent, for administrators to deal with."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any
from uuid import UUID

from pydantic import Field

from vidmill.access import Scope
from vidmill.db import administration as rows
from vidmill.db.administration import MAX_BATCH
from vidmill.errors import InvalidCursor
from vidmill_api.operation import Call, Input, Operation, Query
from vidmill_api.routes.admin_jobs import requeued
from vidmill_api.system_schemas import BatchView, DeadLetterPage, DeletedView

Code = Annotated[str | None, Field(max_length=100, description="Of this cause alone.")]


class ListDeadLetters(Query):
    """Which page."""

    error_code: Code = None
    limit: int = Field(default=100, ge=1, le=500)
    cursor: str | None = Field(default=None, max_length=1000)


class RetryDeadLetters(Input):
    """Which; all of them where nothing is said."""

    error_code: Code = None
    ids: list[Annotated[UUID, Field(strict=False)]] | None = Field(
        default=None, min_length=1, max_length=MAX_BATCH
    )
    limit: int = Field(default=100, ge=1, le=MAX_BATCH, description="Jobs at most.")


class DeleteDeadLetters(Query):
    """Which; all of them where nothing is said."""

    error_code: Code = None


@Operation(
    summary="Dead letters", tag="admin", query=ListDeadLetters, response=DeadLetterPage,
    scope=Scope.ADMIN, errors=(InvalidCursor,),
)  # fmt: skip
async def list_dead_letters(call: Call[None, ListDeadLetters]) -> dict[str, Any]:
    """The newest first; `by_code` counts all of them by cause."""
    db, query = call.context.db, call.query
    page = await rows.list_dead_letters(
        db, code=query.error_code, limit=query.limit, cursor=query.cursor
    )
    return {
        "items": [asdict(one) for one in page.items],
        "next_cursor": page.next_cursor,
        "total": page.total,
        "by_code": await rows.count_dead_letters_by_code(db),
    }


@Operation(
    summary="Try dead letters again", tag="admin", body=RetryDeadLetters, response=BatchView,
    scope=Scope.ADMIN,
)  # fmt: skip
async def retry_dead_letters(call: Call[RetryDeadLetters, None]) -> dict[str, Any]:
    """Up to `limit` of their failed jobs; ask again while some remain. A verification that failed
    is not among them: its job is published, and `POST /jobs/{id}/verify` does it anew."""
    body, context = call.body, call.context
    batch, queued = await rows.retry_dead_letters(
        context.db,
        code=body.error_code,
        ids=body.ids,
        limit=body.limit,
        max_attempts=context.settings.task_max_attempts,
    )
    return await requeued(context, batch, queued)


@Operation(
    summary="Clear dead letters away", tag="admin", query=DeleteDeadLetters, response=DeletedView,
    scope=Scope.ADMIN,
)  # fmt: skip
async def delete_dead_letters(call: Call[None, DeleteDeadLetters]) -> dict[str, Any]:
    """Nobody is reminded of them any more. Their jobs stay failed."""
    deleted = await rows.delete_dead_letters(call.context.db, code=call.query.error_code)
    return {"deleted": deleted}
