"""One attempt over HTTP: signed, bounded in time and size, no redirect, only to addresses that may be called."""

from __future__ import annotations

import asyncio
import ssl
import time
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import aiohttp
from standardwebhooks import Webhook

from service.notices.webhooks.networks import ForbiddenAddressError
from service.notices.webhooks.terms import attempt
from service.notices.webhooks.topics import MEDIA_TYPE

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from service.notices.webhooks.networks import Networks
    from service.notices.webhooks.terms import Attempt

AGENT = "Xinjian-Webhooks/1"


class Answer(NamedTuple):
    """How an attempt ended; ``outcome``: delivered, refused, redirected, forbidden_address, timed_out, unreachable."""

    outcome: str
    status: int | None
    milliseconds: int
    asked: float | None = None

    @property
    def silent(self) -> bool:
        """Whether nobody answered at all."""
        return self.status is None


def trusting(authorities: str | None) -> ssl.SSLContext:
    """Whom an attempt trusts: the authorities of the system, and beside them those given as PEM."""
    context = ssl.create_default_context()
    if authorities is not None:
        context.load_verify_locations(cadata=authorities)
    return context


def session_for(
    url: str, networks: Networks, bounds: Attempt, *, trust: ssl.SSLContext | None = None
) -> aiohttp.ClientSession:
    """A session that reaches one partner alone, and only at an address that may be called.

    ``trust``: as `trusting` makes it; None: the authorities of the system.
    """
    plain = url.startswith("http:")
    connector = aiohttp.TCPConnector(
        limit=bounds.at_once,
        socket_factory=partial(networks.socket_for, plain=plain),
        ttl_dns_cache=10,
        ssl=True if trust is None else trust,
    )
    return aiohttp.ClientSession(
        connector=connector,
        timeout=aiohttp.ClientTimeout(total=bounds.within, sock_connect=bounds.connect_within),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        headers={"User-Agent": AGENT},
    )


def signed(secrets: Sequence[bytes], number: int, at: datetime, body: bytes) -> dict[str, str]:
    """The headers of a message as Standard Webhooks asks for them: one signature by each secret that holds."""
    message, text = str(number), body.decode()
    return {
        "Content-Type": MEDIA_TYPE,
        "webhook-id": message,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(Webhook(secret).sign(message, at, text) for secret in secrets),
    }


async def send(session: aiohttp.ClientSession, url: str, headers: dict[str, str], body: bytes) -> Answer:
    """Send a message once; whatever happens is an answer."""
    began = time.monotonic()

    def answer(outcome: str, status: int | None = None, asked: float | None = None) -> Answer:
        return Answer(outcome, status, round((time.monotonic() - began) * 1_000), asked)

    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            await _leave_unread(response)
            if 200 <= response.status < 300:  # noqa: PLR2004 - success in HTTP
                return answer("delivered", response.status)
            outcome = "redirected" if 300 <= response.status < 400 else "refused"  # noqa: PLR2004 - redirects
            return answer(outcome, response.status, _seconds(response.headers.get("Retry-After")))
    except TimeoutError:
        return answer("timed_out")
    except (aiohttp.ClientError, OSError, ValueError) as error:
        return answer("forbidden_address" if _is_forbidden(error) else "unreachable")


async def _leave_unread(response: aiohttp.ClientResponse) -> None:
    """Read a short answer, so that its connection is used again; one that is long or slow to end loses it."""
    try:
        async with asyncio.timeout(1):
            await response.content.readexactly(attempt().answer_bytes)
    except asyncio.IncompleteReadError:
        return
    except (TimeoutError, aiohttp.ClientError, OSError):
        pass
    response.close()


def _is_forbidden(error: BaseException | None) -> bool:
    seen: list[BaseException] = []
    while error is not None and error not in seen:
        if isinstance(error, ForbiddenAddressError):
            return True
        seen.append(error)
        error = getattr(error, "os_error", None) or error.__cause__ or error.__context__
    return False


def _seconds(said: str | None) -> float | None:
    return float(said) if said is not None and said.isascii() and said.isdigit() and len(said) < 10 else None  # noqa: PLR2004 - seconds beyond a century
