"""Under a law by which a disputed record has no effect meanwhile: tier and publicity follow, and come back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service import publicity
from service.evidence import evidence_faults
from service.ratings.drain import drain
from tests.integration.ratings import town
from workers.jobs import notices as written
from workers.jobs import repairs as job

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.api.repairs.conftest import Town


@pytest.fixture
def suspends() -> bool:
    return True


def tier(place: Town, **asked: str) -> str:
    while town.marks(place.database):
        drain(database=place.database)
    return str(place.handler.get(f"/v1/entities/{place.key}/tier", query_string=asked).json["tier"])


def shown(place: Town) -> tuple[str, list[str]]:
    with place.database.reader() as session:
        found = publicity.one_record(session, place.record, now=place.clock.now())
    assert found is not None
    return found.standing.state, [one.code for one in found.standing.reasons][:1]


def event(place: Town) -> dict[str, Any]:
    return dict(place.handler.get(f"/v1/events/{place.record}").json)


def objected(place: Town) -> str:
    body = {"entity": place.key, "record": place.record, "reason": "not us"}
    return str(place.entity.post("/v1/objections", json=body).json["number"])


def test_a_disputed_record_is_without_effect_until_the_decision(place: Town) -> None:
    assert (tier(place), shown(place)[0]) == ("D", "due")
    number = objected(place)
    assert (event(place)["disputed"], event(place)["suspended_on"]) == (True, "2026-06-16")
    assert tier(place) == "A"
    assert event(place)["suspended_by"] == number
    assert shown(place) == ("withdrawn", ["suspended"])
    public = place.handler.get(f"/v1/entities/{place.key}/tier").json
    assert public["disputed"] is True
    assert tier(place, as_of="2026-06-15") == "D", "what was in force before stays"
    place.does(place.approver, number, "decision", at="objections", decision="uphold")
    assert (event(place)["disputed"], event(place)["suspended_on"]) == (False, None)
    assert (tier(place), shown(place)[0]) == ("D", "due")
    place.does(place.entity, number, "second-review", at="objections")
    assert tier(place) == "A"
    place.does(place.other, number, "decision", at="objections", decision="uphold")
    assert tier(place) == "D"
    with place.database.reader() as session:
        assert [one for one in evidence_faults(session) if one.startswith("act ")] == []


def test_the_end_of_a_term_ends_the_suspension_too(place: Town) -> None:
    objected(place)
    assert tier(place) == "A"
    place.clock.advance(timedelta(30))
    job.run(place.database)
    assert (event(place)["suspended_on"], tier(place)) == (None, "D")


def test_a_mark_that_was_there_already_suspends_from_the_objection_on(place: Town) -> None:
    place.struck_or_repaired(place.record, "dispute")
    assert (event(place)["suspended_on"], tier(place)) == (None, "D")
    objected(place)
    assert (event(place)["suspended_on"], tier(place)) == ("2026-06-16", "A")


def test_nobody_outside_says_that_a_dispute_suspends(place: Town) -> None:
    act = {"source": "cases", "source_ref": "d", "act": "dispute", "acted_on": "2026-06-16", "reason": "not us"}
    answer = place.handler.post(f"/v1/events/{place.record}/acts", json={**act, "suspends": True})
    assert (answer.json["code"], answer.json["pointer"]) == ("field_unknown", "/suspends")


def test_who_may_see_reasons_is_told_what_is_suspended_since_when_and_by_which_objection(place: Town) -> None:
    number = objected(place)
    tier(place)
    told = place.entity.get(f"/v1/entities/{place.key}/tier").json["kinds"]["cinema"]["suspended"]
    assert [(one["entity"], one["since"], one["objection"]) for one in told] == [(place.key, "2026-06-16", number)]
    for lang in ("zh", "en"):
        words = place.entity.get(f"/v1/entities/{place.key}/tier/words", headers={"Accept-Language": lang}).json
        (said,) = [one["text"] for one in words["kinds"]["cinema"] if one["part"] == "suspended"]
        assert number in said
        assert "2026-06-16" in said
    before = place.handler.get(f"/v1/entities/{place.key}/tier?as_of=2026-06-15").json
    assert "suspended" not in before["kinds"]["cinema"]
    place.does(place.approver, number, "decision", at="objections", decision="uphold")
    tier(place)
    assert "suspended" not in place.entity.get(f"/v1/entities/{place.key}/tier").json["kinds"]["cinema"]


def test_no_partner_is_told_of_a_suspension(place: Town, caller: Callable[..., FlaskClient]) -> None:
    objected(place)
    tier(place)
    kinds = caller("partner", authority=town.AUTHORITY).get(f"/v1/entities/{place.key}/tier").json["kinds"]
    assert (kinds["cinema"]["tier"], kinds["cinema"].get("suspended")) == ("A", None)


def test_the_notice_of_the_tier_that_follows_tells_of_the_suspension(place: Town) -> None:
    tier(place)
    number = objected(place)
    tier(place)
    written.run(place.database)
    (notice,) = place.handler.get("/v1/notices").json["items"]
    text = place.handler.get(f"/v1/notices/{notice['number']}/text?lang=en").get_data(as_text=True)
    assert f"suspended since 2026-06-16 by objection {number}" in text
