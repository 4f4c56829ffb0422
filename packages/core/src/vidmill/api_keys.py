"""API keys: what they allow, and that none makes one that allows more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_network
from uuid import UUID

from vidmill.access import Scope
from vidmill.errors import Conflict, Forbidden

Network = IPv4Network | IPv6Network


class KeyEnded(Conflict):
    """The API key has ended or was replaced before, so it can't be replaced. Make a new one."""

    code = "api_key_ended"


class KeyRightsExceeded(Forbidden):
    """An API key can't give out more than it has itself. Sign in, or ask for less."""

    code = "key_rights_exceeded"


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRights:
    """What a key allows. None: for ever, any number of requests, from anywhere."""

    scopes: frozenset[Scope]
    expires_at: datetime | None
    hourly_limit: int | None
    ip_allow: tuple[Network, ...] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A row of `api_keys` without the key's hash."""

    id: UUID
    owner_id: UUID
    name: str
    prefix: str
    scopes: Sequence[str]
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None
    hourly_limit: int | None
    ip_allow: Sequence[Network] | None
    rotated_to: UUID | None
    last_used_at: datetime | None
    last_used_address: IPv4Address | IPv6Address | None

    @property
    def rights(self) -> KeyRights:
        """What it allows."""
        return KeyRights(
            scopes=frozenset(Scope(name) for name in self.scopes),
            expires_at=self.expires_at,
            hourly_limit=self.hourly_limit,
            ip_allow=None if self.ip_allow is None else tuple(self.ip_allow),
        )

    def has_ended(self, now: datetime) -> bool:
        """Whether it was revoked, or its time has run out."""
        expired = self.expires_at is not None and self.expires_at <= now
        return expired or self.revoked_at is not None


def parse_network(text: str) -> Network:
    """An address or a network (CIDR) of an allow-list; IPv4 inside IPv6 is IPv4, as addresses of
    clients are. Raises `ValueError`, whose message says what is wrong."""
    try:
        network = ip_network(text.strip())
    except ValueError as error:
        raise ValueError(
            "An address or a network is written like 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32, "
            "without an address inside the network."
        ) from error
    if isinstance(network, IPv6Network) and network.prefixlen >= 96:
        mapped = network.network_address.ipv4_mapped
        if mapped is not None:
            return IPv4Network((mapped, network.prefixlen - 96))
    return network


def require_no_more(wanted: KeyRights, own: KeyRights) -> None:
    """Raises `KeyRightsExceeded` naming the field by which a key would have more rights than the
    one that asks for it."""
    excess = {
        "scopes": not wanted.scopes <= own.scopes,
        "expires_at": own.expires_at is not None
        and (wanted.expires_at is None or wanted.expires_at > own.expires_at),
        "hourly_limit": own.hourly_limit is not None
        and (wanted.hourly_limit is None or wanted.hourly_limit > own.hourly_limit),
        "ip_allow": own.ip_allow is not None
        and (
            wanted.ip_allow is None
            or not all(any(_within(w, o) for o in own.ip_allow) for w in wanted.ip_allow)
        ),
    }
    if fields := [name for name, exceeded in excess.items() if exceeded]:
        raise KeyRightsExceeded(
            f"This API key can't give out more than it has itself: {', '.join(fields)}. Sign in, "
            "or ask for no more."
        )


def _within(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network):
        return isinstance(outer, IPv4Network) and inner.subnet_of(outer)
    return isinstance(outer, IPv6Network) and inner.subnet_of(outer)
