"""One entity entered, changed, refused; what is known of it at a position of the ledger."""

from datetime import UTC, date, datetime
from queue import SimpleQueue
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text

from service import register
from service.platform import Actor, Database, LedgerSeal, Problem, Role
from tests.builders.entities import entered, entry
from tests.integration.register.conftest import ADMINISTRATOR

HANDLER = Actor(kind="token", id="t1", role=Role.HANDLER, authority="bj-culture-110105", regions=("110105",))


def change(database: Database, key: str, **said: Any) -> None:  # noqa: ANN401 any field
    with database.unit_of_work(ADMINISTRATOR) as uow:
        register.change_entity(uow, key=key, change=said)


def known(database: Database, number: int, position: int | None = None) -> register.EntityFacts | None:
    with database.reader() as session:
        return register.facts(session, [number], position=position).get(number)


def count(database: Database, table: str) -> int:
    with database.reader() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608 the test's own


def marked(database: Database) -> list[int]:
    with database.bookkeeping() as session:
        marks = list(session.scalars(text("SELECT subject FROM rerate_mark WHERE reason = 'register' ORDER BY 1")))
        session.execute(text("DELETE FROM rerate_mark"))
        return marks


def refusal(database: Database, actor: Actor = ADMINISTRATOR, **said: Any) -> list[tuple[str, str | None]]:  # noqa: ANN401 any field
    """Codes and pointers of what is wrong with an entry; nothing of it is stored."""
    versions = count(database, "entity_version")
    with pytest.raises(Problem) as refused, database.unit_of_work(actor) as uow:
        register.enter_entity(uow, entry=entry(**said))
    assert count(database, "entity_version") == versions
    problem = refused.value
    return [(e.code, e.pointer) for e in problem.errors] or [(problem.code, problem.pointer)]


def test_an_entered_entity_is_known_by_its_key_in_any_writing(database: Database) -> None:
    number = entered(database, HANDLER, "uscc:91110000101623741K", attributes={"crowd_density": "high"})

    with database.reader() as session:
        keys = ["91110000101623741k", "uscc:91110000101623741K", "own:E2", "no key at all", "nul\0"]
        assert register.resolve(session, keys) == dict.fromkeys(keys[:2], number)
    facts = known(database, number)
    assert facts is not None
    assert facts.kinds == {"net_cafe": ((date(2020, 1, 1), None),)}
    assert (facts.authority, facts.timezone, facts.status) == ("bj-culture-110105", "Asia/Shanghai", "active")
    assert facts.attributes == {"crowd_density": "high"}
    assert facts.established_on == date(2019, 5, 6)
    assert not facts.unverified_code


def test_entering_leaves_an_audit_row_a_version_and_a_mark(database: Database) -> None:
    number = entered(database, HANDLER)

    assert marked(database) == [number]
    with database.reader() as session:
        row = session.execute(
            text("SELECT actor_id, action, subject FROM audit a JOIN entity_version v ON v.audit_id = a.id")
        ).one()
    assert tuple(row) == ("t1", "register.entity_entered", "own:E1")


def test_today_is_that_of_the_authority(database: Database) -> None:
    number = entered(database, ADMINISTRATOR, authority="la-health", region="US-CA", kinds=[])
    facts = known(database, number)
    assert facts is not None
    assert register.authority_today(facts, datetime(2026, 3, 2, 7, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert register.authority_today(facts, datetime(2026, 3, 2, 8, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_what_is_not_said_stays_and_null_clears(database: Database) -> None:
    number = entered(database, ADMINISTRATOR, attributes={"floor": "2"})
    change(database, "own:E1", name="示例书店", established_on=None)

    facts = known(database, number)
    assert facts is not None
    assert (facts.name, facts.established_on, facts.attributes) == ("示例书店", None, {"floor": "2"})


def test_the_same_content_again_makes_no_version_and_no_mark(database: Database) -> None:
    entered(database, ADMINISTRATOR)
    marked(database)
    change(database, "own:E1", **{k: v for k, v in entry().items() if k != "key"})

    assert count(database, "entity_version") == 1
    assert marked(database) == []


def test_a_new_name_is_a_version_but_moves_no_rating_a_new_licence_does(database: Database) -> None:
    number = entered(database, ADMINISTRATOR)
    marked(database)
    change(database, "own:E1", name="新名网吧")
    assert (count(database, "entity_version"), marked(database)) == (2, [])
    change(database, "own:E1", kinds=[])
    assert (count(database, "entity_version"), marked(database)) == (3, [number])


def test_facts_are_those_of_the_position_asked_for(database: Database) -> None:
    number = entered(database, ADMINISTRATOR)
    change(database, "own:E1", name="第二名")
    change(database, "own:E1", name="第三名")
    with database.bookkeeping() as session:
        audits = list(session.scalars(text("SELECT audit_id FROM entity_version ORDER BY id")))
        for seq, audit_id in enumerate(audits[:2], 1):
            session.add(LedgerSeal(seq=seq, audit_id=audit_id, hash=b"", sealed_at=datetime(2026, 3, 2, tzinfo=UTC)))

    names = [known(database, number, position) for position in (0, 1, 2, 9, None)]
    assert [facts and facts.name for facts in names] == [None, "示例网吧", "第二名", "第二名", "第三名"]


def test_a_branch_marks_its_parent_and_is_found_under_it(database: Database) -> None:
    parent = entered(database, ADMINISTRATOR)
    other = entered(database, ADMINISTRATOR, "own:E2", name="另一家")
    marked(database)
    branch = entered(database, ADMINISTRATOR, "own:B1", parent="own:E1")
    assert marked(database) == [parent, branch]
    with database.reader() as session:
        assert register.branches(session, [parent, other]) == {parent: [branch]}
    change(database, "own:B1", parent="own:E2")
    assert marked(database) == sorted([parent, branch, other])
    change(database, "own:B1", parent=None)
    facts = known(database, branch)
    assert facts is not None
    assert facts.parent_id is None


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ({"authority": "nobody"}, [("entity_authority_unknown", "/authority")]),
        ({"region": "999999"}, [("entity_region_unknown", "/region")]),
        ({"region": "110103"}, [("entity_region_ended", "/region")]),
        ({"kinds": [{"kind": "zoo", "valid_from": "2020-01-01"}]}, [("entity_kind_unknown", "/kinds/0/kind")]),
        ({"established_on": "2026-03-03"}, [("entity_day_in_future", "/established_on")]),
        ({"parent": "own:nobody"}, [("entity_parent_unknown", "/parent")]),
        ({"key": "uscc:91350211M0000XUF46"}, [("code_check_failed", "/key")]),
        ({"name": None, "colour": 1}, [("entity_field_null", "/name"), ("entity_field_unknown", "/colour")]),
        (
            {"status": "unreachable", "status_on": "2026-01-01", "status_evidence": "x"},
            [("entity_status_needs_persons", "/status")],
        ),
        (
            {"status": "suspended", "status_on": "2023-03-02", "status_evidence": "x"},
            [("entity_status_too_long", "/status_on")],
        ),
        (
            {"status": "revoked", "status_on": "2018-01-01", "status_evidence": "x"},
            [("entity_status_before_establishment", "/status_on")],
        ),
    ],
)
def test_each_fault_is_told_with_its_place(
    database: Database, said: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    assert refusal(database, **said) == found


def test_today_is_no_future_day_where_the_authority_is(database: Database) -> None:
    entered(database, ADMINISTRATOR, established_on="2026-03-02")


def test_a_new_entity_must_say_name_authority_and_region(database: Database) -> None:
    with pytest.raises(Problem) as refused, database.unit_of_work(ADMINISTRATOR) as uow:
        register.enter_entity(uow, entry={"key": "own:E1"})
    assert {(e.code, e.pointer) for e in refused.value.errors} == {
        ("entity_field_missing", f"/{field}") for field in ("name", "authority", "region")
    }


def test_an_unverified_code_is_stored_visibly_when_the_caller_says_so(database: Database) -> None:
    key = "uscc:91350211M0000XUF46"
    number = entered(database, ADMINISTRATOR, key, accept_unverified=True)
    change(database, key, name="改名")
    facts = known(database, number)
    assert facts is not None
    assert (facts.unverified_code, facts.name) == (True, "改名")


def test_an_entity_is_entered_once(database: Database) -> None:
    entered(database, ADMINISTRATOR)
    assert refusal(database) == [("entity_exists", None)]
    with pytest.raises(Problem, match="entity_not_found"), database.unit_of_work(ADMINISTRATOR) as uow:
        register.change_entity(uow, key="own:E2", change={"name": "x"})


def test_a_ring_of_parents_is_refused(database: Database) -> None:
    entered(database, ADMINISTRATOR, "own:A")
    entered(database, ADMINISTRATOR, "own:B", parent="own:A")
    entered(database, ADMINISTRATOR, "own:C", parent="own:B")
    with pytest.raises(Problem) as refused, database.unit_of_work(ADMINISTRATOR) as uow:
        register.change_entity(uow, key="own:A", change={"parent": "own:C"})
    assert [(e.code, e.pointer) for e in refused.value.errors] == [("entity_parent_cycle", "/parent")]


def test_a_token_of_another_district_may_neither_enter_nor_change_nor_take(database: Database) -> None:
    other = Actor(kind="token", id="t2", role=Role.HANDLER, regions=("110108",))
    assert refusal(database, other) == [("entity_out_of_scope", "/key")]
    entered(database, HANDLER)
    for said in ({"name": "x"}, {"region": "110108", "authority": "bj-culture-110108"}):
        with pytest.raises(Problem) as refused, database.unit_of_work(other) as uow:
            register.change_entity(uow, key="own:E1", change=said)
        assert (refused.value.code, refused.value.status) == ("entity_out_of_scope", 403)
    with pytest.raises(Problem, match="entity_out_of_scope"), database.unit_of_work(HANDLER) as uow:
        register.change_entity(uow, key="own:E1", change={"region": "110108", "authority": "bj-culture-110108"})


def test_a_status_moves_only_along_the_table(database: Database) -> None:
    entered(database, ADMINISTRATOR)
    change(database, "own:E1", status="deregistered", status_on="2026-01-05", status_evidence="注销 1")
    with pytest.raises(Problem) as refused, database.unit_of_work(ADMINISTRATOR) as uow:
        register.change_entity(
            uow,
            key="own:E1",
            change={"status": "suspended", "status_on": "2026-02-01", "status_evidence": "x"},
        )
    assert [(e.code, e.params) for e in refused.value.errors] == [
        ("entity_status_transition", {"from": "deregistered", "to": "suspended"})
    ]
    change(database, "own:E1", status="active")
    with database.reader() as session:
        number = register.resolve(session, ["own:E1"])["own:E1"]
        assert register.facts(session, [number], position=None)[number].status_on is None


def test_of_two_who_enter_one_entity_at_once_one_is_refused(database: Database) -> None:
    """Both looked and saw none: the later one must not turn into a change of what the first has entered."""
    outcomes: SimpleQueue[str] = SimpleQueue()
    waiting = text("""
        SELECT count(*) FROM pg_locks JOIN pg_database AS d ON d.oid = database
         WHERE d.datname = current_database() AND locktype = 'advisory' AND NOT granted
    """)

    def enter(name: str) -> None:
        try:
            with database.unit_of_work(ADMINISTRATOR) as uow:
                outcomes.put(register.enter_entity(uow, entry=entry(name=name)))
        except Problem as problem:
            outcomes.put(problem.code)

    people = [Thread(target=enter, args=(name,)) for name in ("甲", "乙")]
    with database.bookkeeping() as session:
        session.execute(text("SELECT pg_advisory_xact_lock(hashtextextended('register.write', 0))"))
        for person in people:
            person.start()
        while session.execute(waiting).scalar_one() < len(people):
            assert outcomes.empty()
    for person in people:
        person.join()
    assert sorted(outcomes.get() for _ in people) == ["entity_exists", "own:E1"]
    assert count(database, "entity_version") == 1
