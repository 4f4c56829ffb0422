"""What credentials allow: the scopes of API keys, and the addresses they may be used from."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, ip_address

from vidmill.errors import VidmillError

Address = IPv4Address | IPv6Address


class Scope(StrEnum):
    """What an API key is good for. A session has all of them."""

    READ = "read"
    """Looking at things."""
    WRITE = "write"
    """Making, changing and removing things; needs and implies `read`."""
    ADMIN = "admin"
    """Being an administrator, if the key's owner is one: seeing what is everybody's, and the
    routes of administrators. Changing things needs `write` as well. Implies `read`."""


ALL_SCOPES = frozenset(Scope)


class InsufficientScope(VidmillError):
    """The API key may not do this. Use a key with the scope that it needs."""

    code = "insufficient_scope"
    status = 403


class AddressNotAllowed(VidmillError):
    """The API key may not be used from this address. Use it from one on its list, or have the
    list changed."""

    code = "address_not_allowed"
    status = 403


def with_implied(scopes: Iterable[Scope]) -> frozenset[Scope]:
    """The scopes together with those that they imply."""
    named = frozenset(scopes)
    return named | {Scope.READ} if named else named


def require_scopes(held: frozenset[Scope], needed: Iterable[Scope]) -> None:
    """Raises `InsufficientScope` naming what is missing."""
    if missing := [scope for scope in needed if scope not in held]:
        names = " and ".join(missing)
        raise InsufficientScope(f"This API key lacks the scope {names}. Use a key that has it.")


def client_address(host: str | None) -> Address | None:
    """The address of a client as a socket or a proxy names it; None where it is none, as with a
    Unix socket. One that an IPv6 socket shows for IPv4 (::ffff:192.0.2.1, RFC 4291, section
    2.5.5.2) is the IPv4 address."""
    try:
        # A link-local address may name its interface, which no list can.
        address = ip_address((host or "").partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address
