"""A rating in the law's words: every part is told, in both languages, and nothing unsaid is invented."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.edition.model import (
    Cap,
    Ceiling,
    Condition,
    DirectGradeRule,
    FactorWhen,
    FloorRule,
    Frequency,
    OutcomeRule,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    Risk,
    RiskLevel,
    RiskWarning,
    ShiftRule,
    StreakStep,
    Validity,
)
from scoring.rating.counterfactual import counterfactual
from scoring.rating.explain import explain
from scoring.rating.explanation import encode
from scoring.rating.history import EditionChain, History
from scoring.rating.stored import decode
from scoring.rating.wording import Law, Names, waterfall, ways_told
from scoring.rating.wording.law import percent, thousandths
from tests.builders.dice import SeededDice
from tests.builders.histories import question
from tests.builders.plain import chain, edition, event, rating, rule

if TYPE_CHECKING:
    from scoring.edition.model import Edition

AS_OF = date(2025, 6, 1)


def told(history: History, editions: EditionChain, lang: str = "en") -> list[str]:
    result = decode(encode(explain(history, editions, AS_OF))[0])
    return [sentence.text for sentence in waterfall(result, Law(editions, history.kind, lang))]


def of(section_edition: Edition, *events: object, **parts: object) -> tuple[History, EditionChain]:
    return History("own:1", "cinema", events, **parts), chain(section_edition)


def test_the_whole_of_a_small_rating() -> None:
    section = rating(rule("X", -1000), caps=(Cap("period", "bad", 1500, "§cap"),))
    clauses = {"§X": {"zh": "噪声扰民的，扣10分", "en": "Noise costs 10 points"}, "§cap": {"zh": "全年最多扣15分"}}
    frequency = {"B": Frequency("B", "§f", (1, 20), max_per_year=2)}
    asked = of(
        edition(section, clauses=clauses, frequency=frequency, illustrative=True, verified=False),
        event("1", "X", "2025-01-01"),
        event("2", "X", "2025-02-01"),
        event("3", "X", "2022-02-01"),
    )
    assert told(*asked) == [
        "own:1 (kind cinema) on 2025-06-01, rated by “A plain rulebook”.",
        "This rulebook is illustrative and has no legal force.",
        "Parts of this rulebook have not been checked against its source.",
        "Starts from 100.00 points.",
        "2025-01-01 Fact X: -10.00 points, under §X: Noise costs 10 points, counts until the day before 2027-01-01.",
        (
            "2025-02-01 Fact X: -5.00 points, under §X, would be -10.00 points, "
            "limited to -5.00 points by the cap under §cap: 全年最多扣15分, counts until the day before 2027-02-01."
        ),
        "Score: 85.00 points.",
        "By its score: Grade B (§B).",
        "Credit grade: Grade B.",
        "Tier of supervision: B.",
        "Frequency of inspection: drawn at a ratio of 1/20, at most 2 a year (§f).",
        "2022-02-01 Fact X: does not count, it is outside the period that is looked at.",
        "With no new information this answer changes on 2027-01-01.",
    ]
    chinese = told(*asked, lang="zh")
    assert chinese[1] == "本办法仅为示例，不具法律效力。"
    assert chinese[4] == "2025年1月1日 事项X：计-10.00分，依据§X：噪声扰民的，扣10分，计至2027年1月1日前一日。"
    assert chinese[-1] == "在没有新信息的情况下，评价结果将于2027年1月1日变化。"


def test_what_no_edition_names_is_named_by_the_catalogue() -> None:
    names = Names({"FILED": {"zh": "立案", "en": "Case opened"}}, {"cinema": {"zh": "电影院", "en": "Cinema"}})
    history, editions = of(edition(rating(rule("X"))), event("1", "FILED", "2025-01-01", final=False))
    result = explain(history, editions, AS_OF)
    english, chinese = (
        [one.text for one in waterfall(result, Law(editions, "cinema", lang, names))] for lang in ("en", "zh")
    )
    assert english[0].startswith("own:1 (kind Cinema) on ")
    assert english[-2].startswith("2025-01-01 Case opened: does not count")
    assert "门类：电影院" in chinese[0]
    assert chinese[-2].startswith("2025年1月1日 立案：不计分")


def test_a_risk_warning_is_told_by_its_name_and_day() -> None:
    risk = Risk((), (RiskWarning("FILED", 200, 3, "§warn"),), (RiskLevel("red", {"zh": "红"}, None),), "§risk")
    asked = of(edition(rating(rule("X"), risk=risk)), event("1", "FILED", "2025-05-01", final=False))
    assert any(text.startswith("Risk warning 2025-05-01 FILED: +2.00 points (§warn") for text in told(*asked))


def test_what_multiplies_and_what_gives_back_is_told() -> None:
    section = rating(
        rule(
            "X",
            factors=(FactorWhen(Condition("size", ("small",)), 500, "§s"),),
            repetition=Repetition("g", 12, (RepetitionStep(2, 1250),), True, "§r"),
            restoration=Restoration((RestorationStep(125, within_days=30),), "§b"),
        )
    )
    events = [event(str(n), "X", f"2025-0{n}-01", corrected_on=f"2025-0{n}-09") for n in (1, 2)]
    second = told(*of(edition(section), *events, attributes={"size": "small"}))[3]
    for words in (
        "times 0.5 under §s",
        "number 2 of its kind, times 1.25 under §r",
        "corrected, 12.5% given back under §b",
    ):
        assert words in second


def test_what_bounds_or_moves_the_grade_is_told() -> None:
    section = rating(
        rule("D", 0, direct=DirectGradeRule("D", Validity("unlimited"), "§d")),
        rule("F", -5000, floor=FloorRule("B", 24, "§f")),
        rule("S", 100, shift=ShiftRule(1, "D", 12, "§s")),
        streaks=(StreakStep(300, "§st", months=1),),
        ceilings=(Ceiling("B", 12, "§c"),),
    )
    law = edition(section)
    assert "Fact D sets the grade directly at Grade D or worse (§d)." in told(*of(law, event("1", "D", "2025-01-01")))
    floored = told(*of(law, event("1", "F", "2025-01-01")))
    assert "Fact F keeps the grade at Grade B or better (§f), until the day before 2027-01-01." in floored
    assert "Clean run: +3.00 points (§st)." in floored
    shifted = told(*of(law, event("1", "S", "2025-01-01")))
    assert "Fact S moves the grade to Grade B (§s), until the day before 2026-01-01." in shifted
    repaired = told(*of(law, event("1", "F", "2025-01-01", repaired_on="2025-05-01")))
    assert any(text.startswith("After the repair of Fact F no better than Grade B") for text in repaired)


def test_why_there_is_no_tier_is_told_in_the_editions_words() -> None:
    text = {"zh": "新设不满三个月", "en": "New for less than three months"}
    new = OutcomeRule("§n", "newcomer", text, state="unrated", younger_than_months=3)
    law = edition(rating(rule("X"), outcomes=(new,)))
    assert "New for less than three months (§n)." in told(*of(law, known_since=date(2025, 5, 1)))
    assert "新设不满三个月（§n）。" in told(*of(law, known_since=date(2025, 5, 1)), lang="zh")
    assert "No licence is valid on that day: not rated." in told(*of(law, licences=()))
    later = edition(rating(), force_from=date(2026, 1, 1))
    assert told(*of(later)) == [
        "No edition of the rulebook is in force on that day: not rated.",
        "With no new information this answer changes on 2026-01-01.",
    ]


@pytest.mark.parametrize("lang", ["zh", "en"])
@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_every_line_of_any_rating_is_told_once_and_no_place_is_left_open(lang: str, seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    result = explain(history, editions, as_of)
    sentences = waterfall(result, Law(editions, history.kind, lang))
    events = [one for one in sentences if one.part in {"counted", "left_out"}]
    assert len(events) == len(result.lines)
    assert sentences[-1].part == "change"
    for sentence in sentences:
        assert re.search(r"[{}]|None", sentence.text) is None
        assert sentence.text.endswith("。" if lang == "zh" else ".")


@pytest.mark.parametrize("lang", ["zh", "en"])
@settings(max_examples=25, deadline=None)
@given(seed=st.integers(0, 10**9))
def test_the_ways_back_of_any_rating_can_be_told(lang: str, seed: int) -> None:
    history, editions, as_of = question(SeededDice(seed))
    ways = counterfactual(history, editions, as_of)
    for text in ways_told(ways, Law(editions, history.kind, lang)):
        assert re.search(r"[{}]|None", text) is None


def test_the_ways_back_in_words() -> None:
    section = rating(rule("X", -1500, restoration=Restoration((RestorationStep(1000, within_days=60),), "§r")))
    history, editions = of(edition(section), event("r1", "X", "2025-05-20"))
    ways = counterfactual(history, editions, AS_OF, on=date(2025, 6, 20))
    assert list(ways_told(ways, Law(editions, "cinema", "en"))) == [
        "tier of supervision on 2025-06-01: B.",
        "Fact X (r1, -15.00 points) no longer counts from 2027-05-20.",
        "Without anything new, A is reached on 2027-05-20 at the earliest.",
        (
            "If Fact X (r1) is corrected on 2025-06-20, the score goes from 85.00 points to 100.00 points, "
            "A is reached on 2025-06-20 at the earliest (699 days earlier)."
        ),
    ]
    assert ways_told(ways, Law(editions, "cinema", "zh"))[2] == "不发生新的情况，最早于2027年5月20日达到A。"


def test_thousandths_are_written_without_needless_zeros() -> None:
    assert [thousandths(value) for value in (1500, 1000, 50, -1250)] == ["1.5", "1", "0.05", "-1.25"]
    assert [percent(share) for share in (800, 125)] == ["80%", "12.5%"]
