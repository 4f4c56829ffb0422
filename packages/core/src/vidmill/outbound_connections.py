"""Connections for httpcore2 that go to checked addresses only."""

from __future__ import annotations

import ssl
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, cast

import httpcore2

from vidmill.outbound_rules import Address

_MOST_ADDRESSES = 4


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Asks `addresses` (of a host and port) where to connect; httpcore2 itself only knows the name,
    which TLS is verified for."""

    def __init__(self, addresses: Callable[[str, int], Awaitable[list[Address]]]) -> None:
        self._addresses = addresses
        # Its type in the package is of its being there or not.
        self._network = cast("httpcore2.AsyncNetworkBackend", httpcore2.AnyIOBackend())

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        failure: Exception | None = None
        for address in (await self._addresses(host, port))[:_MOST_ADDRESSES]:
            try:
                stream = await self._network.connect_tcp(
                    str(address), port, timeout, local_address, socket_options
                )
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error  # The next address may do.
            else:
                return _Stream(stream)
        raise failure or httpcore2.ConnectError


class _Stream(httpcore2.AsyncNetworkStream):
    """A connection that also closes when it is given up in the middle of TLS's handshake, which
    httpcore2 (2.16) leaves open."""

    def __init__(self, stream: httpcore2.AsyncNetworkStream) -> None:
        self._stream = stream

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109
    ) -> httpcore2.AsyncNetworkStream:
        try:
            return await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except BaseException:
            await self._stream.aclose()
            raise

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109
        return await self._stream.read(max_bytes, timeout)

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        await self._stream.aclose()

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
