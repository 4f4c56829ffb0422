"""URLs and addresses: what is refused, however it is written."""

from __future__ import annotations

from ipaddress import ip_address

import pytest

from vidmill.outbound_rules import (
    UrlRefused,
    check_address,
    is_public,
    read_networks,
    read_url,
)


@pytest.mark.parametrize(
    ("url", "host", "port", "path"),
    [
        ("https://example.com", "example.com", 443, "/"),
        ("https://Example.COM.:8443/a?b=c", "example.com", 8443, "/a?b=c"),
        ("https://example.com?x=1", "example.com", 443, "/?x=1"),
        ("https://bücher.example/ä", "xn--bcher-kva.example", 443, "/%C3%A4"),
        ("https://example.com/a%20b", "example.com", 443, "/a%20b"),
        ("https://93.184.216.34/x", "93.184.216.34", 443, "/x"),
        ("https://[2606:2800:0220:1::1]:444/", "2606:2800:220:1::1", 444, "/"),
        ("http://receiver:9000/hook", "receiver", 9000, "/hook"),
    ],
)
def test_a_url_is_read_once_into_its_normal_form(url: str, host: str, port: int, path: str) -> None:
    target = read_url(url)
    assert (target.host, target.port, target.path) == (host, port, path)
    assert read_url(target.url) == target


@pytest.mark.parametrize(
    "url",
    [
        "",
        "example.com",
        "ftp://example.com/",
        "file:///etc/passwd",
        "gopher://example.com/",
        "https:example.com",
        "https:///example.com",
        "https://",
        "https://user@example.com/",
        "https://user:password@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://exa mple.com/",
        "https://example.com/\r\nHost: inside",
        "https://example.com\t.evil.example/",
        "https://example.com/#part",
        "https://example.com/#",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:443:80/",
        "https://example.com:port/",
        "https://exa%6dple.com/",
        "https://.example.com/",
        "https://example..com/",
        "https://example.com../",
        "https://-example.com/",
        f"https://{'a' * 64}.com/",
        f"https://example.com/{'a' * 2048}",
        # Every way to write 127.0.0.1 that some parser reads.
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.0.0.1/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://127.0.0.0x1/",
        "https://0127.0.0.1/",
        "https://127.0.0.1.0/",
        "https://0x/",
        "https://0/",
        "https://256.1.1.1/",
        "https://example.0x7f/",
        "https://①②⑦.①/",
        # Zones and half-read brackets.
        "https://[fe80::1%25eth0]/",
        "https://[fe80::1%eth0]/",
        "https://[::1/",
        "https://[::1]evil.example/",
        "https://[v1.x]/",
        "https://::1/",
        "https://[127.0.0.1]/",
        # No international name.
        "https://\u2488example.com/",
        "https://xn--\u00fc.example/",
    ],
)
def test_a_url_that_could_be_read_otherwise_is_refused(url: str) -> None:
    with pytest.raises(UrlRefused):
        read_url(url)


def test_full_width_figures_are_an_address_like_any_other() -> None:
    assert read_url("https://１２７。０。０。１/").address == ip_address("127.0.0.1")


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.100.100.200", "127.0.0.1",
        "127.255.255.254", "168.63.129.16", "169.254.169.254", "172.16.0.1", "172.31.255.255",
        "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "198.51.100.7",
        "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::127.0.0.1", "::8.8.8.8", "::ffff:127.0.0.1", "::ffff:a9fe:a9fe",
        "::ffff:0:127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::8.8.8.8",
        "100::1", "2001::1", "2001:0:53aa:64c:0:0:f5ff:fffe", "2001:db8::1", "2002:7f00:1::",
        "2002:808:808::", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1",
        "fe80::1%eth0", "fec0::1", "ff02::1", "2606:4700::5efe:10.0.0.1",
        "2606:4700::200:5efe:8.8.8.8",
    ],
)  # fmt: skip
def test_what_the_internet_does_not_reach_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "1.1.1.1", "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1",
        "192.0.1.1", "198.17.0.1", "223.255.255.255", "2606:4700:4700::1111", "2a00:1450::1",
        "::ffff:8.8.8.8", "64:ff9b::8.8.8.8",
    ],
)  # fmt: skip
def test_what_it_reaches_is(address: str) -> None:
    assert is_public(ip_address(address))


def test_an_allowed_network_is_one_in_every_form_and_no_other() -> None:
    allowed = read_networks("127.0.0.0/8, fd00::/8")
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "64:ff9b::127.0.0.1", "fd12::1"):
        check_address(ip_address(address), scheme="http", port=25, allowed=allowed)
    for address in ("10.0.0.1", "::1", "fe80::1"):
        with pytest.raises(UrlRefused, match="OUTBOUND_ALLOW_CIDRS"):
            check_address(ip_address(address), scheme="https", port=443, allowed=allowed)


@pytest.mark.parametrize(
    ("scheme", "port"), [("http", 80), ("http", 8080), ("https", 22), ("https", 25), ("https", 80)]
)
def test_public_addresses_are_for_tls_on_ports_of_its_own(scheme: str, port: int) -> None:
    with pytest.raises(UrlRefused):
        check_address(ip_address("8.8.8.8"), scheme=scheme, port=port, allowed=())
    for good in (443, 1024, 8443):
        check_address(ip_address("8.8.8.8"), scheme="https", port=good, allowed=())
