"""Who applies a measure is told of it; a repair that another system decided lifts and restores measures too."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import evidence_faults
from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from tests.integration.ratings import town
from workers.jobs import outside_repairs

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

    Heard = Callable[[], list[tuple[str, dict[str, Any]]]]

TOPICS = ["measure.imposed", "measure.lifted", "measure.suspended", "measure.restored"]
OUTSIDE = ["record.repaired", "record.repair_revoked"]
ORDER = {"source": "orders", "basis": "管理规定", "document": "7号", "starts_on": "2026-03-20"}


@pytest.fixture
def heard(place: Town, caller: Callable[..., FlaskClient]) -> Heard:
    """What has come to a partner since it was asked last: (topic, what it carries)."""
    said = {
        "code": "bank",
        "name": "联合惩戒单位",
        "url": "https://93.184.216.34/hook",  # public, and never called here
        "topics": [*TOPICS, *OUTSIDE],
        "purpose": "执行管理措施",
        "authority": town.AUTHORITY,
    }
    assert caller("administrator").post("/v1/webhook-partners", json=said).status_code == 201

    def look() -> list[tuple[str, dict[str, Any]]]:
        fan_out(place.database, new_inbox())
        taken: list[tuple[str, dict[str, Any]]] = []
        ended: list[store.Ended] = []
        while found := store.turn(place.database, ended, {"bank": 50}, ()):
            taken += [(one.topic, one.payload) for one in found]
            ended = [store.Ended(one, place.database.clock.now(), "delivered", 204, 3) for one in found]
        return taken

    return look


def order(place: Town, ref: str, kind: str = "joint_discipline", **changes: object) -> int:
    body = {**ORDER, "source_ref": ref, "record": place.record, "kind": kind, **changes}
    answer = place.handler.post("/v1/measures", json=body)
    assert answer.status_code == 201, answer.json
    return int(answer.json["id"])


def states(place: Town) -> dict[int, str]:
    return {one["id"]: one["state"] for one in place.entity.get("/v1/measures").json["items"]}


def nothing_is_wrong(place: Town) -> None:
    with place.database.reader() as session:
        assert [one for one in evidence_faults(session) if "measure" in one] == []


def test_whatever_happens_to_a_measure_is_told_to_who_applies_it(place: Town, heard: Heard) -> None:
    ordered, struck = order(place, "1"), order(place, "2", ends_on="2027-03-19")
    assert heard()[1] == (
        "measure.imposed",
        {"measure": struck, "record": place.record, "kind": "joint_discipline", "on": "2026-03-20",
         "until": "2027-03-19", "cause": None},
    )  # fmt: skip
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="lift")
    place.does(place.approver, number, "decision", decision="end_lifting")
    told = [(topic, one["measure"], one["cause"]) for topic, one in heard()]
    assert told == [
        (topic, one, "repair") for topic in ("measure.suspended", "measure.restored") for one in (ordered, struck)
    ]
    lifting = {"on": "2026-06-16", "reference": "9号", "reason": "已整改"}
    for _ in range(2):
        assert place.approver.post(f"/v1/measures/{ordered}/lifting", json=lifting).status_code in {200, 201}
    place.struck_or_repaired(place.record, "annulment")
    told = [(topic, one["measure"], one["cause"]) for topic, one in heard()]
    assert told == [("measure.lifted", ordered, "order"), ("measure.lifted", struck, "annulment")]
    nothing_is_wrong(place)


def test_a_repair_from_outside_lifts_what_its_law_lifts_and_its_revocation_restores_it(
    place: Town, heard: Heard, caller: Callable[..., FlaskClient]
) -> None:
    supervised, banned = order(place, "1"), order(place, "2", "career_ban")
    heard()
    finder = caller("handler", authority=town.AUTHORITY, sources=("ministry",))
    act = {"source": "ministry", "source_ref": "r-1", "act": "repair", "acted_on": "2026-06-16", "reason": "已修复"}
    assert finder.post(f"/v1/events/{place.record}/acts", json=act).status_code == 201
    for _ in range(2):
        outside_repairs.run(place.database)
    assert states(place) == {supervised: "lifted", banned: "in_force"}
    (said,) = place.handler.get(f"/v1/measures/{supervised}").json["acts"]
    assert (said["cause"], said["reference"], said["reason"]) == ("repair", "ministry/r-1", "已修复")
    assert [topic for topic, _ in heard()] == ["record.repaired", "measure.lifted"]
    act |= {"source_ref": "r-2", "act": "repair_revocation", "reason": "材料不实"}
    assert finder.post(f"/v1/events/{place.record}/acts", json=act).status_code == 201
    outside_repairs.run(place.database)
    assert states(place)[supervised] == "in_force"
    assert [topic for topic, _ in heard()] == ["record.repair_revoked", "measure.restored"]
    nothing_is_wrong(place)


def test_a_repair_of_a_case_is_told_with_the_case_and_followed_once(place: Town, heard: Heard) -> None:
    supervised = order(place, "1")
    number = place.to_decision()
    place.does(place.approver, number, "decision", decision="grant")
    outside_repairs.run(place.database)
    assert [(topic, one["measure"]) for topic, one in heard()] == [
        ("measure.imposed", supervised),
        ("measure.lifted", supervised),
    ]


def test_a_repair_from_outside_that_was_struck_meanwhile_lifts_nothing_more(place: Town) -> None:
    supervised = order(place, "1")
    place.struck_or_repaired(place.record, "repair")
    place.struck_or_repaired(place.record, "annulment")
    outside_repairs.run(place.database)
    (act,) = place.handler.get(f"/v1/measures/{supervised}").json["acts"]
    assert act["cause"] == "annulment"
