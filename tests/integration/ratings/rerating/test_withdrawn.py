"""After an adopted edition was withdrawn nobody's rating is called wrong: it may know a first day that is no more."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.ratings import Pace, drain, reconcile, work_on
from tests.builders.owning import owning
from tests.integration.editions.test_adoption import HARSHER, approve, proposed, withdraw
from tests.integration.ratings import town
from tests.integration.ratings.rerating.rehearsed import number, told, worked

if TYPE_CHECKING:
    from service.platform import Database

ELSEWHERE = HARSHER.replace('"town.2026"', '"town.2026b"').replace('["110000"]', '["110102"]')
ALARMS = "SELECT subject FROM outbox WHERE topic = 'alarm.reconcile'"
WAITS = "SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = '{}'::regclass"
DAYS = "SELECT DISTINCT CAST(next_change_on AS text) FROM rating_head ORDER BY 1"


def compared(database: Database) -> int:
    """Compare all; how many are to be rated again."""
    assert reconcile(database=database).differences == ()
    assert told(database, ALARMS) == []
    return town.marks(database)


def test_a_drain_that_is_under_way_with_the_law_of_before_is_waited_for(database: Database) -> None:
    worked(database)
    town.punish(database, town.ids(database)[1])
    with owning(database) as holder:
        holder.execute(text("LOCK TABLE rating IN SHARE MODE"))
        slow = threading.Thread(target=drain, kwargs={"database": database})
        slow.start()
        while not number(database, WAITS.format("rating")):
            pass
        withdrawing = threading.Thread(target=withdraw, args=(database, 1))
        withdrawing.start()
        while not number(database, WAITS.format("rating_head")):
            pass
    slow.join()
    withdrawing.join()
    drain(database=database)
    assert "2026-07-01" not in [day for (day,) in told(database, DAYS)]
    assert compared(database) == 0


def test_staging_that_is_under_way_and_a_withdrawal_let_each_other_pass(database: Database) -> None:
    done = []
    with owning(database) as holder:
        holder.execute(text("LOCK TABLE rerate_run IN SHARE MODE"))
        staging = threading.Thread(target=lambda: done.append(work_on(database=database, pace=Pace())))
        staging.start()
        while not number(database, WAITS.format("rerate_run")):
            pass
        withdrawing = threading.Thread(target=lambda: done.append(withdraw(database, 1)))
        withdrawing.start()
        while not number(database, WAITS.format("rating_head")) and number(database, WAITS.format("rerate_run")) < 2:
            pass
    staging.join()
    withdrawing.join()
    assert len(done) == 2, "neither locks what the other waits for"


def test_a_rating_that_knows_the_day_of_a_withdrawn_edition_is_made_again_and_alarms_nobody(database: Database) -> None:
    worked(database)
    town.punish(database, town.ids(database)[1])
    drain(database=database)
    withdraw(database, 1)
    with owning(database) as lost:
        lost.execute(text("DELETE FROM rerate_mark"))
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
