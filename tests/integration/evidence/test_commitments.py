"""What an entity promised, and what became of it: an event only by a person's recorded outcome."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from service.evidence import evidence_of, raise_warnings, record_act, record_commitment, settle_commitment
from service.evidence.queries.catalogue import catalogue
from service.evidence.queries.commitments import CommitmentFilter, commitments
from service.platform import Actor, Database, FixedClock, Problem, Role, job_actor, last_position, seal
from service.register import resolve
from tests.integration.evidence.conftest import ADMINISTRATOR, NOW

if TYPE_CHECKING:
    from service.evidence import CommitmentReceipt

PERSON = Actor(kind="token", id="handler", role=Role.HANDLER)
PROMISE: dict[str, Any] = {
    "source": "promises",
    "source_ref": "1",
    "entity": "own:old",
    "type": "lawful_operation",
    "made_on": "2025-01-10",
}
KEPT = {"outcome": "kept", "on": "2026-02-01", "basis": "检查确认已履行"}
BROKEN = {"outcome": "broken", "on": "2026-02-01", "basis": "again without a licence", "case_ref": "C-7"}


def promise(database: Database, **given: Any) -> CommitmentReceipt:  # noqa: ANN401 - fields of a body
    with database.unit_of_work(given.pop("actor", PERSON)) as uow:
        return record_commitment(uow=uow, body={**PROMISE, **given}, catalogue=catalogue(database))


def settle(database: Database, number: int, body: dict[str, Any], actor: Actor = PERSON) -> CommitmentReceipt:
    with database.unit_of_work(actor) as uow:
        return settle_commitment(uow=uow, commitment_id=number, body=body, catalogue=catalogue(database))


def states(database: Database, actor: Actor = PERSON, **wanted: Any) -> list[tuple[int, str]]:  # noqa: ANN401 - of a filter
    with database.reader() as session:
        found = commitments(session, actor, database.clock.now(), CommitmentFilter(**wanted))
        return [(row.id, row.state) for row in found]


def events(database: Database, key: str = "own:old") -> list[tuple[str, str, bool, str | None]]:
    with database.reader() as session:
        number = resolve(session, [key])[key]
        found = evidence_of(session, [number], position=None)[number].events
        return [(e.code, str(e.decided_on), e.final, e.case_ref) for e, *_ in found if e.annulled_on is None]


def sealed(database: Database) -> int:
    """Seal what there is; returns the position."""
    seal(database)
    with database.reader() as session:
        return last_position(session)


def count(database: Database, what: str) -> int:
    with database.reader() as session:
        return int(session.execute(text(f"SELECT count(*) FROM {what}")).scalar_one())  # noqa: S608 - a test's own


def test_a_commitment_alone_is_audited_and_scores_nothing(database: Database) -> None:
    receipt = promise(database, due_on="2026-12-31", kinds=["museum", "cinema"], text="守法经营")
    assert (receipt.held, states(database)) == (False, [(receipt.id, "open")])
    assert (events(database), count(database, "rerate_mark")) == ([], 0)
    assert count(database, "credit_commitment c JOIN audit a ON a.id = c.audit_id AND a.subject = 'own:old'") == 1


def test_the_same_commitment_is_held_and_another_body_refused(database: Database) -> None:
    first = promise(database, kinds=["museum", "cinema"])
    again = promise(database, kinds=["cinema", "museum"], text=None)
    assert (again.id, again.held) == (first.id, True)
    with pytest.raises(Problem, match="reference_taken"):
        promise(database, type="rectification")
    assert count(database, "audit WHERE action = 'evidence.commitment_recorded'") == 1


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"entity": "own:nobody"}, "unknown_entity"),
        ({"type": "vow"}, "unknown_commitment_type"),
        ({"authority": "nobody"}, "entity_authority_unknown"),
        ({"kinds": ["nonsense"]}, "unknown_entity_kind"),
        ({"made_on": "2026-03-03"}, "date_in_future"),
        ({"due_on": "2025-01-09"}, "due_before_made"),
        ({"made_on": None}, "field_missing"),
        ({"promise": "x"}, "field_unknown"),
        ({"type": "vow", "due_on": "2025-01-09"}, "invalid_body"),
    ],
)
def test_a_wrong_commitment_is_refused_by_a_code_and_leaves_nothing(
    database: Database, given: dict[str, Any], code: str
) -> None:
    with pytest.raises(Problem, match=code):
        promise(database, **given)
    assert (count(database, "credit_commitment"), count(database, "audit WHERE action LIKE '%commitment%'")) == (0, 0)


@pytest.mark.parametrize(("body", "code"), [(KEPT, "commitment_kept"), (BROKEN, "commitment_broken")])
def test_an_outcome_becomes_a_final_event_with_its_mark_and_its_audit_rows(
    database: Database, body: dict[str, Any], code: str
) -> None:
    number = promise(database).id
    receipt = settle(database, number, body)
    assert states(database) == [(number, body["outcome"])]
    assert events(database) == [(code, "2026-02-01", True, body.get("case_ref"))]
    assert count(database, "rerate_mark") == 1
    assert count(database, "event e JOIN audit a ON a.id = e.audit_id AND a.action = 'evidence.event_recorded'") == 1
    settled = "credit_commitment_outcome o JOIN audit a ON a.id = o.audit_id AND a.actor_id = 'handler'"
    assert count(database, settled) == 1
    assert count(database, f"event WHERE id = {receipt.event} AND source = 'commitments'") == 1


def test_a_withdrawn_commitment_becomes_no_event(database: Database) -> None:
    number = promise(database, due_on="2026-01-01").id
    assert settle(database, number, {**KEPT, "outcome": "withdrawn"}).event is None
    assert (states(database), events(database), count(database, "rerate_mark")) == ([(number, "withdrawn")], [], 0)


def test_an_outcome_happens_once(database: Database) -> None:
    number = promise(database).id
    first = settle(database, number, BROKEN)
    again = settle(database, number, BROKEN)
    assert (again.held, again.event) == (True, first.event)
    for other in (KEPT, {**BROKEN, "basis": "another"}, {**BROKEN, "on": "2026-02-02"}):
        with pytest.raises(Problem, match="commitment_settled"):
            settle(database, number, other)
    assert len(events(database)) == 1


def test_of_two_who_settle_at_once_one_is_told_that_it_is_settled(database: Database) -> None:
    number = promise(database).id

    def attempt(body: dict[str, Any]) -> str:
        try:
            return "stored" if settle(database, number, body).event else "nothing"
        except Problem as problem:
            return problem.code

    with ThreadPoolExecutor(4) as threads:
        told = list(threads.map(attempt, [{**BROKEN, "basis": f"by {n}"} for n in range(4)]))
    assert sorted(told) == ["commitment_settled"] * 3 + ["stored"]
    assert count(database, "credit_commitment_outcome") == count(database, "event") == 1


def test_a_wrong_outcome_is_replaced_once_its_event_is_annulled(database: Database) -> None:
    number = promise(database, due_on="2026-01-31").id
    event = settle(database, number, BROKEN).event
    annulment = {"source": "acts", "source_ref": "1", "act": "annulment", "acted_on": "2026-02-20", "reason": "误判"}
    with database.unit_of_work(PERSON) as uow:
        record_act(uow=uow, event_id=event or 0, body=annulment, catalogue=catalogue(database))
    assert states(database) == [(number, "overdue")]
    settle(database, number, KEPT)
    assert states(database) == [(number, "kept")]
    assert [code for code, *_ in events(database)] == ["commitment_kept"]
    assert count(database, "credit_commitment_outcome") == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({**KEPT, "on": "2025-01-09"}, "outcome_before_commitment"),
        ({**KEPT, "on": "2026-03-03"}, "date_in_future"),
        ({**KEPT, "outcome": "forgotten"}, "not_a_choice"),
        ({**KEPT, "outcome": 1}, "not_a_string"),
        ({**KEPT, "basis": None}, "field_missing"),
    ],
)
def test_a_wrong_outcome_is_refused_and_the_commitment_stays_open(
    database: Database, body: dict[str, Any], code: str
) -> None:
    number = promise(database).id
    with pytest.raises(Problem, match=code):
        settle(database, number, body)
    assert (states(database), events(database)) == ([(number, "open")], [])


def test_a_breach_after_the_deregistration_is_refused_at_the_field_of_the_outcome(database: Database) -> None:
    number = promise(database, entity="own:gone", made_on="2023-01-01").id
    with pytest.raises(Problem, match="after_deregistration") as refused:
        settle(database, number, BROKEN)
    assert refused.value.pointer == "/on"


def test_no_job_decides_whether_a_commitment_was_kept(database: Database) -> None:
    number = promise(database).id
    with pytest.raises(Problem, match="outcome_by_a_person"):
        settle(database, number, BROKEN, job_actor("warn"))
    with pytest.raises(Problem, match="commitment_not_found"):
        settle(database, number + 1, BROKEN)


def test_scope_binds_recording_settling_and_listing(database: Database) -> None:
    narrow = Actor(kind="token", id="n", role=Role.HANDLER, regions=("110102",))
    here, there = promise(database).id, promise(database, source_ref="2", entity="own:elsewhere").id
    for refused in (
        lambda: promise(database, source_ref="3", actor=narrow),
        lambda: settle(database, here, KEPT, narrow),
    ):
        with pytest.raises(Problem, match="out_of_scope"):
            refused()
    assert settle(database, there, KEPT, narrow).event
    assert states(database, narrow) == [(there, "kept")]
    above = Actor(kind="token", id="a", role=Role.HANDLER, authority="bj-culture")
    assert states(database, above) == [(here, "open")]
    reaching = replace(above, below=frozenset({"bj-culture-110102"}))
    assert states(database, reaching) == [(here, "open"), (there, "kept")]


def test_a_commitment_past_its_day_is_overdue_and_warned_of_once_but_never_scores(database: Database) -> None:
    late = promise(database, due_on="2026-03-01").id
    promise(database, source_ref="today", due_on="2026-03-02")
    promise(database, source_ref="never")
    kept = promise(database, source_ref="kept", due_on="2026-01-31").id
    settle(database, kept, KEPT)
    assert states(database, state="overdue") == [(late, "overdue")]
    assert [number for number, _ in states(database, due_by=NOW.date() - timedelta(days=1))] == [late, kept]
    for raised in (1, 0):
        with database.unit_of_work(job_actor("warn")) as uow:
            assert raise_warnings(uow=uow) == raised
    assert [e for e in events(database) if not e[2]] == [("commitment_overdue", "2026-03-02", False, None)]
    assert [e[0] for e in events(database) if e[2]] == ["commitment_kept"]
    settle(database, late, BROKEN)
    assert states(database, state="overdue") == []


def test_the_day_passes_where_the_authority_is(database_url: str, database: Database) -> None:
    """At 4:00 UTC on 2 March it is still 1 March in California, and long since 2 March in Beijing."""
    west = promise(database, entity="own:west", made_on="2026-02-01", due_on="2026-03-01").id
    assert states(database) == [(west, "open")]
    later = Database(database_url, clock=FixedClock(NOW + timedelta(hours=4)))
    assert states(later) == [(west, "overdue")]
    later.close()


def test_how_commitments_stood_on_an_earlier_day(database: Database) -> None:
    number = promise(database, due_on="2026-01-15").id
    settle(database, number, KEPT)
    days = {"2025-01-09": [], "2026-01-15": ["open"], "2026-01-31": ["overdue"], "2026-02-01": ["kept"]}
    for day, expected in days.items():
        assert [state for _, state in states(database, as_of=date.fromisoformat(day))] == expected


def test_what_was_known_of_commitments_at_an_earlier_position(database: Database) -> None:
    """Recorded, settled, annulled, settled anew: each is known from its own seal on."""
    steps: list[int | None] = [sealed(database)]
    number = promise(database).id
    steps.append(sealed(database))
    event = settle(database, number, BROKEN).event
    steps.append(sealed(database))
    annulment = {"source": "acts", "source_ref": "1", "act": "annulment", "acted_on": "2026-02-20", "reason": "误判"}
    with database.unit_of_work(PERSON) as uow:
        record_act(uow=uow, event_id=event or 0, body=annulment, catalogue=catalogue(database))
    steps.append(sealed(database))
    settle(database, number, KEPT)
    unsealed = [state for _, state in states(database)]
    steps.append(sealed(database))
    told = [[state for _, state in states(database, position=position)] for position in steps]
    assert (told, unsealed) == ([[], ["open"], ["broken"], ["open"], ["kept"]], ["kept"])


@pytest.mark.parametrize("table", ["credit_commitment", "credit_commitment_outcome"])
def test_commitments_are_never_rewritten(database: Database, table: str) -> None:
    settle(database, promise(database).id, KEPT)
    for change in (f"UPDATE {table} SET audit_id = 0", f"DELETE FROM {table}"):  # noqa: S608 - a test's own
        with pytest.raises(DBAPIError, match="permission denied"), database.unit_of_work(ADMINISTRATOR) as uow:
            uow.session.execute(text(change))
