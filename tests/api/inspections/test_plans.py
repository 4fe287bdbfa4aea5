"""Plans over HTTP: drafted, approved by another person, published, amended; what does not fit is refused."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.plans.schemas import PlanSchema
from tests.api.at_once import at_once
from tests.builders import planning

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

NEXT_YEAR = {"first_day": "2027-01-08", "last_day": "2027-01-09", "deadline": "2027-02-01"}


@pytest.fixture
def filling() -> Filling:
    return planning.standing


@pytest.fixture
def handler(caller: Caller) -> FlaskClient:
    return caller("handler", authority=planning.HERE)


@pytest.fixture
def approver(caller: Caller) -> FlaskClient:
    return caller("approver", authority=planning.HERE)


def drafted(handler: FlaskClient, **said: Any) -> tuple[str, str]:  # noqa: ANN401 fields of the task
    number = handler.post("/v1/inspection-plans", json=planning.plan()).json["number"]
    task = handler.post(f"/v1/inspection-plans/{number}/tasks", json=planning.task(**said))
    assert task.status_code == 201, task.json
    return number, task.json["number"]


def approved(handler: FlaskClient, approver: FlaskClient, number: str) -> None:
    assert handler.post(f"/v1/inspection-plans/{number}/submission").status_code == 204
    said = {"approved": True, "reason": "fits the item list"}
    assert approver.post(f"/v1/inspection-plans/{number}/decision", json=said).status_code == 204


def test_a_plan_is_drafted_approved_by_another_and_published(
    handler: FlaskClient, approver: FlaskClient, anonymous: FlaskClient
) -> None:
    number, task = drafted(handler)
    assert (number, task) == ("110101-2026-P001", "110101-2026-P001-T01")
    assert anonymous.get(f"/v1/inspection-plans/{number}").json["code"] == "plan_not_found"
    approved(handler, approver, number)
    assert handler.post(f"/v1/inspection-plans/{number}/publication").status_code == 204
    assert handler.post(f"/v1/inspection-plans/{number}/publication").status_code == 204, "asked again: the same result"

    seen = anonymous.get(f"/v1/inspection-plans/{number}").json
    assert (seen["state"], seen["tasks"][0]["number"], seen["published_late"]) == ("published", task, True)
    assert all("person" not in act for act in seen["acts"])
    told = handler.get(f"/v1/inspection-plans/{number}").json
    assert {*seen, *told} <= PlanSchema().fields.keys(), "whatever is told is described"
    acts = told["acts"]
    assert [act["act"] for act in acts] == ["submitted", "approved", "published"]
    assert acts[1]["reason"] == "fits the item list"


def test_whoever_had_a_hand_in_a_plan_cannot_approve_it(
    handler: FlaskClient, approver: FlaskClient, caller: Caller
) -> None:
    number, _ = drafted(handler)
    said = {"approved": True, "reason": "mine"}
    early = approver.post(f"/v1/inspection-plans/{number}/decision", json=said)
    assert (early.status_code, early.json["code"]) == (409, "plan_not_submitted")
    assert handler.post(f"/v1/inspection-plans/{number}/decision", json=said).status_code == 403
    foreign = caller("approver", authority="bj-culture-110102")
    handler.post(f"/v1/inspection-plans/{number}/submission")
    assert foreign.post(f"/v1/inspection-plans/{number}/decision", json=said).json["code"] == "entity_out_of_scope"


def test_a_plan_sent_back_is_mended_and_submitted_again(handler: FlaskClient, approver: FlaskClient) -> None:
    number, task = drafted(handler)
    handler.post(f"/v1/inspection-plans/{number}/submission")
    assert handler.post(f"/v1/inspection-plans/{number}/tasks", json=planning.task()).json["code"] == "plan_closed"
    said = {"approved": False, "reason": "contact missing"}
    approver.post(f"/v1/inspection-plans/{number}/decision", json=said)
    changed = planning.task(contact="监管科 010-0000")
    assert handler.put(f"/v1/inspection-plans/{number}/tasks/{task}", json=changed).status_code == 200
    approved(handler, approver, number)
    assert handler.get(f"/v1/inspection-plans/{number}").json["tasks"][0]["contact"] == "监管科 010-0000"


def test_a_published_plan_changes_by_an_amendment_that_another_approves(
    handler: FlaskClient, approver: FlaskClient, anonymous: FlaskClient
) -> None:
    number, task = drafted(handler)
    approved(handler, approver, number)
    handler.post(f"/v1/inspection-plans/{number}/publication")
    base = f"/v1/inspection-plans/{number}/amendments"
    change = {"reason": "holiday", "tasks": {task: planning.task(last_day="2026-07-05")}, "new": [planning.task()]}
    assert handler.post(base, json=change).json == {"number": "1"}
    assert anonymous.get(f"/v1/inspection-plans/{number}").json["tasks"][0]["last_day"] == "2026-06-30"
    assert anonymous.get(f"/v1/inspection-plans/{number}").json["amendments"] == []
    waiting = approver.get(f"/v1/inspection-plans/{number}").json
    assert [one["last_day"] for one in waiting["amendments"][0]["proposed"].values()] == ["2026-07-05", "2026-06-30"]
    assert waiting["prepared_by"] == [waiting["amendments"][0]["proposed_by"]], "none of them may approve the plan"
    assert "prepared_by" not in anonymous.get(f"/v1/inspection-plans/{number}").json

    said = {"approved": True, "reason": "agreed"}
    assert approver.post(f"{base}/1/decision", json=said).status_code == 204
    assert approver.post(f"{base}/1/decision", json=said).json["code"] == "amendment_decided"
    assert approver.post(f"{base}/9/decision", json=said).json["code"] == "amendment_not_found"
    seen = anonymous.get(f"/v1/inspection-plans/{number}").json
    assert [one["last_day"] for one in seen["tasks"]] == ["2026-07-05", "2026-06-30"]
    assert seen["amendments"] == [{"n": 1, "reason": "holiday", "approved": True, "tasks": [task, f"{number}-T02"]}]

    handler.post(base, json={"reason": "no need", "tasks": {task: None}})
    approver.post(f"{base}/2/decision", json={"approved": False, "reason": "needed"})
    assert len(anonymous.get(f"/v1/inspection-plans/{number}").json["tasks"]) == 2
    assert handler.post(base, json={"reason": "nothing"}).json["code"] == "amendment_empty"


def test_a_dropped_task_is_gone_and_its_number_is_not_used_again(handler: FlaskClient) -> None:
    number, task = drafted(handler)
    assert handler.delete(f"/v1/inspection-plans/{number}/tasks/{task}").status_code == 204
    assert handler.get(f"/v1/inspection-tasks/{task}/feasibility").json["code"] == "task_not_found"
    assert handler.post(f"/v1/inspection-plans/{number}/submission").json["code"] == "plan_without_tasks"
    again = handler.post(f"/v1/inspection-plans/{number}/tasks", json=planning.task()).json["number"]
    assert again == f"{number}-T02"


def test_an_authority_has_one_annual_plan_of_a_year(handler: FlaskClient, caller: Caller) -> None:
    asked = [handler, caller("handler", authority=planning.HERE)]
    answers = at_once(lambda client: client.post("/v1/inspection-plans", json=planning.plan()), asked)
    first, refused = sorted(answers, key=lambda answer: answer.status_code)
    assert (first.status_code, refused.status_code, refused.json["code"]) == (201, 409, "plan_annual_exists")
    number = first.json["number"]
    assert number in refused.json["detail"]
    assert handler.post("/v1/inspection-plans", json=planning.plan(year=2027)).status_code == 201
    assert handler.post("/v1/inspection-plans", json=planning.plan(special=True, reason="fire")).status_code == 201
    there = caller("handler", authority="bj-culture-110102")
    assert there.post("/v1/inspection-plans", json=planning.plan(authority="bj-culture-110102")).status_code == 201
    withdrawn = handler.post(f"/v1/inspection-plans/{number}/withdrawal", json={"reason": "begun anew"})
    assert withdrawn.status_code == 204
    again = handler.post("/v1/inspection-plans", json=planning.plan())
    assert (again.status_code, again.json["number"]) == (201, "110101-2026-P003"), "a number refused is not used up"


def test_a_special_plan_states_its_reason_and_a_plan_may_be_withdrawn(handler: FlaskClient) -> None:
    refused = handler.post("/v1/inspection-plans", json=planning.plan(special=True))
    assert (refused.status_code, refused.json["code"]) == (422, "plan_special_without_reason")
    number = handler.post("/v1/inspection-plans", json=planning.plan(special=True, reason="fire")).json["number"]
    said = {"reason": "done by others"}
    assert handler.post(f"/v1/inspection-plans/{number}/withdrawal", json=said).status_code == 204
    assert handler.post(f"/v1/inspection-plans/{number}/withdrawal", json=said).json["code"] == "plan_closed"
    listed = handler.get("/v1/inspection-plans?year=2026").json["items"]
    assert [one["state"] for one in listed] == ["withdrawn"]


@pytest.mark.parametrize(
    ("said", "pointer", "code"),
    [
        ({"items": ["GHOST-1"]}, "/items/0", "task_item_not_in_force"),
        ({"method": "off_site"}, "/method", "task_item_method"),
        ({"kinds": ["cinema", "museum"]}, "/kinds/1", "task_kind_without_item"),
        ({"kinds": ["zoo"]}, "/kinds/0", "entity_kind_unknown"),
        ({"lead": "bj-culture-110102"}, "/lead", "task_of_another_authority"),
        ({"partners": ["nobody"]}, "/partners/0", "entity_authority_unknown"),
        ({"holder": ""}, "/holder", "task_without_holder"),
        ({"sources": []}, "/sources", "task_without_sources"),
        ({"sources": [{"kind": "dice", "name": "x"}]}, "/sources/0/kind", "not_a_choice"),
        ({"sources": [{"kind": "drand"}]}, "/sources/0", "task_source_malformed"),
        ({"sources": [{"kind": "drand", "chain": "0" * 64}]}, "/sources/0/chain", "task_source_unknown"),
        ({"sources": [{"kind": "balls", "name": "x"}] * 2}, "/sources/1", "task_source_twice"),
        ({"weights": [{"tier": "A", "weight": 1, "clause": "x"}]}, "/order", "task_weights_and_order"),
        ({"order": "pareto"}, "/sizes", "task_weighted_without_size"),
        ({"weights": [{"tier": "A", "weight": 0, "clause": "x"}]}, "/weights/0/weight", "out_of_range"),
        ({"names": "open", "rows": "none"}, "/rows", "task_names_and_rows"),
        ({"rows": "none"}, "/custodians", "task_without_custodians"),
        ({"sizes": [{"stratum": "A", "ratio": [0, 1], "clause": "x"}]}, "/sizes/0/ratio", "task_stratum_never_drawn"),
        ({"sizes": [{"stratum": "A", "ratio": [2, 1], "clause": "x"}]}, "/sizes/0/ratio", "plan_ratio_malformed"),
        ({"last_day": "2026-06-01"}, "", "plan_days_out_of_order"),
        ({"channel": "targeted"}, "", "plan_targets_and_channel"),
        ({"seats": [{"skills": []}]}, "/seats", "wrong_length"),
        (NEXT_YEAR, "/first_day", "task_outside_the_year"),
    ],
)  # fmt: skip
def test_a_task_that_does_not_fit_is_refused_with_place_and_code(
    handler: FlaskClient, said: dict[str, Any], pointer: str, code: str
) -> None:
    number = handler.post("/v1/inspection-plans", json=planning.plan()).json["number"]
    refused = handler.post(f"/v1/inspection-plans/{number}/tasks", json=planning.task(**said))
    assert refused.status_code == 422
    assert (pointer, code) in {(one["pointer"], one["code"]) for one in refused.json["errors"]}


def test_the_published_columns_are_those_that_authorities_use(handler: FlaskClient, approver: FlaskClient) -> None:
    number, task = drafted(handler, contact="=HYPERLINK(1)")
    approved(handler, approver, number)
    handler.post(f"/v1/inspection-plans/{number}/publication")
    body = handler.get(f"/v1/inspection-plans/{number}/plan.csv").get_data(as_text=True)
    heading, row = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    told = dict(zip(heading, row, strict=True))
    assert told["任务编号"] == task
    assert (told["事项类别"], told["检查方式"], told["抽查类型"]) == ("一般检查事项", "现场检查", "双随机抽查")
    assert told["检查依据"] == "《北京市优化营商环境条例》第六十七条"
    assert told["联系人"] == "'=HYPERLINK(1)"


def test_whom_a_targeted_task_aims_at_is_not_public(
    handler: FlaskClient, approver: FlaskClient, anonymous: FlaskClient
) -> None:
    target = {"entity": "own:T-1", "cause": "complaint", "basis": "12345/7", "first_day": "2026-06-10"}
    number, _ = drafted(handler, channel="targeted", targets=[target])
    approved(handler, approver, number)
    handler.post(f"/v1/inspection-plans/{number}/publication")
    assert "targets" in handler.get(f"/v1/inspection-plans/{number}").json["tasks"][0]
    assert "targets" not in anonymous.get(f"/v1/inspection-plans/{number}").json["tasks"][0]


def test_an_annual_plan_public_by_the_end_of_march_is_in_time(
    handler: FlaskClient, approver: FlaskClient, clock: FixedClock
) -> None:
    clock.advance(datetime(2026, 3, 31, 15, 59, tzinfo=UTC) - clock.now())  # one minute to midnight in Beijing
    number, _ = drafted(handler)
    approved(handler, approver, number)
    handler.post(f"/v1/inspection-plans/{number}/publication")
    seen = handler.get(f"/v1/inspection-plans/{number}").json
    assert (seen["published_on"], seen["published_late"]) == ("2026-03-31", False)
