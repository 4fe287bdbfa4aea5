"""Notices to entities over HTTP: written from what happened, never changed, served and confirmed."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.notices.written import follow_outbox
from service.ratings import drain, put_edition_in_force
from tests.builders.partners import ADMINISTRATOR, rows
from tests.integration.ratings import town
from tests.tidy.tree import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

LIST = "/v1/notices"
SCOPE = {"authority": town.AUTHORITY}
REPAIR = {"decision_no": "京文执罚〔2026〕12 号", "decided_on": "2026-05-20", "content": "罚款 5000 元"}


@pytest.fixture
def cinema(assembly: web.Assembly) -> str:
    """The key of a cinema in tier A, under the national law of repair."""
    town.found(assembly.database)
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        words = (ROOT / "scoring/editions/ndrc-36.toml").read_text("utf-8")
        put_edition_in_force(uow=uow, words=words, reason="test")
    (number,) = town.people(assembly.database, 1)
    drain(database=assembly.database)
    assert follow_outbox(assembly.database) == 0  # a first tier is no change
    return town.key_of(assembly.database, number)


def test_first_ratings_of_a_stock_keep_no_notice_waiting(cinema: str, assembly: web.Assembly) -> None:
    database = assembly.database
    with database.engine.begin() as connection:
        connection.execute(
            text("""
                INSERT INTO outbox (topic, subject, payload, recorded_at)
                SELECT 'tier.changed', 'own:' || n, CAST(said AS jsonb), now()
                  FROM generate_series(1, 600) AS n, unnest(ARRAY[
                    '{"kind": "cinema", "old": null, "new": {"state": "rated", "tier": "A"}}',
                    '{"kind": "cinema", "old": {"state": "rated", "tier": "A"}, "new": null}']) AS said
            """)
        )
    ((number,),) = rows(database, "SELECT id FROM entity WHERE public_key = :key", key=cinema)
    town.punish(database, number)
    drain(database=database)
    assert (follow_outbox(database), follow_outbox(database)) == (1, 0)
    done = "SELECT count(*) FROM outbox_done WHERE consumer = 'notices.written'"
    assert rows(database, done) == rows(database, "SELECT count(*) FROM outbox WHERE topic = 'tier.changed'")


def test_a_fallen_tier_is_told_with_reasons_and_remedies_and_served(
    cinema: str, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database = assembly.database
    ((number,),) = rows(database, "SELECT id FROM entity WHERE public_key = :key", key=cinema)
    town.punish(database, number)
    drain(database=database)
    assert (follow_outbox(database), follow_outbox(database)) == (1, 0)

    entity, handler = caller("entity", subject=cinema), caller("handler", **SCOPE)
    (listed,) = entity.get(LIST).json["items"]
    assert (listed["kind"], listed["entity"], listed["about"]) == ("tier_change", cinema, "cinema")
    path = f"{LIST}/{listed['number']}"
    whole = entity.get(path).json
    zh, en = whole["texts"]["zh"], whole["texts"]["en"]
    for said in (
        "监管等级变化告知书",
        "由 A 变为 D",
        "罚款一次扣二十分",
        "提出异议",
        "申请信用修复",
        "未经核对",
        whole["check_code"],
    ):
        assert said in zh["text"], said
    for said in (
        "your tier has changed from A to D",
        "A fine costs twenty points",
        "Objection",
        "The minimum publicity is over",
    ):
        assert said in en["text"], said
    assert sha256(zh["text"].encode()).hexdigest() == zh["sha256"]
    (audited,) = rows(database, "SELECT detail FROM audit WHERE action = 'notices.notice_made'")
    assert audited[0]["zh"] == zh["sha256"]
    assert entity.get(f"{path}/text?lang=en").text == en["text"]
    pdf = entity.get(f"{path}/pdf?lang=zh")
    assert (pdf.mimetype, pdf.data[:5]) == ("application/pdf", b"%PDF-")
    assert pdf.data == entity.get(f"{path}/pdf?lang=zh").data

    assert [one["number"] for one in handler.get(f"{LIST}?unserved=true").json["items"]] == [listed["number"]]
    served = {"way": "mail", "on_day": "2026-06-01"}
    for wrong, code in (
        ({"way": "pigeon"}, "notice_way_unknown"),
        ({}, "notice_receipt_missing"),
        ({"on_day": "2026-05-31", "recipient": "张"}, "notice_served_before_made"),
        ({"on_day": "2026-06-02", "recipient": "张"}, "notice_served_before_made"),
        ({"served": False}, "notice_note_missing"),
        ({"receipt": "0" * 64}, "notice_receipt_unknown"),
    ):
        assert handler.post(f"{path}/services", json={**served, **wrong}).json["code"] == code
    assert handler.post(f"{path}/services", json={**served, "served": False, "note": "moved"}).status_code == 204
    assert len(handler.get(f"{LIST}?unserved=true").json["items"]) == 1
    assert handler.post(f"{path}/services", json={**served, "recipient": "张某"}).status_code == 204
    assert [entity.post(f"{path}/confirmation").status_code for _ in range(2)] == [204, 204]
    assert handler.get(f"{LIST}?unserved=true").json["items"] == []
    acts = [(one["act"], one["way"]) for one in handler.get(path).json["services"]]
    assert acts == [("failed", "mail"), ("served", "mail"), ("confirmed", None)]


def test_a_handler_makes_a_repair_notice_that_quotes_the_law_in_force(
    cinema: str, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    handler = caller("handler", **SCOPE)
    body = {"kind": "repair_notice", "entity": cinema, "about": "E1", "facts": REPAIR}
    made = handler.post(LIST, json=body)
    assert made.status_code == 201
    assert made.json["number"] == f"N-{town.AUTHORITY}-2026-000001"
    whole = handler.get(f"{LIST}/{made.json['number']}").json
    zh = whole["texts"]["zh"]["text"]
    for said in (
        "一并送达",
        "罚款 5000 元",
        "最短公示期已经届满",
        "公开的信用承诺书",
        "3 个工作日内作出决定",
        "行政复议",
        "行政诉讼",
    ):
        assert said in zh, said
    assert set(whole["law"]) == {"repair"}
    assert rows(assembly.database, "SELECT count(*) FROM outbox WHERE topic = 'notice.made'") == [(1,)]
    second = handler.post(LIST, json=body).json["number"]
    assert second.endswith("000002")
    for change in ("DELETE FROM entity_notice_text", "UPDATE entity_notice SET about = ''"):
        with pytest.raises(DBAPIError, match="permission denied"), assembly.database.unit_of_work(ADMINISTRATOR) as uow:
            uow.session.execute(text(change))


def test_a_penalty_brings_its_own_facts_and_the_days_of_its_publicity(
    cinema: str, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database = assembly.database
    ((number,),) = rows(database, "SELECT id FROM entity WHERE public_key = :key", key=cinema)
    event = town.punish(database, number, code="penalty_fine", severity="general", on=date(2026, 5, 20))
    warning = town.punish(database, number, final=False)
    handler = caller("handler", **SCOPE)
    made = handler.post(LIST, json={"kind": "repair_notice", "event": event}).json["number"]
    whole = handler.get(f"{LIST}/{made}").json
    assert whole["about"] == f"event:{event}"
    assert whole["facts"]["decided_on"] == "2026-05-20"
    assert whole["facts"]["repairable_from"] == "2026-08-20"
    assert "自 2026-05-20 起计算；最短至 2026-08-19，最长至 2027-05-19" in whole["texts"]["zh"]["text"]
    assert "from 2026-08-20" in whole["texts"]["en"]["text"]
    otherwise = {"kind": "repair_notice", "event": event, "facts": {"content": "罚款 1 元", "mood": "x"}}
    assert [one["code"] for one in handler.post(LIST, json=otherwise).json["errors"]] == ["notice_fact_unknown"]
    for body, code in (
        ({"event": warning}, "notice_event_no_penalty"),
        ({"event": 999_999}, "event_not_found"),
        ({"event": event, "kind": "tier_change"}, "notice_kind_unknown"),
    ):
        assert handler.post(LIST, json={"kind": "repair_notice", **body}).json["code"] == code
    both = handler.post(LIST, json={"kind": "repair_notice", "event": event, "entity": cinema}).json
    assert [one["code"] for one in both["errors"]] == ["notice_subject_unclear"]
    elsewhere = caller("handler", authority="bj-culture-110105")
    assert elsewhere.post(LIST, json={"kind": "repair_notice", "event": event}).json["code"] == "out_of_scope"


def test_a_penalty_whose_code_no_catalogue_has_is_noticed_once_its_content_is_said(
    cinema: str, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database = assembly.database
    ((number,),) = rows(database, "SELECT id FROM entity WHERE public_key = :key", key=cinema)
    event = town.punish(database, number, code="of_another_system", severity="general", on=date(2026, 5, 20))
    handler = caller("handler", **SCOPE)
    body = {"kind": "repair_notice", "event": event}
    refused = handler.post(LIST, json=body)
    assert (refused.status_code, refused.json["code"]) == (422, "notice_event_code_unknown")
    assert refused.json["pointer"] == "/facts/content"
    assert "of_another_system" in refused.json["detail"]
    said = handler.post(LIST, json={**body, "facts": {"content": "罚款 1 元"}})
    assert said.status_code == 201, said.json
    assert "罚款 1 元" in handler.get(f"{LIST}/{said.json['number']}").json["texts"]["zh"]["text"]


MISFITS: list[tuple[dict[str, Any], list[str]]] = [
    ({"kind": "tier_change"}, ["notice_kind_unknown"]),
    ({"kind": "love_letter"}, ["notice_kind_unknown"]),
    ({"facts": {}}, ["notice_fact_missing"] * 3),
    ({"facts": {**REPAIR, "mood": "x"}}, ["notice_fact_unknown"]),
    ({"facts": {**REPAIR, "decided_on": "2026-02-30"}}, ["notice_fact_malformed"]),
    ({"facts": {**REPAIR, "content": ["x"]}}, ["notice_fact_malformed"]),
    ({"facts": {**REPAIR, "content": "a\nb"}}, ["notice_fact_malformed"]),
    ({"entity": "own:nobody"}, ["entity_not_found"]),
]


def test_what_a_notice_cannot_be_made_of_is_told(cinema: str, caller: Callable[..., FlaskClient]) -> None:
    handler, elsewhere = caller("handler", **SCOPE), caller("handler", authority="bj-culture-110105")
    right = {"kind": "repair_notice", "entity": cinema, "facts": REPAIR}
    for said, codes in MISFITS:
        answer = handler.post(LIST, json={**right, **said}).json
        assert [one["code"] for one in answer.get("errors", [answer])] == codes, said
    assert elsewhere.post(LIST, json=right).json["code"] == "out_of_scope"


def test_other_rooms_ask_through_the_outbox_and_nobody_sees_anothers_notice(
    cinema: str, caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database = assembly.database
    papers = {"case": "R-1", "papers": ["承诺书 <原件>", "缴款凭证"], "supply_by": "2026-06-15"}
    refusal = {"case": "R-2", "decided_on": "2026-06-01", "reasons": ["最短公示期未满"], "from_day": "2026-09-01"}
    with database.unit_of_work(ADMINISTRATOR) as uow:
        uow.audit("tests.asked", "outbox", {})
        uow.publish("notice.asked", cinema, {"kind": "missing_papers", "facts": papers, "about": "R-1"})
        uow.publish("notice.asked", cinema, {"kind": "missing_papers", "facts": {}})
        uow.publish("notice.asked", cinema, {"kind": "refusal", "facts": refusal})
    while follow_outbox(database):
        pass
    other = town.key_of(database, town.people(database, 1)[0])
    entity, stranger = caller("entity", subject=cinema), caller("entity", subject=other)
    made = entity.get(LIST).json["items"]
    assert [one["kind"] for one in made] == ["missing_papers", "refusal"]
    assert rows(database, "SELECT payload ->> 'error' FROM outbox WHERE topic = 'alarm.notice'") == [("invalid_body",)]
    first = f"{LIST}/{made[0]['number']}"
    assert "承诺书 <原件>" in entity.get(f"{first}/text?lang=zh").text
    assert entity.get(f"{first}/pdf?lang=en").status_code == 200
    assert "2026年9月1日" in entity.get(f"{LIST}/{made[1]['number']}/text").text
    assert stranger.get(LIST).json["items"] == []
    assert stranger.get(first).json["code"] == "notice_not_found"
    assert stranger.post(f"{first}/confirmation").status_code == 404
    assert caller("auditor", authority="bj-culture-110105").get(LIST).json["items"] == []
    found = caller("auditor").get(f"{LIST}?entity={cinema}&kind=refusal&limit=1").json["items"]
    assert [one["number"] for one in found] == [made[1]["number"]]
    listed = caller("handler").get("/v1/notice-kinds").json
    assert {one["code"]: one["asked"] for one in listed["items"]}["tier_change"] is False
    assert {one["code"] for one in listed["ways"]} >= {"in_person", "mail"}
