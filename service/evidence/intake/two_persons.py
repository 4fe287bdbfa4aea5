"""Which acts wait for another person, and of whom."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from service.platform import Actor


@cache
def acts_of_two() -> frozenset[str]:
    """The acts that a person does not take alone (data/two_persons.toml)."""
    source = (resources.files("service.evidence") / "data" / "two_persons.toml").read_text(encoding="utf-8")
    return frozenset(tomllib.loads(source)["acts"])


def takes_two(act: object, actor: Actor) -> bool:
    """Whether an act of this caller waits for another person: not that of a system, whose token names its sources."""
    return isinstance(act, str) and act in acts_of_two() and actor.kind == "token" and not actor.sources
