"""The whole reading: one question in, one judgment out; and the next day on which it changes, found day by day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from tests.oracle import verdict
from tests.oracle.days import add_months
from tests.oracle.evidence import ask
from tests.oracle.points import absorb, cap_all, give_points, highest_only

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scoring.rating.history import EditionChain, History
    from tests.oracle.evidence import Item, Question


class JudgedLine(NamedTuple):
    """One event. ``raw`` in hundredths, None where the event is not rated; ``counted`` 0 where it does not count."""

    source: str
    ref: str
    standing: str
    raw: int | None
    counted: int
    valid_until: date | None


class Judged(NamedTuple):
    """What the page says about one question. ``seen`` is no part of the answer: which sentences were used."""

    state: str
    reason: str | None
    edition: str | None
    total: int | None = None
    grade: str | None = None
    tier: str | None = None
    risk_level: str | None = None
    lines: tuple[JudgedLine, ...] = ()
    seen: frozenset[str] = frozenset()


def rate(history: History, chain: EditionChain, as_of: date) -> Judged:
    """Answer one question as the page says, section after section."""
    question = ask(history, chain, as_of)
    if question is None:
        return Judged("unrated", "no_edition", None)
    give_points(question)
    absorb(question)
    highest_only(question)
    cap_all(question)
    lines = tuple(line_of(item) for item in question.items)
    judged = judge(question)
    return judged._replace(lines=lines, seen=frozenset(question.seen | {line.standing for line in lines}))


def line_of(item: Item) -> JudgedLine:
    """The event's line in the answer."""
    event = item.event
    if not item.rated:
        return JudgedLine(event.source, event.ref, item.standing, None, 0, None)
    return JudgedLine(event.source, event.ref, item.standing, item.raw, item.left, item.valid_until)


def judge(question: Question) -> Judged:
    """Sections 6 to 8: state, score, grade, risk level and tier."""
    edition = question.current.id
    licences = question.history.licences
    if licences is not None and not any(
        start <= question.as_of and (end is None or question.as_of < end) for start, end in licences
    ):
        question.seen.add("no licence")
        return Judged("unrated", "no_valid_licence", edition)
    total = verdict.total_of(question)
    outcome = verdict.outcome_of(question, total)
    if outcome is not None and outcome.grade is None:
        assert outcome.state is not None
        return Judged(outcome.state, outcome.reason, edition, None if outcome.state == "unrated" else total)
    grade = verdict.banded_grade(question, total) if outcome is None else outcome.grade
    assert grade is not None
    grade = verdict.adjusted(question, grade)
    level = verdict.risk_level(question)
    return Judged("rated", None, edition, total, grade, verdict.tier_of(question, level, grade), level)


def what_can_change(judged: Judged) -> object:
    """The parts of an answer whose difference makes a day the next change."""
    lines = {(line.source, line.ref): (line.standing, line.counted) for line in judged.lines}
    return judged._replace(lines=(), seen=frozenset()), lines


def next_change_on(history: History, chain: EditionChain, as_of: date) -> date | None:
    """Look at every day after ``as_of`` until one differs, or until nothing is left that could change."""
    today = what_can_change(rate(history, chain, as_of))
    last = horizon(history, chain, as_of)
    day = as_of
    while day < last:
        day += timedelta(days=1)
        if what_can_change(rate(history, chain, day)) != today:
            return day
    return None


def horizon(history: History, chain: EditionChain, as_of: date) -> date:
    """A day after which nothing changes: the last day anything names, and the longest span of months after it."""
    days = [as_of, *(edition.force_from for edition in chain.editions)]
    days += [edition.force_to for edition in chain.editions if edition.force_to is not None]
    days += [value for event in history.events for value in event if isinstance(value, date)]
    days += [occasion.held_on for occasion in history.occasions]
    days += [day for span in history.licences or () for day in span if day is not None]
    if history.known_since is not None:
        days.append(history.known_since)
    spans = [0]
    for edition in chain.editions:
        spans += months_in(edition.rating_for(history.kind))
    return add_months(max(days), max(spans)) + timedelta(days=5)


def months_in(part: object) -> Iterator[int]:
    """Every number of months that an edition's rating names, wherever it stands."""
    if isinstance(part, tuple):
        for one in part:
            yield from months_in(one)
    elif isinstance(part, Mapping):
        for one in part.values():
            yield from months_in(one)
    elif hasattr(part, "__dataclass_fields__"):
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            if name in {"months", "younger_than_months"} and value is not None:
                yield value
            else:
                yield from months_in(value)
