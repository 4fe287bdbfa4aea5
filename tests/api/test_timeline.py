"""Everything that happened to an entity, one day after another, and who looked at it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import read_catalogue, record_act
from service.platform import web as _web
from service.ratings import drain
from tests.builders.repair_town import ELIGIBLE, found, standing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web
    from tests.builders.fillings import Filling

    Caller = Callable[..., FlaskClient]


@pytest.fixture
def filling() -> Filling:
    return standing()


@pytest.fixture
def key(assembly: web.Assembly, clock: FixedClock, caller: Caller) -> str:
    """A cinema with a fine that it repairs and objects to."""
    place = found(assembly.database)
    drain(database=assembly.database)
    clock.advance(ELIGIBLE - clock.now())
    entity = caller("entity", subject=place.key)
    for path in ("repairs", "objections"):
        body = {"entity": place.key, "record": place.record, "reason": "as it was"}
        assert entity.post(f"/v1/{path}", json=body).status_code == 201
    return place.key


def told(client: FlaskClient, key: str, **asked: object) -> list[dict[str, Any]]:
    answer = client.get(f"/v1/entities/{key}/timeline", query_string=asked)
    assert answer.status_code == 200, answer.json
    return list(answer.json["items"])


def test_what_happened_is_told_newest_first_with_what_it_belongs_to(caller: Caller, key: str) -> None:
    lines = told(caller("handler"), key)
    days = [one["day"] for one in lines]
    assert days == sorted(days, reverse=True)
    fine = next(one for one in lines if one["sort"] == "event" and one["what"] == "penalty")
    assert fine["day"] == "2026-03-16"
    assert {one["what"] for one in lines if one["sort"] == "repair"} >= {"submit"}
    assert {one["what"] for one in lines if one["sort"] == "objection"} >= {"object"}
    (rated,) = [one for one in lines if one["sort"] == "tier"]
    assert (rated["was"], rated["now"], rated["code"]) == (None, "D", "cinema")
    case = next(one for one in lines if one["sort"] == "repair")
    assert case["reference"] == case["subject"]
    assert caller("handler").get(f"/v1/repairs/{case['subject']}").status_code == 200


def test_one_sort_alone_and_page_by_page_tell_the_same(caller: Caller, key: str) -> None:
    handler = caller("handler")
    whole = told(handler, key)
    assert [one for one in whole if one["sort"] == "objection"] == told(handler, key, sort="objection")
    pieces, address = [], f"/v1/entities/{key}/timeline?limit=2"
    while address:
        answer = handler.get(address)
        pieces += answer.json["items"]
        address = answer.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert pieces == whole
    assert len(whole) > 4
    assert handler.get(f"/v1/entities/{key}/timeline?sort=gossip").status_code == 422
    wrong = _web.write_cursor(("soon", "event", 1, "penalty"))
    assert handler.get(f"/v1/entities/{key}/timeline?cursor={wrong}").json["code"] == "invalid_cursor"


def test_each_sort_is_told_to_whom_its_own_route_answers(caller: Caller, key: str, anonymous: FlaskClient) -> None:
    editor = caller("rulebook_editor")
    body = editor.get(f"/v1/entities/{key}/timeline").json
    assert not {"repair", "objection", "visit", "register"} & set(body["sorts"])
    assert {one["sort"] for one in body["items"]} <= set(body["sorts"])
    assert told(editor, key, sort="repair") == []
    assert caller("entity", subject=key).get(f"/v1/entities/{key}/timeline").status_code == 403
    assert anonymous.get(f"/v1/entities/{key}/timeline").status_code == 401
    elsewhere = caller("handler", authority="bj-culture-110118", regions=["110118"])
    assert elsewhere.get(f"/v1/entities/{key}/timeline").json["code"] == "entity_out_of_scope"


def test_of_a_record_struck_out_by_law_nothing_is_told_but_that_it_was(
    assembly: web.Assembly, caller: Caller, key: str
) -> None:
    handler, record = caller("handler"), found(assembly.database).record
    reference = next(one["reference"] for one in told(handler, key, sort="event"))
    act = {"source": "cases", "source_ref": "struck", "act": "withdrawal", "acted_on": "2026-06-16", "reason": "court"}
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        record_act(uow=uow, event_id=record, body=act, catalogue=read_catalogue(uow.session))
    lines = told(handler, key, sort="event")
    assert [(one["day"], one["what"], one["code"], one["reference"]) for one in lines] == [
        (date(2026, 6, 16).isoformat(), "withdrawal", None, None)
    ]
    assert reference not in str(told(handler, key))


def test_who_looked_is_told_by_name_to_those_who_audit_alone(assembly: web.Assembly, caller: Caller, key: str) -> None:
    caller("handler").get(f"/v1/entities/{key}/events?purpose=bank+loan")
    assembly.notes.flush()
    named = caller("auditor").get(f"/v1/entities/{key}/looks").json["items"]
    look = next(one for one in named if one["purpose"] == "bank loan")
    assert (look["kind"], look["who"]) == ("token", "handler")
    masked = caller("approver").get(f"/v1/entities/{key}/looks").json["items"]
    assert {one["who"] for one in masked} == {None}
    assert "query_log" in {one["purpose"] for one in masked}  # the look at the log is a look
    assert caller("inspector").get(f"/v1/entities/{key}/looks").status_code == 403
    first = caller("auditor").get(f"/v1/entities/{key}/looks?limit=1")
    following = first.headers["Link"].partition("<")[2].partition(">")[0]
    assert caller("auditor").get(following).json["items"][0]["purpose"] != ""
