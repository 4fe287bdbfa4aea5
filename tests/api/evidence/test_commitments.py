"""Commitments over HTTP: recorded, listed, settled, each by whom it is given to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.platform import seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

PROMISE: dict[str, Any] = {
    "source": "promises",
    "source_ref": "1",
    "entity": "own:old",
    "type": "rectification",
    "text": "30 日内整改完毕",
    "made_on": "2026-03-01",
    "due_on": "2026-03-31",
}
BROKEN = {"outcome": "broken", "on": "2026-04-02", "basis": "复查未整改"}


def test_a_commitment_goes_from_record_to_outcome(handler: FlaskClient) -> None:
    first = handler.post("/v1/commitments", json=PROMISE)
    assert (first.status_code, first.headers["Idempotency-Hit"]) == (201, "false")
    again = handler.post("/v1/commitments", json=PROMISE)
    assert (again.status_code, again.headers["Idempotency-Hit"], again.json["id"]) == (200, "true", first.json["id"])
    where = f"/v1/commitments/{first.json['id']}"
    before = handler.get(where).json
    assert (before["state"], before["authority"], before["event"]) == ("overdue", "bj-culture", None)
    settled = handler.post(f"{where}/outcome", json=BROKEN)
    assert (settled.status_code, settled.json["held"]) == (201, False)
    after = handler.get(where).json
    assert (after["state"], after["settled_on"], after["basis"]) == ("broken", "2026-04-02", "复查未整改")
    event = handler.get(f"/v1/events/{after['event']}").json
    assert (event["code"], event["final"], event["standing"]) == ("commitment_broken", True, "in_force")
    assert event["attributes"] == {"commitment": str(first.json["id"]), "basis": "复查未整改"}
    repeat = handler.post(f"{where}/outcome", json=BROKEN)
    assert (repeat.status_code, repeat.json["event"]) == (200, after["event"])


def test_the_list_by_entity_by_day_and_by_state_page_by_page(handler: FlaskClient, assembly: web.Assembly) -> None:
    for number in range(5):
        body = {**PROMISE, "source_ref": str(number), "due_on": f"2026-0{number + 4}-01"}
        assert handler.post("/v1/commitments", json=body).status_code == 201
    handler.post("/v1/commitments", json={**PROMISE, "source_ref": "person", "entity": "own:person", "due_on": None})

    def refs(query: str) -> list[str]:
        return [item["source_ref"] for item in handler.get(f"/v1/commitments?{query}").json["items"]]

    assert refs("entity=own:old") == ["0", "1", "2", "3", "4"]
    assert refs("due_by=2026-05-01") == ["0", "1"]
    assert refs("state=overdue") == ["0", "1"]
    assert refs("state=open&entity=own:person") == ["person"]
    first = handler.get("/v1/commitments?limit=4")
    following = first.headers["Link"].split(">")[0].lstrip("<")
    assert [item["source_ref"] for item in handler.get(following).json["items"]] == ["4", "person"]
    assert refs("entity=own:old&as_of=2026-02-28") == []
    assert refs("state=overdue&as_of=2026-04-02") == ["0"]
    seal(assembly.database)
    assert refs("known_at=2026-05-31T00:00:00Z") == []
    assert refs("known_at=2026-06-01T04:00:00Z&entity=own:person") == ["person"]
    assert handler.get("/v1/commitments?entity=own:nobody").json["code"] == "entity_not_found"
    assert handler.get("/v1/commitments?state=lost").json["code"] == "invalid_query"


def test_each_role_does_what_is_its_own(caller: Callable[..., FlaskClient], handler: FlaskClient) -> None:
    number = handler.post("/v1/commitments", json=PROMISE).json["id"]
    handler.post("/v1/commitments", json={**PROMISE, "source_ref": "2", "entity": "own:person"})
    where = f"/v1/commitments/{number}"
    inspector, itself = caller("inspector"), caller("entity", subject="own:old")
    assert inspector.post("/v1/commitments", json=PROMISE).status_code == 403
    assert inspector.post(f"{where}/outcome", json=BROKEN).status_code == 403
    assert caller("administrator").post(f"{where}/outcome", json=BROKEN).status_code == 403
    assert inspector.get(where).status_code == 200
    assert [item["id"] for item in itself.get("/v1/commitments").json["items"]] == [number]
    assert itself.get("/v1/commitments?entity=own:person").json["code"] == "out_of_scope"
    elsewhere = caller("auditor", authority="bj-culture-110102")
    assert elsewhere.get(where).json["code"] == "out_of_scope"
    assert elsewhere.get("/v1/commitments").json["items"] == []
    assert caller("approver").post(f"{where}/outcome", json=BROKEN).status_code == 201


@pytest.mark.parametrize(
    ("changes", "status", "code", "pointer"),
    [
        ({"type": "vow"}, 422, "unknown_commitment_type", "/type"),
        ({"due_on": "2026-02-01"}, 422, "due_before_made", "/due_on"),
        ({"made_on": "2026-06-02", "due_on": None}, 422, "date_in_future", "/made_on"),
        ({"authority": "none"}, 422, "entity_authority_unknown", "/authority"),
        ({"entity": "own:nobody"}, 422, "unknown_entity", "/entity"),
    ],
)
def test_a_refused_commitment_names_field_and_next_step_in_both_languages(
    handler: FlaskClient, changes: dict[str, Any], status: int, code: str, pointer: str
) -> None:
    for language in ("zh", "en"):
        answer = handler.post("/v1/commitments", json={**PROMISE, **changes}, headers={"Accept-Language": language})
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (status, code, pointer)
        assert answer.json["next"]


def test_an_outcome_that_contradicts_is_refused(handler: FlaskClient) -> None:
    number = handler.post("/v1/commitments", json=PROMISE).json["id"]

    def code(body: Any, number: int = number) -> str:  # noqa: ANN401 - whatever a caller sends
        return str(handler.post(f"/v1/commitments/{number}/outcome", json=body).json["code"])

    assert code([]) == "not_an_object"
    assert code({**BROKEN, "on": "2026-02-28"}) == "outcome_before_commitment"
    assert code(BROKEN, 404) == "commitment_not_found"
    assert handler.get("/v1/commitments/404").json["code"] == "commitment_not_found"
    handler.post(f"/v1/commitments/{number}/outcome", json=BROKEN)
    assert code({**BROKEN, "outcome": "kept"}) == "commitment_settled"


def test_the_types_are_a_catalogue_whose_outcomes_are_codes_of_the_catalogue(
    anonymous: FlaskClient, handler: FlaskClient
) -> None:
    types = anonymous.get("/v1/commitment-types").json
    codes = {row["code"]: row["kinds"][0] for row in handler.get("/v1/event-codes").json}
    final = {row["code"] for row in handler.get("/v1/decision-kinds").json if row["final"]}
    assert {"lawful_operation", "rectification", "credit_repair"} <= {row["code"] for row in types}
    for row in types:
        assert set(row["events"]) == {"kept", "broken"}
        assert {codes[code] for code in row["events"].values()} <= final
        assert {"zh", "en"} == set(row["names"])
