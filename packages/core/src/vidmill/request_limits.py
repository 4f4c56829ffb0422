"""Which rate limits hold for a request: those of its account, its key and its address."""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv6Address, ip_network

from vidmill.access import client_address
from vidmill.authentication import Identity
from vidmill.errors import DependencyDown, VidmillError
from vidmill.rate_limits import Bucket, Level, Policy, RateLimited, RateLimiter
from vidmill.request_counts import RequestCounts
from vidmill.settings import Settings

Identify = Callable[[], Awaitable[Identity | None]]
Note = Callable[[Sequence[Level]], None]


class RequestLimits:
    """Which buckets a request takes from, as the settings say."""

    def __init__(self, settings: Settings) -> None:
        on = settings.rate_limit_per_second > 0
        self._on = on
        self._user = Policy(
            "user",
            settings.rate_limit_burst,
            settings.rate_limit_per_second,
            "Your account sends too many requests.",
        )
        self._ip = Policy(
            "ip",
            settings.rate_limit_ip_burst,
            settings.rate_limit_ip_per_second,
            "Too many requests come from your address.",
        )
        tries = settings.rate_limit_sign_ins_per_minute
        says = "There were too many tries to sign in."
        self._sign_in = Policy("sign-in", tries, tries / 60, says)
        self._sign_in_ip = Policy("sign-in-ip", tries, tries / 60, says)

    def of_address(self, host: str | None) -> Bucket | None:
        """The bucket of an address; None where addresses are not limited. Whoever has one IPv6
        address usually has the 2^64 of its network (RFC 6177), so these share one."""
        return self._bucket(self._ip, _network(host))

    def of_identity(self, identity: Identity | None) -> list[Bucket]:
        """The buckets of an account, and of its key where that has a limit of its own."""
        if identity is None or not self._on:
            return []
        buckets = [Bucket(self._user, str(identity.user.id))]
        if identity.key_id is not None and (hourly := identity.hourly_limit) is not None:
            says = f"This API key is good for {hourly:,} requests an hour."
            policy = Policy("key-hour", hourly, hourly / 3600, says)
            buckets.append(Bucket(policy, str(identity.key_id)))
        return buckets

    def of_sign_in(self, email: str, host: str | None) -> list[Bucket]:
        """The buckets of a try to sign in or register: what can be guessed is bounded for each
        account, wherever the tries come from, and for each address, whatever it tries."""
        digest = hashlib.sha256(email.strip().lower().encode()).hexdigest()
        found = (
            self._bucket(self._sign_in, digest),
            self._bucket(self._sign_in_ip, _network(host)),
        )
        return [bucket for bucket in found if bucket is not None]

    def _bucket(self, policy: Policy, of: str) -> Bucket | None:
        return Bucket(policy, of) if self._on and policy.per_second > 0 else None


def _network(host: str | None) -> str:
    address = client_address(host)
    if isinstance(address, IPv6Address):
        return str(ip_network((address, 64), strict=False))
    return str(address or "unknown")


class Gate:
    """Lets requests in, by the limits that hold for them, and counts those of each account."""

    def __init__(
        self, limits: RequestLimits, limiter: RateLimiter, requests: RequestCounts
    ) -> None:
        self.limits = limits
        self.limiter = limiter
        self.requests = requests

    async def close(self) -> None:
        await self.limiter.close()

    async def admit(self, host: str | None, identify: Identify, note: Note) -> Identity | None:
        """Who is asking, if they may ask now. What nobody is identified by counts against its
        address, and is not even told whether it was right once that has no more: so guessing is
        bounded. An address that is known to have no more costs no look at the database either.
        `note` is told what is left, also before an error. Raises `RateLimited` and what `identify`
        raises."""
        address = self.limits.of_address(host)
        try:
            self.limiter.refuse_known(address)
            try:
                identity = await identify()
            except DependencyDown:
                raise
            except VidmillError:
                note(await self.limiter.take([address]))
                raise
            note(await self.limiter.take([*self.limits.of_identity(identity), address]))
        except RateLimited as error:
            note(error.levels)
            raise
        if identity is not None:
            self.requests.note(identity)
        return identity

    async def limit_sign_in(self, email: str, host: str | None, note: Note) -> None:
        """Count a try to sign in or register against the account and the address. Raises
        `RateLimited`."""
        try:
            note(await self.limiter.take(self.limits.of_sign_in(email, host)))
        except RateLimited as error:
            note(error.levels)
            raise
