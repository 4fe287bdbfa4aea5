"""The cases of a year in figures: in time or not, refused by which clause, revoked, followed by another record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from click.testing import CliRunner

from service.cli.commands import main
from tests.builders.overridden import overridden
from tests.builders.repair_town import DECIDED
from tests.integration.ratings import town
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest
    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

PLACE = "/v1/statistics/repair-cases"
PAID = date(2026, 3, 20)


def figures(client: FlaskClient) -> dict[tuple[str, str | None], dict[str, Any]]:
    answer = client.get(PLACE, query_string={"year": 2026})
    assert answer.status_code == 200, answer.json
    return {(one["procedure"], one["authority"]): one for one in answer.json["items"]}


def refused_late(place: Town, record: int) -> None:
    """A second application, refused after its term was handed up: by then the first repair stood against it."""
    number = str(place.apply(record=record).json["number"])
    assert place.send(number).status_code == 201
    place.does(place.handler, number, "acceptance")
    place.does(place.reviewer, number, "verification", fit=True)
    place.does(place.approver, place.to_decision(), "decision", decision="grant")
    place.clock.advance(timedelta(20))
    assert figures(place.handler)["repair", None]["owed"] == 2, "decided once, and once over"
    job.run(place.database)
    place.does(place.approver, number, "decision", decision="refuse")


def test_a_lifting_that_ends_without_a_grant_is_a_refusal(place: Town) -> None:
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="lift")
    assert [(kind, subject) for kind, subject, _ in overridden(place.database)] == [("effects_lifted", number)]
    assert figures(place.handler)["repair", None]["refused"] == 0
    place.does(place.approver, number, "decision", decision="end_lifting")
    found = figures(place.handler)["repair", None]
    assert (found["states"], found["refused"]) == ([{"state": "refused", "cases": 1}], 1)
    assert found["refusals"] == [{"clause": None, "cases": 1}], "every condition held"


def test_what_was_filed_in_a_year_is_told_by_authority(
    place: Town, caller: Callable[..., FlaskClient], monkeypatch: pytest.MonkeyPatch, database_url: str
) -> None:
    nothing = figures(place.handler)["repair", None]
    assert (nothing["filed"], nothing["owed"], nothing["on_time_rate"], nothing["median_days"]) == (0, 0, None, None)
    paid = {"severity": "general", "performed_on": PAID, "corrected_on": DECIDED}
    second = town.punish(place.database, place.entity_id, on=DECIDED, **paid)
    said = {"entity": place.key, "record": second, "reason": "we were not there that day"}
    objection = place.entity.post("/v1/objections", json=said).json["number"]
    place.does(place.approver, objection, "decision", at="objections", decision="uphold")
    refused_late(place, second)
    (granted,) = [
        one["number"] for one in place.handler.get("/v1/repairs").json["items"] if one["record"] == place.record
    ]
    town.punish(place.database, place.entity_id, on=date(2026, 7, 2), severity="general")
    place.does(place.handler, granted, "revocation-proposal")
    place.does(place.approver, granted, "revocation")

    found = figures(place.handler)
    assert set(found) == {
        ("repair", None),
        ("repair", town.AUTHORITY),
        ("objection", None),
        ("objection", town.AUTHORITY),
    }
    repair, objections = found["repair", town.AUTHORITY], found["objection", None]
    assert {**found["repair", None], "authority": town.AUTHORITY} == repair
    assert repair["states"] == [{"state": "refused", "cases": 1}, {"state": "revoked", "cases": 1}]
    assert (repair["filed"], repair["owed"], repair["on_time"], repair["on_time_rate"]) == (2, 2, 1, 0.5)
    assert repair["median_days"] == 10, "none for the one, twenty for the other"
    assert (repair["refused"], repair["refusals"]) == (1, [{"clause": "art. 1", "cases": 1}])
    assert (repair["granted"], repair["revoked"], repair["repeated"], repair["watched"]) == (1, 1, 1, 0)
    assert (objections["filed"], objections["owed"], objections["on_time"]) == (1, 1, 1)
    assert (objections["states"][0]["state"], objections["decisions"]) == (
        "closed",
        [{"decision": "uphold", "cases": 1}],
    ), "nobody asked for a second review"

    elsewhere = figures(caller("auditor", authority="bj-culture-110105"))
    assert (list(elsewhere), elsewhere["repair", None]["filed"]) == ([("repair", None), ("objection", None)], 0)
    assert figures(caller("auditor", regions=("310000",)))["repair", None]["filed"] == 0
    assert caller("partner").get(PLACE).json["code"] == "forbidden"
    place.clock.advance(timedelta(366))
    assert figures(place.handler)["repair", None]["watched"] == 1
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    told = CliRunner().invoke(main, ["statistics", "repair-cases", "--year", "2026"])
    assert told.exit_code == 0, told.output
    assert json.loads(told.output)["items"][0]["filed"] == 2


def objected(place: Town, record: int) -> str:
    """An objection to a record, handed in at the counter."""
    said = {"entity": place.key, "record": record, "reason": "we were not there that day"}
    answer = place.handler.post("/v1/objections", json=said)
    assert answer.status_code == 201, answer.json
    return str(answer.json["number"])


def decided(place: Town, client: FlaskClient, number: str, decision: str) -> None:
    acts = [{"act": "annulment"}] if decision == "correct" else []
    place.does(client, number, "decision", at="objections", decision=decision, acts=acts)


def test_objections_of_a_year_have_known_figures(place: Town) -> None:
    """Seven of 16 June, with five working days (to the 24th): what became of each is told with its step."""
    records = [town.punish(place.database, place.entity_id, on=DECIDED, severity="general") for _ in range(7)]
    upheld, right, reviewed, waited, silent, taken_back, fresh = (objected(place, record) for record in records)
    decided(place, place.approver, upheld, "uphold")
    place.does(place.handler, waited, "forwarding", at="objections", source="cases")
    place.clock.advance(timedelta(3))
    place.does(place.handler, right, "examination", at="objections", right=False)
    decided(place, place.approver, right, "correct")
    decided(place, place.approver, reviewed, "uphold")
    place.does(place.entity, reviewed, "second-review", at="objections")
    decided(place, place.other, reviewed, "correct")
    place.does(place.entity, taken_back, "withdrawal", at="objections")
    place.clock.advance(timedelta(4))
    place.does(place.handler, waited, "answer", at="objections", right=True)
    place.clock.advance(timedelta(4))
    decided(place, place.approver, waited, "uphold")
    place.clock.advance(timedelta(1))
    job.run(place.database)
    assert place.case(silent, at="objections")["state"] == "lapsed"
    found = figures(place.handler)["objection", None]
    assert {one["state"]: one["cases"] for one in found["states"]} == {
        "upheld": 2, "corrected": 2, "lapsed": 2, "withdrawn": 1,
    }  # fmt: skip
    assert {one["decision"]: one["cases"] for one in found["decisions"]} == {"uphold": 2, "correct": 2}
    assert (found["filed"], found["owed"], found["on_time"]) == (7, 6, 4), "the one taken back is owed nothing"
    assert found["median_days"] == 3, "0, 3, 3 and 11 days; those that lapsed were decided by nobody"
    assert (found["refused"], found["refusals"]) == (2, [{"clause": "art. 1", "cases": 2}])
    assert (found["granted"], found["revoked"], found["repeated"], found["expired"]) == (0, 0, 0, 0)
    assert place.case(fresh, at="objections")["state"] == "lapsed"
