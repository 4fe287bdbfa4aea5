"""A town under the shipped law of publicity: records and what was done about them."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from typing import TYPE_CHECKING

from service.evidence.tables import EventAct
from service.ratings import put_edition_in_force
from tests.builders.fillings import with_shipped
from tests.integration.ratings import town

if TYPE_CHECKING:
    from datetime import date

    from service.platform import Database

LAW = ("ndrc-58", "ndrc-36", "samr-45", "bj-credit-2024")


def found(database: Database) -> None:
    """The town's register and its own edition, and the law of publicity."""
    town.found(database)
    for name in LAW:
        in_force(database, shipped(name))


def standing(database_url: str) -> None:
    """A filling: the town, on the last days of May 2026."""
    with with_shipped(database_url, datetime(2026, 5, 28, 4, tzinfo=UTC)) as database:
        found(database)


def shipped(name: str) -> str:
    return files("scoring.editions").joinpath(f"{name}.toml").read_text(encoding="utf-8")


def in_force(database: Database, words: str) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        put_edition_in_force(uow=uow, words=words, reason="test")


def another() -> str:
    """Beijing's law once more, for a region elsewhere."""
    words = shipped("bj-credit-2024").replace("bj-credit", "sh-copy", 2).replace('"110000"', '"310000"')
    return words.replace('id = "bj-credit.2024"', 'id = "sh-copy.2024"')


def act(database: Database, event: int, what: str, on: date, **detail: object) -> None:
    """Something that happened to a recorded event, as intake leaves it."""
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.add(
            EventAct(
                event_id=event,
                act=what,
                acted_on=on,
                detail=detail,
                source="cases",
                source_ref=f"a{event}-{what}-{on}",
                body_sha256=b"",
                audit_id=uow.audit("test.acted", str(event), {}),
            )
        )
