"""Cases of repair as a lawyer writes them: a record and a day, or a clock and its start, and the answer expected."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from scoring.edition.grammar import EMPTY, KEY, NAME, NAMES, SENTENCE
from scoring.edition.scalars import Choice, Day, Flag, Whole
from scoring.edition.shapes import Field, ListOf, MapOf, Table, optional
from scoring.exchange.cases.reading import read_text
from scoring.repair import Listed, Pause, RecordFacts, Run, eligibility, face, is_barred

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Edition
    from scoring.kernel.workdays import Calendar

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

    title: Mapping[str, str]
    facts: RecordFacts
    as_of: date
    expect: Mapping[str, Any]


class ClockCase(NamedTuple):
    """A clock of a procedure, what happened to it, and its last day."""

    title: Mapping[str, str]
    procedure: str
    clock: str
    run: Run
    due: date
    provisional: bool


def read_repair_cases(text: str) -> tuple[list[RecordCase], list[ClockCase]]:
    """The cases of a text: of records, and of clocks.

    Raises:
        EditionError: with every finding.
    """
    fields = read_text(text, FILE)
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
    return RecordCase(said["title"], facts, said["as_of"], said["expect"])


def _clock(said: Mapping[str, Any]) -> ClockCase:
    run = Run(said["started"], said["pauses"], said["extended"])
    return ClockCase(said["title"], said["procedure"], said["clock"], run, said["due"], said["provisional"])


def answer_record(
    case: RecordCase, edition: Edition, calendar: Calendar
) -> tuple[Mapping[str, object], dict[str, object]]:
    """The stated expectations, and the answer of an edition with a section ``repair`` to the same questions."""
    said = eligibility(case.facts, edition, case.as_of, calendar)
    section = edition.repair
    barred = (
        ()
        if section is None
        else tuple(one.key for one in section.materials if is_barred(section, one.key, case.facts))
    )
    unverified = tuple(one.key for one in said.standings if not one.verified)
    return case.expect, {
        "holds": said.holds,
        "from_day": said.from_day,
        "waits_until": said.waits_until,
        "never": any(one.how == "never" for one in said.standings),
        "fails": tuple(one.key for one in said.standings if one.how != "holds"),
        "missing": said.missing,
        "papers": said.papers,
        "barred": barred,
        "unverified": case.expect["unverified"] and unverified,
    }


def answer_clock(case: ClockCase, edition: Edition, calendar: Calendar) -> tuple[dict[str, object], dict[str, object]]:
    """The stated last day and whether it is settled, and the answer of an edition; None where it has no such clock."""
    section = edition.repair if case.procedure == "repair" else edition.objection
    law = None if section is None else section.clocks.get(case.clock)
    due = None if law is None else face(law, case.run, calendar).due
    asked: dict[str, object] = {"due": case.due, "provisional": case.provisional}
    return asked, {"due": due.day if due else None, "provisional": due.provisional if due else None}
