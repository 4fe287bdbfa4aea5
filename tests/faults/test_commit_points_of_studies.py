"""A study whose worker is killed at each point: it is begun anew, and its result is written once."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from service.platform import Database, FixedClock, seal
from service.studio.runs import ask, left_lying, study_told, work_off
from service.studio.stock import build_stock
from tests.builders.partners import rows
from tests.faults.stalling import kill_where_it_waits, table
from tests.integration.ratings import town
from workers.jobs import study as job

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
ENDED = "SELECT outcome, (SELECT count(*) FROM audit WHERE action = 'studio.study_done') FROM study_outcome"


def test_a_study_killed_at_any_point_ends_once(
    database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STOCK_FOLDER", str(tmp_path))
    with closing(Database(database_url, clock=FixedClock(NOW))) as database:
        town.found(database)
        town.people(database, 2)
        seal(database)
        build_stock(database=database, folder=tmp_path, keep=1)
        with database.unit_of_work(town.OPERATOR) as uow:
            number = ask(uow=uow, kind="monotone", options={"edition": "town.2025"}, folder=tmp_path)
        # before it is begun; begun, and the result not yet written; written, and not yet noted in the ledger
        for held in ("study_progress", "study_outcome", "audit"):
            kill_where_it_waits(database_url, partial(job.run, number), table(held))
            assert rows(database, ENDED) == []
            with database.reader() as session:
                assert left_lying(session) == number
        for _ in range(2):
            work_off(database=database, folder=tmp_path, study=number)
            assert rows(database, ENDED) == [("done", 1)]
        with database.reader() as session:
            assert study_told(session, town.OPERATOR, number)["state"] == "done"
            assert left_lying(session) is None
