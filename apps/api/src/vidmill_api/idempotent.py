"""Work that a repeated request must not do twice: its answer is kept under the client's
Idempotency-Key, in the transaction that does the work."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from vidmill.db import idempotency
from vidmill.db.idempotency import StoredResponse
from vidmill.db.pool import Connection
from vidmill_api.encoding import plain
from vidmill_api.operation import Call

Json = dict[str, Any]


async def earlier_answer(call: Call[Any, Any]) -> Json | None:
    """What this request was answered before, if it was: asked before anything is looked at, since
    what was right then need not be so now. Raises `IdempotencyMismatch`."""
    key = call.idempotency_key
    if key is None:
        return None
    stored = await idempotency.find_response(
        call.context.db, owner_id=call.user.id, key=key, request_hash=call.fingerprint()
    )
    return stored.body if stored else None


async def answer_once(
    call: Call[Any, Any],
    status: int,
    work: Callable[[Connection], Awaitable[Json]],
    *,
    one_statement: bool = False,
) -> tuple[Json, bool]:
    """Do the work and keep its answer, in one transaction. Of two requests at once the second
    waits here and gets the first's answer; then the flag is False. `one_statement`: the work is no
    more than that, and so a transaction by itself. Raises `IdempotencyMismatch`."""
    key, owner_id, db = call.idempotency_key, call.user.id, call.context.db
    if key is None:
        async with db.connection() if one_statement else db.transaction() as conn:
            return await work(conn), True
    async with db.transaction() as conn:
        stored = await idempotency.claim_key(
            conn, owner_id=owner_id, key=key, request_hash=call.fingerprint()
        )
        if stored is not None:
            return stored.body, False
        # Kept as it is sent, so that a repetition gets the very same answer.
        answer = plain(await work(conn))
        await idempotency.store_response(
            conn, owner_id=owner_id, key=key, response=StoredResponse(status, answer)
        )
        return answer, True
