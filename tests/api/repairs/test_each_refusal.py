"""What is refused in cases of repair and objection: by a code of its own, in both languages, nothing half written."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from tests.api.at_once import at_once
from tests.builders.repair_town import ELIGIBLE
from tests.integration.ratings import town
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town

TABLES = ("repair_case", "repair_step", "repair_material", "event_act", "audit", "outbox", "rerate_mark", "stored_file")
WHY = {"reason": "as found"}


def written(place: Town) -> dict[str, int]:
    """How many rows there are of everything that a case may write."""
    with place.database.reader() as session:
        return {name: session.scalar(text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}  # noqa: S608 - names from above


def refused(place: Town, client: FlaskClient, at: str, **body: object) -> dict[str, Any]:
    """The refusal of a request: the same in both languages, and nothing was written."""
    before = written(place)
    found = {}
    for lang in ("zh", "en"):
        answer = client.post(f"/v1/{at}", json={**WHY, **body}, headers={"Accept-Language": lang})
        assert answer.status_code >= 400, answer.json
        found[lang] = dict(answer.json)
    zh, en = found["zh"], found["en"]
    assert (zh["code"], zh["status"]) == (en["code"], en["status"])
    for said in ("title", "detail", "next"):
        assert en[said].isascii() or said == "detail"
        assert not zh[said].isascii()
    assert written(place) == before
    return en


def test_each_application_that_may_not_be_has_its_own_code(early: Town, caller: Callable[..., FlaskClient]) -> None:
    said = {"entity": early.key, "record": early.record}
    waits = refused(early, early.entity, "repairs", **said)
    assert (waits["status"], waits["code"], "from 2026-06-16" in waits["detail"]) == (
        409,
        "repair_not_yet_eligible",
        True,
    )
    assert [(one["pointer"], one["code"]) for one in waits["errors"]] == [
        ("/conditions/minimum", "repair_condition_waits")
    ]
    assert waits["errors"][0]["detail"].startswith("The minimum publicity is over"), "in the language asked for, alone"
    early.clock.advance(ELIGIBLE - early.clock.now())
    (somebody,) = town.people(early.database, 1)
    theirs = town.punish(early.database, somebody)
    other = caller("entity", subject=town.key_of(early.database, somebody))
    for client, record in ((early.entity, theirs), (other, early.record)):
        for procedure in ("repairs", "objections"):
            another = refused(early, client, procedure, entity=early.key, record=record)
            assert (another["status"], another["code"]) == (403, "repair_record_not_own")

    number = early.to_decision()
    early.does(early.approver, number, "decision", decision="grant")
    repaired = refused(early, early.entity, "repairs", **said)
    assert (repaired["status"], repaired["code"]) == (409, "repair_done_already")
    early.does(early.handler, number, "revocation-proposal")
    early.does(early.other, number, "revocation")
    barred = refused(early, early.entity, "repairs", **said)
    assert (barred["status"], barred["code"], "2029-06-17" in barred["detail"]) == (409, "repair_barred", True)
    assert [one["pointer"] for one in barred["errors"]] == ["/conditions/not_barred"]
    early.struck_or_repaired(early.record, "annulment")
    for procedure in ("repairs", "objections"):
        assert refused(early, early.entity, procedure, **said)["code"] == "repair_record_struck"


def test_nobody_decides_what_he_verified_nor_after_the_term(place: Town) -> None:
    number = place.opened()
    at = f"repairs/{number}/decision"
    place.does(place.handler, number, "acceptance")
    place.does(place.approver, number, "verification", fit=True)
    assert refused(place, place.approver, at, decision="grant")["code"] == "repair_same_person"
    assert refused(place, place.handler, at, decision="grant")["code"] == "forbidden"
    place.clock.advance(timedelta(30))
    late = refused(place, place.other, at, decision="grant")
    assert (late["status"], late["code"], "2026-07-01" in late["detail"]) == (409, "repair_term_over", True)
    job.run(place.database)
    place.does(place.other, number, "decision", decision="grant")
    assert refused(place, place.other, at, decision="refuse")["code"] == "repair_step_not_open"


def test_of_many_who_file_for_one_record_at_the_same_moment_one_is_heard(place: Town) -> None:
    clients = [place.entity, place.handler, place.reviewer] * 2
    for procedure, first in (("repairs", "submit"), ("objections", "object")):
        body = {"entity": place.key, "record": place.record, **WHY}
        answers = at_once(lambda client, at=f"/v1/{procedure}", said=body: client.post(at, json=said), clients)
        assert sorted(answer.status_code for answer in answers) == [201, *[409] * 5]
        (number,) = [answer.json["number"] for answer in answers if answer.status_code == 201]
        others = [answer.json for answer in answers if answer.status_code == 409]
        assert {(one["code"], number in one["detail"]) for one in others} == {("repair_case_open", True)}
        assert number.endswith("00001")
        (one,) = place.handler.get(f"/v1/{procedure}").json["items"]
        assert place.case(one["number"], at=procedure)["steps"][0]["event"] == first
    with place.database.reader() as session:
        assert session.scalar(text("SELECT count(*) FROM event_act WHERE act = 'dispute'")) == 1
    place.does(place.entity, number, "withdrawal", at="objections")
    assert place.objected().endswith("00002"), "numbers have no gaps"


def test_of_two_decisions_at_the_same_moment_one_holds(place: Town) -> None:
    number = place.to_decision()
    said = iter(("grant", "refuse"))
    answers = at_once(
        lambda client: client.post(f"/v1/repairs/{number}/decision", json={**WHY, "decision": next(said)}),
        [place.approver, place.other],
    )
    assert sorted(answer.status_code for answer in answers) == [204, 409]
    (late,) = [answer.json for answer in answers if answer.status_code == 409]
    assert late["code"] == "repair_step_not_open"
    decided = [step["event"] for step in place.case(number)["steps"] if step["part"] == "decider"]
    assert len(decided) == 1
    with place.database.reader() as session:
        acts = session.scalar(text("SELECT count(*) FROM event_act WHERE act = 'repair'"))
    assert acts == (decided == ["grant"])
