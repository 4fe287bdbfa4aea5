"""Requests to recuse inspectors are told to who asked and to who decides, with what became of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.api.inspections.test_recusals import ASKED, asked, filling, keys, number, who
from tests.api.inspections.visiting import enter, signed, sync
from tests.builders import planning, visiting
from tests.builders.visiting import finding

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web
    from tests.api.inspections.visiting import People

__all__ = ["filling", "keys", "number", "who"]


def listed(client: FlaskClient, **said: object) -> list[dict[str, Any]]:
    answer = client.get("/v1/recusals", query_string=said)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def states(client: FlaskClient, **said: object) -> list[tuple[str, str, bool, bool]]:
    return [(one["inspector"], one["state"], one["mine"], one["may_decide"]) for one in listed(client, **said)]


def test_who_asked_sees_what_became_of_it_and_who_decides_sees_what_waits(who: People, number: str) -> None:
    assert asked(who.second, number) == (204, None)
    assert states(who.second) == [("DC-02", "waiting", True, False)]
    assert states(who.lead) == [], "another's request is not his"
    assert states(who.approver) == [("DC-02", "waiting", False, True)]
    assert states(who.handler) == [("DC-02", "waiting", False, False)]
    assert states(who.handler, mine=True) == []
    said = {"inspector": "DC-02", "reason": "no interest was found"}
    assert who.approver.post(f"/v1/visits/{number}/recusals/refusal", json=said).status_code == 204
    (told,) = listed(who.second, open_only=True)
    assert (told["state"], told["grounds"], told["visit"]) == ("refused", said["reason"], number)
    assert told["decided_at"] >= told["asked_at"]
    assert asked(who.handler, number, inspector="DC-01") == (204, None)
    newest, before = listed(who.approver)
    assert (newest["inspector"], newest["by"], before["by"]) == ("DC-01", "handler", "inspector")
    grant = {"inspector": "DC-01", "reason": "kin", "successor": "DC-03"}
    assert who.approver.post(f"/v1/visits/{number}/recusals/grant", json=grant).status_code == 204
    assert states(who.handler, mine=True) == [("DC-01", "granted", True, False)]
    first = who.approver.get("/v1/recusals?limit=1")
    following = first.headers["Link"].partition("<")[2].partition(">")[0]
    assert [one["inspector"] for one in who.approver.get(following).json["items"]] == ["DC-02"]


def test_nobody_is_asked_to_decide_what_he_asked_for_or_what_is_about_him(
    who: People, number: str, keys: list[str], caller: Callable[..., FlaskClient]
) -> None:
    assert asked(who.second, number) == (204, None)
    himself = caller("approver", authority=planning.HERE, person="DC-02")
    assert states(himself) == [("DC-02", "waiting", True, False)]
    elsewhere = caller("approver", authority="bj-culture-110118")
    assert listed(elsewhere) == []
    assert caller("administrator").get("/v1/recusals").status_code == 403
    assert caller("entity", subject=keys[0]).get("/v1/recusals").status_code == 403


def test_a_request_that_nobody_decided_lapses_with_the_record_and_one_whose_seat_changed_is_left(
    who: People, number: str, assembly: web.Assembly, keys: list[str]
) -> None:
    task = visiting.task(assembly.database)
    other = visiting.opened(assembly.database, task, keys[1], source="task:2").opened[keys[1]]
    assert asked(who.handler, other) == (204, None)
    change = {"inspector": "DC-03", "seat": 1, "reason": "ill"}
    assert who.approver.post(f"/v1/visits/{other}/members", json=change).status_code == 204
    assert asked(who.handler, number, **ASKED) == (204, None)
    enter(who, number)
    assert sync(who.lead, number, finding()).status_code == 200
    signed(who, number)
    assert states(who.handler) == [("DC-02", "lapsed", True, False), ("DC-02", "left", True, False)]
    assert states(who.handler, open_only=True) == [("DC-02", "left", True, False)]
