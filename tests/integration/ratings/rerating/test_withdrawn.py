"""After an adopted edition was withdrawn nobody's rating is called wrong: it may know a first day that is no more."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.ratings import drain, reconcile
from tests.builders.owning import owning
from tests.integration.editions.test_adoption import HARSHER, approve, proposed, withdraw
from tests.integration.ratings import town
from tests.integration.ratings.rerating.rehearsed import number, told, worked

if TYPE_CHECKING:
    from service.platform import Database

ELSEWHERE = HARSHER.replace('"town.2026"', '"town.2026b"').replace('["110000"]', '["110102"]')
ALARMS = "SELECT subject FROM outbox WHERE topic = 'alarm.reconcile'"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'rating'::regclass"
DAYS = "SELECT DISTINCT CAST(next_change_on AS text) FROM rating_head ORDER BY 1"


def compared(database: Database) -> int:
    """Compare all; how many are to be rated again."""
    assert reconcile(database=database).differences == ()
    assert told(database, ALARMS) == []
    return town.marks(database)


def test_a_drain_that_was_under_way_with_the_law_of_before_is_no_difference(database: Database) -> None:
    worked(database)
    town.punish(database, town.ids(database)[1])
    with owning(database) as holder:
        holder.execute(text("LOCK TABLE rating IN SHARE MODE"))
        slow = threading.Thread(target=drain, kwargs={"database": database})
        slow.start()
        while not number(database, WAITS):
            pass
        withdraw(database, 1)
    slow.join()
    drain(database=database)
    assert "2026-07-01" in [day for (day,) in told(database, DAYS)], "it knows the day that is no more"
    assert compared(database) == 1, "it is rated again, and nobody is alarmed"
    drain(database=database)
    assert "2026-07-01" not in [day for (day,) in told(database, DAYS)]
    assert compared(database) == 0


def test_who_was_out_of_the_reach_of_a_withdrawn_edition_is_no_difference_either(database: Database) -> None:
    withdraw(database, 1)
    approve(database, proposed(database, ELSEWHERE))
    worked(database)
    town.punish(database, town.ids(database)[1])
    worked(database)
    assert compared(database) == 0
    withdraw(database, 2)
    assert town.marks(database) == 1, "who was to be without an edition from that day on"
    worked(database)
    assert "2026-07-01" not in [day for (day,) in told(database, DAYS)]
    assert compared(database) == 0
