"""What an endpoint takes and answers, declared once: the declaration authenticates, validates
and, read by `openapi`, documents. So the document cannot say anything else than the code does."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from vidmill.errors import VidmillError
from vidmill.users import User
from vidmill_api.authenticate import authenticate
from vidmill_api.context import Context
from vidmill_api.problems import BodyTooLarge, MalformedBody, UnsupportedMediaType

#: Metadata and part lists stay far below; files never come this way.
MAX_BODY_BYTES = 1_000_000

_JSON_OPTIONS = orjson.OPT_UTC_Z | orjson.OPT_NAIVE_UTC


class Input(BaseModel):
    """Base of everything that clients send: an unknown field is an error, not a surprise."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


B = TypeVar("B")
Q = TypeVar("Q")


# No slots: on Python 3.11 a frozen generic dataclass with slots cannot be subscripted and called.
@dataclass(frozen=True)
class Call(Generic[B, Q]):
    """A request as a handler sees it: authenticated and validated."""

    request: Request
    context: Context
    account: User | None
    body: B
    query: Q
    raw_body: bytes

    @property
    def user(self) -> User:
        """Who is asking, where the operation requires somebody."""
        assert self.account is not None, "the operation is open, so there may be nobody"
        return self.account

    def path(self, name: str) -> Any:
        """A path parameter, converted by its route."""
        return self.request.path_params[name]

    @property
    def idempotency_key(self) -> str | None:
        return self.request.headers.get("idempotency-key")

    def fingerprint(self) -> bytes:
        """What makes two requests the same: method, path and body."""
        head = f"{self.request.method} {self.request.url.path}\n".encode()
        return hashlib.sha256(head + self.raw_body).digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The declaration of one endpoint."""

    summary: str
    tag: str
    status: int = 200
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    media_type: str = "application/json"
    errors: tuple[type[VidmillError], ...] = ()
    authenticated: bool = True
    headers: tuple[str, ...] = field(default=())


Handler = Callable[[Any], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


def operation(
    *,
    summary: str,
    tag: str,
    status: int = 200,
    body: type[BaseModel] | None = None,
    query: type[BaseModel] | None = None,
    response: type[BaseModel] | None = None,
    media_type: str = "application/json",
    errors: tuple[type[VidmillError], ...] = (),
    authenticated: bool = True,
    headers: tuple[str, ...] = (),
) -> Callable[[Handler], Endpoint]:
    """Declare a handler. It gets a `Call` and returns a Response or what is to be sent as JSON."""
    declared = Operation(
        summary=summary,
        tag=tag,
        status=status,
        body=body,
        query=query,
        response=response,
        media_type=media_type,
        errors=errors,
        authenticated=authenticated,
        headers=headers,
    )

    def declare(handler: Handler) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            context = cast("Context", request.app.state.context)
            user = await authenticate(request, context) if declared.authenticated else None
            raw = await _read_body(request) if declared.body is not None else b""
            call = Call[Any, Any](
                request=request,
                context=context,
                account=user,
                body=_parse_body(raw, declared.body) if declared.body is not None else None,
                query=_parse_query(request, declared.query),
                raw_body=raw,
            )
            answer = await handler(call)
            return answer if isinstance(answer, Response) else json_response(answer, status)

        endpoint.__name__ = handler.__name__
        endpoint.__doc__ = handler.__doc__
        endpoint.operation = declared  # pyright: ignore[reportFunctionMemberAccess]
        return endpoint

    return declare


def operation_of(endpoint: object) -> Operation | None:
    """The declaration of an endpoint; None for what is not part of the documented API."""
    return getattr(endpoint, "operation", None)


def json_response(content: Any, status: int = 200) -> Response:
    """JSON by orjson: times in UTC with Z, UUIDs as text; None as an empty body."""
    if content is None:
        return Response(status_code=status)
    return Response(dumps(content), status, media_type="application/json")


def dumps(content: Any) -> bytes:
    """JSON as all of the API writes it."""
    return orjson.dumps(content, option=_JSON_OPTIONS)


async def _read_body(request: Request) -> bytes:
    if request.headers.get("content-type", "").split(";")[0].strip() != "application/json":
        raise UnsupportedMediaType
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            raise BodyTooLarge
    return bytes(body)


def _parse_body(raw: bytes, model: type[BaseModel]) -> BaseModel:
    try:
        content = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise MalformedBody(f"The body is not valid JSON: {error}.") from error
    if not isinstance(content, dict):
        raise MalformedBody("The body is JSON, but not an object. Send an object.")
    return model.model_validate(content)


def _parse_query(request: Request, model: type[BaseModel] | None) -> BaseModel | None:
    if model is None:
        return None
    return model.model_validate(dict(request.query_params))
