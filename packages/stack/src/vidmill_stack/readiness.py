"""Whether a program of the stack can do its work: one question each, answered within seconds."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable

import httpx
import psycopg
import redis

Probe = Callable[[], bool]

ANSWER_SECONDS = 2.0
#: Between two questions: soon at first, for most answers come soon; then less and less often, so
#: that a program that cannot answer does not fill its log with being asked.
FIRST_POLL_SECONDS, LAST_POLL_SECONDS, POLL_GROWTH = 0.02, 0.5, 1.2


def postgres_ready(url: str) -> bool:
    """Whether PostgreSQL takes a login and answers a query; false during recovery."""
    try:
        with psycopg.connect(url, connect_timeout=int(ANSWER_SECONDS)) as connection:
            connection.execute("SELECT 1")
    except psycopg.Error:
        return False
    return True


def valkey_ready(url: str) -> bool:
    """Whether Valkey answers; false while it loads its file."""
    client = redis.Redis.from_url(url, socket_timeout=ANSWER_SECONDS, retry=None)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def port_open(port: int) -> bool:
    """Whether somebody takes connections on a local port."""
    try:
        socket.create_connection(("127.0.0.1", port), ANSWER_SECONDS).close()
    except OSError:
        return False
    return True


def http_ready(url: str) -> bool:
    """Whether a URL answers without an error."""
    try:
        return httpx.get(url, timeout=ANSWER_SECONDS, trust_env=False).status_code < 400
    except httpx.HTTPError:
        return False


def swift_ready(proxy_port: int) -> bool:
    """Whether all four servers of the local S3 listen and the proxy answers."""
    ports = range(proxy_port + 1, proxy_port + 4)
    return all(map(port_open, ports)) and http_ready(f"http://127.0.0.1:{proxy_port}/healthcheck")


def wait_until(probe: Probe, seconds: float, *, give_up: Probe = lambda: False) -> bool:
    """Ask until the answer is yes (true), or until time is up or `give_up` says so (false)."""
    deadline = time.monotonic() + seconds
    pause = FIRST_POLL_SECONDS
    while not probe():
        if give_up() or time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(LAST_POLL_SECONDS, pause * POLL_GROWTH)
    return True
