"""What follows a visit and what steers it: publication, orders to correct, the register, teams, joined visits."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.inspections.visits import audited_results, task_progress
from service.platform import note_done
from tests.api.inspections.visiting import audited, enter, failed, people, signed, sync
from tests.builders import planning, visiting
from tests.builders.overridden import overridden
from tests.builders.visiting import finding
from tests.integration.ratings import town
from workers.jobs import alarms

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.api.inspections.visiting import People
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]

RAISED = text("""
SELECT id, subject, payload FROM outbox WHERE topic = 'alarm.inspection'
   AND NOT EXISTS (SELECT FROM outbox_done WHERE consumer = 'tests' AND outbox_id = outbox.id) ORDER BY id
""")
VISIT_DAY = datetime(2026, 6, 8, 2, tzinfo=UTC)
MEMBERS = [{"inspector": "DC-01", "seat": 0}, {"inspector": "DC-02", "seat": 1}]


@pytest.fixture
def filling() -> Filling:
    return visiting.standing(1)


@pytest.fixture
def who(caller: Caller, anonymous: FlaskClient) -> People:
    return people(caller, anonymous)


@pytest.fixture
def key(assembly: web.Assembly, clock: FixedClock) -> str:
    (entity,) = town.ids(assembly.database)
    clock.advance(VISIT_DAY - clock.now())
    return town.key_of(assembly.database, entity)


@pytest.fixture
def number(assembly: web.Assembly, key: str) -> str:
    return visiting.opened(assembly.database, visiting.task(assembly.database), key).opened[key]


def ended(who: People, number: str, *findings: dict[str, Any], result: str, remark: str | None = None) -> Any:  # noqa: ANN401
    """A visit taken from its entry to its audit."""
    enter(who, number)
    if findings:
        assert sync(who.lead, number, *findings).status_code == 200
    signed(who, number, result=result, remark=remark)
    return audited(who, number)


def events(who: People, key: str) -> list[tuple[str, str | None]]:
    items = who.handler.get(f"/v1/entities/{key}/events").json["items"]
    return sorted((one["code"], one["corrected_on"]) for one in items)


def worklist(who: People) -> Any:  # noqa: ANN401 the answer's own
    return who.handler.get("/v1/visit-worklist").json


def test_a_result_waits_for_its_publication_and_the_alarm_rises_after_the_day(
    who: People, number: str, clock: FixedClock, assembly: web.Assembly
) -> None:
    early = who.handler.post(f"/v1/visits/{number}/publication", json={"reference": "gazette/1"})
    assert (early.status_code, early.json["code"]) == (409, "visit_wrong_state")
    ended(who, number, finding(), result="1")
    (waiting,) = worklist(who)["publications"]
    assert (waiting["visit"], waiting["publish_by"], waiting["overdue"]) == (number, "2026-06-17", False)
    clock.advance(timedelta(days=10))
    assert worklist(who)["publications"][0]["overdue"] is True
    said = {"reference": "gazette/1"}
    assert who.handler.post(f"/v1/visits/{number}/publication", json=said).status_code == 204
    assert worklist(who)["publications"] == []
    seen = who.handler.get(f"/v1/visits/{number}").json
    assert (seen["state"], seen["acts"][-1]["detail"]) == ("published", {"reference": "gazette/1", "late": True})
    with assembly.database.reader() as session:
        (row,) = audited_results(session, since=date(2026, 6, 1), until=date(2026, 7, 1), authorities=[planning.HERE])
        (progress,) = task_progress(session, [row.task or ""])
        assert list(audited_results(session, since=date(2026, 6, 9), until=date(2026, 7, 1))) == []
    assert (row.number, row.result, row.tier, row.present) == (number, "1", "A", ("DC-01", "DC-02"))
    assert (row.publish_by, row.published_on) == (date(2026, 6, 17), date(2026, 6, 18))
    assert progress[1:] == (1, 0, 1, 1, 0)


def raised(assembly: web.Assembly) -> list[tuple[str, str, str]]:
    """What the job raises now, by the messages that it leaves."""
    alarms.run(assembly.database)
    with assembly.database.reader() as session:
        rows = session.execute(RAISED).all()
    with assembly.database.bookkeeping() as session:
        note_done(session, "tests", [row.id for row in rows])
    return [(row.payload["kind"], row.payload["stage"], row.subject) for row in rows]


def test_an_alarm_is_raised_once_before_a_day_and_once_after_it(
    who: People, number: str, clock: FixedClock, assembly: web.Assembly
) -> None:
    assert raised(assembly) == []
    order = ended(who, number, failed(), result="5")["order"]
    assert raised(assembly) == []
    for days, expected in (
        (7, [("publication", "due", number)]),  # public by 17 June, two days ahead
        (0, []),
        (3, [("publication", "overdue", number)]),
        (9, [("order", "due", order)]),  # corrected by 30 June, three days ahead
        (9, [("order", "overdue", order)]),
        (0, []),
    ):
        clock.advance(timedelta(days=days))
        assert raised(assembly) == expected
    waiting = worklist(who)
    assert [one["alarm"] for one in (*waiting["publications"], *waiting["orders"])] == ["overdue", "overdue"]
    metrics = who.anyone.get("/metrics").text
    assert 'alarms_total{kind="order",stage="overdue"}' in metrics


def test_terms_that_are_over_are_told_as_figures_until_an_alarm_is_raised_and_after(
    who: People, number: str, clock: FixedClock, assembly: web.Assembly
) -> None:
    def told(name: str) -> dict[str, str]:
        lines = who.anyone.get("/metrics").text.splitlines()
        found = dict(line.rsplit(" ", 1) for line in lines if line.startswith(name + "{"))
        return {kind: found[f'{name}{{kind="{kind}"}}'] for kind in ("visit", "order", "publication")}

    ended(who, number, failed(), result="5")
    clock.advance(timedelta(days=9))  # until 17 June, the last day to publish
    assert told("statutory_clocks_overdue") == {"visit": "0.0", "order": "0.0", "publication": "0.0"}
    clock.advance(timedelta(days=1))
    late = {"visit": "0.0", "order": "0.0", "publication": "1.0"}
    assert (told("statutory_clocks_overdue"), told("statutory_clocks_unalarmed")) == (late, late)
    alarms.run(assembly.database)
    assert told("statutory_clocks_overdue") == late
    assert told("statutory_clocks_unalarmed") == {**late, "publication": "0.0"}


def test_a_visit_that_is_not_made_is_told_of(
    who: People, number: str, clock: FixedClock, assembly: web.Assembly
) -> None:
    assert worklist(who)["visits"] == []
    clock.advance(timedelta(days=17))
    assert raised(assembly) == [("visit", "due", number)]
    clock.advance(timedelta(days=6))
    assert raised(assembly) == [("visit", "overdue", number)]
    (waiting,) = worklist(who)["visits"]
    assert (waiting["visit"], waiting["last_day"], waiting["alarm"]) == (number, "2026-06-30", "overdue")
    late = who.lead.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-02"]})
    assert (late.status_code, late.json["code"]) == (409, "visit_day_outside")


def test_what_was_found_is_corrected_in_time_and_looked_at_again(
    who: People, number: str, key: str, clock: FixedClock
) -> None:
    order = ended(who, number, failed(), result="5")["order"]
    (waiting,) = worklist(who)["orders"]
    assert (waiting["order"], waiting["due_on"], waiting["overdue"]) == (order, "2026-06-30", False)
    window = {"first_day": "2026-06-20", "last_day": "2026-06-25"}
    opened = who.handler.post(f"/v1/rectification-orders/{order}/rechecks", json={"members": MEMBERS, **window})
    assert opened.status_code == 201, opened.json
    recheck = opened.json["opened"][key]
    clock.advance(timedelta(days=13))
    told = ended(who, recheck, finding("r1"), result="1")
    assert (told["events"], told["order"]) == ([], None)
    assert worklist(who)["orders"] == []
    assert events(who, key) == [("problem_found", "2026-06-21"), ("rectified_in_time", None)]
    again = who.handler.post(f"/v1/rectification-orders/{order}/rechecks", json={"members": MEMBERS, **window})
    assert (again.status_code, again.json["code"]) == (409, "order_closed")


def test_an_order_is_read_by_those_whom_it_concerns_and_a_recheck_to_come_is_not_announced(
    who: People, number: str, key: str, clock: FixedClock, caller: Callable[..., FlaskClient]
) -> None:
    order = ended(who, number, failed(), result="5")["order"]
    place, entity = f"/v1/rectification-orders/{order}", caller("entity", authority=planning.HERE, subject=key)
    window = {"first_day": "2026-06-20", "last_day": "2026-06-25"}
    recheck = who.handler.post(f"{place}/rechecks", json={"members": MEMBERS, **window}).json["opened"][key]
    for client in (who.handler, who.lead, entity):
        told = client.get(place).json
        (entry,) = told["entries"]
        assert (told["visit"], told["due_on"], told["outcome"], told["rechecks"]) == (number, "2026-06-30", None, [])
        assert (entry["entry"], entry["look"]["en"]) == ("minors", "Minors")
    for client in (who.other, caller("auditor", authority="bj-culture-110102")):
        assert client.get(place).json["code"] == "order_not_found"
    clock.advance(timedelta(days=13))
    ended(who, recheck, finding("r1"), result="1")
    told = entity.get(place).json
    assert (told["outcome"], told["closed_on"], told["rechecks"]) == ("performed", "2026-06-21", [recheck])


def test_a_recheck_that_fails_before_the_day_leaves_the_order_open_and_after_it_closes_it(
    who: People, number: str, key: str, clock: FixedClock
) -> None:
    order = ended(who, number, failed(), result="5")["order"]
    for days, window in ((5, ("2026-06-10", "2026-06-20")), (20, ("2026-06-25", "2026-07-20"))):
        said = {"members": MEMBERS, "first_day": window[0], "last_day": window[1]}
        recheck = who.handler.post(f"/v1/rectification-orders/{order}/rechecks", json=said).json["opened"][key]
        clock.advance(timedelta(days=days))
        ended(who, recheck, failed(f"r{days}"), result="5")
        assert len(worklist(who)["orders"]) == (1 if days == 5 else 0)
    assert events(who, key) == [("problem_found", None), ("rectification_overdue", None)], "no fault scores twice"


@pytest.mark.parametrize(
    ("outcome", "on", "code"),
    [
        ("performed", "2026-07-02", "order_day_wrong"),
        ("performed_late", "2026-06-20", "order_day_wrong"),
        ("performed", "2026-08-01", "order_day_wrong"),
        ("forgiven", "2026-06-20", "order_outcome_unknown"),
    ],
)
def test_an_order_closed_on_papers_must_fit_its_day(
    who: People, number: str, clock: FixedClock, outcome: str, on: str, code: str
) -> None:
    order = ended(who, number, failed(), result="5")["order"]
    clock.advance(timedelta(days=25))
    said = {"outcome": outcome, "on": on, "basis": "photographs"}
    refused = who.handler.post(f"/v1/rectification-orders/{order}/closure", json=said)
    assert (refused.status_code, refused.json["code"]) == (422, code)


def test_an_order_performed_late_is_evidence_of_both(who: People, number: str, key: str, clock: FixedClock) -> None:
    order = ended(who, number, failed(), result="5")["order"]
    clock.advance(timedelta(days=25))
    said = {"outcome": "performed_late", "on": "2026-07-02", "basis": "photographs"}
    closure = f"/v1/rectification-orders/{order}/closure"
    assert who.handler.post(closure, json=said).status_code == 204
    assert events(who, key) == [("problem_found", "2026-07-02"), ("rectification_overdue", None)]
    assert who.handler.post(closure, json=said).json["code"] == "order_closed"


@pytest.mark.parametrize(("result", "status"), [("7", "suspended"), ("12", "moved_out"), ("9", "deregistered")])
def test_closed_and_moved_are_results_that_reach_the_register_once_decided(
    who: People, number: str, key: str, result: str, status: str
) -> None:
    told = ended(who, number, result=result, remark="shutters down, sign removed")
    assert (told["status"], told["events"], told["order"]) == (status, [], None)
    assert who.handler.get(f"/v1/entities/{key}").json["status"] == "active"
    assert [one["status"] for one in worklist(who)["register_proposals"]] == [status]
    said = {"accepted": True, "reason": "confirmed with the registry"}
    assert who.approver.post(f"/v1/visits/{number}/register-proposal", json=said).status_code == 204
    seen = who.handler.get(f"/v1/entities/{key}").json
    assert (seen["status"], seen["status_on"], seen["status_evidence"]) == (status, "2026-06-08", f"visit:{number}")
    again = who.approver.post(f"/v1/visits/{number}/register-proposal", json=said)
    assert (again.status_code, again.json["code"]) == (409, "visit_proposal_decided")


def test_unreachable_takes_the_first_of_three_steps(who: People, number: str, key: str) -> None:
    ended(who, number, result="6", remark="nobody there on two visits")
    said = {"accepted": True, "reason": "letters came back"}
    assert who.approver.post(f"/v1/visits/{number}/register-proposal", json=said).status_code == 204
    assert who.handler.get(f"/v1/entities/{key}").json["status"] == "active"
    again = {"found_on": "2026-06-08", "evidence": "second letter"}
    open_ = who.handler.post(f"/v1/entities/{key}/unreachable-reports", json=again)
    assert (open_.status_code, open_.json["code"]) == (409, "unreachable_open")


def test_an_attempt_counts_against_no_cap(who: People, number: str, key: str, assembly: web.Assembly) -> None:
    ended(who, number, result="F", remark="no films are shown here")
    task = visiting.task(assembly.database)
    for n in (2, 3):
        assert visiting.opened(assembly.database, task, key, source=f"draw:{n}").opened
    assert visiting.opened(assembly.database, task, key, source="draw:4").refused


def test_a_cancelled_visit_gives_its_place_back(who: People, number: str, key: str, assembly: web.Assembly) -> None:
    task = visiting.task(assembly.database)
    visiting.opened(assembly.database, task, key, source="draw:2")
    assert visiting.opened(assembly.database, task, key, source="draw:3").refused
    said = {"reason": "the plan was amended"}
    assert who.handler.post(f"/v1/visits/{number}/cancellation", json=said).status_code == 204
    assert who.handler.post(f"/v1/visits/{number}/cancellation", json=said).json["code"] == "visit_wrong_state"
    assert visiting.opened(assembly.database, task, key, source="draw:3").opened


def test_two_visits_in_the_same_days_are_proposed_to_be_one(
    who: People, number: str, key: str, assembly: web.Assembly
) -> None:
    task = visiting.task(assembly.database, items=["CINEMA-2"])
    team = (("DC-03", 0), ("DC-01", 1))
    other = visiting.opened(assembly.database, task, key, source="draw:2", members=team).opened[key]
    (proposal,) = worklist(who)["merge_proposals"]
    assert (proposal["visit"], proposal["other"]) == (number, other)
    said = {"accepted": True, "reason": "one visit, full check-up"}
    place = f"/v1/visit-merges/{proposal['proposal']}"
    assert who.approver.post(place, json=said).status_code == 204
    seen = who.handler.get(f"/v1/visits/{number}").json
    assert (seen["team"], [row["item"] for row in seen["checklist"]]) == (
        ["DC-01", "DC-02", "DC-03"],
        ["CINEMA-1", "CINEMA-2"],
    )
    assert who.handler.get(f"/v1/visits/{other}").json["state"] == "replaced"
    assert who.approver.post(place, json=said).json["code"] == "visit_proposal_decided"
    assert who.approver.post("/v1/visit-merges/99", json=said).json["code"] == "visit_merge_not_found"
    assert worklist(who)["merge_proposals"] == []


def test_another_inspector_takes_a_seat_and_the_one_who_left_may_do_nothing(
    who: People, key: str, assembly: web.Assembly
) -> None:
    number = visiting.opened(assembly.database, visiting.task(assembly.database), key, source="task:1").opened[key]
    said = {"seat": 1, "inspector": "DC-03", "reason": "recusal asked by the entity, granted"}
    assert who.approver.post(f"/v1/visits/{number}/members", json=said).status_code == 204
    assert who.approver.post(f"/v1/visits/{number}/members", json=said).json["code"] == "visit_seat_unknown"
    assert overridden(assembly.database) == [("visit_member_changed", number, said["reason"])]
    refused = who.second.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-02"]})
    assert (refused.status_code, refused.json["code"]) == (403, "visit_inspector_not_assigned")
    asked = who.other.post(f"/v1/visits/{number}/entry-code", json={"inspectors": ["DC-01", "DC-03"]})
    assert asked.status_code == 201
    assert who.second.get(f"/v1/visits/{number}").json["team"] == ["DC-01", "DC-03"], "who left may still read it"


def test_who_was_sent_by_a_draw_is_followed_by_nobody_that_a_person_chose(who: People, number: str) -> None:
    said = {"seat": 1, "inspector": "DC-03", "reason": "recusal"}
    refused = who.approver.post(f"/v1/visits/{number}/members", json=said)
    assert (refused.status_code, refused.json["code"]) == (409, "visit_team_of_draw")
    assert who.handler.get(f"/v1/visits/{number}").json["team"] == ["DC-01", "DC-02"]


def test_a_complaint_is_opened_by_a_handler_and_a_random_task_is_not(
    who: People, key: str, assembly: web.Assembly
) -> None:
    days = {"first_day": "2026-06-08", "last_day": "2026-06-10"}
    said = {
        "type": "complaint",
        "authority": planning.HERE,
        "source": "12345/77",
        "items": ["CINEMA-1"],
        "team": {"entity": key, "members": MEMBERS},
        "reason": "noise at night",
        **days,
    }
    opened = who.handler.post("/v1/visits", json=said)
    assert opened.status_code == 201, opened.json
    assert who.handler.post("/v1/visits", json=said).json["held"] == opened.json["opened"]
    by_hand = {"teams": [said["team"]], **days}
    task = visiting.task(assembly.database)
    refused = who.handler.post(f"/v1/inspection-tasks/{task}/visits", json=by_hand)
    assert (refused.status_code, refused.json["code"]) == (409, "visit_needs_draw")
    full = visiting.task(assembly.database, channel="full")
    taken = who.handler.post(f"/v1/inspection-tasks/{full}/visits", json=by_hand)
    assert list(taken.json["opened"]) == [key]
