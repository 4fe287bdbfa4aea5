"""[deadlines]: what an authority owes to whom about a record, and by which day."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args

from scoring.edition.grammar import CLAUSE, KEY, SENTENCE
from scoring.edition.scalars import Choice, Flag, Whole
from scoring.edition.sections.section import Section
from scoring.edition.sections.terms import MATCH_FIELDS, TERM, matched
from scoring.edition.shapes import Field, ListOf, Table, optional

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.envelope import Edition
    from scoring.edition.lint.remarks import Remarks
    from scoring.edition.sections.terms import Match
    from scoring.edition.tiering import Text
    from scoring.kernel.workdays import Term

Act: TypeAlias = Literal["publish", "forward", "update", "withdraw", "mark", "acknowledge"]
"""What is owed: to show a record, to hand it on, to show it as changed, to take it down, to mark it as disputed, to
confirm that it was taken down."""
Fact: TypeAlias = Literal[
    "decided_on", "recorded_on", "changed_on", "disputed_on", "performed_on", "repaired_on", "annulled_on", "ended_on",
    "withdrawn_on",
]  # fmt: skip
"""What sets a duty running. ``ended_on``: the day after the last one of publicity, where that was not ended by repair;
``withdrawn_on``: taken down."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One step of a duty. ``place``: where it is to be done, such as a platform; None: anywhere.

    ``moves``: a last day that is a day off runs to the next working day; False: it stays, as the end of publicity does.
    """

    act: Act
    term: Term
    clause: str
    place: str | None = None
    moves: bool = True


@dataclass(frozen=True, slots=True)
class DutyRule:
    """A duty. The first stage runs from the fact, each further one from the day on which the one before was done.

    ``alarm_before``: so many working days before its last day a stage is brought to mind; None: only when it is over.
    """

    key: str
    name: Text
    since: Fact
    stages: tuple[Stage, ...]
    match: Match
    clause: str
    alarm_before: int | None = None


@dataclass(frozen=True, slots=True)
class DeadlinesLaw:
    """The section. ``penalty_kinds``: the attribute of a decision that lists the kinds of penalty imposed."""

    duties: tuple[DutyRule, ...]
    penalty_kinds: str
    by_fact: Mapping[str, tuple[DutyRule, ...]] = field(init=False, repr=False, compare=False)
    """The same duties by the fact that sets them running."""

    def __post_init__(self) -> None:
        facts = dict.fromkeys(duty.since for duty in self.duties)
        sorted_by = {fact: tuple(duty for duty in self.duties if duty.since == fact) for fact in facts}
        object.__setattr__(self, "by_fact", MappingProxyType(sorted_by))


_STAGE: Final = {
    "act": Field(Choice(get_args(Act))),
    "term": Field(TERM),
    "clause": CLAUSE,
    "place": optional(KEY),
    "moves": optional(Flag(), default=True),
}


def _duty(**fields: Any) -> DutyRule:  # noqa: ANN401 - fields of one dataclass
    act, term, place, moves = (fields.pop(name) for name in ("act", "term", "place", "moves"))
    first = Stage(act, term, fields["clause"], place, moves)
    return DutyRule(since=fields.pop("from"), stages=(first, *fields.pop("then")), match=matched(fields), **fields)


def _law(*, duty: tuple[DutyRule, ...], penalty_kinds: str) -> DeadlinesLaw:
    return DeadlinesLaw(duty, penalty_kinds)


DUTY: Final = Table(
    _duty,
    {
        "key": Field(KEY),
        "name": Field(SENTENCE),
        "from": Field(Choice(get_args(Fact))),
        **_STAGE,
        "then": optional(ListOf(Table(Stage, _STAGE)), ()),
        "alarm_before": optional(Whole(0, 366)),
        **MATCH_FIELDS,
    },
)

SHAPE: Final = Table(_law, {"duty": Field(ListOf(DUTY, least=1)), "penalty_kinds": optional(KEY, "penalty_kinds")})


def _check(edition: Edition, notes: Remarks) -> None:
    law = edition.deadlines
    seen: set[str] = set()
    for number, rule in enumerate(law.duties if law else ()):
        if rule.key in seen:
            notes.error(
                "duty_twice",
                f"/duty/{number}/key",
                clause=rule.clause,
                zh=f"职责 {rule.key} 写了两次，请另取名称",
                en=f"duty {rule.key} is written twice: give one of them another key",
            )
        seen.add(rule.key)
        first = rule.stages[0].term
        if rule.alarm_before is not None and first.unit == "working_days" and rule.alarm_before >= first.number:
            notes.warning(
                "alarm_at_once",
                f"/duty/{number}/alarm_before",
                clause=rule.clause,
                zh="提醒日不晚于起算日，一开始就会提醒；请减小 alarm_before",
                en="the reminder would come as soon as the duty begins: lower alarm_before",
            )


SECTION: Final = Section(SHAPE, _check)
