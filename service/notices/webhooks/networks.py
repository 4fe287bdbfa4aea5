"""Where the service may call: public addresses, and networks that the operator names; decided on the address itself.

The address that is judged is the one that the socket is opened for, so that a name which says one thing when it is
registered and another when it is called gains nothing by it.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address, ip_network
from typing import TYPE_CHECKING

from yarl import URL

from service.notices.webhooks.terms import leading_on
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ipaddress import IPv4Address, IPv4Network, IPv6Network

LONGEST_URL = 2_000
PATIENCE = 3.0
"""Seconds that a name is given to be resolved when it is registered."""

_PORTS = {"https": 443, "http": 80}


class ForbiddenAddressError(OSError):
    """The address of a partner lies where the service must not call."""


@dataclass(frozen=True, slots=True)
class Networks:
    """The networks that are not public and may be called all the same; there plain HTTP is allowed too."""

    allowed: tuple[IPv4Network | IPv6Network, ...] = ()

    @classmethod
    def named(cls, names: Iterable[str]) -> Networks:
        """From networks as the settings name them, as ``10.20.0.0/16``."""
        return cls(tuple(ip_network(name) for name in names))

    def permits(self, address: str, *, plain: bool) -> bool:
        """Whether this address may be called; ``plain``: without TLS."""
        found = ip_address(address.partition("%")[0])
        if any(found.version == network.version and found in network for network in self.allowed):
            return True
        return not plain and _is_public(found)

    def socket_for(self, info: tuple[int, int, int, str, tuple[object, ...]], *, plain: bool) -> socket.socket:
        """A socket for an address that was resolved.

        Raises:
            ForbiddenAddressError: the service must not call there.
        """
        family, kind, protocol, _, address = info
        if not self.permits(str(address[0]), plain=plain):
            raise ForbiddenAddressError(f"{address[0]} is no address that may be called")
        return socket.socket(family, kind, protocol)

    def checked_url(self, url: str, *, addresses: Callable[[str, int], Iterable[str]] | None = None) -> str:
        """The address of a partner as it is kept.

        ``addresses``: those of a host, an empty answer where it is not known here; it is judged again at each attempt.

        Raises:
            Problem: ``webhook_url_malformed``, ``webhook_url_plain``, ``webhook_address_forbidden``.
        """
        parsed = _parsed(url)
        plain = parsed.scheme == "http"
        if plain and not self.allowed:
            raise Problem("webhook_url_plain", pointer="/url")
        host = parsed.host or ""
        for address in (addresses or addresses_of)(host, parsed.port or _PORTS[parsed.scheme]):
            if not self.permits(address, plain=plain):
                if plain and self.permits(address, plain=False):
                    raise Problem("webhook_url_plain", pointer="/url")
                raise Problem("webhook_address_forbidden", pointer="/url", host=host, address=address)
        return str(parsed)


def addresses_of(host: str, port: int) -> list[str]:
    """The addresses of a host as this machine resolves it; none where it cannot, or takes long."""
    found: list[str] = []

    def resolve() -> None:
        with contextlib.suppress(OSError, UnicodeError):
            found.extend(str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))

    thread = threading.Thread(target=resolve, daemon=True)
    thread.start()
    thread.join(PATIENCE)
    return list(found)


def _parsed(url: str) -> URL:
    try:
        parsed = URL(url)
        fits = (
            len(url) <= LONGEST_URL
            and parsed.scheme in _PORTS
            and bool(parsed.host)
            and parsed.user is None
            and parsed.password is None
            and not parsed.fragment
            and bool(parsed.port)
        )
    except ValueError:
        fits = False
    if not fits or not url.isprintable() or " " in url:
        raise Problem("webhook_url_malformed", pointer="/url", longest=LONGEST_URL)
    return parsed


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return False
    if any(address.version == network.version and address in network for network in leading_on()):
        return False
    return address.is_global and not address.is_multicast
