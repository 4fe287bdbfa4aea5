"""Real public records through the public API: imported as files, rated by the drain, asked for in batches."""

from __future__ import annotations

import csv
import json
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from service import evidence, register
from service.editions import shipped
from service.ratings import drain, put_edition_in_force
from tests.integration.ratings.town import OPERATOR

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web

DATA = Path(__file__).parents[2].parent / "shared" / "data"
UK, LA = ("norwich", "GB-NFK"), ("la-health", "US-CA")
SCORES = ("hygiene", "structural", "confidence_in_management")


def rows(name: str) -> list[dict[str, str]]:
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"the shared folder with {name} is not beside this project")
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def handler(assembly: web.Assembly, caller: Callable[..., FlaskClient], clock: FixedClock) -> FlaskClient:
    """A handler at an authority with every shipped edition in force, on the day of the files."""
    clock.advance(timedelta(days=50))
    with assembly.database.unit_of_work(OPERATOR) as uow:
        register.seed(uow)
        evidence.seed(uow)
    for words in shipped():
        with assembly.database.unit_of_work(OPERATOR) as uow:
            put_edition_in_force(uow=uow, words=words, reason="test")
    return caller("handler")


def ndjson(lines: Iterable[dict[str, Any]]) -> bytes:
    return b"".join(json.dumps(line).encode() + b"\n" for line in lines)


def load(
    handler: FlaskClient, database: Database, entities: Iterable[dict[str, Any]], events: Iterable[dict[str, Any]]
) -> None:
    """Both files through their routes; then what the workers do."""
    media = {"Content-Type": "application/x-ndjson"}
    report = handler.post("/v1/imports/entities?format=ndjson", data=ndjson(entities), headers=media).get_json()
    assert (report["state"], report["flaws"]) == ("stored", 0)
    answer = handler.post("/v1/events/bulk?mode=all", data=ndjson(events), headers=media)
    assert answer.status_code == 202, answer.get_json()
    job = int(answer.headers["Location"].rsplit("/", 1)[1])
    assert evidence.work_off(database=database, job_id=job).state == "done"
    told = handler.get(f"/v1/bulk-jobs/{job}").get_json()
    assert (told["state"], told["refused"]) == ("done", 0)
    drain(database=database)


def tiers(handler: FlaskClient, keys: list[str], kind: str) -> dict[str, dict[str, Any]]:
    items = handler.post("/v1/tiers", json={"entities": keys}).get_json()["items"]
    return {item["entity"]: item["kinds"][kind] for item in items}


def entity(key: str, kind: str, authority: str, region: str, attributes: dict[str, str]) -> dict[str, Any]:
    return {
        "key": key,
        "name": f"示例 {key}",
        "authority": authority,
        "region": region,
        "established_on": "2000-01-01",
        "kinds": [{"kind": kind, "licence_no": key, "valid_from": "2000-01-01"}],
        "attributes": attributes,
    }


def test_norwich_comes_out_as_published(handler: FlaskClient, assembly: web.Assembly) -> None:
    premises = rows("fhrs_norwich.csv")
    flags = {"Exempt": {"exempt": "true"}, "AwaitingPublication": {"awaiting_publication": "true"}}
    entities = [
        entity(f"own:FHRS-{one['fhrsid']}", "food_business", *UK, flags.get(one["published_rating"], {}))
        for one in premises
    ]
    events: list[dict[str, Any]] = []
    for one in premises:
        day, about = one["rating_date"], {"source": "fhrs", "entity": f"own:FHRS-{one['fhrsid']}"}
        if day:
            occasion = f"{one['fhrsid']}/{day}"
            events.append({**about, "source_ref": occasion, "type": "inspection", "held_on": day})
            events += [
                {
                    **about,
                    "source_ref": f"{occasion}/{code}",
                    "code": code,
                    "value": one[code],
                    "decided_on": day,
                    "occasion": occasion,
                }
                for code in SCORES
                if one[code]
            ]
    load(handler, assembly.database, entities, events)
    found = tiers(handler, [one["key"] for one in entities], "food_business")
    equal = 0
    unrated: Counter[str] = Counter()
    for one in premises:
        answer = found[f"own:FHRS-{one['fhrsid']}"]
        if one["hygiene"]:
            assert (answer["state"], answer["grade"]) == ("rated", one["published_rating"]), one
            equal += 1
        else:
            assert (answer["state"], answer["grade"]) == ("unrated", None)
            unrated[answer["reason"]] += 1
    assert equal == 1319
    assert unrated == {"awaiting_inspection": 172, "exempt": 35, "incomplete": 36, "awaiting_publication": 1}


def test_los_angeles_comes_out_as_published(handler: FlaskClient, assembly: web.Assembly) -> None:
    violations = rows("la_violations_sample.csv")
    steps: dict[str, list[int]] = {}
    for step in rows("la_points_schedule.csv"):
        steps.setdefault(step["violation_code"], []).append(int(step["points"]))
    inspections = {one["serial_number"]: one for one in violations}
    entities = [entity(f"own:LA-{serial}", "food_facility", *LA, {}) for serial in inspections]
    events: list[dict[str, Any]] = [
        {
            "source": "la",
            "source_ref": serial,
            "entity": f"own:LA-{serial}",
            "type": "routine",
            "held_on": one["activity_date"],
        }
        for serial, one in inspections.items()
    ]
    for one in violations:
        levels = sorted(steps[one["violation_code"]])
        event = {
            "source": "la",
            "source_ref": one["row_id"],
            "entity": f"own:LA-{one['serial_number']}",
            "code": one["violation_code"],
            "decided_on": one["activity_date"],
            "occasion": one["serial_number"],
        }
        if len(levels) > 1:
            event["severity"] = "minor" if int(one["points"]) == levels[0] else "major"
        events.append(event)
    load(handler, assembly.database, entities, events)
    found = tiers(handler, [one["key"] for one in entities], "food_facility")
    assert len(found) == len(inspections) == 152
    for serial, one in inspections.items():
        answer = found[f"own:LA-{serial}"]
        assert (answer["score"], answer["grade"]) == (f"{one['score']}.00", one["grade"]), one
