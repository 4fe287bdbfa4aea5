"""Cases of rating as a lawyer writes them: evidence and a day, and the answer expected."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from scoring.edition.grammar import EMPTY, KEY, NAME, SENTENCE
from scoring.edition.scalars import Choice, Day, Flag, Points, Ratio, Whole, Words
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.exchange.cases.reading import read_text
from scoring.kernel.points import format_points
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain, Event, History, Occasion

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.rating.lines import Line

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

    title: Mapping[str, str]
    history: History
    as_of: date
    expect: Mapping[str, Any]


def read_cases(text: str) -> list[Case]:
    """The cases of a text; events that name no ref are called e1, e2 … in order.

    Raises:
        EditionError: with every finding.
    """
    fields = read_text(text, CASES)
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
    return Case(fields["title"], history, fields["as_of"], fields["expect"])


def answer(case: Case, *editions: Edition) -> tuple[dict[str, object], dict[str, object]]:
    """The stated expectations, and the answer of the editions of one rulebook, oldest first, to the same questions.

    Score and points of a line are texts; whatever of score, grade and tier is not stated is expected to be absent.
    """
    result = explain(case.history, EditionChain(editions), case.as_of)
    given: dict[str, object] = {
        "state": result.state,
        "reason": result.verdict.outcome.reason if result.verdict.outcome else result.reason,
        "score": None if result.total is None else format_points(result.total),
        "grade": result.grade,
        "tier": result.tier,
        "risk": result.verdict.risk.level if result.verdict.risk else None,
        "next_change_on": result.next_change_on,
        "ratio": result.frequency.ratio if result.frequency else None,
        "max_per_year": result.frequency.max_per_year if result.frequency else None,
        "lines": {line.ref: _said(line) for line in result.lines},
    }
    asked = {key: value for key, value in case.expect.items() if value is not None}
    lines = dict(asked.pop("lines", {}))
    if "score" in asked:
        asked["score"] = format_points(asked["score"])
    stated = {**asked, **{key: None for key in ("grade", "score", "tier") if key not in asked}, "lines": lines}
    said = {line.ref: _said(line) for line in result.lines if line.ref in lines}
    return stated, {**{key: given[key] for key in stated}, "lines": said}


def _said(line: Line) -> str:
    """``counted -5.00``, ``counted -5.00 of -8.00`` where a cap cut, or the standing alone."""
    if line.standing != "counted" or line.raw is None:
        return line.standing
    counted = f"counted {format_points(line.counted)}"
    return counted if line.counted == line.raw else f"{counted} of {format_points(line.raw)}"
