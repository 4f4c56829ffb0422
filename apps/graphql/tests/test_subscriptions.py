"""Subscriptions over graphql-transport-ws, by a client of the websockets library, with Valkey."""

from __future__ import annotations

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.typing import Origin, Subprotocol

from vidmill.db.jobs import cancel_job
from vidmill.queue import Queue
from vidmill.settings import Settings
from vidmill_graphql import sockets
from vidmill_graphql.app import create_app
from vidmill_stack.pytest_plugin import Servers

PROTOCOL = Subprotocol("graphql-transport-ws")
WATCH = "subscription($id: ID!) { jobProgress(id: $id) { id status progress tasks { status } } }"


@pytest.fixture
async def url(settings: Settings) -> AsyncGenerator[str]:
    """The service with its own uvicorn, as it is deployed."""
    config = uvicorn.Config(create_app(settings), log_config=None, ws="websockets-sansio")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        serving = asyncio.create_task(server.serve([listener]))
        while not server.started:  # noqa: ASYNC110  # uvicorn has no event for it
            await asyncio.sleep(0.01)
        yield "ws://{}:{}/query".format(*listener.getsockname())
        server.should_exit = True
        await serving


@pytest.fixture
async def queue(settings: Settings) -> AsyncGenerator[Queue]:
    made = Queue(settings.redis_url.get_secret_value())
    yield made
    await made.close()


async def say(ws: ClientConnection, **message: Any) -> None:
    await ws.send(json.dumps(message))


async def hear(ws: ClientConnection) -> Any:
    async with asyncio.timeout(15):
        return json.loads(await ws.recv())


@asynccontextmanager
async def opened(url: str, key: str) -> AsyncGenerator[ClientConnection]:
    async with connect(url, subprotocols=[PROTOCOL], proxy=None) as ws:
        await say(ws, type="connection_init", payload={"X-API-Key": key})
        assert await hear(ws) == {"type": "connection_ack"}
        yield ws


async def watch(ws: ClientConnection, job_id: object, name: str = "1") -> None:
    payload = {"query": WATCH, "variables": {"id": str(job_id)}}
    await say(ws, type="subscribe", id=name, payload=payload)


async def test_a_job_is_told_of_until_it_has_ended(
    url: str, data: Any, queue: Queue, servers: Servers
) -> None:
    user, key = await data.user()
    job_id = await data.job(user)
    async with opened(url, key) as ws:
        await watch(ws, job_id)
        first = (await hear(ws))["payload"]["data"]["jobProgress"]
        assert (first["id"], first["status"]) == (str(job_id), "QUEUED")
        [task] = await data._tasks(job_id)
        await data._claim(task)
        queue.announce(job_id, user.id)
        seen = (await hear(ws))["payload"]["data"]["jobProgress"]
        assert (seen["status"], seen["tasks"]) == ("PROCESSING", [{"status": "RUNNING"}])
        # Without Redis it is looked at now and then.
        servers.valkey.stop()
        try:
            await cancel_job(data.db, job_id, purge_after_seconds=0)
            seen = (await hear(ws))["payload"]["data"]["jobProgress"]
            assert seen["status"] == "CANCELLED"
            assert await hear(ws) == {"id": "1", "type": "complete"}
        finally:
            servers.valkey.start()


async def test_others_jobs_and_queries_are_refused(url: str, data: Any) -> None:
    user, _ = await data.user()
    job_id = await data.job(user)
    _, stranger = await data.user()
    async with opened(url, stranger) as ws:
        for name, wanted in (("1", job_id), ("2", "nonsense")):
            await watch(ws, wanted, name)
            answer = await hear(ws)
            errors = answer["payload"] if answer["type"] == "error" else answer["payload"]["errors"]
            assert (answer["id"], errors[0]["extensions"]["code"]) == (name, "not_found")
            if answer["type"] == "next":
                assert (await hear(ws))["type"] == "complete"
        await say(ws, type="subscribe", id="3", payload={"query": "{ me { id } }"})
        answer = await hear(ws)
        assert (answer["type"], answer["id"]) == ("error", "3")
        assert "POST /query" in answer["payload"][0]["message"]
        empty = 'subscription { jobProgress(id: "x") { } }'
        await say(ws, type="subscribe", id="4", payload={"query": empty})
        answer = await hear(ws)
        assert (answer["type"], answer["id"]) == ("error", "4")
        assert "The selection of 'jobProgress' is empty" in answer["payload"][0]["message"]


async def test_nobody_and_foreign_pages_get_no_connection(url: str, data: Any) -> None:
    _, key = await data.user()
    for payload in ({}, {"X-API-Key": "vm_wrong"}, {"Authorization": "Bearer x"}):
        async with connect(url, subprotocols=[PROTOCOL], proxy=None) as ws:
            await say(ws, type="connection_init", payload=payload)
            with pytest.raises(ConnectionClosed) as closed:
                await hear(ws)
            assert closed.value.rcvd is not None
            assert closed.value.rcvd.code == 4403
    with pytest.raises(InvalidStatus):
        async with connect(
            url, subprotocols=[PROTOCOL], proxy=None, origin=Origin("https://evil.example"),
            additional_headers={"X-API-Key": key},
        ):  # fmt: skip
            pass


async def test_connections_have_limits(
    url: str, data: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "MAX_CONNECTIONS_A_USER", 1)
    monkeypatch.setattr(sockets, "IDLE_SECONDS", 0.3)
    _, key = await data.user()
    async with opened(url, key) as ws:
        with pytest.raises(ConnectionClosed):
            async with opened(url, key):
                pass
        with pytest.raises(ConnectionClosed) as closed:
            await hear(ws)
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.reason == "Idle"
    async with opened(url, key):
        pass
