"""What must hold for every rating whatever the edition says, in sentences that a lawyer can check."""

from __future__ import annotations

import random
from datetime import date, timedelta
from functools import cache

import pytest

from scoring.rating.columnar import columns_of, rate_all
from scoring.rating.history import Event
from tests.builders.dice import SeededDice
from tests.builders.histories import Asked, question, stock
from tests.builders.turned import cut_in_two, mirrored, moved
from tests.engines import DEPTH, READINGS, by_columnar, by_explain, score_of

ENGINES = ("explain", "columnar")


@cache
def questions(engine: str = "explain") -> tuple[Asked, ...]:
    """The same questions for all sentences; fewer for the engine that is made for many entities in one question."""
    count = {"explain": 500, "columnar": 120}[engine]
    return tuple(question(SeededDice(seed)) for seed in range(10_000, 10_000 + count * DEPTH))


def with_events(asked: Asked, *events: Event) -> Asked:
    return asked._replace(history=asked.history._replace(events=events))


@pytest.mark.parametrize("engine", ENGINES)
def test_the_order_in_which_decisions_arrive_leaves_no_trace(engine: str) -> None:
    for seed, asked in enumerate(questions(engine)):
        events = list(asked.history.events)
        random.Random(seed).shuffle(events)  # noqa: S311 - a test's order, no secret
        assert READINGS[engine](*with_events(asked, *events)) == READINGS[engine](*asked)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_fact_that_the_rulebook_does_not_rate_changes_nothing_but_its_own_line(engine: str) -> None:
    for asked in questions(engine):
        before = READINGS[engine](*asked)
        stranger = Event("s9", "stranger", "of another trade", asked.as_of - timedelta(days=3), case_ref="case-1")
        after = READINGS[engine](*with_events(asked, *asked.history.events, stranger))
        others = tuple(line for line in after.lines if line[1] != "stranger")
        assert after._replace(lines=others) == before


@pytest.mark.parametrize("engine", ENGINES)
def test_a_decision_of_tomorrow_changes_nothing_today(engine: str) -> None:
    for asked in questions(engine):
        tomorrow = Event("s9", "tomorrow", "c1", asked.as_of + timedelta(days=1), severity="high", value=-100)
        assert READINGS[engine](*with_events(asked, *asked.history.events, tomorrow)) == READINGS[engine](*asked)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_annulled_decision_is_as_if_it_had_never_been_but_for_its_line(engine: str) -> None:
    struck = 0
    for asked in questions(engine):
        for place, event in enumerate(asked.history.events):
            others = asked.history.events[:place] + asked.history.events[place + 1 :]
            annulled = event._replace(annulled_on=asked.as_of + timedelta(days=400))
            with_it = READINGS[engine](*with_events(asked, *others, annulled))
            without = READINGS[engine](*with_events(asked, *others))
            lines = tuple(line for line in with_it.lines if line[:2] != (event.source, event.ref))
            assert with_it._replace(lines=lines) == without
            struck += len(with_it.lines) - len(lines)
            break
    assert struck > 50


@pytest.mark.parametrize("engine", ENGINES)
def test_an_attribute_that_no_rule_names_changes_nothing(engine: str) -> None:
    for asked in questions(engine):
        named = {**asked.history.attributes, "colour of the door": "green"}
        assert READINGS[engine](asked.history._replace(attributes=named), *asked[1:]) == READINGS[engine](*asked)


@pytest.mark.parametrize("engine", ENGINES)
def test_points_lost_and_penalty_points_gained_are_one_law(engine: str) -> None:
    for asked in questions(engine):
        score, other = READINGS[engine](*asked), READINGS[engine](*mirrored(asked))
        assert other.total == (None if score.total is None else -score.total)
        assert other.lines == tuple((source, ref, standing, -counted) for source, ref, standing, counted in score.lines)
        assert other._replace(total=None, lines=()) == score._replace(total=None, lines=())


@pytest.mark.parametrize("engine", ENGINES)
def test_the_same_law_promulgated_again_word_for_word_changes_nothing(engine: str) -> None:
    for asked in questions(engine):
        for days in (0, 1, 90):
            again = asked._replace(chain=cut_in_two(asked.chain, asked.as_of - timedelta(days=days)))
            assert READINGS[engine](*again) == READINGS[engine](*asked)


@pytest.mark.parametrize("engine", ENGINES)
def test_four_hundred_years_later_the_answer_is_the_same(engine: str) -> None:
    for asked in questions(engine):
        assert READINGS[engine](*moved(asked)) == READINGS[engine](*asked)


def test_spans_move_with_the_calendar() -> None:
    for asked in questions():
        answer = by_explain(*asked)
        assert moved(answer.lines) == by_explain(*moved(asked)).lines


def test_no_entity_is_rated_differently_for_its_neighbours_or_its_place_in_the_file() -> None:
    for seed in range(60 * DEPTH):
        histories, chain, as_of = stock(SeededDice(seed), most=12)
        alone = [by_columnar([history], chain, as_of)[0] for history in histories]
        assert by_columnar(histories, chain, as_of) == alone
        assert by_columnar(histories[::-1], chain, as_of) == alone[::-1]


def test_small_runs_of_entities_give_what_one_run_gives() -> None:
    for seed in range(60 * DEPTH):
        histories, chain, as_of = stock(SeededDice(seed), most=12)
        columns = columns_of(histories)
        whole = rate_all(columns, chain, as_of)
        for size in (1, 7):
            parts = rate_all(columns, chain, as_of, events_at_once=size)
            for name in ("state", "reason", "total", "grade", "tier", "risk", "standing", "counted"):
                assert getattr(parts, name).tolist() == getattr(whole, name).tolist(), (seed, name)


def test_a_day_on_which_no_edition_is_in_force_rates_nobody() -> None:
    for asked in questions()[:50]:
        before = date(1990, 1, 1)
        score = score_of(by_explain(asked.history, asked.chain, before))
        assert (score.state, score.reason, score.lines) == ("unrated", "no_edition", ())
