"""The ways back to a better tier: what lapses when, what waiting reaches, what correcting or performing brings forward.

Every answer is found by rating again: the same evidence on a later day, or the evidence with one act put in.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from scoring.kernel.days import add_months
from scoring.rating.explain import explain
from scoring.rating.plan import plan_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date

    from scoring.rating.history import EditionChain, Event, History
    from scoring.rating.lines import Line
    from scoring.rating.plan import RulePlan
    from scoring.rating.result import Result

Doing: TypeAlias = Literal["correct", "perform", "together"]
YEARS = 20
"""How far ahead is looked."""
_LIVE = frozenset({"counted", "absorbed", "lesser_of_group"})


class Lapse(NamedTuple):
    """A live contribution and the first day on which time alone has ended it; None where no end is known."""

    line: Line
    on: date | None


class Reached(NamedTuple):
    """A value of the scale (or a better one) and the first day on which it is reached; None: not within the years."""

    value: str
    on: date | None


class Act(NamedTuple):
    """What doing something would change. ``lines``: the events concerned; ``reached``: as by waiting, the act done.

    ``before`` and ``total`` are the scores of the day ``on`` without and with the act, ``value`` is that with it.
    """

    act: Doing
    lines: tuple[Line, ...]
    on: date
    before: int | None
    total: int | None
    value: str | None
    reached: tuple[Reached, ...]


class Ways(NamedTuple):
    """All of it. ``scale``: whether values are tiers or, where the edition gives no tiers, grades."""

    result: Result
    scale: Literal["tier", "grade"]
    value: str | None
    lapses: tuple[Lapse, ...]
    waiting: tuple[Reached, ...]
    acts: tuple[Act, ...]


def counterfactual(history: History, chain: EditionChain, as_of: date, *, on: date | None = None) -> Ways:
    """How the entity gets to a better tier. ``on``: the day on which it would correct or perform, as_of unless given.

    Acts that bring nothing forward and do not change the score on their day are left out.
    """
    result = explain(history, chain, as_of)
    ladder = _Ladder(chain, result)
    lapses = tuple(Lapse(line, line.valid_until) for line in result.lines if line.standing in _LIVE)
    waiting = ladder.reached(history, chain, result)
    trial = _Trial(history, chain, ladder, as_of, as_of if on is None else max(on, as_of))
    found: list[Act] = []
    changed: list[tuple[Line, Event]] = []
    for act, line, event in _possible(history, chain, result, trial.on):
        tried = trial.act(act, (line,), [event])
        if tried.reached != waiting or (tried.total, tried.value) != (trial.before.total, ladder.value(trial.before)):
            found.append(tried)
            changed.append((line, event))
    if len(found) > 1:
        lines = tuple(dict.fromkeys(line for line, _ in changed))
        found.append(trial.act("together", lines, _merged(event for _, event in changed)))
    return Ways(result, ladder.scale, ladder.value(result), lapses, waiting, tuple(found))


class _Trial:
    """Rates the evidence with acts put in."""

    def __init__(self, history: History, chain: EditionChain, ladder: _Ladder, as_of: date, on: date) -> None:
        self.history = history
        self.chain = chain
        self.ladder = ladder
        self.as_of = as_of
        self.on = on
        self.before = explain(history, chain, on)

    def act(self, act: Doing, lines: tuple[Line, ...], events: list[Event]) -> Act:
        """What comes of it when these events stand in the place of the recorded ones."""
        by_key = {(event.source, event.ref): event for event in events}
        changed = tuple(by_key.get((event.source, event.ref), event) for event in self.history.events)
        history = self.history._replace(events=changed)
        after = explain(history, self.chain, self.on)
        reached = self.ladder.reached(history, self.chain, explain(history, self.chain, self.as_of))
        return Act(act, lines, self.on, self.before.total, after.total, self.ladder.value(after), reached)


class _Ladder:
    """The scale, and the values on it that are better than today's."""

    def __init__(self, chain: EditionChain, result: Result) -> None:
        index = chain.index_on(result.as_of)
        rating = None if index is None else chain.editions[index].rating_for(result.kind)
        grades = () if rating is None else rating.grades
        gives_tiers = rating is not None and (rating.matrix is not None or any(grade.tier for grade in grades))
        self.scale: Literal["tier", "grade"] = "tier" if gives_tiers else "grade"
        order: Sequence[str] = ()
        if rating is not None:
            order = rating.tiers if gives_tiers else [grade.key for grade in grades if grade.banded]
        self.rank = {value: place for place, value in enumerate(order)}
        today = self.value(result)
        self.better = tuple(order[: self.rank.get(today, len(order))] if today is not None else order)

    def value(self, result: Result) -> str | None:
        """The result's value on the scale."""
        return result.tier if self.scale == "tier" else result.grade

    def reached(self, history: History, chain: EditionChain, start: Result) -> tuple[Reached, ...]:
        """For each better value, worst first, the first day from ``start`` on with it or one still better."""
        last = add_months(start.as_of, 12 * YEARS)
        open_values = {value: self.rank[value] for value in self.better}
        found: dict[str, date] = {}
        result = start
        while open_values:
            rank = self.rank.get(self.value(result) or "")
            for value in [value for value, wanted in open_values.items() if rank is not None and rank <= wanted]:
                found[value] = result.as_of
                del open_values[value]
            change = result.next_change_on
            if change is None or change > last:
                break
            result = explain(history, chain, change)
        return tuple(Reached(value, found.get(value)) for value in reversed(self.better))


def _possible(history: History, chain: EditionChain, result: Result, on: date) -> Iterator[tuple[Doing, Line, Event]]:
    """Each act that a rule would take into account, with the event as it would then stand."""
    index = chain.index_on(result.as_of)
    if index is None:
        return
    plan = plan_for(chain, index, history.kind)
    events = {(event.source, event.ref): event for event in history.events}
    for line in result.lines:
        event = events[line.source, line.ref]
        rule = plan.rules[plan.own(event)].get(event.code)
        if rule is None or line.raw is None:
            continue
        if rule.rule.restoration is not None and event.corrected_on is None and line.standing in _LIVE:
            yield "correct", line, event._replace(corrected_on=on)
        if event.performed_on is None and _waits_for_performance(rule):
            yield "perform", line, event._replace(performed_on=on)


def _waits_for_performance(rule: RulePlan) -> bool:
    spans = (rule.rule.validity, None if rule.rule.direct is None else rule.rule.direct.term)
    return any(span is not None and span.while_unperformed for span in spans)


def _merged(events: Iterable[Event]) -> list[Event]:
    """One event each, with both its correction and its performance where both were tried."""
    found: dict[tuple[str, str], Event] = {}
    for event in events:
        key = event.source, event.ref
        other = found.get(key, event)
        found[key] = event._replace(
            corrected_on=event.corrected_on or other.corrected_on, performed_on=event.performed_on or other.performed_on
        )
    return list(found.values())
