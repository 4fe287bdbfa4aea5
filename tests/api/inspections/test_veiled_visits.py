"""Visits of a draw whose names are not public yet: who is told of them, and that each look is noted."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.inspections.visits import enter_without_code, follow_draws
from service.platform import FixedClock
from tests.builders import drawing
from tests.builders.draw_life import dispatched, prepared

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

LOOKS = text("SELECT count(*) FROM query_log WHERE purpose = 'veiled_visits' AND subject = :source")


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(drawing.at(drawing.FREEZING))


def numbers(client: FlaskClient) -> list[str]:
    answer = client.get("/v1/visits?limit=200")
    assert answer.status_code == 200, answer.json
    return [one["number"] for one in answer.json["items"]]


def looks(assembly: web.Assembly, draw: str) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(LOOKS, {"source": f"draw:{draw}"}).scalar_one())


def test_until_names_are_public_the_drawing_role_is_told_and_each_look_is_noted(
    assembly: web.Assembly, clock: FixedClock, caller: Caller
) -> None:
    drawing.district(assembly.database)
    draw = prepared(assembly.database, names="completion")
    dispatched(assembly.database, draw)
    follow_draws(assembly.database)
    here = {role: caller(role, authority=drawing.HERE) for role in ("handler", "approver", "auditor", "administrator")}
    above = {role: caller(role, authority=drawing.ABOVE) for role in ("handler", "approver")}
    told = numbers(here["handler"])
    assert told
    assert looks(assembly, draw) == 1
    one = f"/v1/visits/{told[0]}"
    team = here["approver"].get(one).json["team"]
    assert looks(assembly, draw) == 2
    for client in (here["auditor"], above["approver"]):  # they may have the full file
        assert numbers(client) == told
    assert looks(assembly, draw) == 4
    lead = caller("inspector", authority=drawing.HERE, person=team[0])
    assert told[0] in numbers(lead)
    for client in (here["administrator"], above["handler"]):
        assert numbers(client) == []
        refused = client.get(one)
        assert (refused.status_code, refused.json["code"]) == (404, "visit_not_found")
    assert looks(assembly, draw) == 5
    refused = above["handler"].post(f"/v1/draws/{draw}/visits")
    assert (refused.status_code, refused.json["code"]) == (403, "draw_names_hidden")
    clock.advance(datetime(2023, 11, 29, 2, tzinfo=UTC) - clock.now())
    assert len(here["handler"].get("/v1/visit-worklist").json["visits"]) == len(told)
    assert above["handler"].get("/v1/visit-worklist").json["visits"] == []
    assert looks(assembly, draw) == 6

    with assembly.database.unit_of_work(drawing.inspector_of(team[0])) as uow:
        enter_without_code(uow, number=told[0], inspectors=team, reason="nobody could scan")
    for client in (here["administrator"], above["handler"]):
        assert numbers(client) == [told[0]], "who has been visited is no secret any more"
        assert client.get(one).status_code == 200
