"""Which acts wait for another person, and of whom."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.evidence.lifecycle import Act, Known
    from service.platform import Actor

_DAYS = {"performed": "performed_on", "rectified": "corrected_on"}


@cache
def _rules() -> Mapping[str, frozenset[str]]:
    source = (resources.files("service.evidence") / "data" / "two_persons.toml").read_text(encoding="utf-8")
    return {name: frozenset(acts) for name, acts in tomllib.loads(source).items()}


def acts_of_two() -> frozenset[str]:
    """The acts that a person does not take alone (data/two_persons.toml)."""
    return _rules()["acts"]


def takes_two(act: object, actor: Actor) -> bool:
    """Whether an act of this caller waits for another person: not that of a system, whose token names its sources."""
    return isinstance(act, str) and act in acts_of_two() and _is_person(actor)


def says_another_day(known: Known, act: Act, actor: Actor) -> bool:
    """Whether a person would put another day in place of one that is recorded, which waits for another person too."""
    if act.act not in _rules()["another_day"] or not _is_person(actor):
        return False
    return getattr(known.event, _DAYS[act.act]) is not None


def _is_person(actor: Actor) -> bool:
    return actor.kind in {"token", "account"} and not actor.sources
