"""Entities that were stored under another reading of their names are found again once they were drawn anew."""

import json

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from service.cli.commands import main
from service.platform import Database, UnitOfWork, job_actor
from service.register import entity_body, reindex_entities, search
from service.register.usecases.reindexing import Reindexed
from tests.builders.entities import entered
from tests.builders.fillings import Filling, filled
from tests.integration.register.conftest import ADMINISTRATOR, NOW

ELSEWHERE = """
UPDATE entity SET name_key = '栢丽书店', pinyin = 'x', initials = 'x', grams = '{栢丽}',
                  address_key = '路', address_grams = '{}'
 WHERE public_key = 'own:1'
"""


def enter_both(database: Database) -> None:
    where = {"region": "110105", "authority": "bj-culture-110105"}
    entered(database, ADMINISTRATOR, "own:1", name="柏麗書店", address="建國路１２號", **where)
    entered(database, ADMINISTRATOR, "own:2", name="绿野书店", **where)


@pytest.fixture
def filling() -> Filling:
    return filled(NOW, enter_both)


@pytest.fixture
def elsewhere(database: Database) -> Database:
    """The first of them stored under another reading of its name and address."""
    with database.unit_of_work(job_actor("tests")) as uow:
        uow.session.execute(text(ELSEWHERE))
        uow.audit("tests.stored", "own:1", {})
    return database


def found(database: Database, asked: str | None, **filters: str) -> list[str]:
    with database.reader() as session:
        return [row.key for row in search(session, ADMINISTRATOR, asked=asked, filters=filters, limit=50)]


def audited(database: Database) -> list[dict[str, int]]:
    with database.reader() as session:
        return list(session.scalars(text("SELECT detail FROM audit WHERE action = 'register.reindexed' ORDER BY id")))


def test_who_was_found_by_nothing_is_found_again_and_nothing_else_changes(elsewhere: Database) -> None:
    assert [found(elsewhere, one) for one in ("柏丽", "bailishu", "blsd")] == [[], [], []]
    assert found(elsewhere, None, address="建国路12") == []
    with elsewhere.unit_of_work(job_actor("tests")) as uow:
        before = entity_body(uow.session, ADMINISTRATOR, "own:1")
        assert reindex_entities(uow) == Reindexed(None, 2, 1)
        assert entity_body(uow.session, ADMINISTRATOR, "own:1") == before
        assert uow.session.scalar(text("SELECT count(*) FROM entity_version")) == 2
    assert [found(elsewhere, one) for one in ("柏丽", "bailishu", "blsd")] == [["own:1"]] * 3
    assert found(elsewhere, None, address="建国路12") == ["own:1"]
    assert [one["entities"] for one in audited(elsewhere)] == [1]


def test_what_stands_as_it_would_be_drawn_is_not_written(database: Database) -> None:
    with database.unit_of_work(job_actor("tests")) as uow:
        assert reindex_entities(uow) == Reindexed(None, 2, 0)
    assert audited(database) == []


def test_it_goes_on_where_it_was_left(elsewhere: Database) -> None:
    def step(uow: UnitOfWork, after: int) -> Reindexed:
        return reindex_entities(uow, after=after, limit=1)

    with elsewhere.unit_of_work(job_actor("tests")) as uow:
        first = step(uow, 0)
        second = step(uow, first.after or 0)
        assert step(uow, second.after or 0) == Reindexed(None, 0, 0)
    assert (first.looked, second.looked, first.changed + second.changed) == (1, 1, 1)


def test_the_command_goes_through_all_and_counts(
    elsewhere: Database, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    for changed in (1, 0):
        done = CliRunner().invoke(main, ["reindex"])
        assert json.loads(done.stdout) == {"entities": 2, "changed": changed}, done.output
    assert found(elsewhere, "柏丽") == ["own:1"]
