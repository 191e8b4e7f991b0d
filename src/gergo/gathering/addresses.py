"""Addresses written in one way, so that two spellings of one are one; and which of them may be connected to."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import quote, urlsplit, urlunsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


def spelled_alike(url: str) -> str:
    """An http(s) address in its usual spelling: no fragment, no default port, host in lower case, escapes written out.

    >>> spelled_alike("HTTPS://Shop.Example:443/a b/è.jpg?x=1&y=%20#top")
    'https://shop.example/a%20b/%C3%A8.jpg?x=1&y=%20'
    >>> spelled_alike("http://shop.example")
    'http://shop.example/'
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        return url
    if parts.scheme not in DEFAULT_PORTS or not host:
        return url
    if not host.isascii():
        try:
            host = host.encode("idna").decode("ascii")
        except UnicodeError:
            return url
    host = f"[{host}]" if ":" in host else host
    place = host if port in (None, DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]|")
    return urlunsplit((parts.scheme, place, path, query, ""))


def why_refused(url: str, *, allow_loopback: bool = False) -> str:
    """Why an address is not fetched whatever its host resolves to; "" where it may be.

    >>> why_refused("https://shop.example/a"), why_refused("ftp://shop.example/a")
    ('', 'only http and https are fetched')
    >>> why_refused("http://shop.example:8080/")
    'port 8080 is not the default one'
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "not an address"
    if parts.scheme not in DEFAULT_PORTS:
        return "only http and https are fetched"
    if not parts.hostname:
        return "not an address"
    if parts.username is not None:
        return "carries a user name"
    if port not in (None, DEFAULT_PORTS[parts.scheme]) and not allow_loopback:
        return f"port {port} is not the default one"
    return ""


def is_public(address: str, *, allow_loopback: bool = False) -> bool:
    """Whether an IP address belongs to the public internet (or to this machine, where that is allowed).

    >>> [is_public(a) for a in ("93.184.216.34", "10.0.0.1", "127.0.0.1", "169.254.169.254", "::ffff:10.0.0.1")]
    [True, False, False, False, False]
    >>> is_public("127.0.0.1", allow_loopback=True), is_public("10.0.0.1", allow_loopback=True)
    (True, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if int(ip) >> 32 == 0x64FF9B << 64:  # NAT64: an IPv4 address behind 64:ff9b::/96
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner), allow_loopback=allow_loopback)
    if allow_loopback and ip.is_loopback:
        return True
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified)


def resolved(host: str, port: int, *, allow_loopback: bool = False) -> list[str]:
    """The IP addresses of a host. Raises PermissionError where any is not public, OSError where there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    private = [address for address in addresses if not is_public(address, allow_loopback=allow_loopback)]
    if private:
        raise PermissionError(f"{host} is not a public address ({private[0]})")
    return addresses
