"""Tiers that wait for an approver over HTTP: who sees them, who may decide, what each is told."""

from __future__ import annotations

import csv
import json
from datetime import timedelta
from io import StringIO
from threading import Barrier, Thread
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.notices.written import follow_outbox
from service.platform import Actor, Role
from service.ratings import drain
from tests.builders.overridden import overridden
from tests.integration.ratings import proposing, town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import Database, FixedClock, web

WORKLIST = "/v1/provisional-ratings"


@pytest.fixture
def database(assembly: web.Assembly) -> Database:
    town.found(assembly.database, edition=proposing.edition())
    return assembly.database


@pytest.fixture
def shop(database: Database) -> tuple[int, str]:
    """One cinema whose fall from A to C waits for an approver: its number and its key."""
    number = proposing.shop_of(database, fines=2)
    return number, town.key_of(database, number)


@pytest.fixture
def proposal(database: Database, shop: tuple[int, str]) -> str:
    """The address of the proposal."""
    return f"{WORKLIST}/{proposing.proposals(database, shop[0])[0]['id']}"


def test_everyone_is_told_the_tier_in_force_and_only_the_public_not_what_is_proposed(
    shop: tuple[int, str], caller: Callable[..., FlaskClient], anonymous: FlaskClient
) -> None:
    address = f"/v1/entities/{shop[1]}/tier"
    staff, partner, public = (
        client.get(address).get_json() for client in (caller("handler"), caller("partner"), anonymous)
    )
    own = caller("entity", subject=shop[1]).get(address).get_json()
    due = "2026-06-23"  # fifteen working days after Monday, 1 June; the Dragon Boat holiday gives Friday the 19th off
    assert (staff["tier"], staff["state"]) == ("A", "rated")
    for said in (staff["kinds"]["cinema"], own["kinds"]["cinema"]):
        assert [said[part] for part in ("state", "tier", "proposed", "due_on")] == ["provisional", "A", "C", due]
    assert partner["kinds"]["cinema"] == {
        "state": "provisional", "reason": None, "grade": "A", "tier": "A", "proposed": "C", "due_on": due,
    }  # fmt: skip
    assert public["kinds"]["cinema"] == {"state": "rated", "reason": None, "grade": "A", "tier": "A"}
    assert staff["explanations"][0]["tier"] == "C"


def test_the_way_back_speaks_of_the_tier_in_force_and_of_what_is_proposed(
    shop: tuple[int, str], proposal: str, caller: Callable[..., FlaskClient]
) -> None:
    own, address = caller("entity", subject=shop[1]), f"/v1/entities/{shop[1]}/way-back?kind=cinema"
    told = own.get(address, headers={"Accept-Language": "en"}).get_json()
    assert [told[part] for part in ("now", "status", "proposed", "due_on")] == ["A", "provisional", "C", "2026-06-23"]
    assert told["by_waiting"][-1]["value"] == "A"
    assert told["words"][0] == "tier of supervision on 2026-06-01: A."
    assert told["words"][1].startswith("Tier C is only proposed: an approver decides by 2026-06-23")
    assert told["words"][2] == "Should C take force, as the evidence stands, these are the ways back."
    caller("approver").post(f"{proposal}/confirmation", json={})
    decided = own.get(address, headers={"Accept-Language": "en"}).get_json()
    assert (decided["now"], "proposed" in decided) == ("C", False)
    assert decided["words"][0] == "tier of supervision on 2026-06-01: C."


def test_the_entity_is_told_that_a_proposal_was_rejected_and_why(
    shop: tuple[int, str], proposal: str, caller: Callable[..., FlaskClient], database: Database
) -> None:
    while follow_outbox(database):
        pass
    assert caller("approver").post(f"{proposal}/rejection", json={"reason": "整改\n到位"}).status_code == 200
    drain(database=database)
    while follow_outbox(database):
        pass
    own = caller("entity", subject=shop[1])
    assert [one["kind"] for one in own.get("/v1/notices").json["items"]].count("tier_change") == 1
    (made,) = own.get("/v1/notices?kind=proposal_rejected").json["items"]
    zh, en = (own.get(f"/v1/notices/{made['number']}/text?lang={lang}").text for lang in ("zh", "en"))
    assert "由 A 调整为 C。" in zh
    assert "于2026年6月1日决定不予调整，监管等级仍为 A。" in zh
    assert "· 整改 到位" in zh
    assert "from tier A to C." in en
    assert "decided not to: you stay in tier A." in en
    assert own.get(f"/v1/notices/{made['number']}/pdf?lang=zh").data.startswith(b"%PDF")


def test_the_entity_tag_changes_with_the_decision(
    shop: tuple[int, str], proposal: str, caller: Callable[..., FlaskClient], database: Database
) -> None:
    handler, address = caller("handler"), f"/v1/entities/{shop[1]}/tier"
    first = handler.get(address).headers["ETag"]
    assert handler.get(address, headers={"If-None-Match": first}).status_code == 304
    caller("approver").post(f"{proposal}/rejection", json={"reason": "整改到位"})
    drain(database=database)
    changed = handler.get(address, headers={"If-None-Match": first})
    assert (changed.status_code, changed.get_json()["kinds"]["cinema"]["status"]) == (200, "rejected")
    assert overridden(database) == [("tier_fall_rejected", shop[1], "整改到位")]


@pytest.mark.parametrize(
    ("decision", "outcome", "tier", "state"),
    [("confirmation", "confirmed", "C", "rated"), ("rejection", "rejected", "A", "rated")],
)
def test_an_approver_decides_and_the_answer_is_right_at_once(
    shop: tuple[int, str],
    proposal: str,
    caller: Callable[..., FlaskClient],
    decision: str,
    outcome: str,
    tier: str,
    state: str,
) -> None:
    answer = caller("approver").post(f"{proposal}/{decision}", json={"reason": "核实"})
    told = answer.get_json()
    assert (answer.status_code, told["outcome"], told["tier"], told["entity"]) == (200, outcome, tier, shop[1])
    before_the_drain = caller("handler").get(f"/v1/entities/{shop[1]}/tier").get_json()
    assert (before_the_drain["pending"], before_the_drain["tier"]) == (True, tier)
    assert before_the_drain["kinds"]["cinema"]["state"] == state
    assert caller("approver").get(WORKLIST).get_json()["items"] == []


def test_the_worklist_is_by_due_day_in_pages_and_within_the_scope(
    database: Database, caller: Callable[..., FlaskClient], clock: FixedClock
) -> None:
    keys = []
    for _ in range(3):
        keys.append(town.key_of(database, proposing.shop_of(database, fines=2)))
        clock.advance(timedelta(days=1))
    approver = caller("approver")
    first = approver.get(f"{WORKLIST}?limit=2")
    following = first.headers["Link"].split(";")[0].strip("<>")
    second = approver.get(following)
    items = first.get_json()["items"] + second.get_json()["items"]
    assert [item["entity"] for item in items] == keys
    assert [item["due_on"] for item in items] == ["2026-06-23", "2026-06-24", "2026-06-25"]
    assert "Link" not in second.headers
    assert items[0] | {"id": 0, "name": ""} == {
        "id": 0, "name": "", "entity": keys[0], "authority": town.AUTHORITY, "region": town.REGION, "kind": "cinema",
        "edition": "town.2025", "tier": "A", "grade": "A", "proposed": "C", "raised_on": "2026-06-01",
        "due_on": "2026-06-23", "due_provisional": False, "lapses_to": "in_force",
    }  # fmt: skip
    for scope, seen in (({"regions": ["110000"]}, 3), ({"regions": ["110105"]}, 0), ({"authority": town.AUTHORITY}, 3)):
        assert len(caller("approver", **scope).get(WORKLIST).get_json()["items"]) == seen
    assert len(approver.get(f"{WORKLIST}?kind=museum").get_json()["items"]) == 0
    assert approver.get(f"{WORKLIST}?cursor=WyJ4IiwxXQ").get_json()["code"] == "invalid_cursor"


def test_a_due_day_past_the_known_holidays_is_marked_provisional(
    database: Database, caller: Callable[..., FlaskClient], clock: FixedClock
) -> None:
    clock.advance(timedelta(days=205))  # 23 December 2026: no notice for 2027 is known
    proposing.shop_of(database, fines=2)
    (item,) = caller("approver").get(WORKLIST).get_json()["items"]
    assert (item["due_on"], item["due_provisional"]) == ("2027-01-13", True)


def test_who_recorded_a_fact_may_not_decide_on_it(database: Database, caller: Callable[..., FlaskClient]) -> None:
    author = caller("approver")
    whoami = author.get("/v1/whoami").get_json()
    recorder = Actor(kind="token", id=str(whoami["id"]), role=Role.HANDLER)
    number = proposing.shop_of(database)
    for _ in range(2):
        with database.unit_of_work(recorder) as uow:
            town.fine(uow.session, number, audit_id=uow.audit("test.fined", str(number), {}))
            uow.mark([number], "event")
    drain(database=database)
    address = f"{WORKLIST}/{proposing.proposals(database, number)[0]['id']}/confirmation"
    for language, word in (("zh", "另一位"), ("en", "another approver")):
        refused = author.post(address, json={}, headers={"Accept-Language": language})
        assert (refused.status_code, refused.get_json()["code"]) == (403, "proposal_same_person")
        assert word in refused.get_json()["next"].lower()
    assert caller("approver").post(address, json={}).status_code == 200


def test_what_is_decided_or_overdue_or_elsewhere_is_refused(
    proposal: str, caller: Callable[..., FlaskClient], clock: FixedClock
) -> None:
    def code(answer: Any) -> tuple[int, str]:  # noqa: ANN401 - a test response
        return answer.status_code, answer.get_json()["code"]

    approver = caller("approver")
    assert code(approver.post(f"{WORKLIST}/999/confirmation", json={})) == (404, "proposal_not_found")
    assert code(approver.post(f"{WORKLIST}/{1 << 64}/confirmation", json={})) == (404, "proposal_not_found")
    elsewhere = caller("approver", regions=["110105"])
    assert code(elsewhere.post(f"{proposal}/confirmation", json={})) == (403, "out_of_scope")
    assert approver.post(f"{proposal}/rejection", json={}).status_code == 422
    assert caller("handler").post(f"{proposal}/confirmation", json={}).status_code == 403
    clock.advance(timedelta(days=23))
    late = approver.post(f"{proposal}/confirmation", json={})
    assert code(late) == (409, "proposal_overdue")
    assert "2026-06-23" in late.get_json()["detail"]
    clock.advance(timedelta(days=-1))
    assert approver.post(f"{proposal}/confirmation", json={}).status_code == 200
    again = approver.post(f"{proposal}/rejection", json={"reason": "x"})
    assert code(again) == (409, "proposal_closed")
    assert "confirmed" in again.get_json()["detail"]


def test_of_two_decisions_at_one_moment_one_stands(
    database: Database, shop: tuple[int, str], proposal: str, caller: Callable[..., FlaskClient]
) -> None:
    clients = [(caller("approver"), "confirmation"), (caller("approver"), "rejection")]
    gate, answers = Barrier(2), []

    def post(client: FlaskClient, decision: str) -> None:
        gate.wait()
        answers.append(client.post(f"{proposal}/{decision}", json={"reason": "x"}).status_code)

    threads = [Thread(target=post, args=one) for one in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == [200, 409]
    with database.reader() as session:
        assert session.execute(text("SELECT count(*) FROM rating_proposal_resolution")).scalar_one() == 1
    drain(database=database)
    (end,) = proposing.ends(database, shop[0])
    assert proposing.cinema(database, shop[0])["tier"] == {"confirmed": "C", "rejected": "A"}[str(end[2])]


def test_history_export_and_batch_tell_what_is_in_force(
    shop: tuple[int, str], caller: Callable[..., FlaskClient]
) -> None:
    wanted = {"state": "provisional", "tier": "A", "proposed": "C", "due_on": "2026-06-23", "score": "100.00"}
    rows = [caller("handler").get(f"/v1/entities/{shop[1]}/ratings").get_json()["items"][0]]
    auditor = caller("auditor")
    rows += csv.DictReader(StringIO(auditor.get("/v1/ratings.csv").get_data(as_text=True)))
    rows += [json.loads(line) for line in auditor.get("/v1/ratings.ndjson").get_data().splitlines()]
    batch = auditor.post("/v1/tiers", json={"entities": [shop[1]]}).get_json()["items"]
    rows += [item["kinds"]["cinema"] for item in batch]
    assert [{name: row[name] for name in wanted} for row in rows] == [wanted] * 4
    assert batch[0]["tier"] == "A"


def test_the_proposal_is_told_in_words(
    shop: tuple[int, str], proposal: str, caller: Callable[..., FlaskClient]
) -> None:
    def told(language: str) -> str:
        answer = caller("handler").get(f"/v1/entities/{shop[1]}/tier/words", headers={"Accept-Language": language})
        (sentence,) = [one for one in answer.get_json()["kinds"]["cinema"] if one["part"] == "proposal"]
        return str(sentence["text"])

    assert told("zh") == "拟调整为 C 级，须由审批人员在 2026-06-23 前（含当日）确认；在此之前按 A 级监管"
    assert told("en") == "Tier C is only proposed: an approver decides by 2026-06-23; until then A is in force"
    caller("approver").post(f"{proposal}/rejection", json={"reason": "x"})
    assert told("en") == "Tier C was proposed and rejected: A stays in force"


def test_nobody_is_two_people_by_holding_two_tokens(
    database: Database, caller: Callable[..., FlaskClient], shop: tuple[int, str], proposal: str
) -> None:
    """A fact of the fall is disputed by a window's token of the person who would then confirm it."""
    two = {role: caller(role, person="CY-07") for role in ("handler", "approver")}
    with database.reader() as session:
        event = session.execute(text("SELECT max(id) FROM event WHERE entity_id = :id"), {"id": shop[0]}).scalar_one()
    act = {"source": "desk", "source_ref": "1", "act": "dispute", "acted_on": "2026-06-01", "reason": "不服"}
    assert two["handler"].post(f"/v1/events/{event}/acts", json=act).status_code == 201
    refused = two["approver"].post(f"{proposal}/confirmation", json={})
    assert (refused.status_code, refused.get_json()["code"]) == (403, "proposal_same_person")
    assert caller("approver", person="CY-08").post(f"{proposal}/confirmation", json={}).status_code == 200
