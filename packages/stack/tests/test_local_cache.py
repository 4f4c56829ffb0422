"""The cache in Swift's proxy: what is stored is found, until its time is over."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from vidmill_stack.swift import local_cache
from vidmill_stack.swift.local_cache import LocalCache, filter_factory


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """A clock in a list, to be moved by the test."""
    moment = [1000.0]
    monkeypatch.setattr("vidmill_stack.swift.local_cache.clock.monotonic", lambda: moment[0])
    return moment


def test_a_value_lives_for_its_time(now: list[float]) -> None:
    cache = LocalCache()
    cache.set("bucket", {"status": 200}, time=60)
    assert cache.get("bucket", raise_on_error=True) == {"status": 200}
    now[0] += 61
    assert cache.get("bucket") is None


def test_without_a_time_a_value_stays_until_deleted(now: list[float]) -> None:
    cache = LocalCache()
    cache.set("bucket", 1)
    now[0] += 1e9
    assert cache.get("bucket") == 1
    cache.delete("bucket")
    cache.delete("bucket")
    assert cache.get("bucket") is None


def test_counters_start_at_zero_and_stay_above_it() -> None:
    cache = LocalCache()
    assert [cache.incr("n"), cache.incr("n", 4), cache.decr("n", 2), cache.decr("n", 9)] == [
        1,
        5,
        3,
        0,
    ]


def test_it_does_not_grow_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(local_cache, "MAX_ENTRIES", 2)
    cache = LocalCache()
    for key in ("a", "b", "c"):
        cache.set(key, key)
    assert [cache.get(key) for key in ("a", "b", "c")] == [None, None, "c"]


def test_all_requests_share_one_cache() -> None:
    seen: list[object] = []

    def app(environ: dict[str, Any], _start_response: Any) -> Iterable[bytes]:
        seen.append(environ["swift.cache"])
        return [b"done"]

    application = filter_factory({})(app)
    assert [list(application({}, None)) for _ in range(2)] == [[b"done"]] * 2
    assert seen[0] is seen[1]
