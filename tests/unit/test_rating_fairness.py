"""No perverse incentives: a worse record never scores better, a good deed never scores worse.

Caps, limits and groups set one fact off against another, so that single facts cannot be compared under them; these
sentences are about the law without them (`stripped`), in which every fact stands for itself.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from functools import cache
from typing import TYPE_CHECKING

from tests.builders.dice import SeededDice
from tests.builders.histories import Asked, question
from tests.builders.turned import each_rating, in_cases_of_their_own, stripped, with_absorption_of
from tests.engines import DEPTH, by_explain

if TYPE_CHECKING:
    from scoring.edition.model import Rating
    from scoring.rating.history import EditionChain, Event
    from tests.oracle import Judged, JudgedLine


@cache
def questions() -> tuple[Asked, ...]:
    """The same questions for all sentences."""
    return tuple(question(SeededDice(seed)) for seed in range(20_000, 20_000 + 1500 * DEPTH))


def goodness(asked: Asked, total: int | None) -> int:
    """The total, turned so that more is better."""
    assert total is not None
    return total if current(asked).direction == "higher_better" else -total


def current(asked: Asked) -> Rating:
    index = asked.chain.index_on(asked.as_of)
    assert index is not None
    return asked.chain.editions[index].rating_for(asked.history.kind)


def adverse(asked: Asked, answer: Judged) -> list[tuple[Event, JudgedLine]]:
    """The counted events that cost the entity something."""
    events = {(event.source, event.ref): event for event in asked.history.events}
    lines = [line for line in answer.lines if line.standing == "counted" and line.counted]
    return [(events[line.source, line.ref], line) for line in lines if goodness(asked, line.counted) < 0]


def instead(asked: Asked, event: Event, other: Event) -> Asked:
    """The same question with one event replaced."""
    events = tuple(other if one == event else one for one in asked.history.events)
    return asked._replace(history=asked.history._replace(events=events))


def test_repair_of_an_adverse_fact_never_lowers_the_score() -> None:
    """Of entities known since a day: without it a run without faults has only an old fault to begin at (page, 6.2)."""
    tried = raised = 0
    for one in questions():
        history = one.history._replace(known_since=one.history.known_since or date(2015, 1, 1))
        asked = one._replace(history=history, chain=stripped(one.chain))
        answer = by_explain(*asked)
        for event, _ in adverse(asked, answer):
            after = by_explain(*instead(asked, event, event._replace(repaired_on=asked.as_of)))
            if answer.total is not None:
                tried += 1
                assert goodness(asked, after.total) >= goodness(asked, answer.total)
                raised += after.total != answer.total
    assert raised > tried // 2 > 50


def test_correction_of_an_adverse_fact_never_lowers_the_score() -> None:
    raised = 0
    for one in questions():
        asked = one._replace(chain=stripped(one.chain))
        answer = by_explain(*asked)
        for event, _ in adverse(asked, answer):
            never = by_explain(*instead(asked, event, event._replace(corrected_on=None)))
            at_once = by_explain(*instead(asked, event, event._replace(corrected_on=event.decided_on)))
            if never.total is not None:
                assert goodness(asked, at_once.total) >= goodness(asked, never.total)
                raised += at_once.total != never.total
    assert raised > 20


def test_the_same_adverse_fact_once_more_never_raises_the_score() -> None:
    lowered = 0
    for one in questions():
        asked = one._replace(chain=stripped(one.chain))
        answer = by_explain(*asked)
        for event, _ in adverse(asked, answer):
            twice = (*asked.history.events, event._replace(ref=f"{event.ref}-again"))
            after = by_explain(asked.history._replace(events=twice), *asked[1:])
            if answer.total is not None:
                assert goodness(asked, after.total) <= goodness(asked, answer.total)
                lowered += after.total != answer.total
    assert lowered > 50


def test_splitting_a_case_into_several_never_raises_the_score() -> None:
    lowered = 0
    for one in questions():
        asked = one._replace(chain=with_absorption_of(stripped(one.chain), one.chain))
        whole = by_explain(*asked)
        split = by_explain(in_cases_of_their_own(asked.history), *asked[1:])
        assert not any(line.standing == "absorbed" for line in split.lines)
        if whole.total is not None:
            assert goodness(asked, split.total) <= goodness(asked, whole.total)
            lowered += split.total != whole.total
    assert lowered > 10


def test_more_points_never_give_a_worse_grade() -> None:
    tried = bettered = 0
    for one in questions():
        asked = one._replace(chain=each_rating(one.chain, lambda rating: replace(rating, outcomes=())))
        answer = by_explain(*asked)
        if answer.grade is None or not all(grade.banded for grade in current(asked).grades):
            continue
        order = [grade.key for grade in current(asked).grades]
        for more in (1, 50, 200):
            richer = asked._replace(chain=with_more(asked.chain, more))
            grade = by_explain(*richer).grade
            assert grade is not None
            tried += 1
            assert order.index(grade) <= order.index(answer.grade)
            bettered += grade != answer.grade
    assert tried > bettered > 50


def with_more(chain: EditionChain, points: int) -> EditionChain:
    """A base that is better by some points, in every edition."""

    def richer(rating: Rating) -> Rating:
        return replace(rating, base=rating.base + (points if rating.direction == "higher_better" else -points))

    return each_rating(chain, richer)


def test_no_adverse_fact_counts_for_more_than_it_is_worth_and_none_changes_sides() -> None:
    for asked in questions():
        for line in by_explain(*asked).lines:
            assert abs(line.counted) <= abs(line.raw or 0)
            assert line.counted * (line.raw or 0) >= 0
            assert line.standing == "counted" or line.counted == 0
