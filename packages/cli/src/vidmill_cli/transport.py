"""Requests to the server and to its storage: what is tried again, and what errors become.

The storage client is a second one on purpose: it never carries the server's credentials.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import Any, cast
from urllib.parse import urlsplit

import httpx

from vidmill_cli.errors import (
    ApiError,
    Forbidden,
    InvalidAddress,
    NotFound,
    NotSignedIn,
    Unreachable,
)
from vidmill_cli.renewal import Renewal

#: A request is sent this often at most; with the pauses between, this bridges about 4 s.
ATTEMPTS = 4
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 20.0
#: How long a call may be held up in all by answers that it came too soon (429 with Retry-After).
LIMIT_PATIENCE_SECONDS = 120.0
#: Answers that say "not now": 429 and those of proxies and of a server whose database is away.
PASSING_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
#: A proxy of the environment is never asked for these.
LOOPBACK: dict[str, httpx.BaseTransport | None] = {
    f"all://{host}": None for host in ("127.0.0.1", "localhost", "[::1]")
}

_ERRORS: Mapping[int, type[ApiError]] = {401: NotSignedIn, 403: Forbidden, 404: NotFound}


def pause_seconds(attempt: int) -> float:
    """How long to wait after the attempt (from 0) failed: doubling, with jitter, so that many
    clients do not come back at once."""
    return min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt) * random.uniform(0.5, 1)  # noqa: S311


def limited_seconds(response: httpx.Response) -> float | None:
    """How long to wait after an answer that the request came too soon, which has done nothing; None
    for every other answer."""
    text = response.headers.get("Retry-After", "")
    if response.status_code != 429 or not text.isdecimal():
        return None
    # So that many threads do not come back at once.
    return int(text) + random.uniform(0, 0.5)  # noqa: S311


def server_address(url: str) -> str:
    """A server's address without a trailing slash. Raises `InvalidAddress`."""
    try:
        parts = urlsplit(url)
        # Reading the port checks it.
        fine = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        fine = False
    if not fine:
        raise InvalidAddress(f"{url!r} is not a server's address. Give one like http://host:8080.")
    return url.rstrip("/")


def api_error(response: httpx.Response) -> ApiError:
    """The error that a response with a status of 400 or more stands for."""
    status = response.status_code
    kind = _ERRORS.get(status, ApiError)
    try:
        body: object = response.json()
    except ValueError:
        body = None
    if not isinstance(body, dict) or "code" not in body:
        reason = response.reason_phrase or "unknown error"
        return kind(status, "http_error", f"The server answered {status} {reason}.")
    problem = cast("dict[str, Any]", body)
    detail = str(problem.get("detail") or problem.get("title") or reason_of(status))
    return kind(status, str(problem["code"]), detail, problem.get("errors"))


def answer(response: httpx.Response) -> Any:
    """The JSON of a response. Raises `ApiError` if it is none: something else answers there."""
    try:
        return response.json()
    except ValueError as error:
        parts = response.url
        raise ApiError(
            response.status_code,
            "not_json",
            f"{parts.scheme}://{parts.netloc.decode()} answers, but not as a Vidmill server does. "
            "Check the address.",
        ) from error


def reason_of(status: int) -> str:
    """A status in words."""
    return f"The server answered {status}."


class Transport:
    """Connections to one server and to whatever storage it points at. Safe for threads."""

    def __init__(self, url: str, headers: Mapping[str, str], timeout_seconds: float) -> None:
        self.url = server_address(url)
        self._api = httpx.Client(
            base_url=self.url + "/api/v1", headers=headers, timeout=timeout_seconds, mounts=LOOPBACK
        )
        self._renewal: Renewal | None = None
        # Storage answers a PUT only when it has put the bytes away.
        self.storage = httpx.Client(
            timeout=httpx.Timeout(60, connect=10, read=120), mounts=LOOPBACK, follow_redirects=False
        )

    def close(self) -> None:
        """Close all connections."""
        self._api.close()
        self.storage.close()

    def set_header(self, name: str, value: str) -> None:
        """Send a header with every request to the server from now on."""
        self._api.headers[name] = value

    def go_on_with(self, renewal: Renewal) -> None:
        """Get the next token of the session when the present one has run out."""
        self._renewal = renewal

    def _renewed(self, refused: httpx.Response) -> bool:
        return self._renewal is not None and self._renewal.renew(self._api, refused)

    def request(
        self,
        method: str,
        path: str,
        *,
        json: Any = None,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        repeatable: bool,
        accept: Callable[[int], bool] = lambda status: status < 400,
    ) -> httpx.Response:
        """Send a request, again after faults that pass.

        A request that is not `repeatable` is only sent again if it did not reach the server, or
        came too soon. Raises `ApiError` and `Unreachable`.
        """
        attempt, patience = 0, LIMIT_PATIENCE_SECONDS
        while True:
            last = attempt == ATTEMPTS - 1
            try:
                send = partial(
                    self._api.request, method, path, json=json, params=params, headers=headers
                )
                response = send()
                if self._renewed(response):
                    response = send()
            except httpx.TransportError as error:
                unsent = isinstance(error, (httpx.ConnectError, httpx.ConnectTimeout))
                if last or not (unsent or repeatable):
                    raise self.unreachable(error) from error
            else:
                if accept(response.status_code):
                    return response
                wait = limited_seconds(response)
                if wait is not None and wait <= patience:
                    patience -= max(wait, 1)
                    time.sleep(wait)
                    continue
                passing = wait is None and response.status_code in PASSING_STATUS
                if last or not repeatable or not passing:
                    raise api_error(response)
            time.sleep(pause_seconds(attempt))
            attempt += 1

    @contextmanager
    def stream(self, path: str, *, read_seconds: float, accept: str) -> Generator[httpx.Response]:
        """A GET whose body is read as it comes, sent once. Raises `ApiError`; faults of the
        connection pass through as `httpx.TransportError`."""
        send = partial(
            self._api.stream,
            "GET",
            path,
            timeout=httpx.Timeout(30, read=read_seconds),
            headers={"Accept": accept},
        )
        with ExitStack() as open_responses:
            response = open_responses.enter_context(send())
            if self._renewed(response):
                response = open_responses.enter_context(send())
            if response.status_code >= 400:
                response.read()
                raise api_error(response)
            yield response

    def unreachable(self, error: httpx.TransportError, url: str | None = None) -> Unreachable:
        """What a fault of a connection becomes when it does not pass."""
        reason = str(error) or type(error).__name__
        if url is None:
            return Unreachable(self.url, reason)
        # The rest of a presigned URL is a secret for as long as it holds.
        parts = urlsplit(url)
        return Unreachable(f"{parts.scheme}://{parts.netloc}", reason)
