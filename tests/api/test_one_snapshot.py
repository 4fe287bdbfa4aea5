"""Requests inside a page are told of one snapshot, whatever is written meanwhile; outside, each of its own."""

from __future__ import annotations

from contextvars import copy_context
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.platform import job_actor, told_once, web
from service.register import kind_names, seed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

    from tests.builders.fillings import Filling


@pytest.fixture
def filling() -> Filling | None:
    return None


@pytest.fixture(autouse=True)
def inside(app: Flask) -> Iterator[None]:
    with app.test_request_context("/"):
        yield


def kinds() -> int:
    with web.reader() as session:
        return len(told_once(session, kind_names, lambda: kind_names(session)))


def write(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
        assert len(told_once(uow.session, kind_names, lambda: kind_names(uow.session))) > 0


def test_what_is_written_meanwhile_is_seen_when_the_snapshot_is_closed(assembly: web.Assembly) -> None:
    snapshot = web.Snapshot()
    assert kinds() == 0
    write(assembly)
    assert kinds() == 0
    apart = copy_context()
    apart.run(web.apart)
    assert apart.run(kinds) > 0
    assert kinds() == 0
    snapshot.close()
    assert kinds() > 0


def test_after_a_statement_that_failed_the_next_reader_reads(assembly: web.Assembly) -> None:
    snapshot = web.Snapshot()
    assert kinds() == 0
    with pytest.raises(DBAPIError), web.reader() as session:
        session.execute(text("SELECT 1 / 0"))
    write(assembly)
    assert kinds() > 0
    snapshot.close()


def test_who_writes_is_told_afresh(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        assert told_once(uow.session, kind_names, lambda: kind_names(uow.session)) == {}
        seed(uow)
        assert told_once(uow.session, kind_names, lambda: kind_names(uow.session)) != {}


def test_no_connection_is_kept(assembly: web.Assembly) -> None:
    pool = assembly.database.engine.pool
    before = pool.checkedout()  # type: ignore[attr-defined] # of its own sort of pool
    snapshot = web.Snapshot()
    kinds()
    kinds()
    assert pool.checkedout() == before + 1  # type: ignore[attr-defined] # as above
    snapshot.close()
    assert pool.checkedout() == before  # type: ignore[attr-defined] # as above
