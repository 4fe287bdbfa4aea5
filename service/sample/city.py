"""Writing the invented city: one file of entities, one of events, both as the bulk path takes them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import IO, TYPE_CHECKING, Any, NamedTuple

import orjson

from service.sample.chance import Chance
from service.sample.events import Life, lines
from service.sample.people import entity
from service.sample.truth import run_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class City:
    """What decides every byte: the seed, how many entities, and the last day of the events."""

    seed: str
    size: int
    until: date


class Written(NamedTuple):
    """How many lines went into each file, and the digest (SHA-256, hex) of both files one after the other."""

    entities: int
    events: int
    digest: str


def write(
    city: City, entities: IO[bytes], events: IO[bytes], progress: Callable[[int], None] = lambda _: None
) -> Written:
    """Write both files as NDJSON. ``progress`` is told how many entities are done, now and then."""
    plan = plan_of_city()
    first = _years_before(city.until, plan["years"])
    found = (sha256(), sha256())
    written = 0
    for number in range(1, city.size + 1):
        chance = Chance(f"{city.seed}/{number}")
        who = entity(plan, chance, number, first, city.until)
        _put(entities, found[0], who)
        since = max(first, date.fromisoformat(who["established_on"]))
        run = run_of(plan, city.seed, who["key"])
        life = Life(who["key"], number, since, city.until, run, who["attributes"])
        for line in lines(plan, chance, life):
            _put(events, found[1], line)
            written += "decided_on" in line
        if number % STEP == 0:
            progress(number)
    progress(city.size)
    return Written(city.size, written, sha256(found[0].digest() + found[1].digest()).hexdigest())


def true_risk(city: City, key: str) -> float:
    """The chance that a visit to this place finds something: the truth of the invention, for whoever holds estimates.

    ``key``: the public key of an entity of the city.
    """
    return run_of(plan_of_city(), city.seed, key).risk


STEP = 500
"""How many entities lie between two words of progress."""


def _put(file: IO[bytes], digest: Any, line: Mapping[str, Any]) -> None:  # noqa: ANN401 - hashlib names no public type
    data = orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE)
    digest.update(data)
    file.write(data)


def _years_before(day: date, years: int) -> date:
    return day.replace(year=day.year - years, day=min(day.day, 28))


@cache
def plan_of_city() -> dict[str, Any]:
    """Everything that the invention goes by (``city.toml``)."""
    text = resources.files("service.sample").joinpath("city.toml").read_text("utf-8")
    return tomllib.loads(text)


def mentioned_codes() -> Iterator[str]:
    """Every event code that the plan uses, for the test that holds it against the catalogue."""
    plan = plan_of_city()
    yield plan["inspection"]["clean"]["code"]
    for key in ("filed", "first_offence"):
        yield plan["case"][key]["code"]
    for table in ("finding", "penalty", "habit"):
        yield from (row["code"] for row in plan[table])
