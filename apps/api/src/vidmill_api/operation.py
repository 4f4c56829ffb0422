"""What an endpoint takes and answers, declared once: the declaration authenticates, validates
and, read by `openapi`, documents. So the document cannot say anything else than the code does."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Generic, Literal, TypeVar, cast

from pydantic import BaseModel, ConfigDict
from starlette.requests import Request
from starlette.responses import Response

from vidmill.access import Scope
from vidmill.authentication import Identity
from vidmill.errors import NotFound, VidmillError
from vidmill.users import User
from vidmill_api.authenticate import authenticate, authenticate_if_named, require_rights
from vidmill_api.context import Context
from vidmill_api.encoding import json_response
from vidmill_api.limiting import admit
from vidmill_api.parsing import parse_body, parse_query, read_body
from vidmill_api.problems import InvalidFields

IDEMPOTENCY_KEY = "Idempotency-Key"
_KEY_LENGTH = 255


class Input(BaseModel):
    """Base of JSON bodies: an unknown field or a value of another type is an error, not a
    surprise."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, strict=True)


class Query(BaseModel):
    """Base of query strings, where every value arrives as text."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)


B = TypeVar("B")
Q = TypeVar("Q")


# No slots: on Python 3.11 a frozen generic dataclass with slots cannot be subscripted and called.
@dataclass(frozen=True)
class Call(Generic[B, Q]):
    """A request as a handler sees it: authenticated and validated."""

    request: Request
    context: Context
    identity: Identity | None
    body: B
    query: Q
    raw_body: bytes

    @property
    def user(self) -> User:
        """Who is asking, where the operation requires somebody."""
        assert self.identity is not None, "the operation is open, so there may be nobody"
        return self.identity.user

    def path(self, name: str) -> Any:
        """A path parameter, converted by its route."""
        return self.request.path_params[name]

    @property
    def idempotency_key(self) -> str | None:
        """Raises `InvalidFields`."""
        key = self.request.headers.get(IDEMPOTENCY_KEY)
        if key is not None and not 1 <= len(key) <= _KEY_LENGTH:
            raise InvalidFields.one(IDEMPOTENCY_KEY, f"Send 1 to {_KEY_LENGTH} characters.")
        return key

    def fingerprint(self) -> bytes:
        """What makes two requests the same: endpoint, the thing it is asked for, and body."""
        things = "".join(f" {value}" for value in self.request.path_params.values())
        head = f"{self.request.method} {self.request.scope['route'].name}{things}\n".encode()
        return hashlib.sha256(head + self.raw_body).digest()


Handler = Callable[[Any], Awaitable[Any]]
Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """The declaration of one endpoint, put on its handler: that gets a `Call` and returns a
    Response, or what is to be sent as JSON.

    `headers`: what it reads beyond the usual; `answers_with`: headers of its success; `also`:
    further answers that are no errors, by status and with the same body. `octets`: it reads the
    body by itself, as bytes of these media types; `form`: likewise, as multipart/form-data of these
    fields; with both, as either.
    `authenticated`: "optional" is for everybody, but learns who is asking where credentials are
    sent. `scope`: what an API key must be good for; None: to read for GET, else to write. ADMIN is
    for administrators alone, on top of that. `limited`: whether rate limits hold. `entries`: of a
    JSON array that it may answer with instead."""

    summary: str
    tag: str
    status: int = 200
    body: type[BaseModel] | None = None
    form: type[BaseModel] | None = None
    octets: tuple[str, ...] = ()
    query: type[BaseModel] | None = None
    response: type[BaseModel] | None = None
    media_type: str = "application/json"
    entries: type[BaseModel] | None = None
    errors: tuple[type[VidmillError], ...] = ()
    authenticated: bool | Literal["optional"] = True
    scope: Scope | None = None
    limited: bool = True
    headers: tuple[str, ...] = ()
    answers_with: tuple[str, ...] = ()
    also: tuple[int, ...] = ()

    def __call__(self, handler: Handler) -> Endpoint:
        """The handler as Starlette calls it."""

        async def endpoint(request: Request) -> Response:
            answer = await handler(await self._call_of(request))
            return answer if isinstance(answer, Response) else json_response(answer, self.status)

        endpoint.__name__ = handler.__name__
        endpoint.__doc__ = handler.__doc__
        endpoint.operation = self  # pyright: ignore[reportFunctionMemberAccess]
        return endpoint

    async def _call_of(self, request: Request) -> Call[Any, Any]:
        context = cast("Context", request.app.state.context)
        if any("\0" in str(value) for value in request.path_params.values()):
            raise NotFound
        if self.limited:
            identity = await admit(request, context, self._identity)
        else:
            identity = await self._identity(request, context)
        raw = await read_body(request, self.body) if self.body is not None else b""
        return Call(
            request=request,
            context=context,
            identity=identity,
            body=parse_body(raw, self.body) if self.body is not None else None,
            query=parse_query(request, self.query) if self.query is not None else None,
            raw_body=raw,
        )

    async def _identity(self, request: Request, context: Context) -> Identity | None:
        if not self.authenticated:
            return None
        if self.authenticated == "optional":
            identity = await authenticate_if_named(request, context)
        else:
            identity = await authenticate(request, context)
        if identity is not None:
            require_rights(identity, request.method, self.scope)
        return identity


def operation_of(endpoint: object) -> Operation | None:
    """The declaration of an endpoint; None for what is not part of the documented API."""
    return getattr(endpoint, "operation", None)
