"""Cases as a lawyer writes them: evidence and a day, and the answer expected. Read as strictly as an edition."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.grammar import EMPTY, KEY, NAME, SENTENCE
from scoring.edition.place import Decimals, Place
from scoring.edition.scalars import Choice, Day, Flag, Points, Ratio, Whole, Words
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.kernel.errors import EditionError
from scoring.rating.history import Event, History, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

ATTRIBUTES: Final = MapOf(NAME, NAME)

OCCASION: Final = Table(
    Occasion,
    {"ref": Field(NAME), "type": Field(NAME), "held_on": Field(Day()), "closed": optional(Flag(), default=False)},
)

EVENT: Final = Table(
    dict,
    {
        "code": Field(KEY),
        "decided_on": Field(Day()),
        "ref": optional(NAME),
        "severity": optional(KEY),
        "final": optional(Flag(), default=True),
        "value": optional(Points()),
        "occasion": optional(NAME),
        "case_ref": optional(NAME),
        "corrected_on": optional(Day()),
        "performed_on": optional(Day()),
        "repaired_on": optional(Day()),
        "annulled_on": optional(Day()),
        "publicity_ends_on": optional(Day()),
        "attributes": optional(ATTRIBUTES, EMPTY),
    },
)

EXPECT: Final = Table(
    dict,
    {
        "state": optional(Choice(("rated", "pending", "ungraded", "unrated")), "rated"),
        "reason": optional(NAME),
        "score": optional(Points()),
        "grade": optional(KEY),
        "tier": optional(KEY),
        "risk": optional(KEY),
        "next_change_on": optional(Day()),
        "ratio": optional(Ratio()),
        "max_per_year": optional(Whole(0, 1000)),
        "lines": optional(MapOf(NAME, Words()), EMPTY),
    },
)

CASE: Final = Table(
    dict,
    {
        "title": Field(SENTENCE),
        "kind": Field(KEY),
        "as_of": Field(Day()),
        "known_since": optional(Day()),
        "attributes": optional(ATTRIBUTES, EMPTY),
        "occasions": optional(ListOf(OCCASION), ()),
        "events": optional(ListOf(EVENT), ()),
        "expect": Field(EXPECT),
    },
)
CASES: Final = Table(dict, {"case": Field(ListOf(CASE, least=1))})


@dataclass(frozen=True)
class Case:
    """One case: its title, the evidence, the day, and what is expected."""

    title: str
    history: History
    as_of: date
    expect: Mapping[str, Any]


def read_cases(text: str) -> list[Case]:
    """The cases of a text; events that name no ref are called e1, e2 … in order."""
    at = Place([])
    fields: Any = CASES.read(tomllib.loads(text, parse_float=Decimals), at)
    if at.findings:
        raise EditionError(tuple(at.findings))
    return [_case(case) for case in fields["case"]]


def _case(fields: Mapping[str, Any]) -> Case:
    events = tuple(
        Event(**{**event, "source": "case", "ref": event["ref"] or f"e{number}"})
        for number, event in enumerate(fields["events"], start=1)
    )
    history = History(
        entity="own:1",
        kind=fields["kind"],
        events=events,
        occasions=fields["occasions"],
        attributes=fields["attributes"],
        known_since=fields["known_since"],
    )
    return Case(fields["title"]["zh"], history, fields["as_of"], fields["expect"])
