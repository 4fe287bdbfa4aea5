"""Terms of delivery, read from ``delivery.toml``."""

from __future__ import annotations

import tomllib
from datetime import timedelta
from functools import cache
from importlib import resources
from ipaddress import ip_network
from secrets import SystemRandom
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from ipaddress import IPv4Network, IPv6Network

_CHANCE = SystemRandom()


class Retry(NamedTuple):
    """When a message is tried again, in seconds; ``give_up_hours`` count from the day it was to be delivered."""

    first: float
    growth: float
    most: float
    jitter: float
    give_up_hours: float
    heeded: float

    def wait(self, attempts: int, asked: float | None = None, chance: float = 0.0) -> timedelta:
        """The wait after so many attempts; never shorter than the partner asked for, as far as that is heeded.

        ``chance``: from -1 to 1.
        """
        grown = min(self.most, self.first * self.growth ** min(attempts - 1, 32))
        return timedelta(seconds=max(grown * (1 + self.jitter * chance), min(asked or 0, self.heeded)))

    def next_at(self, now: datetime, since: datetime, attempts: int, asked: float | None = None) -> datetime | None:
        """The instant of the next attempt, or None where the message is given up."""
        if now - since >= timedelta(hours=self.give_up_hours):
            return None
        return now + self.wait(attempts, asked, _CHANCE.uniform(-1, 1))


class Attempt(NamedTuple):
    """Bounds of one attempt: seconds, bytes, attempts to one partner at the same time, seconds to end in."""

    within: float
    connect_within: float
    answer_bytes: int
    at_once: int
    ending: float


class Rest(NamedTuple):
    """How long a partner is left alone that gives no answer at all, in seconds."""

    after: int
    first: float
    most: float

    def seconds(self, silent: int) -> float:
        """The rest after so many attempts in a row without an answer."""
        return 0.0 if silent < self.after else min(self.most, self.first * 2 ** min(silent - self.after, 32))


@cache
def terms() -> Mapping[str, Any]:
    """The whole table, as ``delivery.toml`` writes it."""
    return tomllib.loads((resources.files(__package__) / "delivery.toml").read_text(encoding="utf-8"))


@cache
def retry() -> Retry:
    """When a message is tried again."""
    return Retry(**terms()["retry"])


@cache
def attempt() -> Attempt:
    """Bounds of one attempt."""
    return Attempt(**terms()["attempt"])


@cache
def rest() -> Rest:
    """How long a silent partner is left alone."""
    return Rest(**terms()["rest"])


@cache
def leading_on() -> tuple[IPv4Network | IPv6Network, ...]:
    """Networks whose addresses lead on to an IPv4 address inside them."""
    return tuple(ip_network(one) for one in terms()["leading_on"])
