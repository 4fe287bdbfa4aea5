"""Step 7.2: outcome rules, each made once into the tests that it states, so that no others are asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scoring.kernel.days import months_after
from scoring.rating.result import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date
    from typing import TypeAlias

    from scoring.edition.model import OutcomeRule, Rating
    from scoring.rating.score import Facts

    Test: TypeAlias = Callable[[Facts, int, date], bool]
    """Whether a rule's test holds of an entity's facts, its total and a day."""
    Outcomes: TypeAlias = tuple[tuple[tuple[Test, ...], Outcome], ...]


def outcomes_of(rating: Rating) -> Outcomes:
    """In their order: the tests of a rule, all of which must hold, and what it leads to."""
    return tuple((tuple(_tests(rule)), _outcome(rule)) for rule in rating.outcomes)


def _outcome(rule: OutcomeRule) -> Outcome:
    return Outcome(rule.clause, rule.reason, None if rule.grade is not None else rule.state, rule.grade)


def matched(outcomes: Outcomes, facts: Facts, total: int, day: date) -> Outcome | None:
    """The first whose tests all hold."""
    for tests, outcome in outcomes:
        for test in tests:
            if not test(facts, total, day):
                break
        else:
            return outcome
    return None


def _tests(rule: OutcomeRule) -> Iterator[Test]:
    """The tests that a rule states."""
    if rule.total_from is not None or rule.total_to is not None:
        yield _total_within(rule.total_from, rule.total_to)
    if rule.younger_than_months is not None:
        yield _younger(rule.younger_than_months)
    if rule.when:
        yield _stated(rule)
    if rule.without_occasion:
        yield lambda facts, _total, _day: not facts.occasions
    if rule.occasion_types or rule.closed is not None:
        yield _latest_occasion(rule)
    if rule.without_evidence:
        yield lambda facts, _total, _day: not (facts.occasions or _counted(facts))
    if rule.missing_codes:
        yield lambda facts, _total, _day: not _counted(facts).issuperset(rule.missing_codes)


def _total_within(low: int | None, high: int | None) -> Test:
    return lambda _facts, total, _day: (low is None or total >= low) and (high is None or total <= high)


def _younger(months: int) -> Test:
    after = months_after(months)

    def test(facts: Facts, _total: int, day: date) -> bool:
        known = facts.history.known_since
        return known is not None and day < after[known]

    return test


def _stated(rule: OutcomeRule) -> Test:
    def test(facts: Facts, _total: int, _day: date) -> bool:
        attributes = facts.history.attributes
        return all(attributes.get(one.attribute) in one.one_of for one in rule.when)

    return test


def _latest_occasion(rule: OutcomeRule) -> Test:
    def test(facts: Facts, _total: int, _day: date) -> bool:
        if not facts.occasions:
            return False
        latest = facts.occasions[-1]
        return (not rule.occasion_types or latest.type in rule.occasion_types) and rule.closed in (None, latest.closed)

    return test


def _counted(facts: Facts) -> set[str]:
    """The codes, as mapped, of which an event counts."""
    return {item.rule.code for item in facts.items if item.standing == "counted"}
