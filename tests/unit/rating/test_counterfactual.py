"""How to get back to A: what lapses, what waiting reaches, what correcting or performing brings forward."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.model import DirectGradeRule, Restoration, RestorationStep, Validity
from scoring.rating.counterfactual import Reached, Ways, counterfactual
from scoring.rating.explain import explain
from scoring.rating.history import History
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.plain import chain, edition, event, rating, rule

AS_OF = date(2025, 6, 1)
SECTION = rating(
    rule("FINE", -2000),
    rule("LATE", -1500, restoration=Restoration((RestorationStep(1000, within_days=60),), "§r")),
    rule("DEBT", -500, validity=Validity("months", 6, while_unperformed=True)),
    rule("BAN", 0, direct=DirectGradeRule("D", Validity("months", 12, while_unperformed=True), "§d")),
)


def ways(*events: object, on: date | None = None) -> Ways:
    history = History("own:1", "cinema", events)
    return counterfactual(history, chain(edition(SECTION)), AS_OF, on=on)


def test_waiting_reaches_each_better_tier_when_enough_has_lapsed() -> None:
    found = ways(event("1", "FINE", "2023-08-01"), event("2", "FINE", "2024-03-31"))
    assert (found.scale, found.value) == ("tier", "C")
    assert [(lapse.line.ref, lapse.on) for lapse in found.lapses] == [("1", date(2025, 8, 1)), ("2", date(2026, 3, 31))]
    assert found.waiting == (Reached("B", date(2025, 8, 1)), Reached("A", date(2026, 3, 31)))
    assert found.acts == ()


def test_the_best_has_nothing_better() -> None:
    found = ways()
    assert (found.value, found.waiting, found.acts) == ("A", (), ())


def test_correcting_in_time_brings_the_points_back_on_that_day() -> None:
    late = event("1", "LATE", "2025-05-20")
    found = ways(late, on=date(2025, 6, 20))
    assert found.waiting == (Reached("A", date(2027, 5, 20)),)
    (act,) = found.acts
    assert (act.act, act.on, act.before, act.total, act.value) == ("correct", date(2025, 6, 20), 8500, 10000, "A")
    assert act.reached == (Reached("A", date(2025, 6, 20)),)
    assert ways(late, on=date(2025, 7, 19)).acts[0].value == "A"
    assert ways(late, on=date(2025, 7, 20)).acts == ()


def test_performing_starts_the_end_of_what_waits_for_it() -> None:
    found = ways(event("1", "BAN", "2023-01-01"), on=date(2025, 7, 1))
    assert (found.value, found.waiting[-1]) == ("D", Reached("A", None))
    (act,) = found.acts
    assert (act.act, act.value) == ("perform", "A")
    assert act.reached[-1] == Reached("A", date(2025, 7, 1))


def test_all_acts_together_may_do_what_none_does_alone() -> None:
    found = ways(event("1", "LATE", "2025-05-20"), event("2", "DEBT", "2024-01-01"), on=date(2025, 6, 10))
    alone = {act.act: act.reached for act in found.acts}
    assert alone["correct"] == (Reached("A", date(2025, 6, 10)),)
    assert alone["perform"] == found.waiting
    assert found.acts[-1].act == "together"
    assert (found.acts[-1].total, [line.ref for line in found.acts[-1].lines]) == (10000, ["2", "1"])


def test_where_an_edition_gives_no_tiers_grades_are_the_scale() -> None:
    grades = tuple(grade.__class__(grade.key, grade.name, None, grade.clause, grade.bound) for grade in SECTION.grades)
    section = rating(*SECTION.rules.values(), grades=grades)
    history = History("own:1", "cinema", (event("1", "FINE", "2025-01-01"),))
    found = counterfactual(history, chain(edition(section)), AS_OF)
    assert (found.scale, found.value, found.waiting) == ("grade", "B", (Reached("A", date(2027, 1, 1)),))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**9))
def test_a_value_reached_by_waiting_is_not_reached_the_day_before(seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    found = counterfactual(history, editions, as_of)
    index = editions.index_on(as_of)
    if index is None:
        assert found.waiting == ()
        return
    section = editions.editions[index].rating_for(history.kind)
    order = section.tiers if found.scale == "tier" else tuple(grade.key for grade in section.grades if grade.banded)

    def good_enough(day: date, value: str) -> bool:
        result = explain(history, editions, day)
        reached = result.tier if found.scale == "tier" else result.grade
        return reached in order and order.index(reached) <= order.index(value)

    for value, on in found.waiting:
        if on is not None:
            assert on > as_of or found.value is None
            assert good_enough(on, value)
            assert on == as_of or not good_enough(on - timedelta(days=1), value)
