"""The visits of a draw: dispatched once, only after the draw is, and as it stands after replacements."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from scoring.sampling.verify import verify
from service.inspections.draws.schemas import DrawProposedListSchema
from service.inspections.visits.schemas import VisitsOpenedSchema
from service.platform import FixedClock
from tests.api.inspections.test_draws import committed, concluded, done, refused
from tests.builders import drawing

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]


@pytest.fixture
def filling() -> Filling:
    return drawing.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    return {**here, "custodian": caller("partner")}


def test_the_visits_of_a_draw_are_dispatched_once_and_follow_its_replacements(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    place = f"/v1/draws/{number}/visits"
    early = staff["handler"].post(place)
    assert (early.status_code, early.json["code"]) == (409, "draw_step_too_early")
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    opened = done(staff["handler"].post(place), 201)
    assert VisitsOpenedSchema().validate(opened) == {}, "as the description says"
    names = done(staff["handler"].get(f"/v1/draws/{number}/names"))["items"]
    drawn = {one["entity"]: one["team"] for one in names}
    assert set(opened["opened"]) == set(drawn)
    assert opened["refused"] == []
    again = done(staff["handler"].post(place), 201)
    assert (again["opened"], again["held"]) == ({}, opened["opened"])
    tiers = {}
    for key, visit in opened["opened"].items():
        seen = done(staff["handler"].get(f"/v1/visits/{visit}"))
        assert (seen["entity"], seen["source"], seen["type"]) == (key, f"draw:{number}", "random")
        tiers[key] = seen["tier"]
        assert seen["team"] == [person for person, _ in sorted(drawn[key], key=lambda seat: seat[1])]
    lead = caller("inspector", authority=drawing.HERE, person=seen["team"][0])
    assert seen["number"] in {one["number"] for one in lead.get("/v1/visits").json["items"]}

    gone = next(one for one in names if tiers[one["entity"]] == "A")  # both of tier D are drawn, so it has no reserve
    done(staff["handler"].post(f"/v1/draws/{number}/files", data=drawing.MINUTES), 201)
    event = {"kind": "replace", "subject": gone["code"], "reason": "merged", "evidence": drawing.EVIDENCE}
    proposal = done(staff["handler"].post(f"/v1/draws/{number}/events", json=event), 201)["proposal"]
    proposed = done(staff["approver"].get(f"/v1/draws/{number}/proposals"))
    assert DrawProposedListSchema().validate(proposed) == {}, "as the description says"
    (waits,) = proposed["items"]
    told = {name: waits[name] for name in ("proposal", "subject", "reason", "state", "n")}
    assert told == {"proposal": proposal, "subject": gone["code"], "reason": "merged", "state": "waiting", "n": None}
    refused(staff["custodian"].get(f"/v1/draws/{number}/proposals"), "forbidden")
    decision = staff["approver"].post(f"/v1/draws/{number}/events/{proposal}/decision", json={"approved": True})
    assert decision.status_code < 300, decision.json
    (made,) = done(staff["handler"].get(f"/v1/draws/{number}/proposals"))["items"]
    assert (made["state"], made["n"]) == ("approved", 1)
    after = done(staff["handler"].post(place), 201)
    assert len(after["opened"]) == 1
    assert gone["entity"] not in after["held"]
    visit = opened["opened"][gone["entity"]]
    assert done(staff["handler"].get(f"/v1/visits/{visit}"))["state"] == "replaced"


def test_a_recusal_granted_is_one_decision_by_which_the_next_of_the_draw_takes_the_seat(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff)
    concluded(clock, staff, number)
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    opened = done(staff["handler"].post(f"/v1/draws/{number}/visits"), 201)["opened"]
    key, visit = next(iter(opened.items()))
    at, before = f"/v1/visits/{visit}", done(staff["handler"].get(f"/v1/visits/{visit}"))["team"]
    said = {"inspector": before[1], "reason": "her sister owns the cinema next door"}
    refused(staff["approver"].post(f"{at}/recusals/grant", json=said), "visit_recusal_not_asked")
    done(caller("entity", subject=key).post(f"{at}/recusals", json=said), 204)
    grant = {"inspector": before[1], "reason": "close kinship, article 43"}
    named = staff["approver"].post(f"{at}/recusals/grant", json={**grant, "successor": "DC-06"})
    refused(named, "visit_team_of_draw")
    assert named.json["pointer"] == "/successor"
    himself = caller("approver", authority=drawing.HERE, person=before[1])
    refused(himself.post(f"{at}/recusals/grant", json=grant), "visit_own_work")
    assert done(staff["auditor"].get(f"/v1/draws/{number}/transcript?view=full"))["log"] == []
    done(staff["approver"].post(f"{at}/recusals/grant", json=grant), 204)

    seen = done(staff["handler"].get(at))
    assert (seen["team"][0], seen["team"][1] in before, seen["state"]) == (before[0], False, "dispatched")
    assert [act["act"] for act in seen["acts"]][-3:] == ["recusal_asked", "recusal_granted", "member_changed"]
    full = staff["auditor"].get(f"/v1/draws/{number}/transcript?view=full")
    (event,) = full.json["log"]
    told = {name: event[name] for name in ("kind", "reason", "seat", "from", "to")}
    assert told == {"kind": "step_in", "reason": "recusal", "seat": 1, "from": before[1], "to": seen["team"][1]}
    assert event["by"] != event["approved_by"]
    assert verify(full.data).failed() == [], "the next of the committed order, and nobody else"
    kept = staff["auditor"].get(f"/v1/draws/{number}/files/{event['evidence']}")
    record = json.loads(kept.data)
    assert (record["request"], record["grounds"], record["by"]) == (said["reason"], grant["reason"], event["by"])
    assert staff["approver"].get("/v1/visit-worklist").json["recusals"] == []
    again = done(staff["handler"].post(f"/v1/draws/{number}/visits"), 201)
    assert again["held"] == opened
    assert done(staff["handler"].get(at))["team"] == seen["team"], "the worker finds nothing left to do"
    refused(staff["approver"].post(f"{at}/recusals/grant", json=grant), "visit_recusal_not_asked")
