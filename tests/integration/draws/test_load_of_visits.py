"""Inspectors enter a draw with the seats of every visit of the year, not of draws alone."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.inspections import draws
from service.inspections.visits import Opened, Team, cancel_visit, change_member, open_triggered
from tests.builders import drawing
from tests.builders.draw_life import act, full, prepared, valued
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database

WINDOW = (date(2023, 8, 24), date(2023, 10, 30))


def visited(database: Database, key: str, source: str, *team: str) -> str:
    """A visit for a complaint; returns its number."""
    with database.unit_of_work(town.OPERATOR) as uow:
        opened: Opened = open_triggered(
            uow,
            type_="complaint",
            authority=drawing.HERE,
            source=source,
            items=["CINEMA-1"],
            team=Team(key, [(code, seat) for seat, code in enumerate(team)]),
            window=WINDOW,
            method="on_site",
            reason="a report",
        )
    assert opened.refused == {}
    return opened.opened[key]


def load(database: Database) -> dict[str, int]:
    with database.reader() as session:
        return draws.load_of_year(session, 2023)


def test_seats_of_complaints_count_those_left_too_and_not_those_called_off(database: Database) -> None:
    ids = town.ids(database)
    keys = [town.key_of(database, number) for number in ids[:3]]
    numbers = [visited(database, key, f"12345/{key}", "DC-01", "DC-02") for key in keys]
    with database.unit_of_work(town.OPERATOR) as uow:
        change_member(uow, number=numbers[0], seat=1, inspector="DC-04", reason="on leave")
        cancel_visit(uow, number=numbers[2], reason="withdrawn by who complained")
    counted = {"DC-01": 2, "DC-02": 2, "DC-04": 1}
    assert load(database) == counted

    number = prepared(database)
    valued(database, number)
    act(database, draws.conclude, draw=number)
    part = full(database, number)["parts"][0]
    assert {row[0]: row[4] for row in part["roster"] if row[4]} == counted
