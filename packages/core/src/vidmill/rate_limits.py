"""Rate limits: token buckets in Redis, shared by all processes of all services.

A bucket holds up to `burst` tokens and fills at `per_second`; a request takes one from each of its
buckets, or from none if one of them is empty. All of that is one script, and so one round trip, by
the clock of Redis. What is kept of a bucket is one number: when it will be full again. Its tokens
follow from that (the same arithmetic as GCRA, ITU-T I.371, annex A).

Redis is allowed to be away: then nothing is limited, at once and without waiting.
"""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from vidmill.errors import VidmillError
from vidmill.metrics import LimitMetrics

log = logging.getLogger(__name__)

#: A request waits for Redis no longer than this; an answer usually takes 0.1 ms.
TIMEOUT_SECONDS = 0.25
#: After Redis has failed, one request asks it again this often; the others go through unasked.
RETRY_SECONDS = 5.0
#: Buckets known to be empty, so that a flood costs no look at the database or Redis.
_REFUSED_MAX = 10_000

# In microseconds, which as a double are exact until the year 2255. Each bucket has two arguments:
# how long it takes to get a token, and how long to fill up. Of each it tells the tokens left, the
# time until it is full, and the time until there is a token for this request.
_TAKE = """
local clock = redis.call('TIME')
local now = clock[1] * 1000000 + clock[2]
local answer, full, refused = {}, {}, false
for i, key in ipairs(KEYS) do
    local interval, capacity = tonumber(ARGV[2 * i - 1]), tonumber(ARGV[2 * i])
    local before = math.max(now, tonumber(redis.call('GET', key) or now))
    local wait = before + interval - capacity - now
    refused = refused or wait > 0
    full[i] = {before, before + interval, interval, capacity, math.max(0, wait)}
end
for i, key in ipairs(KEYS) do
    local before, after, interval, capacity, wait = unpack(full[i])
    local at = refused and before or after
    if not refused then
        redis.call('SET', key, string.format('%.0f', at), 'PX', math.ceil((at - now) / 1000))
    end
    answer[#answer + 1] = math.floor((capacity - (at - now)) / interval + 0.000001)
    answer[#answer + 1] = math.ceil(at - now)
    answer[#answer + 1] = math.ceil(wait)
end
return answer
"""


@dataclass(frozen=True, slots=True)
class Policy:
    """How much a kind of bucket allows. `says`: what its refusal tells people."""

    name: str
    burst: int
    per_second: float
    says: str

    @property
    def window_seconds(self) -> int:
        """How long an empty bucket takes to fill up."""
        return math.ceil(self.burst / self.per_second)


@dataclass(frozen=True, slots=True)
class Bucket:
    """One account's, key's or address's bucket of a policy."""

    policy: Policy
    of: str

    @property
    def key(self) -> str:
        return f"vidmill:rate:{self.policy.name}:{self.of}"


@dataclass(frozen=True, slots=True)
class Level:
    """What is left in a bucket after a request."""

    policy: Policy
    remaining: int
    full_in_seconds: int


class RateLimited(VidmillError):
    """Too many requests at once. Wait for as many seconds as Retry-After says, then try again."""

    code = "rate_limited"
    status = 429

    def __init__(self, policy: Policy, retry_after_seconds: int, levels: Sequence[Level]) -> None:
        self.policy = policy
        self.retry_after_seconds = retry_after_seconds
        self.levels = levels
        wait = "1 second" if retry_after_seconds == 1 else f"{retry_after_seconds} seconds"
        super().__init__(f"{policy.says} Wait {wait}, then try again.")


def rate_limit_headers(levels: Sequence[Level]) -> Mapping[str, str]:
    """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10): per policy the
    quota q in a window of w seconds, what remains r, and the seconds t after which q is back."""
    return {
        "RateLimit-Policy": ", ".join(
            f'"{one.policy.name}";q={one.policy.burst};w={one.policy.window_seconds}'
            for one in levels
        ),
        "RateLimit": ", ".join(
            f'"{one.policy.name}";r={one.remaining};t={one.full_in_seconds}' for one in levels
        ),
    }


class RateLimiter:
    """Takes from buckets; lets everything through while Redis is away."""

    def __init__(self, url: str, metrics: LimitMetrics) -> None:
        self._redis: Redis = Redis.from_url(
            url,
            socket_timeout=TIMEOUT_SECONDS,
            socket_connect_timeout=TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
            health_check_interval=0,
        )
        self._script = cast(
            "Callable[..., Awaitable[list[int]]]", self._redis.register_script(_TAKE)
        )
        self._metrics = metrics
        self._refused: dict[str, tuple[float, Level]] = {}
        self._asks_again_at: float | None = None
        """When Redis, which has failed, is asked again; None while it answers."""

    async def close(self) -> None:
        await self._redis.aclose()

    def refuse_known(self, bucket: Bucket | None) -> None:
        """Raises `RateLimited` where a bucket was found empty and still is: `take` has put it down
        in this process, so nothing needs to be asked."""
        if bucket is None or (known := self._refused.get(bucket.key)) is None:
            return
        until, level = known
        left = until - time.monotonic()
        if left <= 0:
            del self._refused[bucket.key]
            return
        self._metrics.exceeded.labels(bucket.policy.name).inc()
        raise RateLimited(bucket.policy, math.ceil(left), [level])

    async def take(self, buckets: Iterable[Bucket | None]) -> list[Level]:
        """One token from each of the buckets; none at all where one has none left, which raises
        `RateLimited`. Without Redis nothing is taken and the list is empty."""
        asked = [bucket for bucket in buckets if bucket is not None]
        for bucket in asked:
            self.refuse_known(bucket)
        if not asked or not self._may_ask():
            return []
        arguments: list[int] = []
        for bucket in asked:
            interval = 1_000_000 / bucket.policy.per_second
            arguments += round(interval), round(interval * bucket.policy.burst)
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                reply = await self._script(keys=[bucket.key for bucket in asked], args=arguments)
        except (RedisError, OSError, TimeoutError) as error:
            self._failed(error)
            return []
        self._answered()
        return self._judged(asked, reply)

    def _judged(self, asked: list[Bucket], reply: list[int]) -> list[Level]:
        levels = [
            Level(bucket.policy, max(0, reply[3 * i]), math.ceil(reply[3 * i + 1] / 1e6))
            for i, bucket in enumerate(asked)
        ]
        waits = reply[2::3]
        longest = max(waits)
        if longest <= 0:
            return levels
        for bucket, level, wait in zip(asked, levels, waits, strict=True):
            if wait > 0:
                self._remember(bucket, level, wait / 1e6)
        policy = asked[waits.index(longest)].policy
        self._metrics.exceeded.labels(policy.name).inc()
        raise RateLimited(policy, math.ceil(longest / 1e6), levels)

    def _remember(self, bucket: Bucket, level: Level, seconds: float) -> None:
        if len(self._refused) >= _REFUSED_MAX:
            now = time.monotonic()
            self._refused = {k: v for k, v in self._refused.items() if v[0] > now}
            if len(self._refused) >= _REFUSED_MAX:
                return
        self._refused[bucket.key] = (time.monotonic() + seconds, level)

    def _may_ask(self) -> bool:
        if self._asks_again_at is None:
            return True
        now = time.monotonic()
        if now < self._asks_again_at:
            return False
        # This request alone finds out; whoever comes meanwhile does not wait for it.
        self._asks_again_at = now + RETRY_SECONDS
        return True

    def _failed(self, error: Exception) -> None:
        if self._asks_again_at is None:
            log.warning(
                "rate limiter unavailable; nothing is limited until Redis answers again",
                extra={"error": str(error) or type(error).__name__},
            )
            self._metrics.unavailable.set(1)
        self._asks_again_at = time.monotonic() + RETRY_SECONDS

    def _answered(self) -> None:
        if self._asks_again_at is not None:
            log.info("rate limiter available again")
            self._metrics.unavailable.set(0)
            self._asks_again_at = None
