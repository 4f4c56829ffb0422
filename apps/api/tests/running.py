"""The API as it is deployed, and what its clients do; shared by the tests."""

from __future__ import annotations

import asyncio
import hashlib
import socket
import ssl
import time
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
from argon2 import PasswordHasher

from vidmill.db import accounts, api_keys
from vidmill.ids import new_id
from vidmill.settings import Settings
from vidmill.users import Role, User, new_api_key
from vidmill_api.__main__ import SHUTDOWN_SECONDS, Server, make_server
from vidmill_api.context import Context

Json = dict[str, Any]

V1 = "/api/v1"
MIB = 1024**2
#: All is plain HTTP here, and reading the system's would take each client 30 ms.
NO_AUTHORITIES = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Account:
    """A user with what they sign in with."""

    user: User
    password: str
    key: str

    @property
    def headers(self) -> dict[str, str]:
        return {"X-API-Key": self.key}


@cache
def hashed(password: str) -> str:
    """Once a session: it takes tens of milliseconds, by design."""
    return PasswordHasher().hash(password)


class Service:
    """The API as it is deployed: its own uvicorn, reached over a socket."""

    def __init__(self, server: PromptServer, address: tuple[str, int]) -> None:
        self._server = server
        self.app = server.app
        self.context: Context = server.app.state.context
        self.address = address
        self.url = "http://{}:{}".format(*address)

    def stop(self) -> None:
        """Begin to end, as SIGTERM makes it (which uvicorn would pass on to pytest)."""
        self.context.feed.end_streams()
        self._server.end()

    @asynccontextmanager
    async def client(
        self, account: Account | None = None, **options: Any
    ) -> AsyncGenerator[httpx.AsyncClient]:
        headers = {**(account.headers if account else {}), **options.pop("headers", {})}
        async with httpx.AsyncClient(
            base_url=self.url,
            headers=headers,
            timeout=20,
            trust_env=False,
            verify=NO_AUTHORITIES,
            **options,
        ) as client:
            yield client

    async def account(self, role: Role = Role.USER) -> Account:
        key = new_api_key()
        user = await accounts.create_user(
            self.context.db,
            email=f"{new_id()}@example.com",
            password_hash=hashed(PASSWORD),
            role=role,
        )
        assert user is not None
        await api_keys.store_api_key(self.context.db, owner_id=user.id, name="test", key=key)
        return Account(user, PASSWORD, key)


class PromptServer(Server):
    """Ends as soon as nothing is under way, where uvicorn looks every tenth of a second."""

    def end(self) -> None:
        self._ended.set()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._ended = asyncio.Event()
        await super().startup(sockets)

    async def main_loop(self) -> None:
        await self.on_tick(0)
        await self._ended.wait()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        async with asyncio.timeout(SHUTDOWN_SECONDS):
            state = self.server_state
            while state.connections or state.tasks:  # noqa: ASYNC110  # uvicorn has no event for it
                await asyncio.sleep(0.002)
        await self.lifespan.shutdown()


@asynccontextmanager
async def serve(settings: Settings) -> AsyncGenerator[Service]:
    """The API on a free port, until the block ends."""
    server = make_server(settings, PromptServer)
    # asyncio sends without delay only on sockets that say that they are of TCP: each answer would
    # wait 40 ms for the client's acknowledgement.
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:
            assert not serving.done(), "the service did not start"
            await asyncio.sleep(0.002)
        service = Service(server, listener.getsockname())
        try:
            yield service
        finally:
            service.stop()
            await serving


def problem(reply: httpx.Response, status: int, code: str) -> Json:
    """An error as the API promises it; returns the document."""
    assert (reply.status_code, reply.headers["content-type"]) == (
        status,
        "application/problem+json",
    ), reply.text
    body = reply.json()
    assert body["status"] == status
    assert body["code"] == code, body
    assert body["type"] == f"urn:vidmill:problem:{code}"
    assert body["detail"].endswith((".", "!")), "people read the detail"
    assert body["title"]
    return body


async def upload(http: httpx.AsyncClient, content: bytes = b"a video", **fields: Any) -> Json:
    """A file, sent and completed; returns the upload."""
    reply = await http.post(
        V1 + "/uploads", json={"filename": "clip.mp4", "size": len(content), **fields}
    )
    assert reply.status_code == 201, reply.text
    created = reply.json()
    async with httpx.AsyncClient(trust_env=False, verify=NO_AUTHORITIES) as s3:
        put = await s3.put(created["url"], content=content, headers=created["headers"])
        assert put.status_code == 200, put.text
    done = await http.post(f"{V1}/uploads/{created['id']}/complete")
    assert done.status_code == 200, done.text
    return done.json()


async def post_job(http: httpx.AsyncClient, video_id: str, **fields: Any) -> Json:
    reply = await http.post(V1 + "/jobs", json={"video_id": video_id, **fields})
    assert reply.status_code == 202, reply.text
    return reply.json()


def content_of(size: int, seed: str = "") -> bytes:
    """Bytes that no other seed gives."""
    block = hashlib.sha256(seed.encode()).digest()
    return (block * (size // len(block) + 1))[:size]


async def eventually(check: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Returns as soon as the check holds."""
    deadline = time.monotonic() + seconds
    while not await check():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        await asyncio.sleep(0.02)
