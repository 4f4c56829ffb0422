"""The service as its supervisor sees it: a process, its log, its end."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import cast

import httpx
import orjson
from pydantic import SecretStr

from vidmill.settings import Settings
from vidmill_stack.ephemeral import reserved_ports
from vidmill_stack.pytest_plugin import MakeSettings, Servers

from .running import V1, eventually, post_job, upload


def environment(settings: Settings) -> dict[str, str]:
    """What a process needs in its environment to have these settings."""
    given: dict[str, object] = {name: value for name, value in settings if value is not None}
    return {**os.environ, **{name.upper(): text(value) for name, value in given.items()}}


def text(value: object) -> str:
    if isinstance(value, tuple):
        return ",".join(map(str, cast("tuple[object, ...]", value)))
    return value.get_secret_value() if isinstance(value, SecretStr) else str(value)


@asynccontextmanager
async def running(settings: Settings) -> AsyncGenerator[asyncio.subprocess.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "vidmill_api",
        env=environment(settings),
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_serves_logs_and_ends(make_settings: MakeSettings, servers: Servers) -> None:
    with reserved_ports() as port:
        await serves_logs_and_ends(make_settings(api_port=port), servers)


async def serves_logs_and_ends(settings: Settings, servers: Servers) -> None:
    url = f"http://{settings.api_host}:{settings.api_port}"
    headers = {"X-API-Key": servers.secrets.admin_api_key, "X-Request-ID": "from-the-client"}
    async with (
        running(settings) as process,
        httpx.AsyncClient(base_url=url, headers=headers, timeout=20, trust_env=False) as http,
    ):

        async def answers() -> bool:
            try:
                return (await http.get("/health")).status_code == 200
            except httpx.ConnectError:
                return False

        await eventually(answers)
        job = await post_job(http, (await upload(http))["video_id"])
        async with http.stream("GET", f"{V1}/jobs/{job['id']}/events") as stream:
            lines = stream.aiter_lines()
            assert await anext(lines) == "event: job"
            begun = time.monotonic()
            process.send_signal(signal.SIGTERM)
            async for _ in lines:
                pass
        _, log = await process.communicate()
        assert time.monotonic() - begun < 5, "an open stream keeps nobody waiting"
        assert process.returncode in {0, -signal.SIGTERM}
    records = [orjson.loads(line) for line in log.splitlines()]
    assert {record["service"] for record in records} == {"api"}
    [accepted] = [record for record in records if record["message"] == "job accepted"]
    assert (accepted["request_id"], accepted["job_id"]) == ("from-the-client", job["id"])
    answered = [record for record in records if record["message"] == "request"]
    assert {(r["method"], r["endpoint"], r["status"]) for r in answered} >= {
        ("POST", "/api/v1/jobs", 202),
        ("GET", "/api/v1/jobs/{job_id:uuid}/events", 200),
    }
    assert servers.secrets.admin_api_key not in log.decode()
