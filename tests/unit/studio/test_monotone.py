"""The search for rewarded misconduct: changed columns against histories changed by hand, and laws with a known flaw."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from scoring.edition.model import DirectGradeRule, OutcomeRule, Restoration, RestorationStep, Validity
from scoring.rating.columnar import ABSENT, columns_of, in_order, rate_all
from scoring.rating.explain import explain
from scoring.rating.history import Event, History
from service.studio.sensitivity import Added, Corrected, Tried, monotone
from service.studio.sensitivity.monotone import is_adverse, with_correction, with_decision
from tests.builders import plain
from tests.builders.dice import SeededDice
from tests.builders.histories import Stock, stock

AS_OF = date(2026, 6, 30)
ALL = Restoration((RestorationStep(1000, within_days=30),), "§r")


def law_of(**parts: object) -> object:
    rules = (plain.rule("fault", -1000, restoration=ALL), plain.rule("praise", 500), plain.rule("grave", -6000))
    return plain.chain(plain.edition(plain.rating(*rules, **parts)))


def entity(name: str, *codes: str) -> History:
    return History(
        name, "shop", tuple(Event("s", str(n), code, AS_OF - timedelta(days=9)) for n, code in enumerate(codes))
    )


STOCK = columns_of([entity("clean"), entity("three", "fault", "fault", "fault"), entity("bad", "grave", "fault")])


def tried(**parts: object) -> list[Tried]:
    return list(monotone(STOCK, law_of(**parts), AS_OF, [0, 200]))


def tiers(chosen: Stock, histories: list[History]) -> list[str | None]:
    return [explain(each, chosen.chain, chosen.as_of).verdict.tier for each in histories]


def names(ratings: object) -> list[str | None]:
    return [None if each == ABSENT else ratings.tiers[each] for each in ratings.tier.tolist()]


def test_one_more_decision_in_columns_is_one_more_in_each_history() -> None:
    for seed in range(60):
        chosen = stock(SeededDice(seed), most=8)
        histories, columns = list(chosen.histories), columns_of(chosen.histories)
        rules = chosen.chain.editions[-1].rating_for(columns.kind).rules
        code, rule = SeededDice(seed).pick(tuple(rules.items()))
        severity = next(iter(rule.severities), None)
        days = (0, 1, 40)[seed % 3]
        added = Added(code, severity, -300, (("cause", "x"),), days)
        event = Event(
            "~", "~", code, chosen.as_of - timedelta(days=days), severity, value=-300, attributes={"cause": "x"}
        )
        more = [each._replace(events=(*each.events, event)) for each in histories]
        found = rate_all(with_decision(columns, added, chosen.as_of), chosen.chain, chosen.as_of)
        assert names(found) == tiers(chosen, more)
        assert found.total.tolist() == rate_all(columns_of(more), chosen.chain, chosen.as_of).total.tolist()


def test_a_correction_in_columns_is_one_in_each_history() -> None:
    changed = 0
    for seed in range(60):
        chosen = stock(SeededDice(seed), most=8)
        columns, place = columns_of(chosen.histories), seed % 3
        codes = frozenset(columns.codes[:2])
        corrected, whose = with_correction(columns, place, chosen.as_of, codes)
        by_hand = []
        for own, each in zip(whose.tolist(), chosen.histories, strict=True):
            events = in_order(each)
            fits = place < len(events) and events[place].code in codes and events[place].decided_on <= chosen.as_of
            assert own == (fits and events[place].corrected_on is None and events[place].performed_on is None)
            if own:
                events[place] = events[place]._replace(corrected_on=chosen.as_of, performed_on=chosen.as_of)
            by_hand.append(each._replace(events=tuple(events)))
        assert names(rate_all(corrected, chosen.chain, chosen.as_of)) == tiers(chosen, by_hand)
        changed += int(whose.sum())
    assert changed > 30


def test_a_sound_law_has_no_counter_example_and_what_was_tried_is_counted() -> None:
    found = tried()
    assert [one.counter_example for one in found] == [None] * 7
    assert [(one.change.code, one.change.days_before) for one in found if isinstance(one.change, Added)] == [
        ("fault", 0), ("fault", 200), ("grave", 0), ("grave", 200),
    ]  # fmt: skip
    assert [one.change for one in found[4:]] == [Corrected(0), Corrected(1), Corrected(2)]
    assert [one.entities for one in found[4:]] == [2, 2, 1]
    assert [one.weighed for one in found] == [3, 3, 3, 3, 1, 2, 1], "a grave one cannot be made good"


def outcome(grade: str, low: int, high: int) -> OutcomeRule:
    text = {"zh": "总分在此之间", "en": "a total between"}
    return OutcomeRule("§o", "between", text, grade=grade, total_from=low, total_to=high)


def test_a_law_that_rewards_the_worst_is_found_out_with_both_explanations() -> None:
    """Who has 30 points is D, and with ten fewer A."""
    found = [one.counter_example for one in tried(outcomes=(outcome("A", 1500, 2500),)) if one.counter_example]
    assert [(one.change.code, one.entity, one.entities) for one in found] == [("fault", 2, 1)] * 2
    assert (found[0].before.verdict.tier, found[0].after.verdict.tier) == ("D", "A")
    assert len(found[0].after.lines) == len(found[0].before.lines) + 1


def test_a_law_that_punishes_a_correction_is_found_out() -> None:
    """Three faults lead to 70 points, B; with one of them made good to 80, which this law calls D."""
    found = [one.counter_example for one in tried(outcomes=(outcome("D", 7500, 8500),)) if one.counter_example]
    assert {type(one.change) for one in found} == {Corrected}
    assert found[0].entity == 1
    assert (found[0].before.verdict.tier, found[0].after.verdict.tier) == ("B", "D")


def test_which_rules_are_adverse() -> None:
    rating = plain.rating()
    honour, crime = (plain.rule("d", None, direct=plain_direct(grade)) for grade in "AD")
    told = [is_adverse(rule, rating) for rule in (plain.rule("x", -1), plain.rule("y", 1), plain.rule("z", 0))]
    assert told == [True, False, False]
    assert [is_adverse(honour, rating), is_adverse(crime, rating)] == [False, True]
    mixed = plain.rule("m", None, severities={"light": 100, "heavy": -100})
    assert not is_adverse(mixed, rating)


def plain_direct(grade: str) -> object:
    return DirectGradeRule(grade, Validity("months", 12), "§d")


def test_a_day_without_an_edition_is_refused() -> None:
    with pytest.raises(ValueError, match="no edition is in force on 1990-01-01"):
        next(monotone(STOCK, law_of(), date(1990, 1, 1), [0]))
