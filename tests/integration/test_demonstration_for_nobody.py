"""The demonstration in a city where nobody can be inspected and no record repaired: it says so and ends."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service.cli.demo import inspected, predicted, repaired
from service.cli.prepare import prepare
from service.cli.processes import children
from service.cli.rehearsal import Stage, rehearse, rehearse_back_test, rehearse_repairs
from service.cli.runtime import Runtime
from service.platform import Database
from service.sample import City

if TYPE_CHECKING:
    from pathlib import Path


def test_a_city_without_anyone_is_not_drawn_from_and_repairs_nothing(database_url: str, tmp_path: Path) -> None:
    database = Database(database_url)
    try:
        running = Runtime(database, {"DATABASE_URL": database_url, "REDIS_URL": "unix:///nowhere"})
        prepare(running)
        stage = Stage(running, City(seed="nobody", size=1, until=date(2026, 6, 30)))
        with children({}, {}, tmp_path) as none:
            plan = rehearse(stage, tmp_path, none, {})
            repair = rehearse_repairs(stage, none, {})
            told = rehearse_back_test(stage, {})
    finally:
        database.close()
    assert (plan["draw"], plan["frame"]) == (None, 0)
    assert "too small" in "".join(inspected(plan))
    assert [repair[part] for part in ("granted", "revoked", "lapsed")] == [None, None, None]
    assert "too few penalties" in "".join(repaired(repair))
    assert told is None
    assert "no back-test" in "".join(predicted(told))
