"""Days of the demonstration's repairs, counted one by one; and a city that has penalties to repair today."""

from __future__ import annotations

import io
import json
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from scoring.edition import parse
from scoring.editions.shipped import calendar
from service.editions import shipped
from service.sample import City, write
from tests.oracle.publicity import act_by

if TYPE_CHECKING:
    from scoring.edition.envelope import Edition
    from scoring.kernel.workdays import Term

CN = calendar("cn")
ONE = timedelta(1)
GENERAL = (timedelta(150), timedelta(330))
SERIOUS = (timedelta(470), timedelta(900))
"""A penalty decided so long ago may be repaired by the law of its owner's kind, and is still public."""

SPANS = {
    ("penalty_fine", "general"): GENERAL,
    ("penalty_fine", "serious"): SERIOUS,
    ("penalty_suspension", None): GENERAL,
    ("licence_revoked", None): SERIOUS,
}
WANTED, SHOWN = 3, 2
"""Penalties that may be repaired, and how many of them are still public: one lapses, and need not be."""


@cache
def seed_for(size: int) -> str:
    """The first seed whose city, with events until today, has as many entities with one such penalty each."""
    today = datetime.now(UTC).date()
    kinds = set(edition("moct-7.2022").kinds)  # of the city's law of repair the one that asks for no day of correction
    for turn in range(2_000):
        entities, events = io.BytesIO(), io.BytesIO()
        write(City(seed=f"repair-{turn}", size=size, until=today), entities, events)
        lines = [json.loads(line) for line in events.getvalue().splitlines() if b'"case-system"' in line]
        found = {line["entity"]: is_shown(line, today) for line in lines if repairable(line, lines, today)}
        if sum(found.values()) < SHOWN or len(found) < WANTED:
            continue
        owners = [json.loads(line) for line in entities.getvalue().splitlines()]
        under = [one["key"] for one in owners if kinds & {held["kind"] for held in one["kinds"]}]
        own = [found[key] for key in under if key in found]
        if sum(own) >= SHOWN and len(own) >= WANTED:
            return f"repair-{turn}"
    raise AssertionError("no such city")


def repairable(line: dict[str, Any], lines: list[dict[str, Any]], today: date) -> bool:
    """A penalty that was performed, whose owner has no other, and that nobody struck."""
    span = SPANS.get((line.get("code", ""), line.get("severity")))
    if span is None or "performed_on" not in line or age(line, today) < span[0]:
        return False
    own = [one for one in lines if one.get("entity") == line["entity"] and one["source_ref"].endswith("-C")]
    struck = [one for one in lines if "act" in one and one["event"]["source_ref"] == line["source_ref"]]
    return len(own) == 1 and not struck


def is_shown(line: dict[str, Any], today: date) -> bool:
    """Whether such a penalty is still public, and counts, for some days."""
    span = SPANS[line["code"], line.get("severity")]
    return age(line, today) <= span[1] and line.get("publicity_ends_on", "") > (today + 2 * ONE).isoformat()


def age(line: dict[str, Any], today: date) -> timedelta:
    return today - date.fromisoformat(line["decided_on"])


@cache
def edition(name: str) -> Edition:
    return next(found for found in map(parse, shipped()) if found.id == name)


def last_day(term: Term, start: date, still: tuple[date, date] | None = None) -> date:
    """The last day of a term that began on a day and stood still after one day, to another with that one."""
    assert (term.unit, term.counting) == ("working_days", "from_next_day")
    day, left = start, term.number
    while left:
        day += ONE
        counts = still is None or not still[0] < day <= still[1]
        left -= counts and CN.is_working_day(day).working
    return day


def counted(case: dict[str, Any]) -> list[tuple[str, dict[str, str]]]:
    """Each step of a case and the last days that it leaves behind, by counting from the days of the steps."""
    law = edition(case["edition"]).repair
    assert law is not None
    on = {one["event"]: date.fromisoformat(one["on"]) for one in case["steps"]}

    def due(clock: str, start: str, still: tuple[date, date] | None = None) -> dict[str, str]:
        term = law.clocks.get(clock)
        return {} if term is None else {clock: last_day(term.term, on[start], still).isoformat()}

    waited = (on["ask_supplement"], on["supply"]) if "supply" in on else None
    left = {
        "submit": lambda: due("accept", "submit"),
        "ask_supplement": lambda: due("supplement", "ask_supplement"),
        "supply": lambda: due("accept", "submit", waited),
        "accept": lambda: due("decide", "accept"),
        "verify": lambda: due("decide", "accept"),
        "grant": lambda: due("sync", "grant"),
        "propose_revocation": lambda: due("sync", "grant"),
    }
    return [(one["event"], left.get(one["event"], dict)()) for one in case["steps"]]


def withdraw_by(case: dict[str, Any]) -> str:
    """The last day for taking a repaired record down in the demonstration's city."""
    (granted,) = (date.fromisoformat(one["on"]) for one in case["steps"] if one["event"] == "grant")
    law = edition("bj-credit.2024").deadlines
    assert law is not None
    (duty,) = (duty for duty in law.duties if duty.since == "repaired_on")
    return act_by(duty.stages[0].term, granted, CN).isoformat()
