"""Cases of repair as a lawyer writes them: a record and a day, or a clock and its start, and the answer expected."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.edition.grammar import EMPTY, KEY, NAME, NAMES, SENTENCE
from scoring.edition.place import Decimals, Place
from scoring.edition.scalars import Choice, Day, Flag, Whole
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.kernel.errors import EditionError
from scoring.repair import Listed, Pause, RecordFacts, Run

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

EXPECT: Final = Table(
    dict,
    {
        "holds": Field(Flag()),
        "from_day": optional(Day()),
        "waits_until": optional(Day()),
        "never": optional(Flag(), default=False),
        "fails": optional(ListOf(KEY), ()),
        "missing": optional(NAMES, ()),
        "papers": optional(ListOf(KEY), ()),
        "barred": optional(ListOf(KEY), ()),
        "unverified": optional(ListOf(KEY)),
    },
)
LISTED: Final = Table(Listed, {"name": Field(KEY), "since": Field(Day()), "until": optional(Day())})
CASE: Final = Table(
    dict,
    {
        "title": Field(SENTENCE),
        "as_of": Field(Day()),
        "decision_kind": optional(KEY, "penalty"),
        "class": optional(KEY),
        "minimum_ends_on": optional(Day()),
        "days": Field(MapOf(KEY, Day())),
        "penalty_kinds": optional(NAMES, ()),
        "attributes": optional(MapOf(NAME, NAME), EMPTY),
        "same_code": optional(ListOf(Day()), ()),
        "lists": optional(ListOf(LISTED), ()),
        "materials": optional(ListOf(KEY), ()),
        "expect": Field(EXPECT),
    },
)
PAUSE: Final = Table(Pause, {"since": Field(Day()), "until": optional(Day())})
CLOCK: Final = Table(
    dict,
    {
        "title": Field(SENTENCE),
        "procedure": Field(Choice(("repair", "objection"))),
        "clock": Field(KEY),
        "started": Field(Day()),
        "pauses": optional(ListOf(PAUSE), ()),
        "extended": optional(Whole(0, 12), 0),
        "due": Field(Day()),
        "provisional": optional(Flag(), default=False),
    },
)
FILE: Final = Table(dict, {"case": optional(ListOf(CASE), ()), "clock": optional(ListOf(CLOCK), ())})


class RecordCase(NamedTuple):
    """A record on a day, and what is expected."""

    title: str
    facts: RecordFacts
    as_of: date
    expect: Mapping[str, Any]


class ClockCase(NamedTuple):
    """A clock of a procedure, what happened to it, and its last day."""

    title: str
    procedure: str
    clock: str
    run: Run
    due: date
    provisional: bool


def read_repair_cases(text: str) -> tuple[list[RecordCase], list[ClockCase]]:
    """The cases of a file, strictly."""
    at = Place([])
    fields: Any = FILE.read(tomllib.loads(text, parse_float=Decimals), at)
    if at.findings:
        raise EditionError(tuple(at.findings))
    return [_record(one) for one in fields["case"]], [_clock(one) for one in fields["clock"]]


def _record(said: Mapping[str, Any]) -> RecordCase:
    facts = RecordFacts(
        decision_kind=said["decision_kind"],
        class_=said["class"],
        days=said["days"],
        penalty_kinds=frozenset(said["penalty_kinds"]),
        attributes=said["attributes"],
        minimum_ends_on=said["minimum_ends_on"],
        same={"code": said["same_code"]},
        lists=said["lists"],
        materials=frozenset(said["materials"]),
    )
    return RecordCase(said["title"]["zh"], facts, said["as_of"], said["expect"])


def _clock(said: Mapping[str, Any]) -> ClockCase:
    run = Run(said["started"], said["pauses"], said["extended"])
    return ClockCase(said["title"]["zh"], said["procedure"], said["clock"], run, said["due"], said["provisional"])
