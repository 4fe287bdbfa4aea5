"""Whether a record may be repaired, condition by condition, and from which day.

One function serves the refusal of an application ("not before 6 August, by article 8") and the list of those who could
apply ("now, or on which day, with what missing").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.edition.sections.repair import RepairCondition
from scoring.repair.conditions import Looked

if TYPE_CHECKING:
    from datetime import date

    from scoring.edition.envelope import Edition
    from scoring.edition.sections.repair import Fact, Fraud, Repair
    from scoring.kernel.workdays import Calendar
    from scoring.repair.conditions import RecordFacts

How: TypeAlias = Literal["holds", "waits", "to_do", "never"]
"""``waits``: holds from a day that is known · ``to_do``: once something is done · ``never``: as the law stands."""

BAR = "not_barred"
"""Key of the condition that follows from ``fraud``."""


class Standing(NamedTuple):
    """How one condition stands. ``from_day``: the first day from ``as_of`` on that it holds if nothing else changes.

    ``missing``: what would have to be done (a fact, or leaving a list), for ``to_do``. ``provisional``: the day rests
    on a calendar that is not known yet.
    """

    key: str
    clause: str
    verified: bool
    how: How
    from_day: date | None
    missing: str | None = None
    provisional: bool = False


class Eligibility(NamedTuple):
    """Whether a record may be repaired.

    ``from_day``: the first day from ``as_of`` on that every condition holds if nothing else changes; None: none.
    ``waits_until``: the same for those conditions that time alone decides, for who would do the rest; None: never.
    ``missing``: what is to be done first; ``papers``: keys of the materials that are needed and not there.
    """

    holds: bool
    from_day: date | None
    waits_until: date | None
    missing: tuple[str, ...]
    papers: tuple[str, ...]
    standings: tuple[Standing, ...]
    edition: str
    digest: str


def eligibility(facts: RecordFacts, edition: Edition, as_of: date, calendar: Calendar) -> Eligibility:
    """Whether a record may be repaired on a day under an edition, with every condition that concerns it.

    Args:
        facts: of the record; ``decided_on`` is among its days.
        edition: one with a section ``repair``.
        as_of: the day asked for.
        calendar: the working days that the edition counts by.

    Raises:
        ValueError: the edition has no section on repair.
    """
    section = edition.repair
    if section is None:
        raise ValueError(edition.id)
    looked = [Looked(one, facts, calendar) for one in conditions_of(section) if concerns(one, facts)]
    standings = tuple(_standing(one, edition, as_of) for one in looked)
    papers = papers_missing(section, facts)
    timed = [one for one, said in zip(looked, standings, strict=True) if said.how != "to_do"]
    return Eligibility(
        holds=all(said.how == "holds" for said in standings),
        from_day=_first(looked, as_of),
        waits_until=_first(timed, as_of),
        missing=tuple(dict.fromkeys(said.missing for said in standings if said.missing is not None)),
        papers=papers,
        standings=standings,
        edition=edition.id,
        digest=edition.digest,
    )


def conditions_of(section: Repair) -> tuple[RepairCondition, ...]:
    """The conditions of a section, and the bar that follows a repair revoked for fraud."""
    if section.fraud is None:
        return section.conditions
    return (*section.conditions, _bar(section.fraud))


def concerns(condition: RepairCondition, facts: RecordFacts) -> bool:
    """Whether a condition is one for this record: an empty list of the edition stands for any.

    What is asked for some classes is asked for a record without a class too: nobody gets past it by being unclassed.
    """
    return (
        (not condition.classes or facts.class_ is None or facts.class_ in condition.classes)
        and (not condition.decision_kinds or facts.decision_kind in condition.decision_kinds)
        and (not condition.penalty_kinds or not facts.penalty_kinds.isdisjoint(condition.penalty_kinds))
        and all(facts.attributes.get(when.attribute) in when.one_of for when in condition.when)
    )


def papers_needed(section: Repair, facts: RecordFacts) -> tuple[str, ...]:
    """Keys of the materials that an application for this record brings, those in place of barred ones among them."""
    wanted: list[str] = []
    for material in section.materials:
        if not material.needed or (material.classes and facts.class_ not in {None, *material.classes}):
            continue
        if is_barred(section, material.key, facts):
            wanted += [material.instead] if material.instead is not None else []
        else:
            wanted.append(material.key)
    return tuple(dict.fromkeys(wanted))


def papers_missing(section: Repair, facts: RecordFacts) -> tuple[str, ...]:
    """Keys of the materials that are needed and not there."""
    return tuple(key for key in papers_needed(section, facts) if key not in facts.materials)


def is_barred(section: Repair, key: str, facts: RecordFacts) -> bool:
    """Whether the owner of this record may not use a paper: a commitment for a serious one, or after a false one."""
    return any(
        material.key == key
        and (facts.class_ in material.barred_classes or any(fact in facts.days for fact in material.barred_after))
        for material in section.materials
    )


def _bar(fraud: Fraud) -> RepairCondition:
    fact: Fact = "revoked_on" if fraud.barred == "entity" else "record_revoked_on"
    return RepairCondition(BAR, fraud.text, "elapsed", fraud.clause, fact=fact, term=fraud.bar)


def _standing(looked: Looked, edition: Edition, as_of: date) -> Standing:
    found = looked.condition
    verified = edition.verified or found.clause not in edition.unverified_clauses
    said = Standing(found.key, found.clause, verified, "holds", as_of)
    if looked.holds(as_of):
        return said
    first = _first([looked], as_of)
    if first is not None:
        return said._replace(how="waits", from_day=first, provisional=looked.is_provisional(first))
    missing = looked.missing(as_of)
    return said._replace(how="never" if missing is None else "to_do", from_day=None, missing=missing)


def _first(looked: list[Looked], as_of: date) -> date | None:
    """The first day from ``as_of`` on that all of them hold: it is that day, or one on which one of them turns."""
    days = sorted({as_of, *(day for one in looked for day in one.turns() if day > as_of)})
    return next((day for day in days if all(one.holds(day) for one in looked)), None)
