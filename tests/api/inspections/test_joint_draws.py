"""Draws of several departments under one commitment over HTTP: each approves its part, an entity is visited once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scoring.sampling.verify import verify
from service.platform import FixedClock
from tests.api.inspections.test_draws import concluded, done, refused
from tests.builders import drawing, joint

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]


@pytest.fixture
def filling() -> Filling:
    return joint.standing


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


@pytest.fixture
def staff(caller: Caller) -> dict[str, FlaskClient]:
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor")}
    there = {f"other {role}": caller(role, authority=joint.OTHER) for role in ("handler", "approver")}
    return {**here, **there, "custodian": caller("partner")}


def committed(database: Database, staff: dict[str, FlaskClient], **said: object) -> str:
    ours, theirs = joint.published(database, **said)
    terms = joint.terms(theirs)
    number: str = done(staff["handler"].post(f"/v1/inspection-tasks/{ours}/draws", json=terms), 201)["number"]
    done(staff["other approver"].post(f"/v1/draws/{number}/parts/{theirs}/approval"), 204)
    done(staff["handler"].post(f"/v1/draws/{number}/witnesses", json=drawing.witness(number)), 204)
    done(staff["approver"].post(f"/v1/draws/{number}/commitment"))
    return number


def test_each_authority_approves_its_own_part_under_the_terms_as_they_stand(
    assembly: web.Assembly, staff: dict[str, FlaskClient], anonymous: FlaskClient
) -> None:
    ours, theirs = joint.published(assembly.database)
    place = f"/v1/inspection-tasks/{ours}/draws"
    number = done(staff["handler"].post(place, json=joint.terms(theirs)), 201)["number"]
    approval, freeze = f"/v1/draws/{number}/parts/{theirs}/approval", f"/v1/draws/{number}/commitment"
    refused(staff["approver"].post(freeze), "draw_part_unapproved")
    refused(staff["approver"].post(approval), "out_of_scope")
    refused(staff["other handler"].post(approval), "forbidden")
    refused(staff["approver"].post(f"/v1/draws/{number}/parts/{ours}/approval"), "draw_part_unknown")
    done(staff["other approver"].post(approval), 204)
    turned = joint.terms(theirs, joint=[{"task": theirs, "rotation": [1, 2]}])
    done(staff["handler"].post(place, json=turned), 201)
    refused(staff["approver"].post(freeze), "draw_part_unapproved")
    assert anonymous.get(f"/v1/draws/{number}").json["parts"][1] == {
        "part": "",
        "task": theirs,
        "authority": joint.OTHER,
        "approved": False,
    }
    for _ in range(2):
        done(staff["other approver"].post(approval), 204)
    made = done(staff["approver"].post(freeze))
    assert done(staff["approver"].post(freeze)) == made
    done(staff["other approver"].post(approval), 204)
    commitment = done(anonymous.get(f"/v1/draws/{number}/documents/commitment"))
    assert [part["rotation"] for part in commitment["parts"]] == [[0, 1], [1, 2]]
    assert len({part["approved_by"] for part in commitment["parts"]}) == 2
    alone = staff["other handler"].post(f"/v1/inspection-tasks/{theirs}/draws", json=drawing.terms())
    refused(alone, "draw_already_frozen")
    for authority, task in ((drawing.HERE, ours), (joint.OTHER, theirs)):
        entries = done(anonymous.get(f"/v1/draw-registers/{authority}"))["items"]
        assert [entry["task"] for entry in entries if entry["kind"] == "commitment"] == [task]
        listed = done(anonymous.get("/v1/draws", query_string={"authority": authority}))["items"]
        assert [row["number"] for row in listed] == [number]


def test_a_joint_draw_gives_one_visit_to_an_entity_that_both_have_drawn(
    assembly: web.Assembly, clock: FixedClock, staff: dict[str, FlaskClient], caller: Caller
) -> None:
    number = committed(assembly.database, staff, names="completion")
    concluded(clock, staff, number)
    names = f"/v1/draws/{number}/names"
    told = done(staff["handler"].get(names))["items"]
    assert {each["part"] for each in told} == {"P1", "P2"}
    theirs = done(staff["other handler"].get(names))["items"]
    assert theirs == [each for each in told if each["part"] == "P2"], "each other authority is told its own part"
    drawn = {part: {each["entity"] for each in told if each["part"] == part} for part in ("P1", "P2")}
    assert drawn["P1"] == drawn["P2"], "equal turns meet"
    refused(caller("handler", authority="bj-culture-110102").get(names), "draw_names_hidden")
    for who, parts in (("handler", ["P1", "P2"]), ("other handler", ["P2"])):
        report = done(staff[who].get(f"/v1/draws/{number}/fairness"))
        assert [one["part"] for one in report["parts"]] == parts
    done(staff["approver"].post(f"/v1/draws/{number}/dispatch"))
    opened = done(staff["handler"].post(f"/v1/draws/{number}/visits"), 201)
    assert (opened["merged"], opened["refused"]) == (opened["opened"], [])
    again = done(staff["handler"].post(f"/v1/draws/{number}/visits"), 201)
    assert (again["opened"], again["merged"], again["held"]) == ({}, {}, opened["opened"])
    visit = done(staff["other handler"].get(f"/v1/visits/{next(iter(opened['opened'].values()))}"))
    assert set(visit["authorities"]) == {drawing.HERE, joint.OTHER}
    assert {entry["item"] for entry in visit["checklist"]} == {"CINEMA-1", "TAX-1"}
    assert {code[:2] for code in visit["team"]} == {"DC", "TX"}
    code = told[0]["code"]
    for part in ("P1", "P2"):
        proof = staff["other handler"].get(f"/v1/draws/{number}/certificates/{code}", query_string={"part": part})
        assert done(proof)["part"] == part
        assert verify(proof.data).failed() == []
    done(staff["approver"].post(f"/v1/draws/{number}/opening"))
    assert verify(staff["auditor"].get(f"/v1/draws/{number}/transcript?view=full").data).failed() == []
    assert verify(staff["other handler"].get(f"/v1/draws/{number}/transcript").data).failed() == []


def test_what_cannot_be_joined_is_refused_with_its_place(assembly: web.Assembly, staff: dict[str, FlaskClient]) -> None:
    ours, theirs = joint.published(assembly.database)
    place = f"/v1/inspection-tasks/{ours}/draws"

    def code(*said: dict[str, object]) -> tuple[str, str]:
        answer = staff["handler"].post(place, json=joint.terms(theirs, joint=list(said)))
        problem = answer.get_json()
        first = problem["errors"][0] if problem["code"] == "invalid_body" else problem
        return first["code"], first["pointer"]

    (own,) = drawing.published(assembly.database, drawing.task())
    assert code({"task": own}) == ("draw_part_authority_twice", "/joint/0/task")
    assert code({"task": theirs}, {"task": theirs}) == ("draw_part_authority_twice", "/joint/1/task")
    assert code({"task": theirs, "rotation": [1, 1]})[0] == "draw_rotation_malformed"
    other = {"authority": joint.OTHER, "handler": joint.OTHER_HANDLER, "approver": joint.OTHER_APPROVER}
    (at_completion,) = drawing.published(assembly.database, joint.task(names="completion"), **other)
    assert code({"task": at_completion}) == ("draw_parts_disagree", "/joint/0/task")
    (full,) = drawing.published(assembly.database, joint.task(channel="full"), **other)
    assert code({"task": full}) == ("draw_not_random", "/joint/0/task")
    for language in ("zh", "en"):
        answer = staff["handler"].post(
            place, json=joint.terms(theirs, joint=[{"task": full}]), headers={"Accept-Language": language}
        )
        assert answer.json["detail"]
