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
    ((shown),) = editor.get(ADDRESS).get_json()
    assert [(one["step"], one["reason"]) for one in shown["steps"]] == [("approved", "同意"), ("withdrawn", "再议")]
    assert len(anonymous.get("/v1/editions").get_json()) == 1


def test_failing_cases_come_back_one_by_one(assembly: web.Assembly, caller: Callable[..., FlaskClient]) -> None:
    town.found(assembly.database)
    answer = caller("rulebook_editor").post(ADDRESS, json={**OFFER, "cases": CASES.replace("score = 90", "score = 91")})
    said = answer.get_json()
    assert (answer.status_code, said["code"], len(said["errors"])) == (422, "edition_cases_fail", 1)
