"""WebSockets for subscriptions: the protocol graphql-transport-ws, by Strawberry, with who may open
one, how many, and for how long.

Credentials are those of the handshake (a key or token in its headers, which browsers cannot send,
or the session's cookie, for pages of our own origins alone), or the same in the payload of
`connection_init`: `{"X-API-Key": "…"}` or `{"Authorization": "Bearer …"}`.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

from graphql import GraphQLError, OperationType, get_operation_ast, parse
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import Response
from starlette.websockets import WebSocket
from strawberry.asgi import GraphQL
from strawberry.exceptions import ConnectionRejectionError
from strawberry.subscriptions import GRAPHQL_TRANSPORT_WS_PROTOCOL
from strawberry.subscriptions.protocols.graphql_transport_ws.handlers import (
    BaseGraphQLTransportWSHandler,
)
from strawberry.subscriptions.protocols.graphql_transport_ws.types import (
    ConnectionInitMessage,
    SubscribeMessage,
)

from vidmill.access import Scope, require_scopes
from vidmill.authentication import identify
from vidmill.errors import VidmillError
from vidmill_graphql.context import SocketContext
from vidmill_graphql.limits import MAX_TOKENS
from vidmill_graphql.schema import schema

#: A tab shows one page; somebody may have several, and several windows.
MAX_CONNECTIONS_A_USER = 20
MAX_CONNECTIONS = 2000
MAX_SUBSCRIPTIONS = 20
#: From opening a connection to saying who it is for.
INIT_SECONDS = 10.0
#: How long a connection may stay without a subscription.
IDLE_SECONDS = 60.0


class _Handler(BaseGraphQLTransportWSHandler[SocketContext, None]):
    """One connection."""

    _idle: asyncio.Task[None] | None = None

    async def handle_connection_init(self, message: ConnectionInitMessage) -> None:
        """Begins to count the time without subscriptions."""
        await super().handle_connection_init(message)
        if self.connection_acknowledged and self._idle is None:
            self._idle = asyncio.create_task(self._close_when_idle())

    async def handle_subscribe(self, message: SubscribeMessage) -> None:
        """Queries have an answer, which belongs to a request."""
        if self.connection_acknowledged and not _subscribes(message):
            error = GraphQLError(
                "This connection is for subscriptions. Send queries with POST /query.",
                extensions={"code": "invalid_query"},
            )
            await self.send_message(
                {"id": message["id"], "type": "error", "payload": [error.formatted]}
            )
            return
        await super().handle_subscribe(message)

    async def shutdown(self) -> None:
        """Gives the connection's place back."""
        if self._idle is not None:
            self._idle.cancel()
        user = self.context.user
        if user is not None:
            cast("Sockets", self.view).release(user.id)
        await super().shutdown()

    async def _close_when_idle(self) -> None:
        while True:
            await asyncio.sleep(IDLE_SECONDS)
            if not self.operations:
                await self.websocket.close(code=1000, reason="Idle")
                return


def _subscribes(message: SubscribeMessage) -> bool:
    payload = message["payload"]
    try:
        document = parse(payload["query"], max_tokens=MAX_TOKENS)
    except (GraphQLError, TypeError, AttributeError):
        return True  # It is refused with what is wrong with it.
    operation = get_operation_ast(document, payload.get("operationName"))
    return operation is None or operation.operation is OperationType.SUBSCRIPTION


class Sockets(GraphQL[SocketContext, None]):
    """All connections of this process."""

    graphql_transport_ws_handler_class = _Handler

    def __init__(self, origins: Sequence[str]) -> None:
        super().__init__(
            schema,
            graphql_ide=None,
            subscription_protocols=[GRAPHQL_TRANSPORT_WS_PROTOCOL],
            connection_init_wait_timeout=timedelta(seconds=INIT_SECONDS),
            max_subscriptions_per_connection=MAX_SUBSCRIPTIONS,
            allowed_origins=origins,
        )
        self._open: Counter[UUID] = Counter()

    async def get_context(
        self,
        request: Request | WebSocket,
        response: Response | WebSocket,  # noqa: ARG002  # Strawberry's signature
    ) -> SocketContext:
        """For one connection."""
        assert isinstance(request, WebSocket)
        state = request.app.state
        return SocketContext(state.db, state.links, state.terms, state.feed, request)

    async def on_ws_connect(self, context: SocketContext) -> Any:
        """Says who the connection is for, or refuses it (close code 4403)."""
        socket = context.connection
        sent = {name: v for name, v in (context.connection_params or {}).items() if _is_text(v)}
        headers = Headers({**socket.headers, **{name.lower(): v for name, v in sent.items()}})
        try:
            identity = await identify(
                socket.app.state.db,
                socket.app.state.signer,
                headers=headers,
                cookies=socket.cookies,
                host=socket.client.host if socket.client else None,
                session_ttl_seconds=None,
            )
            require_scopes(identity.scopes, [Scope.READ])
        except VidmillError as error:
            raise ConnectionRejectionError({"code": error.code}) from error
        owner = identity.user.id
        if self._open[owner] >= MAX_CONNECTIONS_A_USER or self._open.total() >= MAX_CONNECTIONS:
            raise ConnectionRejectionError({"code": "too_many_connections"})
        self._open[owner] += 1
        context.user = identity.user
        return await super().on_ws_connect(context)

    def release(self, owner: UUID) -> None:
        """A connection of that account has ended."""
        self._open[owner] -= 1
        if self._open[owner] <= 0:
            del self._open[owner]


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value.isascii() and value.isprintable()
