"""Rate limits as clients meet them: what they are told, what is never limited, and that nothing
else suffers when Redis is away."""

from __future__ import annotations

import asyncio
import logging
import os
import re
import signal
import time
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial

import httpx
import pytest

from vidmill.db import api_keys
from vidmill.users import new_api_key
from vidmill_stack.pytest_plugin import MakeSettings, Servers

from .running import V1, Account, Service, eventually, problem, serve

Serve = Callable[..., AbstractAsyncContextManager[Service]]

JOBS = V1 + "/jobs"


@pytest.fixture
def limited(make_settings: MakeSettings) -> Serve:
    """The API with rate limits, slow enough that tests see every step of them."""

    @asynccontextmanager
    async def running(**limits: float) -> AsyncGenerator[Service]:
        usual: dict[str, float] = {"rate_limit_per_second": 0.5, "rate_limit_burst": 3}
        async with serve(make_settings(**{**usual, **limits})) as service:
            yield service

    return running


async def statuses(http: httpx.AsyncClient, count: int, path: str = JOBS) -> list[int]:
    return [(await http.get(path)).status_code for _ in range(count)]


async def refuses(http: httpx.AsyncClient) -> bool:
    return (await http.get(JOBS)).status_code == 429


async def test_what_a_client_is_told(limited: Serve) -> None:
    async with limited() as service, service.client(await service.account()) as http:
        replies = [await http.get(JOBS) for _ in range(4)]
        refused = replies[-1]
        assert [reply.status_code for reply in replies] == [200, 200, 200, 429]
        for reply in replies:
            assert reply.headers["ratelimit-policy"] == '"user";q=3;w=6, "ip";q=100;w=2'
        told = [reply.headers["ratelimit"] for reply in replies]
        assert [re.sub(r", .*", "", one) for one in told] == [
            '"user";r=2;t=2', '"user";r=1;t=4', '"user";r=0;t=6', '"user";r=0;t=6',
        ]  # fmt: skip
        body = problem(refused, 429, "rate_limited")
        assert body["detail"] == (
            "Your account sends too many requests. Wait 2 seconds, then try again."
        )
        assert refused.headers["retry-after"] == "2"
        begun = time.monotonic()
        await asyncio.sleep(2)
        assert (await http.get(JOBS)).status_code == 200, "what is promised is kept"
        assert time.monotonic() - begun < 3
        metrics = (await http.get(V1 + "/metrics")).text
        assert 'api_rate_limit_exceeded_total{policy="user"} 1.0' in metrics
        assert "rate_limiter_unavailable 0.0" in metrics


async def test_each_account_has_its_own_and_all_its_keys_share_it(limited: Serve) -> None:
    async with limited() as service:
        ada, bob = await service.account(), await service.account()
        second = new_api_key()
        await api_keys.store_api_key(
            service.context.db, owner_id=ada.user.id, name="second", key=second
        )
        async with service.client(ada) as http, service.client(bob) as his:
            assert await statuses(http, 2) == [200, 200]
            other = Account(ada.user, ada.password, second)
            async with service.client(other) as hers:
                assert await statuses(hers, 2) == [200, 429]
            assert await statuses(http, 1) == [429]
            assert await statuses(his, 3) == [200, 200, 200]


async def test_a_key_has_its_requests_an_hour(limited: Serve) -> None:
    async with limited(rate_limit_per_second=100, rate_limit_burst=100) as service:
        ada = await service.account()
        key = new_api_key()
        await api_keys.store_api_key(
            service.context.db, owner_id=ada.user.id, name="2", key=key, hourly_limit=2
        )
        async with service.client(Account(ada.user, ada.password, key)) as http:
            assert await statuses(http, 2) == [200, 200]
            reply = await http.get(JOBS)
            body = problem(reply, 429, "rate_limited")
            assert body["detail"].startswith("This API key is good for 2 requests an hour. Wait 1")
            assert 1790 < int(reply.headers["retry-after"]) <= 1800
            assert '"key-hour";q=2;w=3600' in reply.headers["ratelimit-policy"]
            assert '"key-hour";r=0;t=' in reply.headers["ratelimit"]
        async with service.client(ada) as http:
            assert await statuses(http, 2) == [200, 200]


async def test_guesses_count_against_the_address_and_are_not_judged_for_ever(
    limited: Serve,
) -> None:
    async with limited(rate_limit_ip_per_second=0.01, rate_limit_ip_burst=3) as service:
        ada = await service.account()
        async with service.client() as nobody, service.client(ada) as http:
            guess = {"X-API-Key": new_api_key()}
            for _ in range(3):
                problem(await nobody.get(JOBS, headers=guess), 401, "unauthenticated")
            for one in (nobody, http):  # a right guess looks like a wrong one by now
                reply = await one.get(JOBS, headers=guess if one is nobody else {})
                problem(reply, 429, "rate_limited")
                assert 90 < int(reply.headers["retry-after"]) <= 100
            elsewhere = {"X-Forwarded-For": "2001:db8:1:2::3"}
            problem(await nobody.get(JOBS, headers={**guess, **elsewhere}), 401, "unauthenticated")
            neighbour = {"X-Forwarded-For": "2001:db8:1:2:ffff::"}
            assert (
                (await http.get(JOBS, headers=neighbour))
                .headers["ratelimit"]
                .endswith('"ip";r=1;t=200')
            ), "a network of IPv6 has one bucket"


async def test_sign_ins_are_bounded_for_account_and_address(limited: Serve) -> None:
    limits = {"rate_limit_sign_ins_per_minute": 3}
    async with limited(**limits) as service, service.client() as http:
        ada = await service.account()
        login = V1 + "/auth/login"

        def address_of(number: int) -> dict[str, str]:
            return {"X-Forwarded-For": f"192.0.2.{number}"}

        async def attempt(email: str, password: str, number: int) -> httpx.Response:
            body = {"email": email, "password": password}
            return await http.post(login, json=body, headers=address_of(number))

        for n in range(3):
            reply = await attempt(ada.user.email, f"guess {n}", n)
            problem(reply, 401, "invalid_credentials")
        reply = await attempt(ada.user.email.upper(), ada.password, 9)
        body = problem(reply, 429, "rate_limited")
        assert body["detail"].startswith("There were too many tries to sign in. Wait ")
        assert 18 <= int(reply.headers["retry-after"]) <= 20
        for n in range(3):
            reply = await attempt(f"nobody{n}@example.com", "guess", 77)
            problem(reply, 401, "invalid_credentials")
        reply = await attempt("nobody@example.com", "guess", 77)
        problem(reply, 429, "rate_limited")
        assert '"sign-in-ip";r=0;t=' in reply.headers["ratelimit"]
        new = {"email": "new@example.com", "password": "correct horse battery"}
        reply = await http.post(V1 + "/auth/register", json=new, headers=address_of(77))
        problem(reply, 429, "rate_limited")
        change = {"old_password": ada.password, "new_password": "another horse battery"}
        reply = await http.post(
            V1 + "/auth/password", json=change, headers={**address_of(9), **ada.headers}
        )
        problem(reply, 429, "rate_limited")


async def test_what_is_never_limited(limited: Serve) -> None:
    limits = {"rate_limit_ip_per_second": 0.01, "rate_limit_ip_burst": 1}
    async with limited(**limits) as service, service.client() as http:
        await http.get(JOBS)
        problem(await http.get(JOBS), 429, "rate_limited")
        for path in ("/health", V1 + "/health", V1 + "/health/db", "/metrics", "/openapi.json"):
            replies = [await http.get(path) for _ in range(3)]
            assert {reply.status_code for reply in replies} == {200}
            assert "ratelimit" not in replies[0].headers
        playing = [await http.get("/media/token/master.m3u8") for _ in range(3)]
        assert {reply.status_code for reply in playing} == {404}
        asked = {"Origin": "http://127.0.0.1:3000", "Access-Control-Request-Method": "POST"}
        allowed = [
            await http.options(
                JOBS, headers={**asked, "Origin": service.context.settings.cors_origins[0]}
            )
            for _ in range(3)
        ]
        assert {reply.status_code for reply in allowed} == {200}


async def test_without_redis_nothing_is_limited_and_nothing_waits(
    limited: Serve,
    servers: Servers,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("vidmill.rate_limits.RETRY_SECONDS", 1.0)
    caplog.set_level(logging.INFO, "vidmill.rate_limits")
    async with limited() as service:
        for hangs in (True, False):
            async with service.client(await service.account()) as http:
                await http.get(JOBS)
                if hangs:
                    os.kill(servers.valkey.pid, signal.SIGSTOP)
                else:
                    servers.valkey.kill()
                begun = time.monotonic()
                assert await statuses(http, 10) == [200] * 10
                assert time.monotonic() - begun < 1, "one request waited for Redis, not each"
                assert "rate_limiter_unavailable 1.0" in (await http.get("/metrics")).text
                if hangs:
                    os.kill(servers.valkey.pid, signal.SIGCONT)
                else:
                    servers.valkey.start()
                await eventually(partial(refuses, http))
                assert "rate_limiter_unavailable 0.0" in (await http.get("/metrics")).text
        told = [record.message for record in caplog.records if record.name == "vidmill.rate_limits"]
        assert [message.split(";")[0] for message in told] == [
            "rate limiter unavailable",
            "rate limiter available again",
        ] * 2
