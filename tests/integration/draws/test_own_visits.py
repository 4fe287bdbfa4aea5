"""When an entity is told that a draw has drawn it: with everyone, or when the visit begins."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from service.inspections.visits import enter_without_code, follow_draws
from service.inspections.visits.queries import own_visits
from service.inspections.visits.usecases import ask_recusal
from service.platform import Actor, FixedClock, Role
from tests.builders import drawing
from tests.builders.draw_life import act, dispatched, prepared, refused
from tests.integration.draws.test_visits_follow import teams, visits

if TYPE_CHECKING:
    from service.platform import Database


def told(database: Database, entity: Actor) -> list[dict[str, Any]]:
    with database.reader() as session:
        return [one.document for one in own_visits(session, entity, entity.subject or "", after=0, limit=9)]


@pytest.mark.parametrize("names", ["dispatch", "completion"])
def test_the_entity_knows_no_sooner_than_everyone_unless_somebody_stands_at_the_door(
    database: Database, names: str
) -> None:
    draw = prepared(database, names=names)
    dispatched(database, draw)
    follow_draws(database)
    (key, number), *_ = sorted(visits(database, draw).items())
    entity = Actor("token", "e1", Role.ENTITY, subject=key)
    team = teams(database, draw)[key]
    asking = {"number": number, "inspector": team[1], "reason": "kinship"}
    if names == "completion":
        assert told(database, entity) == []
        assert refused(database, ask_recusal, entity, **asking) == "visit_not_found"
    else:
        (one,) = told(database, entity)
        assert (one["number"], one["state"], one["may_ask_recusal"]) == (number, "dispatched", True)
        assert one["inspectors"] == [{"code": code, "name": None} for code in team], "codes alone, as to everyone"
        act(database, ask_recusal, entity, **asking)
        assert told(database, entity)[0]["recusals"][0]["state"] == "waiting"
    assert isinstance(database.clock, FixedClock)
    database.clock.advance(datetime(2023, 9, 4, 2, tzinfo=UTC) - database.clock.now())
    with database.unit_of_work(drawing.inspector_of(team[0])) as uow:
        enter_without_code(uow, number=number, inspectors=team, reason="nobody could scan")
    (one,) = told(database, entity)
    assert [each["code"] for each in one["inspectors"]] == list(team)
    assert all(each["name"] for each in one["inspectors"])
