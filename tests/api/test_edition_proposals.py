"""Editions adopted over HTTP: who may propose and who decides, and what everybody reads."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from tests.integration.editions.test_adoption import CASES, HARSHER
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

ADDRESS = "/v1/edition-proposals"
OFFER = {"text": HARSHER, "cases": CASES, "reason": "太严"}


def test_one_proposes_another_approves_and_everyone_reads_it(
    assembly: web.Assembly, caller: Callable[..., FlaskClient], anonymous: FlaskClient
) -> None:
    town.found(assembly.database)
    editor, approver = caller("rulebook_editor"), caller("approver")
    assert approver.post(ADDRESS, json=OFFER).status_code == 403
    made = editor.post(ADDRESS, json=OFFER)
    said = made.get_json()
    assert (made.status_code, said["digest"], said["steps"]) == (201, sha256(HARSHER.encode()).hexdigest(), [])
    assert any("-20" in one["en"] and "-10" in one["en"] and "2026-07-01" in one["en"] for one in said["changes"])
    here = f"{ADDRESS}/{said['proposal']}"
    assert editor.post(f"{here}/approval", json={"reason": "同意"}).status_code == 403
    assert approver.post(f"{here}/approval", json={"reason": ""}).status_code == 422
    assert anonymous.get("/v1/editions/town.2026").status_code == 404
    answer = approver.post(f"{here}/approval", json={"reason": "同意"})
    assert (answer.status_code, answer.get_json()["outcome"]) == (200, "approved")
    assert anonymous.get("/v1/editions/town.2026").get_data() == HARSHER.encode()
    listed = {
        one["edition_id"]: (one["force_from"], one["force_to"]) for one in anonymous.get("/v1/editions").get_json()
    }
    assert listed == {"town.2025": ("2020-01-01", "2026-07-01"), "town.2026": ("2026-07-01", None)}
    again = approver.post(f"{here}/refusal", json={"reason": "反悔"})
    assert (again.status_code, again.get_json()["code"]) == (409, "edition_proposal_decided")
    assert editor.post(f"{here}/withdrawal", json={"reason": "再议"}).get_json()["outcome"] == "withdrawn"
    ((shown),) = editor.get(ADDRESS).get_json()["items"]
    assert [(one["step"], one["reason"]) for one in shown["steps"]] == [("approved", "同意"), ("withdrawn", "再议")]
    told = {one["edition_id"]: (one["status"], one["force_to"]) for one in anonymous.get("/v1/editions").get_json()}
    assert told == {"town.2025": ("in_force", None), "town.2026": ("withdrawn", "2026-07-01")}
    known = anonymous.get("/v1/editions/town.2026/adoption").get_json()
    assert (known["status"], known["reason"], known["withdrawal_reason"]) == ("withdrawn", "同意", "再议")
    assert not {"proposed_by", "approved_by", "withdrawn_by"} & known.keys()
    staff = approver.get("/v1/editions/town.2026/adoption").get_json()
    assert staff["proposed_by"] == staff["withdrawn_by"] == shown["person"] != staff["approved_by"]
    seed = anonymous.get("/v1/editions/town.2025/adoption").get_json()
    assert (seed["status"], seed["proposal"], seed["reason"]) == ("in_force", None, "test")
    assert anonymous.get("/v1/editions/none/adoption").get_json()["code"] == "edition_unknown"


def test_proposals_are_listed_page_by_page_to_those_whose_places_they_are_for(
    assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    town.found(assembly.database)
    editor = caller("rulebook_editor")
    made = [editor.post(ADDRESS, json=OFFER).get_json()["proposal"] for _ in range(3)]
    first = editor.get(f"{ADDRESS}?limit=2")
    assert [one["proposal"] for one in first.get_json()["items"]] == made[:0:-1]
    following = first.headers["Link"].partition(">")[0].removeprefix("<")
    assert [one["proposal"] for one in editor.get(following).get_json()["items"]] == made[:1]
    here, elsewhere = (caller("auditor", regions=[region]) for region in ("110101", "310000"))
    assert len(here.get(ADDRESS).get_json()["items"]) == 3
    assert elsewhere.get(ADDRESS).get_json() == {"items": []}
    assert elsewhere.get(f"{ADDRESS}/{made[0]}").get_json()["code"] == "edition_proposal_not_found"


def test_an_edition_is_begun_from_a_copy_with_some_numbers_changed(
    assembly: web.Assembly, caller: Callable[..., FlaskClient]
) -> None:
    town.found(assembly.database)
    editor = caller("rulebook_editor")
    copy = {"copy_of": "town.2025", "edition_id": "town.2026", "force_from": "2026-07-01"}
    fine = {"place": "/rating/event/0/points", "value": "-10"}
    offer = {"cases": CASES, "reason": "太严", **copy, "changes": [fine]}
    made = editor.post(ADDRESS, json=offer)
    by_hand = (
        town.EDITION.replace('id = "town.2025"', 'id = "town.2026"\npredecessor = "town.2025"')
        .replace("force_from = 2020-01-01", "force_from = 2026-07-01")
        .replace("points = -20", "points = -10")
    )
    assert (made.status_code, made.get_json()["text"]) == (201, by_hand)
    wrong = {
        "edition_invalid": {**offer, "changes": [{**fine, "place": "/rating/no"}]},
        "edition_unknown": {**offer, "copy_of": "town.1999"},
        "edition_before_predecessor": {**offer, "force_from": "2019-01-01"},
        "invalid_body": {**offer, "text": HARSHER},
    }
    assert {editor.post(ADDRESS, json=body).get_json()["code"]: body for body in wrong.values()} == wrong
    half = editor.post(ADDRESS, json={"cases": CASES, "reason": "太严", "copy_of": "town.2025"}).get_json()
    assert [one["code"] for one in half["errors"]] == ["edition_text_or_copy"]


def test_failing_cases_come_back_one_by_one(assembly: web.Assembly, caller: Callable[..., FlaskClient]) -> None:
    town.found(assembly.database)
    answer = caller("rulebook_editor").post(ADDRESS, json={**OFFER, "cases": CASES.replace("score = 90", "score = 91")})
    said = answer.get_json()
    assert (answer.status_code, said["code"], len(said["errors"])) == (422, "edition_cases_fail", 1)
