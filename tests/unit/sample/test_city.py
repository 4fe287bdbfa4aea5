"""The invented city: the same for the same question, with lawful codes, at the rates that are reported."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from io import BytesIO
from typing import Any

from scoring.kernel.codes import public_key
from service.evidence.catalogue import event_codes
from service.register import seeds
from service.sample import City, Written, true_risk, write
from service.sample.city import mentioned_codes

UNTIL = date(2026, 6, 30)


def made(size: int, *, seed: str = "xinjian", until: date = UNTIL) -> tuple[Written, list[Any], list[Any]]:
    entities, events = BytesIO(), BytesIO()
    written = write(City(seed=seed, size=size, until=until), entities, events)
    return (
        written,
        [json.loads(line) for line in entities.getvalue().splitlines()],
        [json.loads(line) for line in events.getvalue().splitlines()],
    )


def test_the_same_seed_size_and_day_give_the_same_bytes_on_every_machine() -> None:
    assert made(60)[0].digest == "d21975294092ca10e78e76ffa5042e86a12c440fdde2956c398878c59471199b"
    assert made(60, seed="another")[0].digest != made(60)[0].digest
    assert made(60, until=date(2026, 7, 1))[0].digest != made(60)[0].digest


def test_a_larger_city_has_the_smaller_one_in_it() -> None:
    assert made(30)[1] == made(60)[1][:30]


def test_every_code_is_lawful_and_every_name_plainly_invented() -> None:
    _, entities, _ = made(300)
    assert len({one["key"] for one in entities}) == 300
    assert all(public_key(one["key"]).verified for one in entities)
    assert all(one["name"].startswith("示例") for one in entities)


def test_the_city_has_the_44_kinds_and_16_districts_of_the_register() -> None:
    _, entities, _ = made(3000)
    known = {kind.code for kind in seeds.kinds()}
    kinds = {licence["kind"] for one in entities for licence in one["kinds"]}
    assert (len(kinds), kinds <= known) == (44, True)
    assert len({one["region"] for one in entities}) == 16


def test_intake_knows_every_code() -> None:
    assert set(mentioned_codes()) <= {code.code for code in event_codes()}


def test_rates_are_those_of_the_reports() -> None:
    """Beijing 2021, per 50,000 entities and year: 23,351 checks, 1,368 closed cases; 26 % first offences let off."""
    _, entities, events = made(4000)
    a_year = 50_000 / len(entities) / 5
    # An attempt at which nobody was met is no check.
    events = [event for event in events if event.get("type") != "attempt"]
    found = Counter(event.get("code", "occasion" if "held_on" in event else "act") for event in events)
    assert 0.75 < found["occasion"] * a_year / 23_351 < 1.25
    assert 0.7 < found["case_filed"] * a_year / 1_368 < 1.3
    decided = sum(found[code] for code in ("penalty_warning", "penalty_fine", "penalty_suspension", "licence_revoked"))
    first = found["first_offence_exemption"]
    assert 0.18 < first / (first + decided) < 0.34
    assert all(event["reason"] for event in events if "act" in event)
    assert found["act"] > 0
    assert 350_000 < sum(found.values()) * 50_000 / len(entities) < 520_000


def test_nothing_happens_before_an_entity_exists_or_after_the_last_day() -> None:
    _, entities, events = made(500)
    since = {one["key"]: one["established_on"] for one in entities}
    for event in events:
        day = event.get("decided_on") or event.get("held_on")
        if day is not None:
            assert since[event["entity"]] <= day <= UNTIL.isoformat()


def test_random_visits_come_with_the_chance_they_state_whoever_runs_the_place_and_find_what_is_truly_there() -> None:
    """Of about 1,500 draws the counts lie within four standard deviations of what their chances promise."""
    size, rounds = 4000, 20
    _, entities, events = made(size)
    risk = {one["key"]: true_risk(City(seed="xinjian", size=size, until=UNTIL), one["key"]) for one in entities}
    old = {one["key"]: one["attributes"]["crowd_density"] for one in entities if one["established_on"] < "2021-06"}
    drawn = [one for one in events if "probability" in one]
    assert {one["type"] for one in drawn} == {"double_random", "attempt"}
    assert {one["type"] for one in events if "held_on" in one and "probability" not in one} == {"daily", "special"}
    for density, said in (("low", 0.015), ("medium", 0.021), ("high", 0.048)):
        for badly in (False, True):
            places = {key for key, is_ in old.items() if is_ == density and (risk[key] > 0.2) is badly}
            mine = [one for one in drawn if one["entity"] in places]
            assert {float(one["probability"]) for one in mine} == {said}
            expected = len(places) * rounds * said
            assert abs(len(mine) - expected) < 4 * (expected * (1 - said)) ** 0.5
    problems = {one["occasion"] for one in events if "occasion" in one and one["code"] != "no_problem_found"}
    met = [one for one in drawn if one["type"] == "double_random"]
    told, true = sum(one["source_ref"] in problems for one in met), sum(risk[one["entity"]] for one in met)
    assert abs(told - true) < 4 * true**0.5
