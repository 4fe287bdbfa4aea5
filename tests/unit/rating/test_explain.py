"""One entity rated by hand: each sentence of the evaluation page that a reader might doubt, as a case."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from scoring.edition.model import (
    Absorption,
    Cap,
    Ceiling,
    Condition,
    DirectGradeRule,
    FactorWhen,
    FloorRule,
    OutcomeRule,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    ShiftRule,
    StreakStep,
    Validity,
    ValueSet,
    Window,
)
from scoring.rating.explain import explain
from scoring.rating.history import Event, History, Occasion
from tests.builders.plain import chain, day, edition, event, rating, rule

if TYPE_CHECKING:
    from scoring.rating.result import Result

AS_OF = date(2025, 6, 1)


def rate(section: object, *events: Event, as_of: date = AS_OF, **parts: object) -> Result:
    history = History("own:1", "cinema", tuple(events), **parts)
    return explain(history, chain(edition(section)), as_of)


def counted(result: Result) -> dict[str, int]:
    return {line.ref: line.counted for line in result.lines}


def standings(result: Result) -> dict[str, str]:
    return {line.ref: line.standing for line in result.lines}


def test_an_entity_without_events_stands_at_the_base() -> None:
    result = rate(rating(rule("X")))
    assert (result.state, result.total, result.grade, result.tier) == ("rated", 10000, "A", "A")
    assert result.next_change_on is None


@pytest.mark.parametrize(
    ("as_of", "total", "standing", "change"),
    [
        ("2018-02-27", 9000, "counted", "2018-02-28"),
        ("2018-02-28", 10000, "outside_window", None),
    ],
)
def test_a_leap_days_window_ends_with_february(as_of: str, total: int, standing: str, change: str | None) -> None:
    result = rate(rating(rule("X")), event("1", "X", "2016-02-29"), as_of=day(as_of))
    assert (result.total, standings(result)) == (total, {"1": standing})
    assert result.next_change_on == (day(change) if change else None)
    assert result.lines[0].valid_until == date(2018, 2, 28)


def test_factors_and_repetition_are_rounded_once() -> None:
    section = rating(
        rule(
            "X",
            -333,
            factors=(FactorWhen(Condition("size", ("small",)), 500, "§f"),),
            repetition=Repetition("g", 12, (RepetitionStep(2, 1500), RepetitionStep(3, 3000)), True, "§r"),
        )
    )
    events = [event(str(n), "X", f"2025-0{n}-01") for n in (1, 2, 3, 4)]
    result = rate(section, *events, attributes={"size": "small"})
    # -166.5, -249.75, -499.5, -499.5: halves go away from zero; one rounding, not two
    assert counted(result) == {"1": -167, "2": -250, "3": -500, "4": -500}
    assert [one.nth for one in result.lines[3].factors] == [None, 4]


def test_a_repeat_counts_up_to_the_day_before_the_months_are_over() -> None:
    section = rating(rule("X", repetition=Repetition("g", 12, (RepetitionStep(2, 2000),), True, "§r")))
    inside = rate(section, event("1", "X", "2024-03-31"), event("2", "X", "2025-03-30"))
    outside = rate(section, event("1", "X", "2024-03-31"), event("2", "X", "2025-03-31"))
    assert (counted(inside)["2"], counted(outside)["2"]) == (-2000, -1000)


@pytest.mark.parametrize(("counts", "second"), [(True, -2000), (False, -1000)])
def test_a_repaired_event_repeats_unless_the_edition_says_not(*, counts: bool, second: int) -> None:
    section = rating(rule("X", repetition=Repetition("g", 12, (RepetitionStep(2, 2000),), counts, "§r")))
    result = rate(section, event("1", "X", "2025-01-01", repaired_on="2025-02-01"), event("2", "X", "2025-03-01"))
    assert counted(result) == {"1": 0, "2": second}
    assert standings(result)["1"] == "repaired"


def test_points_come_back_on_the_day_of_correction() -> None:
    steps = (RestorationStep(800, within_days=30), RestorationStep(400, year="same"), RestorationStep(200, year="next"))
    section = rating(rule("X", restoration=Restoration(steps, "§8")))
    in_time = event("1", "X", "2025-05-02", corrected_on="2025-06-01")
    assert counted(rate(section, in_time)) == {"1": -200}
    before = rate(section, in_time, as_of=date(2025, 5, 31))
    assert (counted(before), before.next_change_on) == ({"1": -1000}, date(2025, 6, 1))
    assert counted(rate(section, event("1", "X", "2025-02-02", corrected_on="2025-05-01"))) == {"1": -600}
    assert counted(rate(section, event("1", "X", "2024-12-02", corrected_on="2025-05-01"))) == {"1": -800}
    assert counted(rate(section, event("1", "X", "2023-12-02", corrected_on="2025-05-01"))) == {"1": -1000}


def test_one_case_is_one_fact_even_after_its_heaviest_part_was_repaired() -> None:
    section = rating(rule("X", -3000), rule("Y", -500), absorption=Absorption("greatest", {}, "§4"))
    events = [
        event("1", "Y", "2025-01-01", case_ref="c"),
        event("2", "X", "2025-01-02", case_ref="c", repaired_on="2025-05-01"),
        event("3", "Y", "2025-01-03"),
    ]
    result = rate(section, *events)
    assert standings(result) == {"1": "absorbed", "2": "repaired", "3": "counted"}
    assert result.lines[0].by == ("case", "2")
    assert result.total == 9500


def test_a_named_absorber_may_itself_be_absorbed() -> None:
    by = {"X": ("Y",), "Y": ("Z",)}
    section = rating(rule("X"), rule("Y"), rule("Z"), absorption=Absorption("named", by, "§4"))
    events = [event(code, code, "2025-01-01", case_ref="c") for code in "ZYX"]
    result = rate(section, *events)
    assert {line.ref: line.by for line in result.lines} == {"X": None, "Y": ("case", "X"), "Z": ("case", "Y")}


def test_of_a_group_the_earliest_heaviest_counts_on_each_side() -> None:
    section = rating(rule("X", -500, highest_only="g"), rule("Y", 300, highest_only="g"))
    events = [event(f"{code}{n}", code, f"2025-01-0{n}") for n in (1, 2) for code in "XY"]
    assert standings(rate(section, *events)) == {
        "X1": "counted",
        "Y1": "counted",
        "X2": "lesser_of_group",
        "Y2": "lesser_of_group",
    }


def test_caps_fill_oldest_first_and_show_what_they_cut() -> None:
    caps = (Cap("period", "bad", 2500, "§p"), Cap("code", "bad", 1500, "§c", calendar_year=True))
    events = [event(str(n), "X", f"{year}-0{n}-01") for n, year in ((9, 2023), (1, 2024), (2, 2024), (3, 2025))]
    result = rate(rating(rule("X"), caps=caps), *events)
    assert counted(result) == {"9": -1000, "1": -1000, "2": -500, "3": 0}
    assert [[(cut.stage, cut.left) for cut in line.cuts] for line in result.lines] == [
        [],
        [],
        [("code", -500)],
        [("period", 0)],
    ]


def test_a_rolling_cap_frees_its_room_after_its_months() -> None:
    caps = (Cap("dimension", "bad", 1500, "§d", months=6),)
    events = [event("1", "X", "2024-08-31"), event("2", "X", "2025-02-27"), event("3", "X", "2025-02-28")]
    assert counted(rate(rating(rule("X"), caps=caps), *events)) == {"1": -1000, "2": -500, "3": -1000}


def test_only_the_latest_occasion_counts_where_the_window_says_so() -> None:
    section = rating(
        rule("X", None, value=ValueSet(low=0, high=2000)), window=Window(occasions=1), direction="higher_worse", base=0
    )
    occasions = (
        Occasion("b", "routine", date(2025, 3, 1)),
        Occasion("a", "routine", date(2024, 3, 1)),
        Occasion("c", "routine", date(2025, 7, 1)),
    )
    events = [
        event("1", "X", "2024-03-01", value=700, occasion="a"),
        event("2", "X", "2025-03-01", value=500, occasion="b"),
        event("3", "X", "2025-03-02", value=100),
        event("4", "X", "2025-03-02", value=2001, occasion="b"),
        event("5", "X", "2025-03-02", occasion="b"),
    ]  # fmt: skip
    result = rate(section, *events, occasions=occasions)
    assert standings(result) == {
        "1": "outside_window",
        "2": "counted",
        "3": "outside_window",
        "4": "value_not_allowed",
        "5": "value_missing",
    }
    assert result.total == 500
    assert result.next_change_on == date(2025, 7, 1)


def test_a_direct_grade_silences_the_floor_until_its_term_ends() -> None:
    section = rating(
        rule("X", 0, direct=DirectGradeRule("D", Validity("months", 12), "§d")),
        rule("Y", -5000, floor=FloorRule("B", 24, "§f")),
    )
    events = [event("1", "X", "2024-08-15"), event("2", "Y", "2025-01-01")]
    result = rate(section, *events)
    assert (result.grade, result.verdict.banded, result.verdict.floor) == ("D", "C", None)
    assert result.next_change_on == date(2025, 8, 15)
    later = rate(section, *events, as_of=date(2025, 8, 15))
    assert (later.grade, later.verdict.direct) == ("B", None)


def test_a_shift_stops_at_its_limit() -> None:
    section = rating(rule("X", 0, shift=ShiftRule(2, "C", 12, "§s")))
    events = [event("1", "X", "2025-01-01"), event("2", "X", "2025-02-01")]
    result = rate(section, *events)
    assert [shift.grade for shift in result.verdict.shifts] == ["C", "C"]
    worse = rate(section, *events, event("3", "X", "2025-03-01", repaired_on="2025-03-05"))
    assert len(worse.verdict.shifts) == 2


def test_after_repair_the_ceiling_holds_for_its_months() -> None:
    section = rating(rule("X"), ceilings=(Ceiling("B", 6, "§c"),))
    repaired = event("1", "X", "2025-01-01", repaired_on="2025-05-31")
    result = rate(section, repaired)
    assert (result.verdict.banded, result.grade, result.next_change_on) == ("A", "B", date(2025, 11, 30))
    assert rate(section, repaired, as_of=date(2025, 11, 30)).grade == "A"


def test_the_best_streak_step_reached_counts() -> None:
    section = rating(rule("X"), streaks=(StreakStep(200, "§s", months=12), StreakStep(500, "§s", months=24)))
    result = rate(section, known_since=date(2024, 6, 2))
    assert (result.verdict.streak, result.next_change_on) == (None, date(2025, 6, 2))
    broken = rate(section, event("1", "X", "2023-06-01"), known_since=date(2010, 1, 1))
    assert broken.total == 10500
    assert rate(section).total == 10000


def test_outcome_rules_withhold_or_set_a_grade() -> None:
    text = {"zh": "新设", "en": "new"}
    new = OutcomeRule("§1", "newcomer", text, state="unrated", younger_than_months=3)
    reopened = OutcomeRule("§2", "reopening", text, state="pending", occasion_types=("reopening",), closed=False)
    exempt = OutcomeRule("§3", "exempt", text, grade="B", when=(Condition("exempt", ("yes",)),))
    section = rating(rule("X"), outcomes=(new, reopened, exempt))
    young = rate(section, known_since=date(2025, 3, 2))
    assert (young.state, young.reason, young.total, young.next_change_on) == (
        "unrated",
        "newcomer",
        None,
        date(2025, 6, 2),
    )
    waiting = rate(section, occasions=(Occasion("o", "reopening", date(2025, 5, 1)),))
    assert (waiting.state, waiting.reason, waiting.total, waiting.tier) == ("pending", "reopening", 10000, None)
    set_by_rule = rate(section, attributes={"exempt": "yes"})
    assert (set_by_rule.state, set_by_rule.reason, set_by_rule.grade, set_by_rule.verdict.banded) == (
        "rated",
        None,
        "B",
        None,
    )


def test_without_a_licence_there_are_lines_but_no_score() -> None:
    result = rate(rating(rule("X")), event("1", "X", "2025-01-01"), licences=((date(2025, 7, 1), None),))
    assert (result.state, result.reason, result.total) == ("unrated", "no_valid_licence", None)
    assert (counted(result), result.next_change_on) == ({"1": -1000}, date(2025, 7, 1))


def test_no_edition_no_lines() -> None:
    history = History("own:1", "cinema", (event("1", "X", "1990-01-01"),))
    result = explain(history, chain(edition(rating(rule("X")))), date(1999, 1, 1))
    assert (result.state, result.reason, result.lines, result.next_change_on) == (
        "unrated",
        "no_edition",
        (),
        date(2000, 1, 1),
    )


def test_each_event_is_read_by_the_edition_of_its_day() -> None:
    first = edition(rating(rule("X", -1000)), id="e1", force_to=date(2025, 1, 1))
    renamed = rating(rule("Y", -3000), caps=(Cap("code", "bad", 3500, "§c"),))
    second = edition(renamed, id="e2", force_from=date(2025, 1, 1), map_codes={"X": "Y"})
    history = History("own:1", "cinema", (event("1", "X", "2024-12-31"), event("2", "Y", "2025-01-01")))
    kept = explain(history, chain(first, second), AS_OF)
    assert [(line.edition, line.raw, line.counted) for line in kept.lines] == [
        ("e1", -1000, -1000),
        ("e2", -3000, -2500),
    ]
    restated = explain(
        history,
        chain(
            first, edition(renamed, id="e3", force_from=date(2025, 1, 1), map_codes={"X": "Y"}, transition="restate")
        ),
        AS_OF,
    )
    assert [(line.edition, line.raw, line.counted) for line in restated.lines] == [
        ("e3", -3000, -3000),
        ("e3", -3000, -500),
    ]
    assert explain(history, chain(first, second), date(2024, 12, 31)).next_change_on == date(2025, 1, 1)


def test_an_annulled_event_and_a_warning_never_score() -> None:
    annulled = event("1", "X", "2025-01-01", annulled_on="2026-01-01")
    warning = event("2", "X", "2025-01-01", final=False)
    unknown = event("3", "Z", "2025-01-01")
    result = rate(rating(rule("X")), annulled, warning, unknown)
    assert standings(result) == {"1": "annulled", "2": "warning", "3": "no_rule"}
    assert result.total == 10000


def test_an_event_to_come_is_the_next_change() -> None:
    result = rate(rating(rule("X")), event("1", "Z", "2025-06-02"))
    assert (result.lines, result.next_change_on) == ((), date(2025, 6, 2))
