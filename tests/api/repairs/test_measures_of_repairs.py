"""What a repair does to the measures that rest upon its record: lifted, lifted for a time, holding again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence import evidence_faults
from service.repairs.record import adverse
from tests.builders.repair_town import ELIGIBLE
from tests.integration.ratings import town
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from tests.api.repairs.conftest import Town

ORDER = {"source": "orders", "basis": "管理规定", "document": "7号", "starts_on": "2026-03-20"}


def order(place: Town, ref: str, kind: str = "key_supervision", **changes: object) -> int:
    body = {**ORDER, "source_ref": ref, "record": place.record, "kind": kind, **changes}
    answer = place.handler.post("/v1/measures", json=body)
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def measures(place: Town) -> dict[int, tuple[str, list[tuple[str, str]]]]:
    """By number: how the measure stands, and what happened to it by which cause."""
    items = place.entity.get("/v1/measures").json["items"]
    return {one["id"]: (one["state"], [(act["act"], act["cause"]) for act in one["acts"]]) for one in items}


def told(place: Town, topic: str) -> dict[str, Any]:
    with place.database.reader() as session:
        wanted = text("SELECT payload FROM outbox WHERE topic = :topic ORDER BY id DESC LIMIT 1")
        return dict(session.scalars(wanted, {"topic": topic}).one())


def nothing_is_wrong(place: Town) -> None:
    """The ledger check finds no fault with measures; the rows of the town's builder are none of intake's."""
    with place.database.reader() as session:
        assert [one for one in evidence_faults(session) if "measure" in one] == []


def test_a_grant_lifts_what_rests_upon_the_record_and_fraud_restores_it(place: Town) -> None:
    supervised, banned = order(place, "1"), order(place, "2", "career_ban")
    over = order(place, "3", ends_on="2026-04-20")
    other = town.punish(place.database, place.entity_id, on=date(2026, 5, 6))
    elsewhere = order(place, "4", record=other, starts_on="2026-05-06")
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")
    assert measures(place) == {
        supervised: ("lifted", [("lifted", "repair")]),
        banned: ("in_force", []),
        over: ("ended", []),
        elsewhere: ("in_force", []),
    }
    (act,) = place.handler.get(f"/v1/measures/{supervised}").json["acts"]
    assert (act["on"], act["reference"], act["reason"]) == ("2026-06-16", number, "as found")
    assert told(place, "repair.effects")["measures"] == [supervised]
    refused = place.handler.post(
        "/v1/measures", json={**ORDER, "source_ref": "5", "record": place.record, "kind": "management"}
    )
    assert refused.json["code"] == "measure_of_repaired"
    place.clock.advance(timedelta(30))
    place.does(place.handler, number, "revocation-proposal")
    place.does(place.approver, number, "revocation")
    assert measures(place)[supervised] == ("in_force", [("lifted", "repair"), ("restored", "repair")])
    assert told(place, "repair.effects_undone")["measures"] == [supervised]
    between = place.handler.get(f"/v1/entities/{place.key}/measures?as_of=2026-07-01").json["items"]
    assert {one["id"]: one["state"] for one in between}[supervised] == "lifted"
    nothing_is_wrong(place)


def test_what_an_order_lifted_meanwhile_no_revocation_brings_back(place: Town) -> None:
    ordered, kept = order(place, "1"), order(place, "2")
    lifting = {"on": "2026-06-16", "reference": "9号", "reason": "已整改"}
    assert place.approver.post(f"/v1/measures/{ordered}/lifting", json=lifting).status_code == 201
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")
    place.does(place.handler, number, "revocation-proposal")
    place.does(place.approver, number, "revocation")
    assert measures(place) == {
        ordered: ("lifted", [("lifted", "order")]),
        kept: ("in_force", [("lifted", "repair"), ("restored", "repair")]),
    }


def test_a_lifting_for_a_time_ends_by_decision_by_time_or_in_a_grant(place: Town) -> None:
    supervised = order(place, "1")
    first = place.to_decision()
    place.does(place.approver, first, "decision", decision="lift")
    assert measures(place)[supervised] == ("suspended", [("suspended", "repair")])
    (act,) = place.handler.get(f"/v1/measures/{supervised}").json["acts"]
    (clock,) = place.case(first)["clocks"]
    assert (clock["provisional"], act["until"]) == (True, None), "no notice has settled the working days of 2027"
    place.does(place.approver, first, "decision", decision="end_lifting")
    assert measures(place)[supervised][0] == "in_force"
    second = place.to_decision()
    place.does(place.approver, second, "decision", decision="lift")
    place.clock.advance(timedelta(370))
    job.run(place.database)
    assert place.case(second)["state"] == "refused"
    acts = [("suspended", "repair"), ("restored", "repair")]
    assert measures(place)[supervised] == ("in_force", [*acts, *acts])
    nothing_is_wrong(place)


def test_a_grant_after_a_lifting_for_a_time_lifts_for_good(place: Town) -> None:
    supervised = order(place, "1")
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="lift")
    place.does(place.approver, number, "decision", decision="grant")
    assert measures(place)[supervised] == ("lifted", [("suspended", "repair"), ("lifted", "repair")])


def test_a_statutory_ban_puts_whom_it_binds_on_the_list_of_the_conditions(place: Town) -> None:
    def lists() -> list[tuple[str, str, str | None]]:
        with place.database.reader() as session:
            found = adverse(session, place.record, as_of=ELIGIBLE.date())
        assert found is not None
        return [(one.name, str(one.since), one.until and str(one.until)) for one in found.facts.lists]

    order(place, "1")
    assert lists() == []
    order(place, "2", "market_ban", ends_on="2029-03-19")
    for_life = order(place, "3", "career_ban")
    assert lists() == [("statutory_ban", "2026-03-20", "2029-03-20"), ("statutory_ban", "2026-03-20", None)]
    lifting = {"on": "2026-06-01", "reference": "9号", "reason": "法院撤销"}
    assert place.approver.post(f"/v1/measures/{for_life}/lifting", json=lifting).status_code == 201
    assert lists()[1] == ("statutory_ban", "2026-03-20", "2026-06-01")
    place.struck_or_repaired(place.record, "annulment")
    assert lists() == []
