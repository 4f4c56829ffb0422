"""The one way in which Vidmill asks other people's servers for anything.

Users choose the URL, so the connection is guarded: a name is resolved once, each of its addresses
is checked (`outbound_rules`), and what was checked is what is connected to; TLS is verified for the
name. Redirects are never followed, proxies of the environment are not used, and every answer has a
deadline and a largest size.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    Awaitable,
    Callable,
    Generator,
    Iterable,
    Iterator,
    Mapping,
)
from concurrent.futures import ThreadPoolExecutor
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import cache, partial
from ipaddress import ip_address
from typing import Literal

import httpcore2

from vidmill.errors import VidmillError
from vidmill.outbound_connections import GuardedBackend
from vidmill.outbound_rules import Address, Network, Target, check_address, read_url

#: For one address, and again for TLS; a name's next address is tried after it.
_CONNECT_SECONDS = 5.0
#: Short, since many servers close idle connections after 5 s: one that closes just as a request is
#: sent on it would make that request fail.
_KEEPALIVE_SECONDS = 2.0
#: Resolving blocks a thread for as long as a name server likes.
_RESOLVER_THREADS = 16

Resolver = Callable[[str, int], Awaitable[list[Address]]]
Reason = Literal["dns", "connect", "tls", "timeout", "protocol", "too_large"]


class OutboundFailed(VidmillError):
    """The other server could not be reached, or did not answer properly. Try again later."""

    code = "outbound_failed"
    status = 502

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(detail)
        self.reason: Reason = reason


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered to `post`."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes
    """Its beginning, as much as was asked for."""


@dataclass(frozen=True, slots=True)
class Download:
    """An answer whose body is still arriving."""

    status: int
    headers: dict[str, str]
    """Names in lower case; of a repeated one the last."""
    chunks: AsyncIterable[bytes]
    """Raises `OutboundFailed`."""


class Outbound:
    """Connections to others. `allowed`: networks besides the public internet. `resolve` and `tls`
    replace the system's resolver and certificate authorities."""

    def __init__(
        self,
        *,
        allowed: Iterable[Network] = (),
        resolve: Resolver | None = None,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._allowed = tuple(allowed)
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolver")
        self._resolve = resolve or self._resolve_by_system
        context = tls or _public_authorities()
        # A pool for each scheme: what may be connected to depends on it, and a backend isn't told.
        self._pools = {
            scheme: httpcore2.AsyncConnectionPool(
                ssl_context=context,
                max_connections=None,
                max_keepalive_connections=64,
                keepalive_expiry=_KEEPALIVE_SECONDS,
                network_backend=GuardedBackend(partial(self._addresses, scheme)),
            )
            for scheme in ("http", "https")
        }

    async def aclose(self) -> None:
        for pool in self._pools.values():
            await pool.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def check(self, url: str, *, seconds: float = 10.0) -> Target:
        """The target of a URL that may be used as things are now; a request checks again. Raises
        `UrlRefused`, and `OutboundFailed` if its name can't be resolved."""
        target = read_url(url)
        async with _deadline(seconds):
            await self._addresses(target.scheme, target.host, target.port)
        return target

    async def post(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        body: bytes,
        seconds: float,
        keep_bytes: int,
    ) -> Reply:
        """The answer to a POST that is complete within `seconds`, resolving included. Raises
        `UrlRefused`, `OutboundFailed`."""
        async with _deadline(seconds):
            response = await self._open("POST", url, headers, body, idle_seconds=seconds)
            try:
                kept = await _beginning(response, keep_bytes)
            finally:
                await response.aclose()
            return Reply(response.status, tuple(_decoded(response.headers)), kept)

    @asynccontextmanager
    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str],
        seconds: float,
        idle_seconds: float = 30.0,
        max_bytes: int,
    ) -> AsyncGenerator[Download]:
        """The answer to a GET, whatever its status, as a stream. It ends with `OutboundFailed`
        after `seconds` in all, when nothing arrives for `idle_seconds`, or beyond `max_bytes`.
        Raises `UrlRefused`, `OutboundFailed`."""
        async with _deadline(seconds):
            response = await self._open("GET", url, headers, None, idle_seconds=idle_seconds)
            try:
                answered = {name.lower(): value for name, value in _decoded(response.headers)}
                yield Download(response.status, answered, _chunks(response, max_bytes))
            finally:
                await response.aclose()

    async def _open(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        *,
        idle_seconds: float,
    ) -> httpcore2.Response:
        """The head of the answer; whoever asked closes it."""
        target = read_url(url)
        sent = [("Host", target.host_header), *headers.items()]
        if body is not None:
            sent.append(("Content-Length", str(len(body))))
        timeouts = {"connect": _CONNECT_SECONDS, "read": idle_seconds, "write": idle_seconds}
        request = httpcore2.Request(
            method,
            httpcore2.URL(
                scheme=target.scheme, host=target.host, port=target.port, target=target.path
            ),
            headers=sent,
            content=body,
            extensions={"timeout": timeouts},
        )
        with _failures():
            return await self._pools[target.scheme].handle_async_request(request)

    async def _addresses(self, scheme: str, host: str, port: int) -> list[Address]:
        """Every address of a host, all of them checked."""
        try:
            found = [ip_address(host)]
        except ValueError:
            found = await self._resolve(host, port)
        if not found:
            raise OutboundFailed("dns", f"{host} has no address.")
        for address in found:
            check_address(address, scheme=scheme, port=port, allowed=self._allowed)
        return found

    async def _resolve_by_system(self, host: str, port: int) -> list[Address]:
        loop = asyncio.get_running_loop()
        try:
            found = await loop.run_in_executor(
                self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            )
        except (OSError, UnicodeError) as error:
            raise OutboundFailed("dns", f"{host} could not be resolved to an address.") from error
        # An address with a zone ("fe80::1%eth0") is never public, but must be understood as one.
        return [ip_address(str(entry[4][0])) for entry in found]


@cache
def _public_authorities() -> ssl.SSLContext:
    """The system's; reading them takes tens of milliseconds, once in a process."""
    return ssl.create_default_context()


async def _chunks(response: httpcore2.Response, max_bytes: int) -> AsyncGenerator[bytes]:
    """A body as it arrives, up to a size."""
    received = 0
    with _failures():
        async for chunk in response.aiter_stream():
            received += len(chunk)
            if received > max_bytes:
                raise OutboundFailed("too_large", f"The answer is larger than {max_bytes} bytes.")
            yield chunk


async def _beginning(response: httpcore2.Response, size: int) -> bytes:
    """The first bytes of a body. Of a longer one the rest is not read: its connection is closed."""
    kept = bytearray()
    with _failures():
        async with aclosing(response.aiter_stream()) as chunks:
            async for chunk in chunks:
                kept += chunk
                if len(kept) > size:
                    break
    return bytes(kept[:size])


@asynccontextmanager
async def _deadline(seconds: float) -> AsyncGenerator[None]:
    limit = asyncio.timeout(seconds)
    try:
        async with limit:
            yield
    except TimeoutError as error:
        if not limit.expired():
            raise
        raise OutboundFailed("timeout", f"There was no full answer in {seconds:g} s.") from error


@contextmanager
def _failures() -> Generator[None]:
    """Tells in our words why a connection failed."""
    try:
        yield
    except httpcore2.TimeoutException as error:
        raise OutboundFailed("timeout", "The server did not answer in time.") from error
    except httpcore2.ProtocolError as error:
        raise OutboundFailed("protocol", f"The answer is not proper HTTP: {error}") from error
    except (httpcore2.NetworkError, OSError) as error:
        # The pool raises its errors anew, "from None".
        if isinstance(error.__context__, ssl.SSLError):
            raise OutboundFailed("tls", f"TLS failed: {error.__context__}") from error
        text = "The connection was refused or broke."
        raise OutboundFailed("connect", text) from error


def _decoded(headers: Iterable[tuple[bytes, bytes]]) -> Iterator[tuple[str, str]]:
    for name, value in headers:
        yield name.decode("latin-1"), value.decode("latin-1")
