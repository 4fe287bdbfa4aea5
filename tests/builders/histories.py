"""Builders of evidence and questions, with days drawn where the law changes its mind: at the ends of spans."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from scoring.rating.history import EditionChain, Event, History, Occasion
from tests.builders.editions import edition_chain
from tests.builders.vocabulary import (
    CASES,
    KINDS,
    MONTH_ENDS_AND_LEAP_DAYS,
)
from tests.builders.words import GENERATED, Words, severity_for, values_for, words_of
from tests.oracle.days import add_months

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scoring.edition.model import Edition
    from tests.builders.dice import Dice

BACK = (0, -1, -2, -3, -6, -12, -24)
ON = (0, 1, 2, 3, 6, 12)
START_DAYS = ("2021-02-28", "2020-02-29", "2022-08-31", "2024-07-15", "31.1.2022")
ACTS = ("corrected_on", "repaired_on", "performed_on", "publicity_ends_on", "annulled_on")


class Asked(NamedTuple):
    """One question as the engines take it."""

    history: History
    chain: EditionChain
    as_of: date


class Stock(NamedTuple):
    """One question about many entities of one kind."""

    histories: tuple[History, ...]
    chain: EditionChain
    as_of: date


class About(NamedTuple):
    """What a history is for: the words it may use, the chain that reads it, the day of the question, the kind."""

    words: Words
    chain: EditionChain
    as_of: date
    kind: str


def entity_attributes(dice: Dice, words: Words) -> dict[str, str]:
    """Some attributes missing, some with a value no rule names; a start day that may be no date."""
    result = {}
    for name, values in words.attributes.items():
        if dice.often():
            result[name] = dice.pick((*values, "unheard of"))
    for name in words.start_attributes:
        if dice.often():
            result[name] = dice.pick(START_DAYS)
    return result


def inspections(dice: Dice, words: Words, as_of: date) -> tuple[Occasion, ...]:
    """A few inspections, recorded in an order of their own, one of them perhaps after the question's day."""
    anchors = (as_of, *MONTH_ENDS_AND_LEAP_DAYS[:3])
    return tuple(
        Occasion(f"o{number}", dice.pick(words.occasion_types), dice.near(anchors, (*BACK, 1)), dice.seldom())
        for number in range(dice.below(5))
    )


class Around(NamedTuple):
    """What an event is drawn around.

    The words of its edition, the question's day, the inspections, the codes in use, other days that matter, the months
    of the chain's spans, and the days of the events before: an event stands often where an earlier one's span ends.
    """

    words: Words
    as_of: date
    held: Sequence[Occasion]
    codes: tuple[str, ...]
    days: Sequence[date]
    spans: tuple[int, ...]
    earlier: list[date]


def acts(dice: Dice, decided_on: date, as_of: date) -> dict[str, Any]:
    """What followed a decision: each act close to the decision, to the ends of its spans, or to the question's day."""
    result = {}
    for name in dice.some(ACTS, 4):
        if name == "annulled_on" and dice.below(8) < 7:
            continue
        later = (0, 0, 1, 3, 12) if name == "corrected_on" else ON
        result[name] = dice.near((decided_on, as_of), later)
    return result


def event(dice: Dice, number: int, around: Around) -> Event:
    """One decision, often of an inspection's day, often a span away from another day that matters."""
    words, held, as_of = around.words, around.held, around.as_of
    occasion = dice.pick((None, *held, *held))
    if occasion is not None and dice.often():
        decided_on = occasion.held_on
    elif around.earlier and dice.even():
        turn = add_months(dice.pick(around.earlier), dice.pick(around.spans))
        decided_on = turn + timedelta(days=dice.pick((0, -1, 1)))
        if decided_on > as_of and dice.often():
            decided_on = dice.pick(around.earlier)
    else:
        decided_on = dice.near((as_of, as_of, *around.days), (*BACK, 1))
    final = dice.below(10) < 9
    usual = around.codes if final else words.warning_codes
    code = dice.pick((*usual, *usual, *words.spare_codes, "unheard of"))
    return Event(
        source=dice.pick(("s1", "s2")),
        ref=f"{dice.pick('ba')}{number}",
        code=code,
        decided_on=decided_on,
        severity=severity_for(dice, words, code),
        final=final,
        value=values_for(dice, words, code),
        occasion=occasion.ref if occasion is not None else ("unheard of" if dice.seldom() else None),
        case_ref=dice.pick(CASES) if dice.even() else None,
        attributes=words.attributes_of_event(dice),
        **acts(dice, decided_on, as_of),
    )


def spans_of(chain: EditionChain, kind: str) -> tuple[int, ...]:
    """The months after which, by this chain, one event stops weighing on another or counting at all."""
    spans: set[int | None] = set()
    for edition in chain.editions:
        rating = edition.rating_for(kind)
        spans |= {rating.window.months, *(cap.months for cap in rating.caps)}
        spans |= {rule.repetition.months for rule in rating.rules.values() if rule.repetition is not None}
    return tuple(sorted(months for months in spans if months is not None)) or (1,)


def licence_spans(dice: Dice, as_of: date) -> tuple[tuple[date, date | None], ...]:
    """None, one or two spans, most of them holding the question's day, some ending or beginning close to it."""
    result: list[tuple[date, date | None]] = []
    for _ in range(dice.pick((1, 2, 1, 0))):
        start = dice.near((as_of,), (-12, -3, -24, 0))
        end = max(start, dice.near((as_of, start), (3, 12, 1, 0))) if dice.even() else None
        result.append((start, end))
    return tuple(result)


def history(dice: Dice, asked: About, entity: str, most: int = 12) -> History:
    """All evidence on one entity, around one day of question."""
    words, chain, as_of, kind = asked
    held = inspections(dice, words, as_of)
    matter = [*changes_of(chain), *MONTH_ENDS_AND_LEAP_DAYS]
    codes = tuple(dict.fromkeys(code for edition in chain.editions for code in edition.rating_for(kind).rules))
    if dice.even():
        codes = dice.some(codes, 2) or codes
    around = Around(words, as_of, held, codes, matter, spans_of(chain, kind), [])
    some: list[Event] = []
    for number in range(dice.below(most + 1)):
        some.append(event(dice, number, around))
        around.earlier.append(some[-1].decided_on)
    return History(
        entity=entity,
        kind=kind,
        events=tuple(some),
        occasions=held,
        attributes=entity_attributes(dice, words),
        known_since=dice.near((as_of,), (*BACK, 1)) if dice.even() else None,
        licences=licence_spans(dice, as_of) if dice.seldom() else None,
    )


def changes_of(chain: EditionChain) -> list[date]:
    """The days on which an edition takes or leaves force."""
    changes = [edition.force_from for edition in chain.editions]
    return changes + [edition.force_to for edition in chain.editions if edition.force_to is not None]


def day_of_question(dice: Dice, chain: EditionChain) -> date:
    """A day to ask about: mostly with an edition in force, often close to a change of editions."""
    changes = changes_of(chain)
    as_of = dice.near(changes, (1, 0, 3, 12, 6)) if dice.even() else dice.pick(MONTH_ENDS_AND_LEAP_DAYS)
    if chain.index_on(as_of) is None and dice.often():
        as_of = chain.editions[-1].force_from + timedelta(days=dice.pick((0, 40, 300)))
    return as_of


def question(dice: Dice) -> Asked:
    """A chain, a history that it can read, and a day."""
    chain = edition_chain(dice)
    as_of = day_of_question(dice, chain)
    return Asked(history(dice, About(GENERATED, chain, as_of, dice.pick(KINDS)), "e1"), chain, as_of)


def stock(dice: Dice, most: int = 4) -> Stock:
    """Several entities of one kind under one chain, as an engine that takes all at once sees them."""
    chain = edition_chain(dice)
    as_of = day_of_question(dice, chain)
    about = About(GENERATED, chain, as_of, dice.pick(KINDS))
    return Stock(tuple(history(dice, about, f"e{number}") for number in range(1 + dice.below(most))), chain, as_of)


def stock_under(dice: Dice, edition: Edition, kind: str, count: int) -> Stock:
    """Entities of one kind under one given edition, their evidence in its own words."""
    chain = EditionChain((edition,))
    as_of = max(edition.force_from, dice.pick(MONTH_ENDS_AND_LEAP_DAYS)) + timedelta(days=dice.pick((0, 0, 1, 40)))
    about = About(words_of(edition, kind), chain, as_of, kind)
    return Stock(tuple(history(dice, about, f"e{number}", most=16) for number in range(count)), chain, as_of)
