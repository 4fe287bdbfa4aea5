"""A dry run that is to be kept, killed at each point: it is there with everybody who moves, or not at all."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from service.platform import Database, FixedClock, seal
from service.studio.dry_run.asking import Wanted
from service.studio.dry_run.usecases import rehearse
from service.studio.stock import build_stock
from tests.faults.once import once_or_not_at_all
from tests.integration.ratings import town

if TYPE_CHECKING:
    from pathlib import Path

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
LENIENT = town.EDITION.replace("at_least = 90", "at_least = 80")
STORED = ("dry_run", "dry_run_entity", "audit")


def keep(url: str, folder: Path) -> None:
    with (
        closing(Database(url, clock=FixedClock(NOW))) as database,
        database.unit_of_work(town.OPERATOR, one_snapshot=True) as uow,
    ):
        rehearse(uow=uow, folder=folder, wanted=Wanted(text=LENIENT, causes=False))


def test_a_dry_run_is_kept_once_or_not_at_all(database_url: str, tmp_path: Path) -> None:
    with closing(Database(database_url, clock=FixedClock(NOW))) as database:
        town.found(database)
        fined, _ = town.people(database, 2)
        town.punish(database, fined)
        seal(database)
        build_stock(database=database, folder=tmp_path, keep=1)
        # its row written and nobody who moves; all of them, and not yet noted in the ledger
        points = ("dry_run_entity", "audit")
        done = once_or_not_at_all(database, database_url, partial(keep, database_url, tmp_path), points, STORED)
        assert done == dict.fromkeys(STORED, 1), "nor does who was killed keep a turn"
