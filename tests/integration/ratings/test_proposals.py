"""A fall that is only proposed: what is in force until it is decided, and how it ends."""

from __future__ import annotations

import json
from datetime import date, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import text

from service.platform import Database, FixedClock, ledger_check, seal
from service.ratings import drain, history, rating_faults, recomputed, reconcile, sweep_due
from tests.integration.editions.test_adoption import withdraw
from tests.integration.ratings import proposing, town
from tests.integration.ratings.proposing import DUE, MONDAY, RAISED, cinema, ends, shop_of, standing
from tests.integration.ratings.rerating import rehearsed
from tests.integration.ratings.rerating.rehearsed import STRICTER, STRICTER_CASES, adopted
from tests.law_cases import shipped

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(MONDAY)


@pytest.fixture
def settle_in(database_url: str, clock: FixedClock) -> Iterator[Callable[..., Database]]:
    """A function that founds the town under an edition: `settle_in(lapses_to=…)`."""
    database = Database(database_url, clock=clock)

    def found(**changes: str) -> Database:
        town.found(database, edition=proposing.edition(**changes))
        return database

    yield found
    database.close()


@pytest.fixture
def database(settle_in: Callable[..., Database]) -> Database:
    return settle_in()


def told(database: Database) -> list[tuple[str, str, str | None]]:
    with database.reader() as session:
        rows = session.execute(text("SELECT payload -> 'new' FROM outbox WHERE topic = 'tier.changed' ORDER BY id"))
        return [(new["state"], new["tier"], new.get("proposed")) for (new,) in rows]


def test_a_fall_leaves_the_old_tier_in_force_and_shows_the_proposed_one(database: Database) -> None:
    shop = shop_of(database, fines=2)
    found = standing(database, shop)
    assert found.summary["cinema"] == {
        "state": "provisional",
        "reason": None,
        "edition": "town.2025",
        "score": "100.00",
        "grade": "A",
        "tier": "A",
        "digest": sha256(found.documents[0].encode()).hexdigest(),
        "status": "provisional",
        "proposed": "C",
        "due_on": DUE.isoformat(),
        "proposal": proposing.proposals(database, shop)[0]["id"],
    }
    assert (found.tier, found.state, next(iter(found.domains.values()))["tier"]) == ("A", "rated", "A")
    assert found.next_change_on == DUE + timedelta(1)
    assert json.loads(found.documents[0])["tier"] == "C"  # the explanation is what the evidence gives
    assert told(database) == [("rated", "A", None), ("provisional", "A", "C")]


def test_a_first_rating_is_no_fall(database: Database) -> None:
    (shop,) = town.people(database, 1)
    for _ in range(3):
        town.punish(database, shop)
    drain(database=database)
    assert (cinema(database, shop)["tier"], proposing.proposals(database, shop)) == ("D", [])


def test_the_shipped_edition_proposes_a_direct_grade_but_not_at_the_first_load(database_url: str) -> None:
    database = Database(database_url, clock=FixedClock(MONDAY))
    town.found(database, edition=shipped.text("bj-culture"))
    loaded, later = town.people(database, 2)
    town.punish(database, loaded, code="licence_revoked")
    town.punish(database, later, code="no_problem_found", on=date(2026, 1, 5))
    drain(database=database)
    before = cinema(database, later)["tier"]
    assert (cinema(database, loaded)["grade"], proposing.proposals(database, loaded)) == ("D", [])
    town.punish(database, later, code="licence_revoked")
    drain(database=database)
    (proposal,) = proposing.proposals(database, later)
    assert (proposal["tier"], proposal["due_on"], proposal["due_provisional"]) == (before, DUE, False)
    assert cinema(database, later)["tier"] == before
    database.close()


def test_a_fall_that_the_edition_does_not_name_takes_force_at_once(database: Database) -> None:
    shop = shop_of(database, fines=1)
    assert (cinema(database, shop)["tier"], proposing.proposals(database, shop)) == ("B", [])


def test_a_direct_grade_is_proposed_whatever_the_tier(database: Database) -> None:
    shop = shop_of(database)
    town.punish(database, shop, code="revoked")
    drain(database=database)
    assert ends(database, shop) == [("A", "B", None)]
    assert cinema(database, shop)["tier"] == "A"


def test_a_reader_who_comes_before_the_drain_sees_the_fall_as_proposed(database: Database) -> None:
    shop = shop_of(database)
    town.punish(database, shop)
    town.punish(database, shop)
    found = standing(database, shop)
    said = found.summary["cinema"]
    assert (found.pending, found.tier, said["proposed"], said["proposal"]) == (True, "A", "C", None)
    drain(database=database)
    kept = standing(database, shop)
    assert {**said, "proposal": 1} == {**kept.summary["cinema"], "proposal": 1}
    assert (found.domains, found.next_change_on) == (kept.domains, kept.next_change_on)


def test_rating_the_same_again_changes_nothing(database: Database) -> None:
    shop = shop_of(database, fines=2)
    before, moves = standing(database, shop), told(database)
    for _ in range(2):
        with database.unit_of_work(town.OPERATOR) as uow:
            uow.mark([shop], "again")
            uow.audit("test.marked", str(shop), {})
        drain(database=database)
    assert standing(database, shop).summary == before.summary
    assert (ends(database, shop), told(database)) == ([("A", "C", None)], moves)


def test_what_is_confirmed_takes_force(database: Database) -> None:
    shop = shop_of(database, fines=2)
    decided = proposing.decide(database, shop, "confirmed")
    assert (decided.tier, decided.on) == ("C", RAISED)
    found = standing(database, shop)
    assert (found.tier, found.summary["cinema"]["score"], "status" in found.summary["cinema"]) == ("C", "60.00", False)
    assert [(row["outcome"], row["person"]) for row in proposing.proposals(database, shop)] == [
        ("confirmed", "token:approver")
    ]
    assert told(database)[-1] == ("rated", "C", None)
    assert drain(database=database) == (0, 0)


def test_what_is_rejected_stays_away_until_something_is_added(database: Database, clock: FixedClock) -> None:
    shop = shop_of(database, fines=2)
    proposing.decide(database, shop, "rejected")
    said = cinema(database, shop)
    assert [said[part] for part in ("tier", "state", "status", "proposed")] == ["A", "rated", "rejected", "C"]
    clock.advance(timedelta(days=90))
    assert standing(database, shop).tier == "A"  # no due day ends what was decided
    town.punish(database, shop, on=date(2026, 5, 20))
    drain(database=database)
    assert ends(database, shop) == [("A", "C", "rejected"), ("A", "D", None)]
    assert cinema(database, shop)["tier"] == "A"


def test_facts_that_came_before_the_rejection_do_not_propose_again(database: Database) -> None:
    shop = shop_of(database, fines=3)
    town.punish(database, shop)  # still a D, and known to whoever rejects
    drain(database=database)
    proposing.decide(database, shop, "rejected")
    assert ends(database, shop) == [("A", "D", "rejected")]
    town.punish(database, shop)
    drain(database=database)
    assert ends(database, shop) == [("A", "D", "rejected"), ("A", "D", None)]


@pytest.mark.parametrize(("lapses_to", "tier"), [("in_force", "C"), ("dropped", "A")])
def test_when_the_due_day_is_over_it_ends_as_the_edition_says(
    settle_in: Callable[..., Database], clock: FixedClock, lapses_to: str, tier: str
) -> None:
    database = settle_in(lapses_to=lapses_to)
    shop = shop_of(database, fines=2)
    clock.advance(timedelta(days=21))  # noon of the due day
    with database.unit_of_work(town.OPERATOR) as uow:
        assert sweep_due(uow=uow) == 0
    assert cinema(database, shop)["state"] == "provisional"
    clock.advance(timedelta(hours=12, minutes=1))  # a minute past midnight in Beijing
    assert standing(database, shop).tier == tier  # on reading, before anyone swept
    assert ends(database, shop) == [("A", "C", None)]
    with database.unit_of_work(town.OPERATOR) as uow:
        assert sweep_due(uow=uow) == 1
    drain(database=database)
    assert ends(database, shop) == [("A", "C", lapses_to)]
    assert standing(database, shop).tier == tier
    assert [row["reason"] for row in proposing.proposals(database, shop)] == ["due_day_over"]
    town.punish(database, shop, on=date(2026, 3, 20))
    drain(database=database)
    assert ends(database, shop)[1:] == [(tier, "D", None)]


def test_a_proposal_that_the_evidence_no_longer_bears_out_is_withdrawn(database: Database) -> None:
    shop = shop_of(database)
    event = town.punish(database, shop)
    town.punish(database, shop)
    drain(database=database)
    proposing.act(database, event, "annulment")
    assert standing(database, shop).tier == "B"
    drain(database=database)
    assert [(row["outcome"], row["reason"]) for row in proposing.proposals(database, shop)] == [
        ("withdrawn", "evidence_changed")
    ]
    assert told(database)[-1] == ("rated", "B", None)


def test_a_deeper_fall_is_a_proposal_of_its_own_against_the_same_tier(database: Database) -> None:
    shop = shop_of(database, fines=2)
    town.punish(database, shop)
    drain(database=database)
    assert ends(database, shop) == [("A", "C", "withdrawn"), ("A", "D", None)]
    assert (cinema(database, shop)["tier"], cinema(database, shop)["proposed"]) == ("A", "D")


def test_the_term_of_a_proposal_hides_no_first_day_of_a_withdrawn_edition(
    database: Database, clock: FixedClock
) -> None:
    shop = shop_of(database)
    number = adopted(database, STRICTER, STRICTER_CASES)
    clock.advance(timedelta(hours=-1))
    town.punish(database, shop)
    town.punish(database, shop)
    drain(database=database)
    clock.advance(timedelta(hours=1))
    assert standing(database, shop).next_change_on == DUE + timedelta(1)
    assert json.loads(standing(database, shop).documents[0])["next_change_on"] == "2026-07-01"
    withdraw(database, number)
    assert town.marks(database) == 1
    drain(database=database)
    assert rehearsed.faults(database) == []


def test_after_a_withdrawal_an_earlier_rejection_holds_again(database: Database) -> None:
    shop = shop_of(database, fines=2)
    proposing.decide(database, shop, "rejected")
    event = town.punish(database, shop)
    drain(database=database)
    proposing.act(database, event, "annulment")
    drain(database=database)
    assert ends(database, shop) == [("A", "C", "rejected"), ("A", "D", "withdrawn")]
    assert (cinema(database, shop)["tier"], cinema(database, shop)["status"]) == ("A", "rejected")


def test_a_kind_that_is_given_up_takes_its_proposal_along(database: Database) -> None:
    shop = shop_of(database, fines=2)
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.execute(
            text("UPDATE entity SET body = jsonb_set(body, '{kinds,0,kind}', '\"museum\"') WHERE id = :id"),
            {"id": shop},
        )
        uow.audit("test.moved", str(shop), {})
        uow.mark([shop], "register")
    drain(database=database)
    assert [(row["outcome"], row["reason"]) for row in proposing.proposals(database, shop)] == [
        ("withdrawn", "kind_not_held")
    ]


def test_the_history_keeps_what_was_in_force(database: Database) -> None:
    shop = shop_of(database, fines=2)
    proposing.decide(database, shop, "confirmed")
    with database.reader() as session:
        rows = history(session, shop, kind="cinema")
    assert [(row["state"], row["tier"], row["score"], row["proposed"], row["due_on"]) for row in rows] == [
        ("rated", "C", 6000, None, None),
        ("provisional", "A", 10000, "C", DUE),
        ("rated", "A", 10000, None, None),
    ]


def test_both_clocks_show_what_was_in_force_and_known(database: Database, clock: FixedClock) -> None:
    shop = shop_of(database)
    seal(database)
    key, positions = town.key_of(database, shop), [last(database)]
    for _ in range(2):
        town.punish(database, shop)
    drain(database=database)
    seal(database)
    positions.append(last(database))
    clock.advance(timedelta(days=7))
    proposing.decide(database, shop, "confirmed")
    seal(database)
    positions.append(last(database))
    days = [RAISED - timedelta(1), RAISED, RAISED + timedelta(6), RAISED + timedelta(7), DUE + timedelta(1)]
    with database.reader() as session:
        found = [
            [recomputed(session, key, now=clock.now(), as_of=day, position=position) for day in days]
            for position in positions
        ]
    assert [[one and (one.tier, one.summary["cinema"]["state"]) for one in row] for row in found] == [
        [("A", "rated")] * 5,
        [("C", "rated"), ("A", "provisional"), ("A", "provisional"), ("A", "provisional"), ("C", "rated")],
        [("C", "rated"), ("A", "provisional"), ("A", "provisional"), ("C", "rated"), ("C", "rated")],
    ]
    assert [one and one.next_change_on for one in found[2][1:3]] == [RAISED + timedelta(7)] * 2


def last(database: Database) -> int:
    with database.reader() as session:
        position: int = session.execute(text("SELECT max(seq) FROM ledger_seal")).scalar_one()
        return position


def test_what_the_head_says_is_what_a_recompute_says(database: Database, clock: FixedClock) -> None:
    shops = [shop_of(database, fines=fines) for fines in (0, 1, 2, 3, 2, 3)]
    proposing.decide(database, shops[3], "confirmed")
    proposing.decide(database, shops[4], "rejected")
    for days in (0, 22):
        clock.advance(timedelta(days=days))
        with database.unit_of_work(town.OPERATOR) as uow:
            sweep_due(uow=uow)
        drain(database=database)
        for shop in shops:
            kept = standing(database, shop)
            assert not kept.live
            with database.reader() as session:
                fresh = recomputed(session, kept.key, now=clock.now(), as_of=kept.as_of, position=None)
            assert fresh is not None
            for part in ("state", "tier", "next_change_on", "summary", "domains"):
                assert getattr(fresh, part) == getattr(kept, part), (shop, part)


def test_neither_the_reconciler_nor_the_ledger_finds_fault(database: Database) -> None:
    shops = [shop_of(database, fines=fines) for fines in (1, 2, 3)]
    proposing.decide(database, shops[2], "rejected")
    assert reconcile(database=database).differences == ()
    assert town.marks(database) == 0
    seal(database)
    with database.reader() as session:
        assert ledger_check(session).faults == ()
        assert list(rating_faults(session)) == []
        actions = session.execute(text("SELECT action FROM audit WHERE action LIKE 'ratings.propos%' ORDER BY id"))
        assert actions.scalars().all() == ["ratings.proposed", "ratings.proposed", "ratings.proposal_rejected"]


def test_proposals_and_their_ends_are_never_rewritten(database: Database) -> None:
    shop = shop_of(database, fines=2)
    proposing.decide(database, shop, "confirmed")
    for table in ("rating_proposal", "rating_proposal_resolution"):
        with pytest.raises(Exception, match="permission denied"), database.unit_of_work(town.OPERATOR) as uow:
            uow.session.execute(text(f"DELETE FROM {table}"))  # noqa: S608 - two names of tables
