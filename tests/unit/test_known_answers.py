"""Answers worked out by hand from the page, for days on which a wrong reading shows; every reading must give them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pytest

from scoring.edition.model import (
    Absorption,
    Cap,
    Condition,
    Cycle,
    DirectGradeRule,
    FactorWhen,
    Repetition,
    RepetitionStep,
    Restoration,
    RestorationStep,
    StreakStep,
    Validity,
    Window,
)
from scoring.rating.history import Event, History, Occasion
from tests.builders.plain import chain, day, edition, event, rating, rule
from tests.engines import READINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scoring.edition.model import Rating
    from scoring.rating.history import EditionChain

ALWAYS = (FactorWhen(Condition("size", ("small",)), 500, "§f"), FactorWhen(Condition("size", ("small",)), 500, "§f"))
TWICE = Repetition("g", 12, (RepetitionStep(2, 2000),), repaired_counts=True, clause="§r")
THIRTY_DAYS = Restoration((RestorationStep(800, within_days=30),), "§b")
BY_YEAR = Restoration((RestorationStep(1000, year="same"), RestorationStep(400, year="next")), "§b")
YEAR = Cycle(12)


class Case(NamedTuple):
    """Evidence under a chain, and for each day what it must give: total and grade, and the lines in short."""

    name: str
    editions: EditionChain
    history: History
    answers: Mapping[str, tuple[str, str]]


def under(section: Rating) -> EditionChain:
    """One edition that has always been in force."""
    return chain(edition(section))


def entity(*events: Event, **parts: object) -> History:
    """A small food business with these events."""
    return History("e1", "food", events, **({"attributes": {"size": "small"}} | parts))  # type: ignore[arg-type]


WINDOWS = [
    Case(
        "two years from a leap day end on 28 February",
        under(rating(rule("a"))),
        entity(event("1", "a", "2016-02-29")),
        {"2018-02-27": ("9000 A", "1 counted -1000"), "2018-02-28": ("10000 A", "1 outside_window 0")},
    ),
    Case(
        "a month from 31 January ends on 28 February",
        under(rating(rule("a"), window=Window(months=1))),
        entity(event("1", "a", "2023-01-31")),
        {"2023-02-27": ("9000 A", "1 counted -1000"), "2023-02-28": ("10000 A", "1 outside_window 0")},
    ),
    Case(
        "two months from 31 January end on 31 March, not on the 28th",
        under(rating(rule("a"), window=Window(months=2))),
        entity(event("1", "a", "2023-01-31")),
        {"2023-03-30": ("9000 A", "1 counted -1000"), "2023-03-31": ("10000 A", "1 outside_window 0")},
    ),
    Case(
        "a cycle from 29 February turns on the 28th in common years",
        under(rating(rule("a"), window=Window(cycle=Cycle(12, 2, 29)))),
        entity(event("1", "a", "2023-02-27"), event("2", "a", "2023-02-28")),
        {
            "2023-02-27": ("9000 A", "1 counted -1000"),
            "2023-02-28": ("9000 A", "1 outside_window 0; 2 counted -1000"),
            "2024-02-28": ("9000 A", "1 outside_window 0; 2 counted -1000"),
            "2024-02-29": ("10000 A", "1 outside_window 0; 2 outside_window 0"),
        },
    ),
    Case(
        "a half-yearly cycle runs from the entity's own start",
        under(rating(rule("a"), window=Window(cycle=Cycle(6, start_attribute="opened")))),
        entity(event("1", "a", "2022-02-27"), event("2", "a", "2022-08-30"), attributes={"opened": "2021-08-31"}),
        {
            "2022-02-27": ("9000 A", "1 counted -1000"),
            "2022-02-28": ("10000 A", "1 outside_window 0"),
            "2022-08-30": ("9000 A", "1 outside_window 0; 2 counted -1000"),
            "2022-08-31": ("10000 A", "1 outside_window 0; 2 outside_window 0"),
        },
    ),
    Case(
        "publicity that ended before the decision lets it count on no day",
        under(rating(rule("a", validity=Validity("publicity_end")))),
        entity(event("1", "a", "2023-05-02", publicity_ends_on="2023-05-01"), event("2", "a", "2023-05-02")),
        {
            "2023-05-02": ("9000 A", "1 lapsed 0; 2 counted -1000"),
            "2033-05-02": ("9000 A", "1 lapsed 0; 2 counted -1000"),
        },
    ),
    Case(
        "what is performed late counts to the end of the year of performance",
        under(rating(rule("a", validity=Validity("cycle", cycle=YEAR, while_unperformed=True)))),
        entity(event("1", "a", "2022-05-01", performed_on="2024-01-01")),
        {"2024-12-31": ("9000 A", "1 counted -1000"), "2025-01-01": ("10000 A", "1 lapsed 0")},
    ),
    Case(
        "a month that waits for performance ends on the day of performance",
        under(rating(rule("a", validity=Validity("months", 1, while_unperformed=True)))),
        entity(event("1", "a", "2022-05-01", performed_on="2022-07-10"), event("2", "a", "2022-05-01")),
        {
            "2022-07-09": ("8000 B", "1 counted -1000; 2 counted -1000"),
            "2022-07-10": ("9000 A", "1 lapsed 0; 2 counted -1000"),
            "2032-07-10": ("9000 A", "1 lapsed 0; 2 counted -1000"),
        },
    ),
]

POINTS = [
    Case(
        "half a hundredth is rounded away from zero, once",
        under(
            rating(rule("a", -1, factors=ALWAYS[:1]), rule("b", 1, factors=ALWAYS[:1]), rule("c", -1, factors=ALWAYS))
        ),
        entity(event("1", "a", "2023-05-01"), event("2", "b", "2023-05-01"), event("3", "c", "2023-05-01")),
        {"2023-05-01": ("10000 A", "1 counted -1; 2 counted 1; 3 counted 0")},
    ),
    Case(
        "restored points are rounded from the exact product, not from the rounded one",
        under(rating(rule("a", -1, factors=ALWAYS[:1], restoration=Restoration((RestorationStep(500, 0),), "§b")))),
        entity(event("1", "a", "2023-05-01", corrected_on="2023-05-01")),
        {"2023-05-01": ("10000 A", "1 counted 0")},
    ),
    Case(
        "thirty days after 31 January are 1 March in a leap year, 2 March in others",
        under(rating(rule("a", restoration=THIRTY_DAYS))),
        entity(
            event("1", "a", "2023-01-31", corrected_on="2023-03-02"),
            event("2", "a", "2023-01-31", corrected_on="2023-03-03"),
            event("3", "a", "2024-01-31", corrected_on="2024-03-01"),
        ),
        {
            "2023-03-01": ("8000 B", "1 counted -1000; 2 counted -1000"),
            "2023-03-03": ("8800 B", "1 counted -200; 2 counted -1000"),
            "2024-02-29": ("7800 B", "1 counted -200; 2 counted -1000; 3 counted -1000"),
            "2024-03-01": ("8600 B", "1 counted -200; 2 counted -1000; 3 counted -200"),
        },
    ),
    Case(
        "a day may lie in the next calendar year",
        under(rating(rule("a", restoration=BY_YEAR))),
        entity(event("1", "a", "2023-12-31", corrected_on="2024-01-01")),
        {"2023-12-31": ("9000 A", "1 counted -1000"), "2024-01-01": ("9400 A", "1 counted -600")},
    ),
    Case(
        "a repeat on the day twelve months later is no repeat",
        under(rating(rule("a", repetition=TWICE))),
        entity(event("1", "a", "2023-02-28"), event("2", "a", "2024-02-28")),
        {"2024-02-28": ("8000 B", "1 counted -1000; 2 counted -1000")},
    ),
    Case(
        "twelve months from a leap day still run on 27 February",
        under(rating(rule("a", repetition=TWICE))),
        entity(event("1", "a", "2024-02-29"), event("2", "a", "2025-02-27")),
        {"2025-02-27": ("7000 B", "1 counted -1000; 2 counted -2000")},
    ),
    Case(
        "twelve months from a leap day are over on 28 February",
        under(rating(rule("a", repetition=TWICE))),
        entity(event("1", "a", "2024-02-29"), event("2", "a", "2025-02-28")),
        {"2025-02-28": ("8000 B", "1 counted -1000; 2 counted -1000")},
    ),
]

CASES_AND_CAPS = [
    Case(
        "a part that has lapsed keeps what it absorbed",
        under(
            rating(
                rule("a", -3000, validity=Validity("months", 1)),
                rule("b"),
                absorption=Absorption("greatest", {}, "§c"),
            )
        ),
        entity(event("1", "a", "2023-01-31", case_ref="k"), event("2", "b", "2023-01-31", case_ref="k")),
        {
            "2023-02-27": ("7000 B", "1 counted -3000; 2 absorbed 0"),
            "2023-02-28": ("10000 A", "1 lapsed 0; 2 absorbed 0"),
        },
    ),
    Case(
        "a repaired part keeps what it absorbed, an annulled one gives it back",
        under(rating(rule("a", -3000), rule("b"), absorption=Absorption("greatest", {}, "§c"))),
        entity(
            event("1", "a", "2023-01-31", case_ref="k", repaired_on="2023-06-01"),
            event("2", "b", "2023-01-31", case_ref="k"),
            event("3", "a", "2023-01-31", case_ref="m", annulled_on="2023-06-01"),
            event("4", "b", "2023-01-31", case_ref="m"),
        ),
        {
            "2023-05-31": ("6000 C", "1 counted -3000; 2 absorbed 0; 3 annulled 0; 4 counted -1000"),
            "2023-06-01": ("9000 A", "1 repaired 0; 2 absorbed 0; 3 annulled 0; 4 counted -1000"),
        },
    ),
    Case(
        "a rolling month from 31 January has no room on 27 February and all of it on the 28th but for the 27th's",
        under(rating(rule("a"), caps=(Cap("code", "bad", 1500, "§k", months=1),))),
        entity(event("1", "a", "2023-01-31"), event("2", "a", "2023-02-27"), event("3", "a", "2023-02-28")),
        {"2023-02-28": ("7500 B", "1 counted -1000; 2 counted -500; 3 counted -1000")},
    ),
    Case(
        "a calendar year's room is new on 1 January",
        under(rating(rule("a"), caps=(Cap("period", "bad", 1500, "§k", calendar_year=True),))),
        entity(event("1", "a", "2023-12-31"), event("2", "a", "2023-12-31"), event("3", "a", "2024-01-01")),
        {"2024-01-01": ("7500 B", "1 counted -1000; 2 counted -500; 3 counted -1000")},
    ),
    Case(
        "within a day the inspection recorded first fills the cap first",
        under(rating(rule("a"), caps=(Cap("code", "bad", 1000, "§k"),))),
        entity(
            event("1", "a", "2023-05-01", occasion="late"),
            event("2", "a", "2023-05-01", occasion="early"),
            event("0", "a", "2023-05-01"),
            occasions=(Occasion("early", "visit", day("2023-05-01")), Occasion("late", "visit", day("2023-05-01"))),
        ),
        {"2023-05-01": ("9000 A", "0 counted 0; 1 counted 0; 2 counted -1000")},
    ),
]

GRADES = [
    Case(
        "a direct grade of 36 months from a leap day runs to 27 February",
        under(rating(rule("a", 0, direct=DirectGradeRule("D", Validity("months", 36), "§d")))),
        entity(event("1", "a", "2020-02-29")),
        {"2023-02-27": ("10000 D", "1 outside_window 0"), "2023-02-28": ("10000 A", "1 outside_window 0")},
    ),
    Case(
        "a clean year from a leap day is reached on 28 February",
        under(rating(streaks=(StreakStep(500, "§s", months=12),))),
        entity(known_since=day("2020-02-29")),
        {"2021-02-27": ("10000 A", ""), "2021-02-28": ("10500 A", "")},
    ),
]

OLD = edition(rating(rule("a"), rule("b")), id="old", force_to=day("2024-01-01"))
NEW = edition(
    rating(rule("b", -500), caps=(Cap("code", "bad", 100, "§k"),)),
    id="new",
    force_from=day("2024-03-01"),
    map_codes={"a": ""},
)

EDITIONS = [
    Case(
        "a gap is read by the edition before it and rated by none",
        chain(OLD, NEW),
        entity(event("1", "b", "2023-12-31"), event("2", "a", "2024-02-29")),
        {
            "2023-12-31": ("9000 A", "1 counted -1000"),
            "2024-02-29": ("no_edition", ""),
            "2024-03-01": ("8900 B", "1 counted -100; 2 counted -1000"),
        },
    ),
    Case(
        "a code that the new edition dropped has no rule where that restates",
        chain(
            OLD,
            edition(NEW.ratings["*"], id="new", force_from=NEW.force_from, map_codes={"a": ""}, transition="restate"),
        ),
        entity(event("1", "b", "2023-12-31"), event("2", "a", "2024-02-29")),
        {"2024-03-01": ("9900 A", "1 counted -100; 2 no_rule 0")},
    ),
    Case(
        "what was decided before the first edition is left out where that says so",
        chain(edition(rating(rule("a")), force_from=day("2024-03-01"), earlier_events="ignore")),
        entity(event("1", "a", "2024-02-29"), event("2", "a", "2024-03-01")),
        {"2024-03-01": ("9000 A", "1 before_edition 0; 2 counted -1000")},
    ),
]


@pytest.mark.parametrize("reading", sorted(READINGS))
@pytest.mark.parametrize("case", WINDOWS + POINTS + CASES_AND_CAPS + GRADES + EDITIONS, ids=lambda case: case.name)
def test_the_answer_is_the_one_worked_out_by_hand(case: Case, reading: str) -> None:
    for as_of, expected in case.answers.items():
        score = READINGS[reading](case.history, case.editions, day(as_of))
        said = score.reason if score.total is None else f"{score.total} {score.grade}"
        lines = "; ".join(f"{ref} {standing} {counted}" for _, ref, standing, counted in score.lines)
        assert (said, lines) == expected, as_of
