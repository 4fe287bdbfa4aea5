"""Cases of publicity as a lawyer writes them: a record, what was done about it, a day, and the answer expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, get_args

from scoring.edition.grammar import EMPTY, KEY, NAME, SENTENCE
from scoring.edition.scalars import Choice, Day, Flag, Words
from scoring.edition.sections.deadlines import Act
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.editions.shipped import calendar_or_weekdays
from scoring.exchange.cases.rating import ATTRIBUTES
from scoring.exchange.cases.reading import read_text
from scoring.publicity import Done, Record, State, duties, publicity

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.law import Law
    from scoring.publicity import Due

DAYS: Final = (
    "recorded_on", "changed_on", "disputed_on", "performed_on", "repaired_on", "annulled_on", "deleted_on",
    "suspended_on", "left_on", "stated_end",
)  # fmt: skip
RECORD: Final = Table(
    Record,
    {
        "decision_kind": Field(KEY),
        "code": optional(KEY, "any"),
        "decided_on": Field(Day()),
        "severity": optional(KEY),
        "final": optional(Flag(), default=True),
        "attributes": optional(ATTRIBUTES, EMPTY),
        **{name: optional(Day()) for name in DAYS},
        "acts": optional(
            ListOf(Table(Done, {"act": Field(Choice(get_args(Act))), "place": Field(KEY), "on": Field(Day())})), ()
        ),
    },
)
EXPECT: Final = Table(
    dict,
    {
        "state": Field(Choice(get_args(State))),
        "because": optional(ListOf(NAME), ()),
        "class": optional(KEY),
        "starts_on": optional(Day()),
        "earliest_end": optional(Day()),
        "latest_end": optional(Day()),
        "ends_on": optional(Day()),
        "shortened": optional(Flag()),
        "provisional": optional(Flag(), default=False),
        "next_change_on": optional(Day()),
        "edition": optional(NAME),
        "unverified": optional(ListOf(NAME)),
        "duties": optional(MapOf(NAME, Words())),
    },
)
CASES: Final = Table(
    dict,
    {
        "publicity": Field(
            ListOf(
                Table(
                    dict,
                    {"title": Field(SENTENCE), "record": Field(RECORD), "as_of": Field(Day()), "expect": Field(EXPECT)},
                ),
                least=1,
            )
        )
    },
)


class PublicityCase(NamedTuple):
    """One case: its title, the record, the day, and what is expected."""

    title: Mapping[str, str]
    record: Record
    as_of: date
    expect: Mapping[str, Any]


def read_publicity_cases(text: str) -> list[PublicityCase]:
    """The cases of a text.

    Raises:
        EditionError: with every finding.
    """
    fields = read_text(text, CASES)
    return [PublicityCase(case["title"], case["record"], case["as_of"], case["expect"]) for case in fields["publicity"]]


def answer(case: PublicityCase, shown: Law, owed: Law) -> tuple[dict[str, object], dict[str, object]]:
    """The stated expectations, and the answer to the same questions. ``because`` states the first reasons."""
    found = publicity(case.record, shown, case.as_of, calendar_or_weekdays)
    due = duties(case.record, found, owed, case.as_of, calendar_or_weekdays)
    stated = {key: value for key, value in case.expect.items() if value is not None}
    given: dict[str, object] = {
        "state": found.state,
        "because": tuple(_reason(one.code, one.about) for one in found.reasons)[: len(stated["because"])],
        "class": found.record_class,
        "starts_on": found.starts_on,
        "earliest_end": found.earliest_end,
        "latest_end": found.latest_end,
        "ends_on": found.ends_on,
        "shortened": found.shortened,
        "provisional": found.provisional,
        "next_change_on": found.next_change_on,
        "edition": found.edition,
        "unverified": tuple(dict.fromkeys(one.clause for one in found.reasons if not one.verified)),
        "duties": {_name(one): _said(one) for one in due},
    }
    days = ("starts_on", "earliest_end", "latest_end", "ends_on", "next_change_on")
    asked = {**dict.fromkeys(days), **stated}
    return asked, {key: given[key] for key in asked}


def _reason(code: str, about: str) -> str:
    return f"{code} {about}".rstrip()


def _name(one: Due) -> str:
    """``publish``, ``publish.1`` for its second stage, ``publish at credit-china`` where the place is known."""
    stage = f".{one.stage}" if one.stage else ""
    return one.duty + stage + (f" at {one.place}" if one.place else "")


def _said(one: Due) -> str:
    """``2026-05-19``, ``2026-05-19, done 2026-05-12``, and whether a day in it is not settled."""
    return (
        one.due_on.isoformat()
        + (" (provisional)" if one.provisional else "")
        + (f", remind {one.alarm_on}" if one.alarm_on and one.done_on is None else "")
        + (f", done {one.done_on}" if one.done_on else "")
    )
