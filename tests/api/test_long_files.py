"""A file is read in for as long as it takes to come, though a statement of any other request is ended sooner."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from service.bootstrap import assemble
from service.platform import Settings, job_actor, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask

SLOW = text("SELECT pg_sleep(1.5)")


@pytest.fixture
def assembly(database_url: str) -> Iterator[web.Assembly]:
    """One whose statements are given a second."""
    built = assemble(replace(Settings(database_url=database_url), statement_timeout=1))
    yield built
    built.notes.close()
    built.database.close()


def test_only_where_a_file_is_read_a_statement_may_take_long(app: Flask) -> None:
    with app.app_context():
        with web.long_unit_of_work(job_actor("tests")) as uow:
            uow.session.execute(SLOW)
        with pytest.raises(OperationalError), web.database().unit_of_work(job_actor("tests")) as uow:
            uow.session.execute(SLOW)
        with pytest.raises(OperationalError), web.reader() as session:  # not even on the connection of before
            session.execute(SLOW)
