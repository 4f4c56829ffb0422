"""Which URLs and addresses of others Vidmill connects to: pure rules, no I/O.

A URL that a user gives is used from inside the network Vidmill runs in, so it must not reach what
only that network may (SSRF). The strictest reading wins: whatever two parsers could understand
differently is refused, and an address is refused unless it is known to be public.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import (
    AddressValueError,
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_network,
)
from urllib.parse import quote, urlsplit

import idna

from vidmill.errors import InvalidRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

#: Longer ones are nobody's receiver, and some servers refuse them.
MAX_URL_CHARACTERS = 2048

_DEFAULT_PORTS = {"http": 80, "https": 443}
_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_NAME = re.compile(rf"(?=.{{1,253}}\Z){_LABEL}(?:\.{_LABEL})*\Z")
#: A last label like this makes URL parsers read an IPv4 address (WHATWG URL, "ends in a number").
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")
_QUOTABLE = "/%:@!$&'()*+,;=~-._?"

#: Not on the public internet: IANA's IPv4 special-purpose registry without its globally reachable
#: entries, the 6to4 relays' anycast (RFC 7526), and Azure's host agent, which is a public number
#: that only virtual machines reach.
_CLOSED_IPV4 = tuple(
    IPv4Network(block)
    for block in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "168.63.129.16/32",
        "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24",
        "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4",
        "240.0.0.0/4",
    )
)  # fmt: skip

#: The only IPv6 space in public use (RFC 4291), and what inside it is not: protocol assignments
#: with Teredo, documentation, and 6to4, which would tunnel to an IPv4 address of its choice.
_GLOBAL_IPV6 = IPv6Network("2000::/3")
_CLOSED_IPV6 = tuple(
    IPv6Network(block) for block in ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20")
)

#: NAT64's well-known prefix (RFC 6052): what an IPv6-only network's resolver makes of IPv4.
_NAT64 = IPv6Network("64:ff9b::/96")
_ISATAP = 0x00005EFE


class UrlRefused(InvalidRequest):
    """The URL can't be used. Give an https URL of a host that the public internet reaches."""

    code = "url_refused"


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes, read from a URL once; nothing reads the URL a second time."""

    scheme: str
    host: str
    """A lower-case ASCII name without a final dot, or an address without brackets."""
    port: int
    path: str
    """Path and query, percent-encoded."""
    address: Address | None
    """Set when the URL names an address instead of a host."""

    @property
    def host_header(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL again, in its one normal form."""
        return f"{self.scheme}://{self.host_header}{self.path}"


def read_url(url: str) -> Target:
    """The target of an http or https URL; raises `UrlRefused`, which says what is wrong with it."""
    if len(url) > MAX_URL_CHARACTERS:
        raise UrlRefused(f"The URL is longer than {MAX_URL_CHARACTERS} characters. Shorten it.")
    if re.search(r"[\x00-\x20\x7f\\]", url):
        raise UrlRefused("The URL holds a space, backslash or control character. Encode it.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise UrlRefused("The URL is malformed. Check its host and port.") from error
    if parts.scheme not in _DEFAULT_PORTS:
        raise UrlRefused("The URL must begin with https://.")
    if "@" in parts.netloc:
        raise UrlRefused("The URL must not carry a user name or password.")
    if parts.fragment or url.endswith("#"):
        raise UrlRefused("The URL must not have a fragment (#…), which is never sent.")
    if port == 0:
        raise UrlRefused("Port 0 can't be used.")
    host, address = _read_host(parts.netloc)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    if not path.startswith("/"):
        path = f"/{path}"
    return Target(
        parts.scheme,
        host,
        port or _DEFAULT_PORTS[parts.scheme],
        quote(path, safe=_QUOTABLE),
        address,
    )


def _read_host(netloc: str) -> tuple[str, Address | None]:
    """The host of `host[:port]` or `[address][:port]`, checked."""
    if netloc.startswith("["):
        literal, _, rest = netloc[1:].partition("]")
        if "%" in literal or not re.fullmatch(r"(:[0-9]*)?", rest):
            raise UrlRefused("The URL's IPv6 address is malformed, or names a zone. Remove it.")
        try:
            address = IPv6Address(literal)
        except AddressValueError as error:
            raise UrlRefused("The URL's IPv6 address is malformed.") from error
        return str(address), address
    name = netloc.rpartition(":")[0] if ":" in netloc else netloc
    try:
        host = idna.encode(name, uts46=True).decode() if not name.isascii() else name.lower()
    except idna.IDNAError as error:
        raise UrlRefused("The URL's host is no valid international name.") from error
    host = host.removesuffix(".")
    if not _NAME.match(host):
        raise UrlRefused("The URL's host is missing or not a valid name.")
    if not _NUMBER.match(host.rpartition(".")[2]):
        return host, None
    try:
        return host, IPv4Address(host)
    except AddressValueError as error:
        raise UrlRefused(
            "The URL's host is a number that is no IPv4 address in its plain form, like 192.0.2.1."
        ) from error


def is_public(address: Address) -> bool:
    """Whether the whole internet reaches that address, and nothing else is reached by it."""
    if isinstance(address, IPv4Address):
        return not any(address in block for block in _CLOSED_IPV4)
    if (inner := embedded_ipv4(address)) is not None:
        return is_public(inner)
    if (int(address) >> 32) & 0xFDFFFFFF == _ISATAP:
        return False
    return address in _GLOBAL_IPV6 and not any(address in block for block in _CLOSED_IPV6)


def embedded_ipv4(address: Address) -> IPv4Address | None:
    """The IPv4 address that is reached through an IPv4-mapped or NAT64 one."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped


def is_allowed(address: Address, networks: tuple[Network, ...]) -> bool:
    """Whether an administrator named a network that the address, in its plain form, is in."""
    plain = embedded_ipv4(address) or address
    return any(plain in network for network in networks if network.version == plain.version)


def read_networks(text: str) -> tuple[Network, ...]:
    """Networks in CIDR notation, separated by commas; raises `ValueError`."""
    return tuple(ip_network(part.strip()) for part in text.split(",") if part.strip())


def check_address(
    address: Address, *, scheme: str, port: int, allowed: tuple[Network, ...]
) -> None:
    """Raises `UrlRefused` unless that address and port may be connected to. In networks that an
    administrator named anything goes; elsewhere TLS to public addresses alone, and no port that
    belongs to another protocol."""
    if is_allowed(address, allowed):
        return
    if not is_public(address):
        raise UrlRefused(
            "The URL's host is in a private network. Use one that the public internet reaches, or "
            "ask an administrator to add its network to OUTBOUND_ALLOW_CIDRS."
        )
    if scheme != "https":
        raise UrlRefused("The URL must begin with https://.")
    if port < 1024 and port != _DEFAULT_PORTS["https"]:
        raise UrlRefused(f"Port {port} belongs to another protocol. Use 443, or 1024 and above.")
