"""A server that limits how fast it may be asked is asked no faster."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from vidmill_cli.client import Client
from vidmill_cli.errors import ApiError


@pytest.fixture
def api_changes() -> dict[str, object]:
    return {"rate_limit_per_second": 2, "rate_limit_burst": 4}


def test_calls_of_many_threads_all_go_through(client: Client) -> None:
    begun = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(client.me) for _ in range(12)]
    assert {one.result()["role"] for one in asked} == {"admin"}
    # The bucket holds 4, and gets 2 a second: 4 s, less what a busy server lets through uncounted.
    assert time.monotonic() - begun > 2.5


def test_what_takes_longer_than_anybody_waits_is_an_error(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vidmill_cli.transport.LIMIT_PATIENCE_SECONDS", 0.0)
    for _ in range(4):
        client.me()
    with pytest.raises(ApiError, match=r"Wait 1 second, then try again\.") as caught:
        client.me()
    assert (caught.value.status, caught.value.code) == (429, "rate_limited")
