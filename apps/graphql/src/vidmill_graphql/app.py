"""The GraphQL service: POST /query, the playground, health and metrics."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, cast

import orjson
from graphql import ExecutionResult, GraphQLError
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket

from vidmill.access import Scope, require_scopes
from vidmill.authentication import Identity, identify, sends_credentials
from vidmill.db.pool import Database
from vidmill.errors import Unauthenticated, VidmillError
from vidmill.health import check_database
from vidmill.job_feed import JobFeed
from vidmill.metrics import GraphqlMetrics, LimitMetrics
from vidmill.presentation import Links
from vidmill.queue import Queue
from vidmill.rate_limits import RateLimited, RateLimiter
from vidmill.request_counts import RequestCounts
from vidmill.request_limits import Gate, RequestLimits
from vidmill.settings import Settings
from vidmill.tokens import Signer
from vidmill.users import User
from vidmill_graphql.context import GraphqlContext, Terms
from vidmill_graphql.execution import execute
from vidmill_graphql.limiting import RateLimitHeaders, admit
from vidmill_graphql.limits import MAX_BODY_BYTES, TIMEOUT_SECONDS
from vidmill_graphql.loaders import Loaders
from vidmill_graphql.playground import playground, playground_file
from vidmill_graphql.refusals import refused
from vidmill_graphql.sockets import Sockets

log = logging.getLogger(__name__)


async def query(request: Request) -> Response:
    """Run one operation (GraphQL over HTTP): 200 with data or errors; 4xx where there is nothing
    to run or nobody to run it for."""
    begun = time.perf_counter()
    metrics: GraphqlMetrics = request.app.state.metrics
    name, status = "unknown", "error"
    try:
        if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
            return refused(415, "unsupported_media_type", "Send Content-Type: application/json.")
        identity = await admit(request, request.app.state.gate, partial(_identity, request))
        body = await _read_body(request)
        name = str(body.get("operationName") or "anonymous")[:60]
        state = request.app.state
        viewer = identity.user if identity else None
        context = GraphqlContext(state.db, state.links, state.terms, viewer, Loaders(state.db))
        async with asyncio.timeout(TIMEOUT_SECONDS):
            result = await execute(
                context,
                body["query"],
                body.get("variables") or {},
                body.get("operationName") or None,
            )
        _require_somebody(viewer, result)
        answer: dict[str, Any] = {"data": result.data}
        if result.errors:
            answer["errors"] = [_error(error) for error in result.errors]
        else:
            status = "ok"
        return Response(orjson.dumps(answer), media_type="application/json")
    except TimeoutError:
        return refused(
            503, "query_timeout", f"The query took over {TIMEOUT_SECONDS:g} s. Ask for less."
        )
    except VidmillError as error:
        answer_to = refused(error.status, error.code, error.detail)
        if isinstance(error, RateLimited):
            answer_to.headers["Retry-After"] = str(error.retry_after_seconds)
        return answer_to
    finally:
        # A label per client's free text would fill Prometheus' memory.
        label = name if name in {"anonymous", "unknown"} else "named"
        metrics.requests.labels(label, status).inc()
        metrics.duration.labels(label).observe(time.perf_counter() - begun)


def _require_somebody(viewer: User | None, result: ExecutionResult) -> None:
    """Public videos are for everybody; a query that asks for anything else, without saying who
    asks, is refused as a whole. Raises `Unauthenticated`."""
    unknown = (isinstance(one.original_error, Unauthenticated) for one in result.errors or ())
    if viewer is None and any(unknown):
        raise Unauthenticated


async def _identity(request: Request) -> Identity | None:
    """Who is asking; None where no credentials are sent. A cookie needs no look at the Origin here:
    nothing can be written, and only pages of allowed origins may read the answer to a body of JSON
    (CORS)."""
    state = request.app.state
    if not sends_credentials(request.headers, request.cookies):
        return None
    identity = await identify(
        state.db,
        state.signer,
        headers=request.headers,
        cookies=request.cookies,
        host=request.client.host if request.client else None,
        session_ttl_seconds=None,
    )
    require_scopes(identity.scopes, [Scope.READ])
    return identity


class InvalidQuery(VidmillError):
    """Send a JSON object with a string "query" and, if needed, an object "variables" and a string
    "operationName"."""

    code = "invalid_request"
    status = 400


class QueryTooLarge(VidmillError):
    """The query is too large. Ask for less at a time."""

    code = "body_too_large"
    status = 413


async def _read_body(request: Request) -> dict[str, Any]:
    raw = bytearray()
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MAX_BODY_BYTES:
            raise QueryTooLarge(f"The query has over {MAX_BODY_BYTES:,} bytes. Ask for less.")
    try:
        body = orjson.loads(bytes(raw))
    except orjson.JSONDecodeError as error:
        raise InvalidQuery from error
    if not isinstance(body, dict):
        raise InvalidQuery
    fields = cast("dict[str, Any]", body)
    if not isinstance(fields.get("query"), str) or not fields["query"]:
        raise InvalidQuery
    if not isinstance(fields.get("operationName") or "", str):
        raise InvalidQuery
    if not isinstance(fields.get("variables") or {}, dict):
        raise InvalidQuery
    return fields


def _error(error: GraphQLError) -> dict[str, Any]:
    """What a client is told: our own errors with their code; of others only that they happened."""
    formatted = dict(error.formatted)
    original = error.original_error
    if isinstance(original, VidmillError):
        formatted["message"] = " ".join(original.detail.split())
        formatted["extensions"] = {"code": original.code}
    elif original is not None and not isinstance(original, GraphQLError):
        log.error("unexpected error in a resolver", exc_info=original)
        formatted["message"] = VidmillError().detail
        formatted["extensions"] = {"code": VidmillError.code}
    elif not formatted.get("extensions"):
        formatted["extensions"] = {"code": "invalid_query"}
    return formatted


async def subscriptions(socket: WebSocket) -> None:
    """The same address as a WebSocket, for subscriptions alone."""
    await socket.app.state.sockets(socket.scope, socket.receive, socket.send)


async def health(_: Request) -> Response:
    """Touches nothing."""
    return Response(b'{"status":"ok"}', media_type="application/json")


async def detailed(request: Request) -> Response:
    """200 while the database answers, else 503."""
    check = await check_database(request.app.state.db)
    body = {"status": "healthy" if check.healthy else "unhealthy", "detail": check.detail}
    return Response(
        orjson.dumps(body), 200 if check.healthy else 503, media_type="application/json"
    )


async def metrics(request: Request) -> Response:
    """For Prometheus."""
    return Response(generate_latest(request.app.state.registry), media_type=CONTENT_TYPE_LATEST)


ROUTES = [
    Route("/query", query, methods=["POST"]),
    WebSocketRoute("/query", subscriptions),
    Route("/", playground),
    Route("/graphiql/{path:path}", playground_file),
    Route("/health", health),
    Route("/health/detailed", detailed),
    Route("/metrics", metrics),
]


def create_app(settings: Settings) -> Starlette:
    """The ASGI application; it connects in its lifespan."""
    db = Database(
        settings.database_url.get_secret_value(),
        size=settings.database_pool_size,
        name="vidmill-graphql",
        options="-c default_transaction_read_only=on",
    )
    signer = Signer(settings.secret_key.get_secret_value())
    registry = CollectorRegistry()
    redis_url = settings.redis_url.get_secret_value()
    queue = Queue(redis_url)
    feed = JobFeed(queue)
    # Nothing that is asked here writes; only that it was asked is written down.
    counts_db = Database(
        settings.database_url.get_secret_value(), size=1, name="vidmill-graphql-counts"
    )
    gate = Gate(
        RequestLimits(settings),
        RateLimiter(redis_url, LimitMetrics(registry)),
        RequestCounts(counts_db),
    )

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncGenerator[None]:
        await db.open()
        await counts_db.open()
        gate.requests.start()
        feed.start()
        yield
        await feed.stop()
        await queue.close()
        await gate.requests.stop()
        await counts_db.close()
        await gate.close()
        await db.close()

    app = Starlette(
        routes=ROUTES,
        lifespan=lifespan,
        middleware=[
            Middleware(RateLimitHeaders),
            Middleware(
                CORSMiddleware,
                allow_origins=settings.cors_origins,
                allow_credentials=True,
                allow_methods=["GET", "POST"],
                allow_headers=["Content-Type", "X-API-Key", "Authorization"],
                expose_headers=["RateLimit", "RateLimit-Policy", "Retry-After"],
                max_age=600,
            ),
        ],
    )
    app.state.settings = settings
    app.state.db = db
    app.state.signer = signer
    app.state.gate = gate
    app.state.links = Links(settings, signer)
    app.state.terms = Terms.of(settings)
    app.state.feed = feed
    app.state.sockets = Sockets(settings.cors_origins)
    app.state.registry = registry
    app.state.metrics = GraphqlMetrics(registry)
    return app
