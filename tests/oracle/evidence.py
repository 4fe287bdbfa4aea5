"""Sections 1 and 2 of the page: which edition reads an event, in which order, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

from tests.oracle.days import add_months, cycle_span

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scoring.edition.model import Condition, Edition, EventRule, Rating, Validity, ValueSet
    from scoring.rating.history import EditionChain, Event, History, Occasion

NOT_RATED = frozenset(
    {
        "annulled",
        "warning",
        "before_edition",
        "no_rule",
        "condition_not_met",
        "severity_not_rated",
        "value_missing",
        "value_not_allowed",
    }
)


@dataclass
class Item:
    """One event as the question reads it. Points are hundredths; ``exact`` is not yet rounded."""

    event: Event
    code: str
    dimension: str = ""
    rule: EventRule | None = None
    standing: str = ""
    valid_until: date | None = None
    exact: Fraction = Fraction(0)
    unrestored: int = 0
    raw: int = 0
    left: int = 0
    cuts: int = 0

    @property
    def rated(self) -> bool:
        return self.standing not in NOT_RATED


@dataclass
class Question:
    """What is asked, and everything that exists for it. ``seen`` collects the sentences of the page that were used."""

    history: History
    chain: EditionChain
    as_of: date
    now: int
    occasions: list[Occasion]
    items: list[Item] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    @property
    def current(self) -> Edition:
        return self.chain.editions[self.now]

    @property
    def rating(self) -> Rating:
        return self.current.rating_for(self.history.kind)

    def is_bad(self, points: int) -> bool:
        return points < 0 if self.rating.direction == "higher_better" else points > 0

    def is_good(self, points: int) -> bool:
        return points != 0 and not self.is_bad(points)

    def repaired(self, event: Event) -> bool:
        return event.repaired_on is not None and event.repaired_on <= self.as_of


def holds(condition: Condition, *attributes: Mapping[str, str]) -> bool:
    """The first of the attribute tables that has the attribute decides."""
    for table in attributes:
        if condition.attribute in table:
            return table[condition.attribute] in condition.one_of
    return False


def ask(history: History, chain: EditionChain, as_of: date) -> Question | None:
    """Everything that exists for the question on its day, the events in order; None where no edition is in force."""
    now = chain.index_on(as_of)
    if now is None:
        return None
    occasions = [occasion for occasion in history.occasions if occasion.held_on <= as_of]
    places = {occasion.ref: place for place, occasion in enumerate(occasions)}
    nowhere = len(occasions)

    def order(event: Event) -> tuple[date, int, str, str]:
        place = nowhere if event.occasion is None else places.get(event.occasion, nowhere)
        return event.decided_on, place, event.source, event.ref

    question = Question(history, chain, as_of, now, occasions)
    for event in sorted((event for event in history.events if event.decided_on <= as_of), key=order):
        question.items.append(read(question, event))
    return question


def read(question: Question, event: Event) -> Item:
    """The rule, mapped names, span and first standing of one event."""
    chain, history = question.chain, question.history
    first = chain.index_for_event(event.decided_on)
    restate = question.current.transition == "restate"
    own_index = question.now if restate else first
    own = chain.editions[own_index]
    code = carried(question, event.code, first, "map_codes")
    rule = own.rating_for(history.kind).rules.get(code if restate else event.code)
    if restate and code == "":
        rule = None
        question.seen.add("restated code dropped")
    item = Item(event, code, rule=rule)
    if rule is not None:
        item.dimension = carried(question, rule.dimension, own_index, "map_dimensions")
    ignored = not restate and event.decided_on < own.force_from and own.earlier_events == "ignore"
    item.standing = unrated_standing(question, item, ignored=ignored)
    if item.standing == "":
        place_in_time(question, item, own.rating_for(history.kind))
    if item.standing == "" and question.repaired(event):
        item.standing = "repaired"
    if item.standing == "":
        item.standing = "counted"
    return item


def carried(question: Question, key: str, start: int, table: str) -> str:
    """A code or dimension of one edition, carried through the maps of all later ones up to the current one."""
    for edition in question.chain.editions[start + 1 : question.now + 1]:
        mapped = getattr(edition, table).get(key, key)
        if mapped != key:
            question.seen.add(f"{table} used" if mapped else f"{table} dropped")
        key = mapped
    return key


def unrated_standing(question: Question, item: Item, *, ignored: bool) -> str:
    """The first of the standings that keep an event from being rated; the empty text where none fits."""
    event, rule = item.event, item.rule
    if event.annulled_on is not None:
        return "annulled"
    if not event.final:
        return "warning"
    if ignored:
        return "before_edition"
    if rule is None:
        return "no_rule"
    if not all(holds(one, event.attributes, question.history.attributes) for one in rule.applies_when):
        return "condition_not_met"
    return unpriced_standing(rule, event)


def unpriced_standing(rule: EventRule, event: Event) -> str:
    """Why the rule gives the event no points; the empty text where it does."""
    if rule.value is None:
        unknown = rule.severities and event.severity not in rule.severities and rule.points is None
        return "severity_not_rated" if unknown else ""
    if event.value is None:
        return "value_missing"
    return "" if allows(rule.value, event.value) else "value_not_allowed"


def allows(values: ValueSet, value: int) -> bool:
    """Whether a value is one of the set."""
    if values.allowed is not None:
        return value in values.allowed
    return (values.low is None or values.low <= value) and (values.high is None or value <= values.high)


def place_in_time(question: Question, item: Item, own: Rating) -> None:
    """Window or validity: the end of the event's span, and ``outside_window`` or ``lapsed`` where it is past."""
    rule, event = item.rule, item.event
    assert rule is not None
    if rule.validity is not None:
        item.valid_until = end_of_validity(question, rule.validity, event)
        if item.valid_until is not None and item.valid_until <= question.as_of:
            item.standing = "lapsed"
        return
    window = own.window
    if question.rating.window.occasions is not None or window.occasions is not None:
        window = question.rating.window
    if window.occasions is not None:
        question.seen.add("window occasions")
        latest = sorted(question.occasions, key=lambda occasion: occasion.held_on)[-window.occasions :]
        if event.occasion not in {occasion.ref for occasion in latest}:
            item.standing = "outside_window"
        return
    if window.months is not None:
        question.seen.add("window months")
        item.valid_until = add_months(event.decided_on, window.months)
    elif window.cycle is not None:
        question.seen.add("window cycle")
        item.valid_until = cycle_span(window.cycle, question.history.attributes, event.decided_on)[1]
    else:
        question.seen.add("window unlimited")
    if item.valid_until is not None and item.valid_until <= question.as_of:
        item.standing = "outside_window"


def end_of_validity(question: Question, validity: Validity, event: Event) -> date | None:
    """The first day on which the event counts no more; None while that is open."""
    question.seen.add(f"validity {validity.ends}" + (" while unperformed" if validity.while_unperformed else ""))
    performed = event.performed_on
    if validity.ends == "unlimited" or (validity.while_unperformed and performed is None):
        return None
    end: date | None
    if validity.ends == "cycle":
        assert validity.cycle is not None
        day = event.decided_on
        if validity.while_unperformed and performed is not None:
            day = max(day, performed)
        end = cycle_span(validity.cycle, question.history.attributes, day)[1]
    elif validity.ends == "publicity_end":
        end = event.publicity_ends_on
    else:
        end = add_months(event.decided_on, validity.months)
    if end is None:
        return None
    if validity.while_unperformed and performed is not None:
        end = max(end, performed)
    return max(end, event.decided_on)
