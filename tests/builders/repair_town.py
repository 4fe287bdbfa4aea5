"""A cinema of the town with a fine that was paid, and the law of its repair."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service.editions import put_in_force
from tests.builders.fillings import with_shipped
from tests.builders.repairing import repair_text
from tests.integration.ratings import town
from tests.law_cases import shipped

if TYPE_CHECKING:
    from service.platform import Database
    from tests.builders.fillings import Filling

HEAD: Final = 'calendar = "cn"\nregions = ["110000"]\nkinds = ["cinema"]\n'
EFFECT: Final = '[[repair.effect]]\neffect = "stop_publication"\n'
EARLY: Final = datetime(2026, 6, 1, 4, tzinfo=UTC)
DECIDED: Final = date(2026, 3, 16)
ELIGIBLE: Final = datetime(2026, 6, 16, 2, tzinfo=UTC)
"""The first day on which the fine may be repaired: its minimum publicity runs to 15 June."""
PDF: Final = b"%PDF-1.4 a commitment"


class Fined(NamedTuple):
    """The cinema: its number, its key, and the number of its fine."""

    id: int
    key: str
    record: int


@cache
def standing(*effects: str, suspends: bool = False) -> Filling:
    """A filling: what ``fined`` leaves, while the minimum publicity of the fine still runs."""

    def fill(database_url: str) -> None:
        with with_shipped(database_url, EARLY) as database:
            fined(database, *effects, suspends=suspends)

    return fill


def found(database: Database) -> Fined:
    """The cinema that ``standing`` left."""
    (entity,) = town.ids(database)
    with database.reader() as session:
        record: int = session.execute(text("SELECT id FROM event")).scalar_one()
    return Fined(entity, town.key_of(database, entity), record)


def fined(database: Database, *effects: str, suspends: bool = False) -> Fined:
    """The town with its law, and one cinema with a general fine that was paid and put right.

    ``effects``: what a repair does there beyond what the law of tests says; ``suspends``: so does an objection.
    """
    town.found(database)
    more = "".join(f'\n[[repair.effect]]\neffect = "{one}"\n' for one in effects)
    changes = {EFFECT: EFFECT + more} | ({"suspends = false": "suspends = true"} if suspends else {})
    with database.unit_of_work(town.OPERATOR) as uow:
        put_in_force(uow=uow, text=repair_text(changes, head=HEAD), reason="test")
        put_in_force(uow=uow, text=shipped.text("bj-credit-2024"), reason="test")
    (entity,) = town.people(database, 1)
    days = {"performed_on": date(2026, 3, 20), "corrected_on": DECIDED}
    record = town.punish(database, entity, on=DECIDED, severity="general", **days)
    return Fined(entity, town.key_of(database, entity), record)
