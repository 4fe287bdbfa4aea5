"""`duties`: what is owed about a record, by which day, and whether it was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from scoring.kernel.workdays import Deadline, last_day
from scoring.publicity.periods import after
from scoring.publicity.record import confirms, listed, looks_like

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator
    from datetime import date

    from scoring.edition.envelope import Edition
    from scoring.edition.law import Law
    from scoring.edition.sections.deadlines import Act, DutyRule, Fact, Stage
    from scoring.kernel.workdays import Calendar
    from scoring.publicity.record import Record
    from scoring.publicity.words import Standing

SHOWING = frozenset({"publish", "forward"})
"""Owed only for a record that the law shows; with its end they are owed no more."""
SHOWN: Final = frozenset({"due", "public"})
"""The states in which the law shows a record."""


class Due(NamedTuple):
    """One stage of a duty. ``alarm_on``: the day from which it is brought to mind; None: only when it is over.

    ``provisional``: a day was counted that no notice has settled. ``done_on``: when it was done, by as_of.
    """

    duty: str
    stage: int
    act: Act
    place: str | None
    since: date
    due_on: date
    alarm_on: date | None
    provisional: bool
    done_on: date | None
    clause: str
    verified: bool
    edition: str
    digest: str

    def is_over(self, as_of: date) -> bool:
        """Whether its day passed without its being done."""
        return self.done_on is None and as_of > self.due_on


def due_day(stage: Stage, since: date, calendar: Calendar, alarm_before: int | None) -> tuple[Deadline, date | None]:
    """The last day of a stage that runs from a day, and the day of its reminder, not before it runs."""
    deadline = last_day(stage.term, since, calendar, to_act=stage.moves)
    if alarm_before is None:
        return deadline, None
    return deadline, max(since, calendar.working_days_before(deadline.day, alarm_before))


def duties(
    record: Record, standing: Standing, law: Law, as_of: date, calendar_of: Callable[[str | None], Calendar]
) -> tuple[Due, ...]:
    """What is owed, or was, about a record on a day; in the order of the facts, of one edition in its order.

    Each duty comes from the edition in force on the day of the fact that sets it running: a law that was not yet in
    force asks for nothing. ``standing``: the record's publicity on the same day.
    """
    found: list[Due] = []
    asked = Asked(record, standing, as_of)
    for fact, day, place in _facts(asked):
        edition = law.on(day)
        if edition is None or edition.deadlines is None:
            continue
        rules = edition.deadlines.by_fact.get(fact)
        if rules is None:
            continue
        penalties = listed(record, edition.deadlines.penalty_kinds)
        start = Start(fact, day, place, edition, calendar_of(edition.calendar))
        for rule in rules:
            if looks_like(record, rule.match, penalties):
                found += _stages(asked, rule, start)
    return tuple(found)


class Asked(NamedTuple):
    """The record asked about, its publicity, and the day of both."""

    record: Record
    standing: Standing
    as_of: date


class Start(NamedTuple):
    """When a duty began to run and by which law; ``place``: of which place the fact is, None where of none."""

    fact: Fact
    day: date
    place: str | None
    edition: Edition
    calendar: Calendar


def _facts(asked: Asked) -> Iterator[tuple[Fact, date, str | None]]:
    """The facts there are by as_of, and of which place each is."""
    record, standing, as_of = asked
    over_on = after(standing.ends_on) if standing.ends_on is not None else None
    by_repair = standing.state == "ended" and standing.reasons[0].code == "repaired"
    by_itself = standing.state == "ended" and not by_repair
    known: tuple[tuple[Fact, date | None], ...] = (
        ("decided_on", record.decided_on),
        ("recorded_on", record.recorded_on),
        ("changed_on", record.changed_on),
        ("disputed_on", record.disputed_on),
        ("performed_on", record.performed_on),
        ("repaired_on", over_on if by_repair else _repaired_on(record, standing)),
        ("annulled_on", record.annulled_on),
        ("ended_on", over_on if by_itself else None),
    )
    for fact, day in known:
        if day is not None and day <= as_of:
            yield fact, day, None
    for one in record.acts:
        if one.act == "withdraw" and one.on <= as_of:
            yield "withdrawn_on", one.on, one.place


def _repaired_on(record: Record, standing: Standing) -> date | None:
    """The day of a repair, but of none that left the record public: that one asks nobody to take anything down."""
    day = record.repaired_on
    if day is None or standing.state in SHOWN:
        return None
    return None if standing.ends_on is not None and day <= standing.ends_on else day


def _stages(asked: Asked, rule: DutyRule, start: Start) -> Iterator[Due]:
    """The stages of one duty; each runs from the day on which the one before was done, else from its last day."""
    since, edition = start.day, start.edition
    for number, stage in enumerate(rule.stages):
        deadline, alarm_on = due_day(stage, since, start.calendar, rule.alarm_before)
        latest = since
        for place in _places(asked, stage, start):
            act, done_on = _done(asked, stage, place, start.day)
            latest = done_on or deadline.day
            if done_on is None and stage.act in SHOWING and asked.standing.state not in SHOWN:
                continue
            verified = stage.clause not in edition.unverified_clauses
            yield Due(
                rule.key, number, act, place, since, deadline.day, alarm_on, deadline.provisional, done_on,
                stage.clause, verified, edition.id, edition.digest,
            )  # fmt: skip
        since = latest


def _places(asked: Asked, stage: Stage, start: Start) -> tuple[str | None, ...]:
    """Where a stage is owed: to take down or change, wherever the record was held on the day of the fact.

    What was handed on is held as what is shown is, and to be taken down too by who can say that he did, but for the end
    of publicity, which ends no use. To change is owed where it is shown.
    """
    if start.place is not None:
        return (start.place,) if stage.place in {None, start.place} else ()
    if stage.act not in {"withdraw", "update"}:
        return (stage.place,)
    shared_too = stage.act == "withdraw" and start.fact != "ended_on"
    held: dict[str, bool] = {}
    for one in asked.record.acts:
        if one.on > asked.as_of:
            continue
        if one.act == "publish" or (
            shared_too and one.act == "forward" and confirms(asked.record, one.place, start.day)
        ):
            held[one.place] = True
        elif one.act == "withdraw":
            held[one.place] = one.on >= start.day
        elif one.act == "acknowledge" and one.on < start.day:
            held[one.place] = False
    return tuple(place for place, owed in held.items() if owed and stage.place in {None, place})


def _done(asked: Asked, stage: Stage, place: str | None, since: date) -> tuple[Act, date | None]:
    """What of a stage is owed or was done there, and the first day from the fact on on which it was done.

    To show something may come before a fact. Taking down is done by who holds the record as well, who then confirms
    it; a place that confirms itself owes that yet, once our books say that it was taken down.
    """
    if stage.act != "withdraw":
        return stage.act, _first(asked, {stage.act}, place, None if stage.act == "publish" else since)
    confirmed = _first(asked, {"acknowledge"}, place, since)
    taken_down = _first(asked, {"withdraw", "acknowledge"}, place, since)
    if taken_down is None or not confirms(asked.record, place, since):
        return stage.act, taken_down
    return "acknowledge", confirmed


def _first(asked: Asked, acts: Collection[Act], place: str | None, since: date | None) -> date | None:
    days = (
        one.on
        for one in asked.record.acts
        if one.act in acts and place in {None, one.place} and one.on <= asked.as_of
        if since is None or one.on >= since
    )
    return min(days, default=None)
