"""Decisions of some kinds are found as they are known now, with the days of what followed them."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from service import evidence
from service.evidence import Wanted
from tests.builders import publishing
from tests.integration.ratings import town

if TYPE_CHECKING:
    from service.platform import Database

DAY = date(2026, 1, 10)


def found(database: Database, **asked: object) -> dict[int, tuple[str, date | None, date | None]]:
    with database.reader() as session:
        wanted = Wanted(**{"kinds": ["penalty"], **asked})  # type: ignore[arg-type] # by name
        decisions = evidence.decisions(session, wanted)
    return {one.event: (one.known.decision_kind, one.changed_on, one.disputed_on) for one in decisions}


def test_kinds_as_recorded_and_as_moved_and_the_days_that_followed(database: Database) -> None:
    town.found(database)
    one, other = town.people(database, 2)
    plain, moved_out, disputed, settled = (town.punish(database, one, on=DAY) for _ in range(4))
    award, moved_in = (town.punish(database, other, on=DAY, decision_kind="award") for _ in range(2))
    assert award not in found(database)
    publishing.act(database, moved_out, "correction", date(2026, 2, 1), changes={"decision_kind": "award"})
    publishing.act(database, moved_in, "correction", date(2026, 2, 2), changes={"decision_kind": "penalty"})
    publishing.act(database, moved_in, "correction", date(2026, 1, 20), changes={"severity": "minor"})
    publishing.act(database, disputed, "dispute", date(2026, 2, 3))
    publishing.act(database, settled, "dispute", date(2026, 2, 4))
    publishing.act(database, settled, "dispute_closed", date(2026, 2, 5))
    assert found(database) == {
        plain: ("penalty", None, None),
        moved_out: ("award", date(2026, 2, 1), None),
        disputed: ("penalty", None, date(2026, 2, 3)),
        settled: ("penalty", None, None),
        moved_in: ("penalty", date(2026, 2, 2), None),
    }
    assert list(found(database, entities=[other])) == [moved_in]
    assert list(found(database, events=[award, disputed])) == [disputed]
    assert list(found(database, after=disputed, limit=1)) == [settled]
    assert list(found(database, since=date(2026, 1, 11))) == []
    assert len(found(database, authorities=[town.AUTHORITY])) == 5
    assert found(database, authorities=["bj-culture-110105"]) == {}
