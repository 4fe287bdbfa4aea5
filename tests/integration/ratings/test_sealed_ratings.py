"""Ratings held against the ledger: what was stored is found as it was, what is changed behind it is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from service.platform import Database, FixedClock
from service.ratings import drain, rating_faults
from tests.builders.fillings import filled
from tests.builders.owning import behind_the_back
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.builders.fillings import Filling

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


def three(database: Database) -> None:
    """A town of three, one of them punished and rated again, and one that is unrated."""
    town.found(database)
    shops = town.people(database, 3)
    with database.unit_of_work(town.OPERATOR) as uow:
        number = uow.audit("test.registered", "town", {})
        spans = [{"kind": "cinema", "licence_no": "1", "valid_from": "2015-01-01", "valid_to": "2026-02-01"}]
        uow.mark([town.entity(uow.session, audit_id=number, kinds=spans)], "register")
    drain(database=database)
    town.punish(database, shops[0])
    drain(database=database)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, three)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    yield database
    database.close()


def faults(database: Database) -> list[str]:
    with database.reader() as session:
        return list(rating_faults(session))


def test_what_was_stored_is_found_as_it_was_stored(database: Database) -> None:
    assert faults(database) == []


ONE = "changed, exchanged or is gone"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE rating SET tier = 'D' WHERE id = (SELECT min(id) FROM rating)", [ONE]),
        ("UPDATE rating SET score = 9900 WHERE id = (SELECT min(id) FROM rating)", [ONE]),
        ("UPDATE rating SET audit_id = audit_id + 1 WHERE id = (SELECT min(id) FROM rating)", [ONE, ONE]),
        ("DELETE FROM rating WHERE id = (SELECT min(id) FROM rating)", [ONE]),
        (
            "UPDATE rating SET document = replace(document, '80', '90') WHERE id = (SELECT max(id) FROM rating)",
            ["the row was changed"],
        ),
        ("UPDATE rating_head SET tier = 'A' WHERE tier = 'D'", ["the head was changed"]),
        ("UPDATE rating_head SET summary = replace(summary::text, '\"D\"', '\"A\"')::jsonb", ["the head was changed"]),
        (
            "UPDATE rating_head h SET rating_ids = ARRAY[(SELECT min(id) FROM rating WHERE entity_id = h.entity_id)]",
            ["the head was changed"],
        ),
    ],
)
def test_what_was_changed_is_told(database: Database, change: str, said: list[str]) -> None:
    behind_the_back(database, change)
    told = faults(database)
    assert len(told) == len(said), told
    assert all(fault.endswith(end) for fault, end in zip(told, said, strict=True)), told


def test_a_batch_and_a_rating_in_force_that_are_gone_are_told(database: Database) -> None:
    behind_the_back(database, "DELETE FROM rating WHERE id = (SELECT max(id) FROM rating)")
    gone, head = faults(database)
    assert gone.endswith("names ratings that are gone")
    assert head.endswith("the head was changed")
