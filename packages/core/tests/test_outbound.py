"""Requests to others' servers, over real connections; only the names' addresses are made up."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from ipaddress import ip_address
from pathlib import Path

import pytest

from vidmill.outbound import Outbound, OutboundFailed
from vidmill.outbound_rules import Address, UrlRefused, read_networks

from .receivers import answering, certify, listen

LOOPBACK = read_networks("127.0.0.0/8")
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Seen: yes\r\n\r\nok"


class Names:
    """A name server whose answers change with every question; the last one stays."""

    def __init__(self, *answers: str) -> None:
        self.answers = [answer.split() for answer in answers]
        self.asked = 0

    async def __call__(self, host: str, port: int) -> list[Address]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [ip_address(address) for address in answer]


@pytest.fixture
async def outbound() -> AsyncGenerator[Outbound]:
    client = Outbound(allowed=LOOPBACK)
    yield client
    await client.aclose()


async def post(client: Outbound, url: str, *, seconds: float = 5, keep: int = 1024) -> int:
    reply = await client.post(url, headers={}, body=b"{}", seconds=seconds, keep_bytes=keep)
    return reply.status


async def failing(client: Outbound, url: str, *, seconds: float = 5) -> str:
    with pytest.raises(OutboundFailed) as raised:
        await post(client, url, seconds=seconds)
    return raised.value.reason


async def broken_off(
    client: Outbound,
    url: str,
    *,
    seconds: float = 5,
    idle_seconds: float = 5,
    max_bytes: int = 100,
) -> str:
    async def read() -> None:
        async with client.get(
            url, headers={}, seconds=seconds, idle_seconds=idle_seconds, max_bytes=max_bytes
        ) as download:
            async for _ in download.chunks:
                pass

    with pytest.raises(OutboundFailed) as raised:
        await read()
    return raised.value.reason


async def test_an_answer_is_kept_up_to_a_size(outbound: Outbound) -> None:
    async with listen(answering(OK)) as receiver:
        reply = await outbound.post(
            receiver.url, headers={"X-Kind": "test"}, body=b"abc", seconds=5, keep_bytes=1
        )
    assert (reply.status, reply.body) == (200, b"o")
    assert ("X-Seen", "yes") in reply.headers
    assert receiver.bodies == [b"abc"]
    assert b"X-Kind: test\r\n" in receiver.heads[0]
    assert f"Host: 127.0.0.1:{receiver.port}\r\n".encode() in receiver.heads[0]


async def test_loopback_is_not_allowed_by_default() -> None:
    client = Outbound()
    async with listen(answering(OK)) as receiver:
        for url in (
            receiver.url,
            f"https://127.0.0.1:{receiver.port}/",
            f"https://localhost:{receiver.port}/",
            f"https://localhost.:{receiver.port}/",
            f"https://[::ffff:127.0.0.1]:{receiver.port}/",
        ):
            for ask in (post(client, url), client.check(url)):
                with pytest.raises(UrlRefused):
                    await ask
    assert receiver.connections == 0
    await client.aclose()


async def test_an_answer_of_dns_that_changes_after_the_check_is_checked_again() -> None:
    names = Names("8.8.8.8", "127.0.0.1")
    client = Outbound(resolve=names)
    async with listen(answering(OK)) as receiver:
        url = f"https://rebinding.example:{receiver.port}/"
        await client.check(url)
        with pytest.raises(UrlRefused):
            await post(client, url)
    assert (names.asked, receiver.connections) == (2, 0)
    await client.aclose()


async def test_the_address_that_was_checked_is_the_one_connected_to() -> None:
    names = Names("127.0.0.1", "127.0.0.2")
    client = Outbound(allowed=read_networks("127.0.0.1/32"), resolve=names)
    async with listen(answering(OK)) as receiver:
        assert await post(client, f"http://receiver.example:{receiver.port}/") == 200
    assert (names.asked, receiver.connections) == (1, 1)
    await client.aclose()


@pytest.mark.parametrize("answer", ["8.8.8.8 127.0.0.1", "127.0.0.1 8.8.8.8", "::1", "fe80::1%lo"])
async def test_one_address_inside_is_enough_to_be_refused(answer: str) -> None:
    client = Outbound(resolve=Names(answer))
    async with listen(answering(OK)) as receiver:
        with pytest.raises(UrlRefused):
            await post(client, f"https://mixed.example:{receiver.port}/")
    assert receiver.connections == 0
    await client.aclose()


async def test_a_dead_address_gives_way_to_the_next() -> None:
    client = Outbound(allowed=LOOPBACK, resolve=Names("127.0.0.9 127.0.0.1"))
    async with listen(answering(OK)) as receiver:
        assert await post(client, f"http://two.example:{receiver.port}/") == 200
    await client.aclose()


async def test_a_name_without_an_address_says_so(outbound: Outbound) -> None:
    assert await failing(outbound, "https://nowhere.invalid/") == "dns"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
async def test_a_redirect_is_an_answer_and_is_not_followed(outbound: Outbound, status: int) -> None:
    async with listen(answering(OK)) as secret:
        moved = f"HTTP/1.1 {status} Moved\r\nLocation: {secret.url}\r\nContent-Length: 0\r\n\r\n"
        async with listen(answering(moved.encode())) as receiver:
            assert await post(outbound, receiver.url) == status
    assert secret.connections == 0


async def test_proxies_of_the_environment_are_not_used(
    outbound: Outbound, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listen(answering(OK)) as proxy, listen(answering(OK)) as receiver:
        for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
            monkeypatch.setenv(name.lower(), f"http://127.0.0.1:{proxy.port}")
        fresh = Outbound(allowed=LOOPBACK)
        assert await post(fresh, receiver.url) == 200
        await fresh.aclose()
    assert (proxy.connections, receiver.connections) == (0, 1)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 200 OK\r\nX-Slow: " + b"a" * 1000,
        b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n" + b"a" * 1000,
        b"HTTP/1.1 100 Continue\r\n\r\n" * 100,
    ],
)
async def test_a_byte_now_and_then_does_not_move_the_deadline(
    outbound: Outbound, answer: bytes
) -> None:
    async with listen(answering(answer, pause=0.02)) as receiver:
        began = time.monotonic()
        assert await failing(outbound, receiver.url, seconds=0.3) == "timeout"
        assert time.monotonic() - began < 2


async def test_silence_ends_at_the_deadline_at_every_stage(tmp_path: Path) -> None:
    async def never(host: str, port: int) -> list[Address]:
        await asyncio.sleep(60)
        return []

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await asyncio.sleep(60)

    deaf = Outbound(resolve=never)
    assert await failing(deaf, "https://slow-dns.example/", seconds=0.1) == "timeout"
    client = Outbound(allowed=LOOPBACK)
    async with listen(silent) as receiver:
        assert await failing(client, receiver.url, seconds=0.1) == "timeout"
        no_tls = f"https://127.0.0.1:{receiver.port}/"
        assert await failing(client, no_tls, seconds=0.1) == "timeout"
    for each in (deaf, client):
        await each.aclose()


async def test_huge_heads_and_bad_answers_fail(outbound: Outbound) -> None:
    huge = b"HTTP/1.1 200 OK\r\n" + b"".join(b"X-%d: %s\r\n" % (i, b"a" * 990) for i in range(500))
    for answer in (huge + b"\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 10**6, b"SSH-2.0-x\r\n\r\n"):
        async with listen(answering(answer)) as receiver:
            assert await failing(outbound, receiver.url) == "protocol"
    async with listen(answering(OK.replace(b": 2", b": 9"), close=True)) as receiver:
        assert await failing(outbound, receiver.url) == "protocol"
    async with listen(answering(b"", close=True)) as receiver:
        assert await failing(outbound, receiver.url) == "protocol"
    assert await failing(outbound, receiver.url) == "connect"


async def test_an_endless_body_is_read_no_further_than_is_kept(outbound: Outbound) -> None:
    sent = 0

    async def endless(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal sent
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            writer.write(b"a" * 65536)
            await writer.drain()
            sent += 65536

    async with listen(endless) as receiver:
        assert await post(outbound, receiver.url) == 200
        await asyncio.sleep(0.05)
        stopped_at = sent
        await asyncio.sleep(0.05)
        assert sent == stopped_at


async def test_connections_are_kept_for_a_while_and_a_closed_one_is_replaced(
    outbound: Outbound,
) -> None:
    async with listen(answering(OK)) as receiver:
        for _ in range(3):
            await post(outbound, receiver.url)
        assert receiver.connections == 1
    async with listen(answering(OK, close=True)) as receiver:
        for _ in range(3):
            assert await post(outbound, receiver.url) == 200
            await asyncio.sleep(0.02)
        assert receiver.connections == 3


async def test_tls_is_for_the_name_at_the_checked_address(tmp_path: Path) -> None:
    server, trusted = certify(tmp_path, "receiver.example")
    client = Outbound(allowed=LOOPBACK, resolve=Names("127.0.0.1"), tls=trusted)
    async with listen(answering(OK), server) as receiver:
        assert await post(client, f"https://receiver.example:{receiver.port}/") == 200
        assert receiver.names == ["receiver.example"]
        assert f"Host: receiver.example:{receiver.port}".encode() in receiver.heads[0]
        assert await failing(client, f"https://other.example:{receiver.port}/") == "tls"
        assert await failing(client, f"https://127.0.0.1:{receiver.port}/") == "tls"
        stranger = Outbound(allowed=LOOPBACK, resolve=Names("127.0.0.1"))
        assert await failing(stranger, f"https://receiver.example:{receiver.port}/") == "tls"
    assert len(receiver.bodies) == 1
    for each in (client, stranger):
        await each.aclose()


async def test_a_download_streams_a_range_and_stops_at_its_size(outbound: Outbound) -> None:
    part = b"HTTP/1.1 206 Partial\r\nContent-Range: bytes 5-9/10\r\nContent-Length: 5\r\n\r\n56789"
    async with listen(answering(part)) as receiver:
        headers = {"Range": "bytes=5-"}
        async with outbound.get(receiver.url, headers=headers, seconds=5, max_bytes=5) as download:
            assert (download.status, download.headers["content-range"]) == (206, "bytes 5-9/10")
            assert b"".join([chunk async for chunk in download.chunks]) == b"56789"
        assert b"Range: bytes=5-\r\n" in receiver.heads[0]
        assert await broken_off(outbound, receiver.url, max_bytes=4) == "too_large"


async def test_a_download_that_falls_silent_ends(outbound: Outbound) -> None:
    begun = b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01"
    async with listen(answering(begun)) as receiver:
        for seconds, idle in ((5.0, 0.1), (0.1, 5.0)):
            reason = await broken_off(outbound, receiver.url, seconds=seconds, idle_seconds=idle)
            assert reason == "timeout"


async def test_the_reader_of_a_download_keeps_its_own_errors(outbound: Outbound) -> None:
    async with listen(answering(OK)) as receiver:
        for error in (OSError("disk full"), TimeoutError("mine")):
            with pytest.raises(type(error), match=str(error)):
                async with outbound.get(receiver.url, headers={}, seconds=5, max_bytes=9):
                    raise error
