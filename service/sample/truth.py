"""How well each place of the invented city is truly run: what no record says, for holding estimates against it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from service.sample.chance import Chance

if TYPE_CHECKING:
    from collections.abc import Mapping


class Run(NamedTuple):
    """How a place is run: its sort of ``care`` (a row of ``city.toml``), the chance that a visit finds something."""

    care: Mapping[str, Any]
    risk: float


def run_of(plan: Mapping[str, Any], seed: str, key: str) -> Run:
    """How the place with this public key is run: a stream of chance of its own, so that nothing else moves it."""
    chance = Chance(f"{seed}/care/{key}")
    care = chance.pick(plan["care"])
    low, high = care["finds"]
    return Run(care, chance.between(low, high))
