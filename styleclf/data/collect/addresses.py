"""Connections that lead into the public internet only: a manifest is a stranger's file, and may name any address.

A name is resolved once, every address it has is checked, and the connection is made to that very address. So a name
that answers otherwise a moment later (DNS rebinding) leads nowhere else. Redirects open connections of the same kind.
"""

import ipaddress
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

_GLOBAL_IPV6 = ipaddress.ip_network("2000::/3")  # all that is handed out to the internet, RFC 4291
_DOCUMENTATION = ipaddress.ip_network("3fff::/20")  # RFC 9637, which older Pythons do not know
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # IPv4 inside IPv6 by NAT64, RFC 6052
_ADVICE = "recipes/collect.py --private asks it all the same"
_LAST_32_BITS = 0xFFFFFFFF
_HEADER_SECONDS = 180.0  # for all lines before an answer's content


class PrivateAddressError(ValueError):
    """A name leads to an address that is not public."""


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public internet, also where it wraps an IPv4 address.

    >>> is_public("8.8.8.8"), is_public("127.0.0.1"), is_public("::ffff:10.0.0.1")
    (True, False, False)
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner_ip = _wrapped_address(ip)
        if inner_ip is None and (ip not in _GLOBAL_IPV6 or ip in _DOCUMENTATION):
            return False
        ip = inner_ip or ip
    return ip.is_global and not ip.is_multicast


def _wrapped_address(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address that an IPv6 address stands for; None if there is none."""
    if ip in _TRANSLATED:
        return ipaddress.IPv4Address(int(ip) & _LAST_32_BITS)
    if ip.teredo:
        return ip.teredo[1]
    return ip.ipv4_mapped or ip.sixtofour


def public_addresses(host: str, port: int) -> list[str]:
    """The addresses that a name has. Raises PrivateAddressError if one is not public, OSError if there are none."""
    addresses: list[str] = []
    for *_, place in socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM):
        address = str(place[0])
        if not is_public(address):
            raise PrivateAddressError(f"leads to {address}, which is not a public address: {_ADVICE}")
        addresses.append(address)
    return list(dict.fromkeys(addresses))


def check_resolvable_host(host: str, port: int) -> None:
    """Raise PrivateAddressError if a name that this machine can resolve leads to an address that is not public.

    For connections through a proxy, which resolves names by itself.
    """
    try:
        public_addresses(host, port)
    except OSError:
        return


def _public_socket(connection: HTTPConnection) -> socket.socket:
    """A socket connected to the first address of the connection's host that answers, once all are known as public."""
    failure: OSError = OSError("it has no address")
    port = connection.port or connection.default_port
    for address in public_addresses(connection.host, port):
        try:
            return _connected_socket(connection, address, port)
        except OSError as error:
            failure = error
    raise failure


def _connected_socket(connection: HTTPConnection, address: str, port: int) -> socket.socket:
    timeout: Any = connection.timeout
    stream = socket.create_connection((address, port), timeout, connection.source_address)
    for option in connection.socket_options or ():
        stream.setsockopt(*option)
    return stream


class _PublicHTTPConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _public_socket(self)

    def getresponse(self) -> Any:
        """The beginning of an answer, whose lines may not come one byte a minute for ever."""
        with _within_time(self.sock):
            return super().getresponse()


class _PublicHTTPSConnection(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _public_socket(self)

    def getresponse(self) -> Any:
        """As that of a connection without encryption."""
        with _within_time(self.sock):
            return super().getresponse()


@contextmanager
def _within_time(stream: socket.socket | None) -> Iterator[None]:
    """Raise TimeoutError if the block, which reads from the connection, lasts longer than all headers may take."""
    is_over = threading.Event()
    timer = threading.Timer(_HEADER_SECONDS, _shut, [stream, is_over])
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
    if is_over.is_set():
        raise TimeoutError("timed out")


def _shut(stream: socket.socket | None, is_over: threading.Event) -> None:
    """End a connection, so that whoever reads from it is not kept waiting."""
    is_over.set()
    with suppress(OSError):
        if stream is not None:
            stream.shutdown(socket.SHUT_RDWR)


class _PublicHTTPPool(HTTPConnectionPool):
    ConnectionCls = _PublicHTTPConnection


class _PublicHTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _PublicHTTPSConnection


class PublicAdapter(HTTPAdapter):
    """Connections of a `requests.Session` to public addresses only."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Make the pools as ever, of connections that check where they lead."""
        super().init_poolmanager(*arguments, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _PublicHTTPPool, "https": _PublicHTTPSPool}
