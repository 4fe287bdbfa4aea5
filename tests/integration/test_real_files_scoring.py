"""Real public records through the stranger's tool: every published score and grade comes out, the rest say why not."""

from __future__ import annotations

import csv
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.builders.tool import run_tool

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared" / "data"
EDITIONS = ROOT / "scoring" / "editions"
SCORES = ("hygiene", "structural", "confidence_in_management")
AS_OF = "2026-07-21"


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the shared folder with {name} is not beside this project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rated(edition: str, facts: Iterator[dict[str, Any]], *options: str) -> dict[tuple[str, str], dict[str, Any]]:
    done = run_tool("rate", "--edition", str(EDITIONS / edition), *options, lines=facts)
    assert (done.returncode, done.stderr) == (0, "")
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    return {(answer["entity"], answer["kind"]): answer for answer in answers}


def fhrs_facts(premises: list[dict[str, str]]) -> Iterator[dict[str, Any]]:
    for one in premises:
        about = {"entity": one["fhrsid"], "kind": one["business_type"]}
        day = one["rating_date"]
        yield about
        if one["published_rating"] == "Exempt":
            yield about | {"exempt": True}
        if one["published_rating"] == "AwaitingPublication":
            yield about | {"awaiting_publication": True}
        if day:
            yield about | {"occasion": day, "held_on": day, "occasion_type": "inspection"}
        for code in SCORES:
            if one[code]:
                yield about | {"code": code, "value": int(one[code]), "decided_on": day, "occasion": day}


def test_norwich_food_hygiene_ratings_come_out_as_published() -> None:
    premises = rows("fhrs_norwich.csv")
    answers = rated("uk-fhrs.toml", fhrs_facts(premises), "--as-of", AS_OF)
    assert len(answers) == len(premises) == 1563
    equal = 0
    unrated: Counter[tuple[str, str]] = Counter()
    for one in premises:
        answer = answers[one["fhrsid"], one["business_type"]]
        if one["hygiene"]:
            assert (answer["state"], answer["grade"]) == ("rated", one["published_rating"]), one
            assert answer["score"] == f"{sum(int(one[code]) for code in SCORES)}.00"
            equal += 1
        else:
            assert (answer["state"], answer["grade"]) == ("unrated", None)
            published = one["published_rating"]
            unrated["without scores" if published.isdigit() else published, answer["reason"]] += 1
    assert equal == 1319
    assert unrated == {
        ("AwaitingInspection", "awaiting_inspection"): 172,
        ("Exempt", "exempt"): 35,
        ("without scores", "incomplete"): 36,
        ("AwaitingPublication", "awaiting_publication"): 1,
    }


def la_facts(violations: list[dict[str, str]], steps: dict[str, list[int]]) -> Iterator[dict[str, Any]]:
    for one in violations:
        levels = steps[one["violation_code"]]
        fact = {
            "entity": one["facility_id"],
            "kind": one["pe_description"],
            "id": one["row_id"],
            "code": one["violation_code"],
            "decided_on": one["activity_date"],
            "occasion": one["serial_number"],
            "occasion_type": one["service_description"],
        }
        if len(levels) > 1:
            fact["severity"] = "minor" if int(one["points"]) == levels[0] else "major"
        yield fact


def test_los_angeles_inspections_come_out_as_published() -> None:
    violations = rows("la_violations_sample.csv")
    steps: dict[str, list[int]] = {}
    for step in rows("la_points_schedule.csv"):
        steps.setdefault(step["violation_code"], []).append(int(step["points"]))
    steps = {code: sorted(levels) for code, levels in steps.items()}
    answers = rated("la-food.toml", la_facts(violations, steps), "--as-of", "2018-07-31")
    inspections = {one["serial_number"]: one for one in violations}
    assert len(answers) == len(inspections) == 152
    for one in inspections.values():
        answer = answers[one["facility_id"], one["pe_description"]]
        assert (answer["score"], answer["grade"]) == (f"{one['score']}.00", one["grade"]), one
