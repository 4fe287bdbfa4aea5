"""What happens between an approval and its first day, and around midnight, to what is staged."""

from __future__ import annotations

import threading
from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import Problem
from service.ratings import cancel_rerate, drain, drain_batch, rerates, rerates_wait, switch, work_on
from service.ratings.read import read_subjects
from service.ratings.rerates.runs import open_runs
from service.ratings.rerates.staging import stage
from tests.integration.editions.test_adoption import APPROVER, BEFORE, HARSHER, approve, proposed, withdraw
from tests.integration.ratings import town
from tests.integration.ratings.rerating import rehearsed
from tests.integration.ratings.rerating.rehearsed import midnight, not_as_recomputed, read, staged, told, worked

if TYPE_CHECKING:
    from service.platform import Database, FixedClock
    from tests.builders.fillings import Filling

FIRST_DAY = date(2026, 7, 1)
TO_PARENT = HARSHER.replace('branches = "separate"', 'branches = "to_parent"')


def write(database: Database, statement: str, *marked: int) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.execute(text(statement))
        uow.audit("test.written", "town", {})
        uow.mark(marked, "register")


def elsewhere(database: Database, *shops: int) -> None:
    """Cinemas in another district, where it is New York's time, as for the authority of the edition."""
    codes = "('bj-culture', 'bj-culture-110102')"
    write(database, f"UPDATE authority SET timezone = 'America/New_York' WHERE code IN {codes}")  # noqa: S608
    there = "(SELECT id FROM authority WHERE code = 'bj-culture-110102')"
    moved = f"authority_id = {there}, region = '110102', body = jsonb_set(body, '{{region}}', '\"110102\"')"
    for shop in shops:
        write(database, f"UPDATE entity SET {moved} WHERE id = {shop}", shop)  # noqa: S608
    drain(database=database)


def cancel(database: Database) -> None:
    with database.unit_of_work(APPROVER) as uow:
        cancel_rerate(uow=uow, run=1, reason="再议")


def waits(database: Database) -> bool:
    with database.reader() as session:
        return rerates_wait(session, database.clock.now())


def runs(database: Database) -> list[tuple[str, str]]:
    with database.reader() as session:
        return [(one.edition, one.state) for one in rerates(session)]


def test_an_event_is_rated_under_both_laws_and_nobody_is_told_what_became_stale(
    database: Database, clock: FixedClock
) -> None:
    shop = town.ids(database)[1]
    worked(database)
    for _ in range(4):
        town.punish(database, shop)
    midnight(clock)
    assert (read(database, shop).tier, read(database, shop).pending) == ("D", True), "explained, not as staged"
    clock.advance(timedelta(days=-1))
    drain(database=database)
    assert not_as_recomputed(database) == []
    clock.advance(timedelta(days=1))
    answer = read(database, shop)
    assert (answer.tier, answer.pending, answer.live, answer.as_of) == ("D", False, False, FIRST_DAY)


def test_intake_drains_and_staging_side_by_side_leave_nothing_stale(database: Database) -> None:
    shops = town.people(database, 11) + town.ids(database)
    over = threading.Event()

    def drains() -> None:
        while not over.is_set():
            drain_batch(database=database, batch=4)

    threads = [threading.Thread(target=drains) for _ in range(2)]
    threads += [threading.Thread(target=work_on, kwargs={"database": database}) for _ in range(2)]
    for thread in threads:
        thread.start()
    for shop in shops[::2]:
        town.punish(database, shop)
    over.set()
    for thread in threads:
        thread.join()
    drain(database=database)
    work_on(database=database)
    assert staged(database) == 16
    assert not_as_recomputed(database) == []


def test_evidence_of_a_branch_that_only_the_edition_to_come_counts_is_staged_for_its_parent(
    database: Database, clock: FixedClock
) -> None:
    parent = town.ids(database)[1]
    withdraw(database, 1)
    approve(database, proposed(database, TO_PARENT.replace('"town.2026"', '"town.2026b"')))
    with database.unit_of_work(town.OPERATOR) as uow:
        branch = town.entity(uow.session, audit_id=uow.audit("test.registered", "branch", {}), parent=parent)
        uow.mark([branch, parent], "register")
    worked(database)
    for _ in range(4):
        town.punish(database, branch)
    drain(database=database)
    assert not_as_recomputed(database) == []
    midnight(clock)
    assert (read(database, parent).tier, read(database, parent).live) == ("D", False)


def test_a_withdrawn_edition_speaks_for_nobody(database: Database, clock: FixedClock) -> None:
    shops = town.ids(database)
    worked(database)
    town.punish(database, shops[1])
    clock.advance(timedelta(hours=1))
    drain(database=database)
    withdraw(database, 1)
    assert town.marks(database) == 1, "only who was rated since knows the day"
    worked(database)
    clock.advance(timedelta(minutes=2))
    worked(database)
    assert (staged(database), runs(database)) == (0, [("town.2026", "withdrawn")])
    midnight(clock)
    assert switch(database=database) == 0
    assert {read(database, shop).summary["cinema"]["edition"] for shop in shops} == {"town.2025"}
    assert rehearsed.faults(database) == []


def test_another_adoption_stages_anew_what_knew_another_law(database: Database, clock: FixedClock) -> None:
    worked(database)
    later = HARSHER.replace('id = "town.2026"\npredecessor = "town.2025"', 'id = "n"\npredecessor = "town.2026"')
    later = later.replace("2026-07-01", "2026-07-02").replace("points = -10", "points = -50")
    cases = rehearsed.CASES.replace('score = 90, grade = "A", tier = "A"', 'score = 50, grade = "D", tier = "D"')
    approve(database, proposed(database, later, cases))
    assert runs(database) == [("n", "staging"), ("town.2026", "staging"), ("town.2026", "renewed")]
    work_on(database=database)
    assert runs(database)[:2] == [("n", "staged"), ("town.2026", "staged")]
    assert (staged(database), not_as_recomputed(database)) == (10, [])
    fined = town.ids(database)[0]
    tiers = []
    for _ in range(3):
        clock.advance(BEFORE - clock.now() if not tiers else timedelta(days=1))
        tiers += [(read(database, fined).tier, read(database, fined).live)]
    assert tiers == [("D", False), ("A", False), ("D", False)], "nothing ran on either midnight"
    worked(database)
    worked(database)
    assert [state for _, state in runs(database)] == ["finished", "finished", "renewed"]
    assert rehearsed.faults(database) == []


def test_each_time_zone_has_its_own_midnight(database: Database, clock: FixedClock) -> None:
    shops = town.ids(database)
    elsewhere(database, shops[0])
    worked(database)
    midnight(clock)
    assert [read(database, shop).summary["cinema"]["edition"] for shop in shops[:2]] == ["town.2025", "town.2026"]
    assert (switch(database=database), switch(database=database)) == (1, 0)
    work_on(database=database)
    assert (staged(database), runs(database)) == (1, [("town.2026", "folding")])
    clock.advance(timedelta(hours=12))
    assert read(database, shops[0]).summary["cinema"]["edition"] == "town.2026"
    assert switch(database=database) == 1
    worked(database)
    assert (staged(database), runs(database)) == (0, [("town.2026", "finished")])


def test_staging_goes_on_where_midnight_is_to_come(database: Database, clock: FixedClock) -> None:
    shops = town.ids(database)
    elsewhere(database, *shops[:2])
    write(database, "DELETE FROM rating_staged")  # the drain was quick
    midnight(clock)
    worked(database)
    assert told(database, "SELECT entity_id FROM rating_staged ORDER BY 1") == [(shop,) for shop in shops[:2]]
    clock.advance(timedelta(hours=12))
    answers = [read(database, shop) for shop in shops]
    assert [(one.summary["cinema"]["edition"], one.live) for one in answers] == [("town.2026", False)] * 5
    worked(database)
    assert (runs(database), rehearsed.faults(database)) == ([("town.2026", "finished")], [])


def test_an_adoption_between_two_midnights_is_heeded_where_the_second_is_to_come(
    database: Database, clock: FixedClock
) -> None:
    shops = town.ids(database)
    elsewhere(database, shops[0])
    worked(database)
    midnight(clock)
    switch(database=database)
    district = HARSHER.replace(
        'id = "town.2026"\npredecessor = "town.2025"\nrulebook = "town"', 'id = "d"\nrulebook = "d"'
    )
    approve(database, proposed(database, district.replace('["110000"]', '["110102"]')))
    assert runs(database) == [("d", "staging"), ("town.2026", "folding")]
    clock.advance(timedelta(hours=12))
    assert [read(database, shop).summary["cinema"]["edition"] for shop in shops[:2]] == ["d", "town.2026"]
    worked(database)
    assert [state for _, state in runs(database)] == ["finished", "finished"]
    assert rehearsed.faults(database) == []


def test_nobody_takes_back_what_has_come_somewhere(database: Database, clock: FixedClock) -> None:
    elsewhere(database)
    worked(database)
    midnight(clock)
    with pytest.raises(Problem, match="edition_in_force_already"):
        withdraw(database, 1)
    assert {read(database, shop).summary["cinema"]["edition"] for shop in town.ids(database)} == {"town.2026"}


def test_a_pointer_that_a_fast_clock_moved_makes_nothing_speak_early(database: Database, clock: FixedClock) -> None:
    work_on(database=database)
    midnight(clock)
    assert switch(database=database) == 1
    clock.advance(timedelta(minutes=-5))
    work_on(database=database)
    assert (staged(database), town.marks(database)) == (5, 0)
    write(database, "DELETE FROM rating_staged")
    work_on(database=database)
    assert (town.marks(database), runs(database)) == (0, [("town.2026", "folding")])
    clock.advance(timedelta(minutes=5))
    worked(database)
    assert (runs(database), rehearsed.faults(database)) == ([("town.2026", "finished")], [])


def test_a_cancelled_run_is_worked_off_though_its_worker_died_and_the_wake_up_was_lost(
    database: Database, clock: FixedClock
) -> None:
    shops = town.ids(database)
    with database.unit_of_work(town.OPERATOR) as uow:
        under_way = open_runs(uow.session)
        cancel(database)
        work_on(database=database)
        stage(uow, read_subjects(uow.session, shops), {}, under_way)
        uow.audit("test.staged", "town", {})
    assert staged(database) == 5, "written by whoever was at it"
    clock.advance(timedelta(minutes=2))
    work_on(database=database)
    assert (staged(database), waits(database)) == (0, False)
    midnight(clock)
    switch(database=database)
    assert waits(database)
    worked(database)
    assert (runs(database), waits(database)) == ([("town.2026", "finished")], False)


def test_who_cannot_be_rated_is_left_out_and_holds_up_nobody(database: Database, clock: FixedClock) -> None:
    spoilt, unreadable = town.ids(database)[2:4]
    another = "jsonb_set(body, '{kinds,1}', jsonb_set(body #> '{kinds,0}', '{kind}', '\"no_such_kind\"'))"
    write(database, f"UPDATE entity SET body = {another} WHERE id = {spoilt}")  # noqa: S608
    write(database, f"UPDATE entity SET body = body - 'kinds' WHERE id = {unreadable}")  # noqa: S608
    worked(database)
    assert told(database, "SELECT entities, staged, failed FROM rerate_shard") == [(5, 3, 2)]
    midnight(clock)
    worked(database)
    worked(database)
    assert told(database, "SELECT entity_id FROM rating_quarantine ORDER BY 1") == [(spoilt,), (unreadable,)]
    assert runs(database) == [("town.2026", "finished")]


def test_a_staged_explanation_that_was_changed_is_not_folded(database: Database, clock: FixedClock) -> None:
    worked(database)
    write(database, "UPDATE rating_staged SET documents = replace(documents, '90.00', '99.00') WHERE entity_id = 1")
    midnight(clock)
    worked(database)
    assert told(database, "SELECT count(*) > 0 FROM audit WHERE action = 'ratings.fold_given_up'") == [(True,)]
    assert rehearsed.faults(database) == []


class TestFallsThatAreProposed:
    """Under an edition that proposes falls."""

    @pytest.fixture
    def filling(self) -> Filling:
        return rehearsed.stricter_town

    def test_a_fall_is_shown_as_proposed_from_midnight_on_and_raised_when_it_is_folded(
        self, database: Database, clock: FixedClock
    ) -> None:
        fined = town.ids(database)[0]
        worked(database)
        assert told(database, rehearsed.PROPOSED) == []
        midnight(clock)
        shown = read(database, fined).summary["cinema"]
        assert (shown["state"], shown["tier"], shown["proposed"], shown["proposal"]) == ("provisional", "B", "D", None)
        worked(database)
        raised = read(database, fined).summary["cinema"]
        assert raised["proposal"] is not None
        assert {**raised, "proposal": None} == shown
