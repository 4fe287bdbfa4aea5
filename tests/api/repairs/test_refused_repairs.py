"""What an application, a paper or a step may not be: each its own error, and nothing half written."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from sqlalchemy import text

from tests.api.repairs.conftest import PNG
from tests.builders.repair_town import PDF
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town


def cases(place: Town) -> int:
    with place.database.reader() as session:
        found: int = session.execute(text("SELECT count(*) FROM repair_case")).scalar_one()
        return found


def test_an_application_is_for_the_entitys_own_record_and_one_at_a_time(
    place: Town, caller: Callable[..., FlaskClient]
) -> None:
    (elsewhere,) = town.people(place.database, 1)
    theirs = town.punish(place.database, elsewhere)
    neighbour = caller("entity", subject=town.key_of(place.database, elsewhere))
    refused = [
        (place.apply(neighbour), 403, "repair_record_not_own"),
        (place.apply(record=theirs), 403, "repair_record_not_own"),
        (place.apply(record=10**9), 404, "repair_record_not_found"),
        (place.apply(place.handler, entity="own:T-none"), 404, "entity_not_found"),
        (place.apply(place.approver), 403, "forbidden"),
    ]
    for answer, status, code in refused:
        assert (answer.status_code, answer.json["code"]) == (status, code)
    assert cases(place) == 0
    number = place.opened()
    assert place.apply(place.handler).json["code"] == "repair_case_open"
    far = caller("handler", authority="bj-culture-110102")
    for client in (neighbour, far):
        assert client.get(f"/v1/repairs/{number}").json["code"] == "repair_case_not_found"
        assert client.get("/v1/repairs").json["items"] == []
    assert place.refused(far, number, "acceptance") == (404, "repair_case_not_found")
    assert [one["number"] for one in place.entity.get("/v1/repairs").json["items"]] == [number]
    assert place.handler.get("/v1/repairs?state=submitted&open_only=true").json["items"][0]["due_on"] == "2026-06-22"


PAPERS = [
    ("commitment", "承诺书.exe.pdf", PDF, 422, "repair_material_name"),
    ("commitment", "../承诺书.pdf", PDF, 422, "repair_material_name"),
    ("commitment", "C:\\temp\\a.pdf", PDF, 422, "repair_material_name"),
    ("commitment", "a\u202efdp.pdf", PDF, 422, "repair_material_name"),
    ("commitment", ".pdf", PDF, 422, "repair_material_name"),
    ("commitment", "承诺书", PDF, 422, "repair_material_name"),
    ("commitment", "承诺书.exe", PDF, 415, "repair_material_ending"),
    ("commitment", "承诺书.jpg", PDF, 415, "repair_material_ending"),
    ("commitment", "承诺书.pdf", b"MZ\x90 a program", 415, "stored_file_kind"),
    ("commitment", "承诺书.pdf", b"%PDF-" + bytes(10 * 1024 * 1024), 413, "repair_material_size"),
    ("photograph", "承诺书.pdf", PDF, 422, "repair_material_unknown"),
]


def refused_papers(place: Town, number: str, key: str, at: str) -> None:
    """Each bad paper is refused by its own code, and none is kept."""
    for named, name, content, status, code in PAPERS:
        answer = place.send(number, key=key if named == "commitment" else named, name=name, content=content, at=at)
        assert (answer.status_code, answer.json["code"]) == (status, code), name
    assert place.case(number, at=at)["materials"] == []


def test_a_paper_is_what_it_says_and_hides_nothing(place: Town) -> None:
    number = place.apply().json["number"]
    refused_papers(place, number, "commitment", "repairs")
    assert place.send(number, name="承诺书.png", content=PNG).json["code"] == "repair_material_type"
    assert place.refused(place.handler, number, "acceptance") == (409, "repair_papers_missing")


def test_a_name_is_told_as_it_was_written_and_what_nobody_sees_in_it_written_out(place: Town) -> None:
    number = place.apply().json["number"]
    assert "“承诺书.exe.pdf”" in place.send(number, name="承诺书.exe.pdf").json["detail"]
    assert "“承诺\\u202efdp.pdf”" in place.send(number, name="承诺\u202efdp.pdf").json["detail"]
    ending = place.send(number, name="承诺书.jpg").json
    assert ("“承诺书.jpg”" in ending["detail"], "pdf" in ending["next"]) == (True, True)


def test_a_refusal_names_only_the_steps_that_somebody_may_take(place: Town) -> None:
    number = place.opened()
    said = place.approver.post(f"/v1/repairs/{number}/decision", json={"reason": "x", "decision": "grant"}).json
    assert "ask_supplement, accept, refuse_acceptance, withdraw" in said["detail"]
    assert "lapse" not in said["detail"]


def test_a_paper_sent_twice_is_kept_once_and_comes_back_as_it_was(place: Town) -> None:
    number = place.opened()
    again = place.send(number)
    assert again.status_code == 201
    assert [(one["key"], one["name"]) for one in place.case(number)["materials"]] == [("commitment", "承诺书.pdf")]
    fetched = place.entity.get(f"/v1/repairs/{number}/materials/{again.json['sha256']}")
    assert fetched.get_data() == PDF
    missing = place.entity.get(f"/v1/repairs/{number}/materials/{'0' * 64}")
    assert missing.json["code"] == "repair_material_not_found"
    place.does(place.handler, number, "acceptance")
    assert place.send(number, name="later.pdf", content=b"%PDF-1.4 later").json["code"] == "repair_papers_closed"


def test_no_step_is_taken_out_of_turn_or_by_the_wrong_person(place: Town) -> None:
    number = place.opened()
    assert place.refused(place.approver, number, "decision", decision="grant") == (409, "repair_step_not_open")
    assert place.refused(place.reviewer, number, "decision", decision="grant") == (403, "forbidden")
    assert place.refused(place.approver, number, "decision", decision="perhaps")[0] == 422
    place.does(place.handler, number, "acceptance")
    place.does(place.approver, number, "verification", fit=True)
    assert place.refused(place.approver, number, "decision", decision="grant") == (403, "repair_same_person")
    assert place.refused(place.other, number, "revocation") == (409, "repair_step_not_open")
    before = place.case(number)
    assert place.refused(place.other, number, "closure") == (403, "forbidden")
    assert place.case(number) == before
    place.does(place.entity, number, "withdrawal")
    assert place.refused(place.other, number, "decision", decision="grant") == (409, "repair_step_not_open")
    assert place.case(number)["state"] == "withdrawn"


def test_what_was_found_unfit_or_no_longer_holds_is_not_granted(place: Town) -> None:
    number = place.opened()
    place.does(place.handler, number, "acceptance")
    place.does(place.reviewer, number, "verification", fit=False)
    assert place.refused(place.approver, number, "decision", decision="grant") == (409, "repair_not_verified")
    place.does(place.approver, number, "decision", decision="refuse")
    again = place.to_decision()
    second = town.punish(place.database, place.entity_id, on=date(2026, 5, 6), performed_on=date(2026, 5, 7))
    place.struck_or_repaired(second, "repair")
    assert place.refused(place.approver, again, "decision", decision="grant") == (409, "repair_not_yet_eligible")
