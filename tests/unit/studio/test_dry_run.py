"""Two laws over one stock: who goes where, against counts taken entity by entity with the readable engine."""

from __future__ import annotations

import csv
import re
from collections import Counter
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from scoring.edition.parse import parse
from scoring.rating.explain import explain
from scoring.rating.history import EditionChain, Event, History, Occasion
from service.studio.dry_run.migration import migration_by, migration_of, moved, near_bounds
from service.studio.dry_run.standing import Standing, standing_of, standings_of
from tests.builders.dice import Dice, drawn
from tests.builders.editions import edition_chain
from tests.builders.histories import Stock, stock
from tests.builders.stocks import stock_of
from tests.unit.studio.test_sensitivity import AS_OF as DAY
from tests.unit.studio.test_sensitivity import STOCK as TOWN
from tests.unit.studio.test_sensitivity import TEXT

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).parents[3]
FHRS = (ROOT / "scoring" / "editions" / "uk-fhrs.toml").read_text("utf-8")
PREMISES = ROOT.parent / "shared" / "data" / "fhrs_norwich.csv"
SCORES = ("hygiene", "structural", "confidence_in_management")
AS_OF = date(2026, 7, 21)
BANDS = ((15, "5"), (20, "4"), (30, "3"), (40, "2"), (50, "1"))


def rows(name: str) -> list[dict[str, str]]:
    path = ROOT.parent / "shared" / "data" / name
    if not path.is_file():
        pytest.skip(f"the shared folder with {name} is not beside this project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def two_laws(dice: Dice) -> tuple[Stock, EditionChain]:
    return stock(dice, most=9), edition_chain(dice)


@given(drawn(two_laws))
@settings(max_examples=25, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow])
def test_the_matrix_counts_what_explain_says_of_each_entity(asked: tuple[Stock, EditionChain]) -> None:
    (histories, chain, day), other = asked
    kind = histories[0].kind
    with TemporaryDirectory() as folder:
        held = stock_of(Path(folder), histories, day, at_once=4)
        before, after = (standing_of(held, kind, lambda *_, law=law: law, day) for law in (chain, other))
        regions = held.of(kind).region
    said = [tuple(explain(one, law, day) for law in (chain, other)) for one in histories]
    whole = migration_of(before, after)
    assert whole.tiers == Counter((old.tier, new.tier) for old, new in said)
    assert whole.grades == Counter((old.grade, new.grade) for old, new in said)
    for region, found in migration_by(before, after, regions).items():
        there = [pair for number, pair in enumerate(said) if f"11010{number % 3}" == region]
        assert found.tiers == Counter((old.tier, new.tier) for old, new in there)
    assert moved(before, after).tolist() == [
        place for place, (old, new) in enumerate(said) if (old.tier, old.grade) != (new.tier, new.grade)
    ]
    order = after.tiers
    falls = [(order.index(o.tier), order.index(n.tier)) for o, n in said if o.tier in order and n.tier in order]
    assert (whole.better, whole.worse) == (sum(n < o for o, n in falls), sum(n > o for o, n in falls))


def test_kinds_together_stand_as_the_readable_engine_says_of_each(tmp_path: Path) -> None:
    """Two regions under one law and one between them under another; one kind has points of its own."""
    own = 'kinds = ["bar"]\n[[rating.override.event]]\ncode = "x"\nclause = "art. 1"\ndimension = "d"\npoints = -30\n'
    named = own.replace("dimension", 'name = { zh = "事项", en = "Fact" }\ndimension')
    texts = [TEXT, f"{TEXT}\n[[rating.override]]\n{named}", TEXT.replace("at_least = 80", "at_least = 95")]
    same, apart, strict = (EditionChain((parse(text),)) for text in texts)
    kinds = ("shop", "bar", "inn")
    histories = [one._replace(kind=kind) for place, kind in enumerate(kinds) for one in TOWN[place:]]
    held = stock_of(tmp_path, histories, DAY, at_once=500)
    laws: list[Callable[[str, str], EditionChain]] = [
        lambda _, region: strict if region == "110101" else same,
        lambda *_: apart,
        lambda *_: strict,
    ]
    for law in laws:
        found = standings_of(held, kinds, law, DAY)
        for kind in kinds:
            regions = held.of(kind).region
            assert len(found[kind].total) == len(regions.index)
            for place, one in enumerate(one for one in histories if one.kind == kind):
                said = explain(one, law(kind, regions.texts[regions.index[place]]), DAY)
                told = found[kind].of(np.array([place]))
                tier, grade = (None if c.index[0] < 0 else c.texts[c.index[0]] for c in (told.tier, told.grade))
                assert (tier, grade, told.total[0]) == (said.tier, said.grade, said.total)


def standing(histories: list[History], text: str, day: date) -> Standing:
    with TemporaryDirectory() as folder:
        held = stock_of(Path(folder), histories, day, at_once=500)
        chain = EditionChain((parse(text),))
        return standing_of(held, histories[0].kind, lambda *_: chain, day)


def premises(one: dict[str, str]) -> History:
    """A business as the file tells it; with no inspection where it has no day."""
    attributes = {"Exempt": {"exempt": "true"}, "AwaitingPublication": {"awaiting_publication": "true"}}
    if not one["rating_date"]:
        return History(one["fhrsid"], "food", (), attributes=attributes.get(one["published_rating"], {}))
    day = date.fromisoformat(one["rating_date"])
    events = [
        Event("file", code, code, day, value=100 * int(one[code]), occasion="visit") for code in SCORES if one[code]
    ]
    occasion = Occasion("visit", "inspection", day)
    return History(
        one["fhrsid"], "food", tuple(events), (occasion,), attributes=attributes.get(one["published_rating"], {})
    )


def test_norwich_without_the_worst_score_moves_whom_the_file_says() -> None:
    found = rows("fhrs_norwich.csv")
    histories = [premises(one) for one in found]
    now = standing(histories, FHRS, AS_OF)
    free = standing(histories, re.sub(r"^worst_item = \d+\n", "", FHRS, flags=re.MULTILINE), AS_OF)
    moving = standing(histories, FHRS.replace("at_most = 15\n", "at_most = 14\n"), AS_OF)
    sums = [sum(int(one[code]) for code in SCORES) if one["hygiene"] else None for one in found]
    published = [one["published_rating"] if one["hygiene"] else None for one in found]
    by_sum = [None if each is None else next((key for most, key in BANDS if each <= most), "0") for each in sums]
    expected = Counter(zip(published, by_sum, strict=True))
    assert migration_of(now, free).grades == expected
    assert len(moved(now, free)) == sum(count for (old, new), count in expected.items() if old != new) > 0
    stricter = ["4" if grade == "5" and total == 15 else grade for grade, total in zip(published, sums, strict=True)]
    assert migration_of(now, moving).grades == Counter(zip(published, stricter, strict=True))
    assert sum(stricter[place] != published[place] for place in range(len(found))) > 0
    at_bound = Counter(grade for grade, total in zip(published, sums, strict=True) if total in {15, 20, 30, 40, 50})
    assert {grade: reach for grade, (reach, _) in near_bounds(now, 100).items()} == at_bound
    assert all(miss == 0 for _, miss in near_bounds(now, 499).values())


def test_los_angeles_with_a_threshold_one_point_higher_moves_whom_the_file_says() -> None:
    violations = rows("la_violations_sample.csv")
    steps: dict[str, list[int]] = {}
    for step in rows("la_points_schedule.csv"):
        steps.setdefault(step["violation_code"], []).append(int(step["points"]))
    inspections = {one["serial_number"]: one for one in violations}
    histories = []
    for number, about in inspections.items():
        day = date.fromisoformat(about["activity_date"])
        events = [
            Event(
                "file",
                one["row_id"],
                one["violation_code"],
                day,
                severity=None
                if len(levels := sorted(steps[one["violation_code"]])) == 1
                else ("minor" if int(one["points"]) == levels[0] else "major"),
                occasion="visit",
            )
            for one in violations
            if one["serial_number"] == number
        ]
        histories.append(
            History(number, "food", tuple(events), (Occasion("visit", about["service_description"], day),))
        )
    text = (ROOT / "scoring" / "editions" / "la-food.toml").read_text("utf-8")
    now, later = (
        standing(histories, each, date(2018, 7, 31)) for each in (text, text.replace("at_least = 90", "at_least = 91"))
    )
    expected = Counter((one["grade"], "B" if one["score"] == "90" else one["grade"]) for one in inspections.values())
    assert migration_of(now, later).grades == expected
    assert expected["A", "B"] > 0
