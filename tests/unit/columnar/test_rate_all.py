"""Cases worked by hand: what one rule, cap or span does to the lines and the total of an entity."""

from __future__ import annotations

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from math import floor
from typing import TYPE_CHECKING

import numpy as np
import pytest

from scoring.edition.model import (
    Absorption,
    Cap,
    Condition,
    Dimension,
    DirectGradeRule,
    EventRule,
    FactorWhen,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    ShiftRule,
    StreakStep,
    Validity,
    Window,
)
from scoring.rating.columnar import (
    NO_POINTS,
    STATES,
    Ratings,
    Standing,
    UnsortedColumnsError,
    columns_of,
    in_order,
    rate_all,
)
from scoring.rating.history import EditionChain, Event, History, Occasion
from tests.builders import plain
from tests.builders.dice import SeededDice
from tests.builders.histories import stock
from tests.builders.plain import edition, rating, rule

if TYPE_CHECKING:
    from collections.abc import Sequence

AS_OF = date(2026, 6, 30)


def law_of(*rules: EventRule, **parts: object) -> EditionChain:
    """One edition from 2020: from 100 down, no window, five points for a fault unless stated."""
    return plain.chain(edition(rating(*rules, **({"window": Window()} | parts)), force_from=date(2020, 1, 1)))


def fault(points: int | None = -500, code: str = "fault", **parts: object) -> EventRule:
    return rule(code, points, **parts)


def event(ref: str, day: date, code: str = "fault", **parts: object) -> Event:
    return Event("case-system", ref, code, day, **parts)  # type: ignore[arg-type]


def history(*events: Event, occasions: tuple[Occasion, ...] = (), **parts: object) -> History:
    return History("e", "cinema", events, occasions, **parts)  # type: ignore[arg-type]


def rate(of: EditionChain, *histories: History, as_of: date = AS_OF) -> Ratings:
    return rate_all(columns_of(histories), of, as_of)


def lines(answer: Ratings) -> list[tuple[str, int]]:
    assert answer.standing is not None
    assert answer.counted is not None
    names = [Standing(each).name.lower() for each in answer.standing.tolist()]
    return list(zip(names, answer.counted.tolist(), strict=True))


def test_a_window_of_months_ends_on_the_same_day_clipped_to_the_months_end() -> None:
    law = law_of(fault(), window=Window(months=24))
    leap = history(event("1", date(2024, 2, 29)))
    assert lines(rate(law, leap, as_of=date(2026, 2, 27))) == [("counted", -500)]
    assert lines(rate(law, leap, as_of=date(2026, 2, 28))) == [("outside_window", 0)]


def test_an_event_of_tomorrow_has_no_line_and_no_points() -> None:
    answer = rate(law_of(fault()), history(event("1", AS_OF), event("2", AS_OF + timedelta(days=1))))
    assert lines(answer) == [("counted", -500), ("no_line", 0)]
    assert answer.total.tolist() == [9500]


def test_every_event_that_is_not_rated_says_why() -> None:
    law = law_of(
        fault(applies_when=(Condition("size", ("large",)),)),
        rule("graded", None, severities={"minor": -100}),
    )
    told = history(
        event("1", date(2026, 1, 1), annulled_on=date(2027, 1, 1)),
        event("2", date(2026, 1, 2), final=False),
        event("3", date(2026, 1, 3), "unheard-of"),
        event("4", date(2026, 1, 4)),
        event("5", date(2026, 1, 5), "graded", severity="grave"),
        event("6", date(2026, 1, 6), "graded", severity="minor"),
        event("7", date(2026, 1, 7), attributes={"size": "large"}),
    )
    assert lines(rate(law, told)) == [
        ("annulled", 0),
        ("warning", 0),
        ("no_rule", 0),
        ("condition_not_met", 0),
        ("severity_not_rated", 0),
        ("counted", -100),
        ("counted", -500),
    ]


def test_factors_and_repetition_multiply_and_are_rounded_once() -> None:
    again = Repetition(
        "faults", 12, (RepetitionStep(2, 1500), RepetitionStep(3, 2000)), repaired_counts=True, clause="4"
    )
    small = FactorWhen(Condition("size", ("small",)), 333, "5")
    law = law_of(fault(-5, repetition=again, factors=(small,)))
    told = history(*(event(str(n), date(2026, 1, n)) for n in (1, 2, 3, 4)), attributes={"size": "small"})
    assert [points for _, points in lines(rate(law, told))] == [-2, -2, -3, -3]  # 1.665, 2.4975, 3.33, 3.33


def test_so_many_factors_that_no_table_holds_their_products_are_exact_too() -> None:
    amounts = (500, 700, 900, 1100, 1300, 1500, 1700)
    whens = [Condition(f"a{number}", ("yes",)) for number in range(9)]
    rules = [
        rule(f"c{place}", -(10**6), factors=tuple(FactorWhen(when, amount + place, "5") for when in whens))
        for place, amount in enumerate(amounts)
    ]
    everything = {when.attribute: "yes" for when in whens}
    told = history(*(event(str(n), date(2026, 1, 1 + n), f"c{n}") for n in range(len(amounts))), attributes=everything)
    exact = [Fraction(-(10**6)) * Fraction(amount + place, 1000) ** 9 for place, amount in enumerate(amounts)]
    expected = [-floor(-each + Fraction(1, 2)) for each in exact]
    assert [points for _, points in lines(rate(law_of(*rules), told))] == expected


def test_a_repeated_event_is_one_within_the_months_of_its_rule() -> None:
    again = Repetition("faults", 12, (RepetitionStep(2, 2000),), repaired_counts=False, clause="4")
    law = law_of(fault(-100, repetition=again))
    told = history(
        event("1", date(2025, 1, 31), repaired_on=date(2025, 5, 1)),
        event("2", date(2025, 4, 30)),
        event("3", date(2026, 4, 29)),
        event("4", date(2027, 4, 29)),
    )
    assert [points for _, points in lines(rate(law, told, as_of=date(2027, 6, 1)))] == [0, -200, -200, -100]


def test_correction_gives_a_share_back_from_its_day() -> None:
    back = Restoration((RestorationStep(800, within_days=30), RestorationStep(200, year="next")), "6")
    law = law_of(fault(restoration=back))
    soon = history(event("1", date(2026, 6, 1), corrected_on=date(2026, 6, 20)))
    late = history(event("1", date(2025, 12, 1), corrected_on=date(2026, 3, 1)))
    never = history(event("1", date(2024, 12, 1), corrected_on=date(2026, 3, 1)))
    assert rate(law, soon, late, never).total.tolist() == [9900, 9600, 9500]
    assert rate(law, soon, late, never, as_of=date(2026, 6, 19)).total.tolist() == [9500, 9600, 9500]


def test_a_restoration_without_a_step_gives_nothing_back() -> None:
    law = law_of(fault(restoration=Restoration((), "6")))
    assert rate(law, history(event("1", date(2026, 6, 1), corrected_on=date(2026, 6, 2)))).total.tolist() == [9500]


def test_within_a_case_the_greatest_remains_and_a_repair_does_not_free_the_others() -> None:
    law = law_of(fault(), rule("fine", -2000), absorption=Absorption("greatest", {}, "3"))
    told = history(
        event("1", date(2026, 1, 1), case_ref="c"),
        event("2", date(2026, 1, 2), "fine", case_ref="c", repaired_on=date(2026, 2, 1)),
        event("3", date(2026, 1, 3)),
    )
    assert lines(rate(law, told)) == [("absorbed", 0), ("repaired", 0), ("counted", -500)]


def test_of_a_group_the_highest_counts_on_each_side_the_earliest_of_equals() -> None:
    law = law_of(fault(highest_only="g"), rule("award", 300, highest_only="g"))
    told = history(event("1", date(2026, 1, 1)), event("2", date(2026, 1, 2)), event("3", date(2026, 1, 3), "award"))
    assert lines(rate(law, told)) == [("counted", -500), ("lesser_of_group", 0), ("counted", 300)]


def test_caps_fill_oldest_first_each_on_what_the_one_before_left() -> None:
    law = law_of(
        fault(),
        rule("fine", -700),
        caps=(Cap("period", "bad", 1300, "7"), Cap("code", "bad", 800, "7", calendar_year=True)),
    )
    told = history(
        event("1", date(2025, 12, 31)),
        event("2", date(2026, 1, 1)),
        event("3", date(2026, 1, 2)),
        event("4", date(2026, 1, 3), "fine"),
    )
    assert [points for _, points in lines(rate(law, told))] == [-500, -500, -300, 0]


def test_a_rolling_cap_frees_room_as_events_leave_its_span() -> None:
    law = law_of(fault(), caps=(Cap("period", "bad", 700, "7", months=1),))
    days = [date(2026, 1, 31), date(2026, 2, 10), date(2026, 2, 27), date(2026, 2, 28), date(2026, 3, 10)]
    told = history(*(event(str(number), day) for number, day in enumerate(days)))
    alone = history(event("1", date(2026, 3, 10)))
    assert [points for _, points in lines(rate(law, told, alone))] == [-500, -200, 0, -500, -200, -500]


def test_a_direct_grade_stands_against_any_number_of_points_while_its_term_runs() -> None:
    grave = DirectGradeRule("D", Validity("months", months=12), "8")
    shift = ShiftRule(-1, "C", 24, "9")
    law = law_of(fault(0, direct=grave), rule("award", 0, shift=shift))
    told = history(event("1", date(2026, 1, 1)), event("2", date(2026, 1, 2), "award"))
    assert rate(law, told).grade.tolist() == [2]
    assert rate(law, told, as_of=date(2027, 1, 1)).grade.tolist() == [0]


def test_the_latest_occasion_is_by_day_then_place_and_a_coming_one_is_unknown() -> None:
    law = law_of(fault(), window=Window(occasions=1))
    told = history(
        event("1", date(2026, 1, 1), occasion="o1"),
        event("2", date(2026, 1, 1), occasion="o2"),
        event("3", date(2026, 1, 1), occasion="o3"),
        occasions=(
            Occasion("o3", "routine", date(2026, 9, 1)),
            Occasion("o1", "routine", date(2026, 1, 1)),
            Occasion("o2", "routine", date(2026, 1, 1)),
        ),
    )
    outside = ("outside_window", 0)
    assert [each.ref for each in in_order(told)] == ["3", "1", "2"]
    assert lines(rate(law, told)) == [outside, outside, ("counted", -500)]
    assert lines(rate(law, told, as_of=date(2026, 9, 1))) == [("counted", -500), outside, outside]


def test_a_clean_run_earns_its_best_step() -> None:
    steps = (StreakStep(100, "10", months=6), StreakStep(300, "10", months=12), StreakStep(200, "10", occasions=1))
    law = law_of(fault(-1), streaks=steps)
    seen = (Occasion("o", "routine", date(2026, 6, 1)),)
    clean = history(known_since=date(2025, 6, 30))
    fallen = history(event("1", date(2026, 1, 1)), known_since=date(2020, 1, 1))
    visited = history(event("1", date(2026, 1, 1)), known_since=date(2020, 1, 1), occasions=seen)
    unknown = history()
    assert rate(law, clean, fallen, visited, unknown).total.tolist() == [10300, 9999, 10199, 10000]


def test_without_an_edition_or_a_licence_there_is_no_rating() -> None:
    law = law_of(fault())
    unlicensed = history(event("1", date(2026, 1, 1)), licences=((date(2020, 1, 1), date(2026, 6, 30)),))
    licensed = unlicensed._replace(licences=((date(2020, 1, 1), None),))
    answer = rate(law, unlicensed, licensed)
    assert [STATES[each] for each in answer.state] == ["unrated", "rated"]
    assert answer.total.tolist() == [NO_POINTS, 9500]
    early = rate(law, licensed, as_of=date(2019, 12, 31))
    assert [early.reasons[each] for each in early.reason] == ["no_edition"]
    assert lines(early) == [("no_line", 0)]


def test_an_earlier_edition_reads_its_own_events_and_its_codes_are_renamed() -> None:
    first = edition(rating(rule("old", -3000), window=Window()), id="1", force_to=date(2025, 1, 1))
    caps = (Cap("code", "bad", 1000, "7", over=("new",)),)
    second = edition(
        rating(rule("new", -800), caps=caps, window=Window()),
        id="2",
        force_from=date(2025, 1, 1),
        map_codes={"old": "new"},
    )
    told = history(event("1", date(2024, 12, 31), "old"), event("2", date(2025, 1, 1), "new"))
    assert lines(rate(EditionChain((first, second)), told)) == [("counted", -1000), ("counted", 0)]
    restated = replace(second, transition="restate")
    assert lines(rate(EditionChain((first, restated)), told)) == [("counted", -800), ("counted", -200)]


def many() -> Sequence[History]:
    return [
        history(*(event(str(n), date(2026, 1, 1) + timedelta(days=n * number % 90)) for n in range(number % 7)))
        for number in range(60)
    ]


def test_how_the_work_is_cut_and_spread_leaves_no_trace() -> None:
    law = law_of(fault(), caps=(Cap("period", "bad", 1200, "7", months=2),))
    columns = columns_of(many())
    whole = rate_all(columns, law, AS_OF)
    with ThreadPoolExecutor(2) as pool:
        for size in (1, 7, 1000):
            cut = rate_all(columns, law, AS_OF, events_at_once=size, spread=pool.map)
            assert lines(cut) == lines(whole)
            assert cut.total.tolist() == whole.total.tolist()
    bare = rate_all(columns, law, AS_OF, lines=False)
    assert bare.counted is None
    assert bare.total.tolist() == whole.total.tolist()


@pytest.mark.parametrize("seed", range(150))
def test_without_lines_every_answer_is_the_same(seed: int) -> None:
    asked = stock(SeededDice(seed), most=8)
    columns = columns_of(asked.histories)
    full, bare = (rate_all(columns, asked.chain, asked.as_of, lines=each) for each in (True, False))
    for name in ("state", "reason", "total", "grade", "tier", "risk"):
        assert getattr(full, name).tolist() == getattr(bare, name).tolist(), name


FOUR = tuple(
    Cap("dimension", side, 700, "7", over=(part,)) for side in ("good", "bad") for part in ("conduct", "merit")
)


@pytest.mark.parametrize(
    "parts",
    [
        {"caps": FOUR},
        {"caps": FOUR[:2]},
        {"caps": (*FOUR, Cap("period", "bad", 900, "7"))},
        {"caps": (Cap("period", "bad", 900, "7"), Cap("period", "good", 300, "7"))},
        {"caps": (Cap("code", "bad", 900, "7", over=("fault",)), Cap("code", "good", 300, "7", over=("kept",)))},
        {"caps": (Cap("code", "bad", 900, "7"),)},
        {"direction": "higher_worse", "base": 0, "caps": FOUR},
        {},
    ],
)
def test_sums_of_caps_that_do_not_meet_are_those_of_the_lines(parts: dict[str, object]) -> None:
    both = (Dimension("conduct", {"zh": "行为"}, 100), Dimension("merit", {"zh": "表现"}, 50))
    law = law_of(
        fault(),
        fault(300, code="kept"),
        fault(-250, code="late", dimension="merit"),
        fault(400, code="award", dimension="merit"),
        dimensions=both,
        **parts,
    )
    codes = ("fault", "kept", "late", "award", "fault")
    told = [
        history(*(event(str(n), date(2026, 1, 1 + n), codes[n * number % 5]) for n in range(number)))
        for number in range(12)
    ]
    full, bare = (rate_all(columns_of(told), law, AS_OF, lines=each) for each in (True, False))
    assert full.counted is not None
    owner = np.repeat(np.arange(12), range(12))
    expected = [full.total[0] + full.counted[owner == number].sum() for number in range(12)]
    assert full.total.tolist() == bare.total.tolist() == expected


def test_no_entities_give_no_ratings() -> None:
    assert len(rate(law_of(fault())).state) == 0


def test_columns_out_of_order_are_refused() -> None:
    columns = columns_of([history(event("1", date(2026, 1, 1)), event("2", date(2026, 1, 2)))])
    turned = replace(columns, events=replace(columns.events, decided_on=columns.events.decided_on[::-1].copy()))
    with pytest.raises(UnsortedColumnsError, match="decided_on"):
        rate_all(turned, law_of(fault(), caps=(Cap("period", "bad", 700, "7"),)), AS_OF)


def test_several_kinds_are_refused() -> None:
    with pytest.raises(ValueError, match="one kind"):
        columns_of([history(), history()._replace(kind="bookshop")])


def test_the_array_library_comes_only_with_the_engine() -> None:
    program = "import sys, scoring.rating; sys.exit('numpy' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], check=False)
    assert ran.returncode == 0


def test_columns_that_are_absent_everywhere_may_be_left_out() -> None:
    law = law_of(fault(), window=Window(months=12))
    full = columns_of([history(event("1", date(2026, 1, 1)), event("2", date(2024, 1, 1)))._replace(known_since=None)])
    bare = replace(
        full,
        events=replace(
            full.events,
            **dict.fromkeys(
                ("severity", "final", "value", "occasion", "case", "corrected_on", "performed_on", "repaired_on"), None
            ),
            annulled_on=None,
            publicity_ends_on=None,
            tie=None,
        ),
        occasions=None,
        licences=None,
        known_since=None,
    )
    one, two = rate_all(full, law, AS_OF), rate_all(bare, law, AS_OF)
    assert lines(one) == lines(two)
    assert np.array_equal(one.total, two.total)
