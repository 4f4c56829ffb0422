"""A Swift filter: the cache of account and container metadata, inside the proxy's one process.

Swift keeps it in memcached; a single process needs no server for it. Without any cache each
request first asks the account and the container server again. Offers those methods of
`swift.common.memcached.MemcacheRing` that the proxy's pipeline calls.
"""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Iterable
from typing import Any

Environ = dict[str, Any]
App = Callable[[Environ, Any], Iterable[bytes]]

# Entries, of about 1 kB each; a node holds a handful of buckets.
MAX_ENTRIES = 10_000


class LocalCache:
    """Values with an expiry. Eventlet switches between requests only at input and output, of which
    there is none here, so nothing is locked.
    """

    def __init__(self) -> None:
        self._entries: dict[str, tuple[float, Any]] = {}

    def get(self, key: str, **_options: object) -> Any:
        """The value, or None where there is none or its time is over."""
        expires, value = self._entries.get(key, (0.0, None))
        return value if expires > clock.monotonic() else None

    def set(self, key: str, value: Any, time: float = 0, **_options: object) -> None:
        """Store a value for `time` seconds, 0 meaning for good."""
        if len(self._entries) >= MAX_ENTRIES:
            self._entries.clear()
        self._entries[key] = (clock.monotonic() + time if time else float("inf"), value)

    def delete(self, key: str, **_options: object) -> None:
        """Forget a value."""
        self._entries.pop(key, None)

    def incr(self, key: str, delta: int = 1, time: float = 0) -> int:
        """Add to a counter, which starts at 0 and never falls below it, and return it."""
        value = max(0, int(self.get(key) or 0) + delta)
        self.set(key, value, time=time)
        return value

    def decr(self, key: str, delta: int = 1, time: float = 0) -> int:
        """Subtract from a counter and return it."""
        return self.incr(key, -delta, time)


def filter_factory(_global_conf: object, **_local_conf: str) -> Callable[[App], App]:
    """Paste's entry point: wrap an application so that its requests see one cache."""
    cache = LocalCache()

    def wrap(app: App) -> App:
        def application(environ: Environ, start_response: Any) -> Iterable[bytes]:
            environ["swift.cache"] = cache
            return app(environ, start_response)

        return application

    return wrap
