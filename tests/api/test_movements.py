"""How tiers moved over days, and how ratings stand by district and kind."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from service.evidence import read_catalogue, record_act
from service.ratings import drain
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web

    Caller = Callable[..., FlaskClient]


def rated(assembly: web.Assembly) -> None:
    while town.marks(assembly.database):
        drain(database=assembly.database)


@pytest.fixture
def fined(assembly: web.Assembly, clock: FixedClock) -> int:
    """Two cinemas, rated; ten days later one is fined and falls: the number of its fine."""
    town.found(assembly.database)
    one, _ = town.people(assembly.database, 2)
    rated(assembly)
    clock.advance(timedelta(10))
    record = town.punish(assembly.database, one)
    rated(assembly)
    return record


def told(client: FlaskClient, **asked: object) -> dict[str, Any]:
    answer = client.get("/v1/tier-movements", query_string=asked)
    assert answer.status_code == 200, answer.json
    return dict(answer.json)


def test_a_fall_and_the_way_back_are_counted_and_first_ratings_are_not(
    assembly: web.Assembly, clock: FixedClock, caller: Caller, fined: int
) -> None:
    handler = caller("handler")
    now = told(handler)
    assert now["items"] == [{"was": "A", "now": "D", "fell": True, "moves": 1}]
    assert (now["fell"], now["rose"], now["net"]) == (1, 0, {"A": -1, "D": 1})
    clock.advance(timedelta(20))
    act = {"source": "cases", "source_ref": "x", "act": "annulment", "acted_on": "2026-06-20", "reason": "court"}
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        record_act(uow=uow, event_id=fined, body=act, catalogue=read_catalogue(uow.session))
    rated(assembly)
    assert told(handler, days=7)["items"] == [{"was": "D", "now": "A", "fell": False, "moves": 1}]
    both = told(handler, days=60)
    assert (both["fell"], both["rose"], both["net"]) == (1, 1, {"A": 0, "D": 0})
    assert both["after"] == (clock.now().date() - timedelta(60)).isoformat()
    assert date.fromisoformat(told(handler, days=366)["after"]) < date(2026, 1, 1)


def test_moves_and_counts_are_those_of_the_callers_scope(caller: Caller, fined: int) -> None:
    assert fined
    for scope in ({"regions": ["110118"]}, {"authority": "bj-culture-110118"}):
        elsewhere = caller("handler", **scope)
        assert told(elsewhere)["items"] == []
        assert elsewhere.get("/v1/statistics/tiers-by-kind").json["items"] == []
    assert told(caller("handler", regions=["110000"]))["fell"] == 1
    items = caller("auditor").get("/v1/statistics/tiers-by-kind").json["items"]
    assert {(one["kind"], one["tier"], one["ratings"]) for one in items} == {("cinema", "A", 1), ("cinema", "D", 1)}


@pytest.mark.parametrize("days", ["0", "367", "x"])
def test_days_are_bounded_and_the_public_is_not_told(caller: Caller, anonymous: FlaskClient, days: str) -> None:
    assert caller("handler").get(f"/v1/tier-movements?days={days}").status_code == 422
    assert anonymous.get("/v1/tier-movements").status_code == 401
    assert anonymous.get("/v1/statistics/tiers-by-kind").status_code == 401
