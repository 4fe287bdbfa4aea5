"""The search for rewarded misconduct: changed columns against histories changed by hand, and laws with a known flaw."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from scoring.edition.model import (
    Absorption,
    DirectGradeRule,
    OutcomeRule,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    ShiftRule,
    Validity,
    Window,
)
from scoring.rating.columnar import ABSENT, columns_of, in_order, rate_all
from scoring.rating.explain import explain
from scoring.rating.history import Event, History, Occasion
from service.studio.sensitivity import Added, Corrected, Tried, monotone
from service.studio.sensitivity.changing import inspected, with_case, with_correction, with_decision
from service.studio.sensitivity.chosen import chosen
from service.studio.sensitivity.monotone import adverse_among, adverse_of
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
    for seed in range(30):
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


def test_one_more_decision_of_the_latest_inspection_is_one_in_each_history() -> None:
    changed = 0
    for seed in range(30):
        chosen_stock = stock(SeededDice(seed), most=8)
        as_of, columns = chosen_stock.as_of, columns_of(chosen_stock.histories)
        places = inspected(columns, as_of)
        held = [[one for one in each.occasions if one.held_on <= as_of] for each in chosen_stock.histories]
        assert places.tolist() == [place for place, own in enumerate(held) if own]
        code = next(iter(chosen_stock.chain.editions[-1].rating_for(columns.kind).rules))
        more = []
        for place in places.tolist():
            history, latest = chosen_stock.histories[place], max(held[place], key=lambda one: one.held_on)
            latest = [one for one in held[place] if one.held_on == latest.held_on][-1]
            event = Event("~", "~", code, latest.held_on, value=-300, occasion=latest.ref)
            more.append(history._replace(events=(*history.events, event)))
        added = with_decision(chosen(columns, places), Added(code, None, -300, (), None), as_of)
        found = rate_all(added, chosen_stock.chain, as_of)
        assert names(found) == tiers(chosen_stock, more)
        changed += len(more)
    assert changed > 30


def test_a_correction_in_columns_is_one_in_each_history() -> None:
    changed = 0
    for seed in range(60):
        chosen = stock(SeededDice(seed), most=8)
        columns, place = columns_of(chosen.histories), seed % 3
        codes = frozenset(columns.codes[:2])
        adverse = np.isin(columns.events.code, [0, 1])
        corrected, whose = with_correction(columns, place, chosen.as_of, adverse)
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


def test_a_law_of_the_latest_inspection_is_found_out_by_a_decision_of_it() -> None:
    """Two faults found at the inspection are D, the third leads to 70 points and so to A."""
    law = law_of(window=Window(occasions=1), outcomes=(outcome("D", 7500, 8500), outcome("A", 6500, 7500)))
    visit = Occasion("v1", "routine", AS_OF - timedelta(days=9), closed=False)
    seen = [entity("seen", "fault", "fault"), entity("not seen", "fault")]
    seen[0] = seen[0]._replace(occasions=(visit,), events=tuple(e._replace(occasion="v1") for e in seen[0].events))
    found = list(monotone(columns_of(seen), law, AS_OF, [0]))
    against = [one.counter_example for one in found if one.counter_example]
    assert {one.change.days_before for one in against if isinstance(one.change, Added)} == {None}
    assert (against[0].entity, against[0].before.verdict.tier, against[0].after.verdict.tier) == (0, "D", "A")
    assert [one.entities for one in found if isinstance(one.change, Added)] == [2, 1, 2, 1]
    assert [one.weighed for one in found if isinstance(one.change, Added)] == [0, 1, 0, 1]


def test_a_law_that_punishes_a_correction_is_found_out() -> None:
    """Three faults lead to 70 points, B; with one of them made good to 80, which this law calls D."""
    found = [one.counter_example for one in tried(outcomes=(outcome("D", 7500, 8500),)) if one.counter_example]
    assert {type(one.change) for one in found} == {Corrected}
    assert found[0].entity == 1
    assert (found[0].before.verdict.tier, found[0].after.verdict.tier) == ("B", "D")


def test_a_repaired_record_that_absorbs_more_when_it_is_a_repetition_is_found_out() -> None:
    """A fault of -12 counts beside a repaired one of -10 in its case.

    One more fault before makes that a repetition of -15: repaired as it is, it absorbs the -12, and the new one's -10
    are what is left.
    """
    twice = Repetition("g", 12, (RepetitionStep(2, 1500),), repaired_counts=True, clause="§t")
    law = plain.chain(
        plain.edition(
            plain.rating(
                plain.rule("fault", -1000, repetition=twice),
                plain.rule("grave", -1200),
                absorption=Absorption("greatest", {}, "§a"),
            )
        )
    )
    day = AS_OF - timedelta(days=9)
    case = (
        Event("s", "1", "grave", day, case_ref="c"),
        Event("s", "2", "fault", day, case_ref="c", repaired_on=AS_OF),
    )
    columns = columns_of([History("one", "shop", case)])
    against = [one.counter_example for one in monotone(columns, law, AS_OF, [200]) if one.counter_example]
    assert [(one.change.code, one.before.verdict.total, one.after.verdict.total) for one in against] == [
        ("fault", 8800, 9000)
    ]


def test_which_decisions_are_adverse() -> None:
    rating = plain.rating()
    honour, crime = (plain.rule("d", None, direct=plain_direct(grade)) for grade in "AD")
    down, up = (plain.rule("s", None, shift=ShiftRule(by, "D", 12, "§s")) for by in (1, -1))
    given = [plain.rule("x", -1), plain.rule("y", 1), plain.rule("z", 0), honour, crime, down, up]
    assert [bool(adverse_of(one, rating)) for one in given] == [True, False, False, False, True, True, False]
    mixed = plain.rule("m", None, severities={"light": 100, "heavy": -100})
    assert adverse_of(mixed, rating) == [("heavy", None)]
    events = [Event("s", f"{n}", "m", AS_OF, severity=each) for n, each in enumerate(("light", "heavy", "other"))]
    columns = columns_of([History("one", "shop", (*events, Event("s", "9", "unknown", AS_OF)))])
    assert adverse_among(columns, plain.rating(mixed)).tolist() == [False, True, False, False]


def test_a_rule_that_gives_a_little_for_one_severity_hides_nothing() -> None:
    """A fault of -10 that is called heavy is made good by an outcome; a light one, for show, is worth a point."""
    fault = plain.rule("fault", None, severities={"heavy": -1000, "light": 100})
    law = plain.chain(plain.edition(plain.rating(fault, outcomes=(outcome("A", 1500, 2500),))))
    events = tuple(Event("s", str(n), "fault", AS_OF - timedelta(days=9), severity="heavy") for n in range(7))
    found = list(monotone(columns_of([History("seven", "shop", events)]), law, AS_OF, [0]))
    against = [one.counter_example for one in found if one.counter_example]
    assert [(one.change.code, one.change.severity) for one in against] == [("fault", "heavy")]


def test_a_trifle_that_absorbs_what_is_grave_in_its_case_is_found_out() -> None:
    """Whoever is written up for a fault in the case of a grave decision is rid of that one."""
    named = Absorption("named", {"fault": ("grave",)}, "§a")
    law = law_of(absorption=named)
    of_case = entity("bad", "grave")
    of_case = of_case._replace(events=tuple(each._replace(case_ref="c") for each in of_case.events))
    columns = columns_of([entity("clean"), of_case, entity("alone", "grave")])
    assert with_case(columns, AS_OF).tolist() == [1]
    against = [one.counter_example for one in monotone(columns, law, AS_OF, [0, 200]) if one.counter_example]
    assert [(one.change.code, one.change.of_case, one.entity) for one in against] == [("fault", True, 1)]
    assert (against[0].before.verdict.total, against[0].after.verdict.total) == (4000, 9000)


def test_who_escapes_from_every_tier_by_one_more_decision_is_counted() -> None:
    nothing = OutcomeRule("§o", "too low", {"zh": "不评", "en": "not rated"}, "unrated", total_from=0, total_to=3500)
    found = tried(outcomes=(nothing,))
    assert [one.counter_example for one in found] == [None] * len(found)
    escaped = {
        (one.change.code, one.change.days_before): one.untiered for one in found if isinstance(one.change, Added)
    }
    assert escaped["fault", 0] == 0
    assert escaped["grave", 0] == 1, "who has 70 points and gets 10"


def plain_direct(grade: str) -> object:
    return DirectGradeRule(grade, Validity("months", 12), "§d")


def test_a_day_without_an_edition_is_refused() -> None:
    with pytest.raises(ValueError, match="no edition is in force on 1990-01-01"):
        next(monotone(STOCK, law_of(), date(1990, 1, 1), [0]))
