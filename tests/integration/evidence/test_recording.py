"""One event, one transaction: what is stored, what a repeat is told, what is refused and why."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.evidence import evidence_of, record, record_at_once
from service.evidence.intake.refusing import told
from service.evidence.usecases.recording import drafted
from service.platform import Actor, Problem, Role
from service.register import resolve
from tests.integration.evidence.conftest import ADMINISTRATOR

if TYPE_CHECKING:
    from service.evidence import Receipt
    from service.evidence.intake.draft import Draft
    from service.platform import Database, UnitOfWork

BODY = {
    "source": "cases",
    "source_ref": "2025-1",
    "entity": "own:old",
    "code": "problem_found",
    "decided_on": "2025-03-01",
}
VISIT = {"source": "checks", "source_ref": "v1", "entity": "own:old", "type": "daily", "held_on": "2025-03-01"}


def send(database: Database, actor: Actor = ADMINISTRATOR, **changes: object) -> Receipt:
    return record_at_once(database=database, actor=actor, draft=drafted(database, actor, {**BODY, **changes}))


def visit(database: Database, **changes: object) -> Receipt:
    draft = drafted(database, ADMINISTRATOR, {**VISIT, **changes}, occasion=True)
    return record_at_once(database=database, actor=ADMINISTRATOR, draft=draft)


def code_of(database: Database, **changes: object) -> str:
    with pytest.raises(Problem) as raised:
        send(database, **changes)
    for language in ("zh", "en"):
        assert "{" not in raised.value.text(language).detail
    return raised.value.code


def counts(database: Database) -> tuple[int, int, int]:
    """Events, marks, audit rows of recording."""
    with database.reader() as session:
        row = session.execute(
            text(
                "SELECT (SELECT count(*) FROM event), (SELECT count(*) FROM rerate_mark), (SELECT count(*) FROM audit "
                "WHERE action IN ('evidence.event_recorded', 'evidence.occasion_recorded'))"
            )
        ).one()
    return tuple(row)  # type: ignore[return-value]


def test_an_event_its_audit_row_and_its_mark_are_one(database: Database) -> None:
    receipt = send(database, value="-2.50", kinds=["cinema"], attributes={"critical": "yes"}, case_ref="c")
    assert (receipt.held, receipt.warnings) == (False, [])
    assert counts(database) == (1, 1, 1)
    with database.reader() as session:
        entity = resolve(session, ["own:old"])["own:old"]
        ((event, kinds, number, _),) = evidence_of(session, [entity], position=None)[entity].events
        audited = session.execute(
            text("SELECT a.subject, m.subject FROM event e JOIN audit a ON a.id = e.audit_id, rerate_mark m")
        ).one()
    assert (number, event.code, event.value, event.decided_on) == (receipt.id, "problem_found", -250, date(2025, 3, 1))
    assert (kinds, event.attributes, event.case_ref) == (("cinema",), {"critical": "yes"}, "c")
    assert tuple(audited) == ("own:old", entity)


def test_the_same_fact_again_is_held_under_the_first_number_and_leaves_nothing(database: Database) -> None:
    first = send(database, value="-2.5")
    again = send(database, value="-2.50", severity=None)
    assert (again.id, again.held) == (first.id, True)
    assert counts(database) == (1, 1, 1)


def test_another_body_under_a_taken_reference_is_refused(database: Database) -> None:
    send(database)
    assert code_of(database, severity="serious") == "reference_taken"
    assert counts(database) == (1, 1, 1)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"entity": "own:nobody"}, "unknown_entity"),
        ({"code": "no_such_code"}, "unknown_event_code"),
        ({"decision_kind": "no_such_kind"}, "unknown_decision_kind"),
        ({"decision_kind": "penalty"}, "kind_not_of_code"),
        ({"kinds": ["no_such_kind"]}, "unknown_entity_kind"),
        ({"attributes": {"penalty_kinds": "fine, Revocation"}}, "unknown_penalty_kind"),
        ({"occasion": "never"}, "unknown_occasion"),
        ({"decided_on": "2026-03-03"}, "date_in_future"),
        ({"performed_on": "2026-03-03"}, "date_in_future"),
        ({"decided_on": "2010-04-30"}, "before_establishment"),
        ({"entity": "own:gone", "decided_on": "2024-07-01"}, "after_deregistration"),
        ({"code": 7}, "not_a_string"),
        ({"code": None}, "field_missing"),
    ],
)
def test_what_cannot_be_is_refused_by_a_code_of_its_own_and_nothing_is_written(
    database: Database, changes: dict[str, Any], code: str
) -> None:
    assert code_of(database, **changes) == code
    assert counts(database) == (0, 0, 0)


def test_several_faults_are_told_together(database: Database) -> None:
    with pytest.raises(Problem) as raised:
        send(database, code="no_such_code", kinds=["no_such_kind"])
    assert raised.value.code == "invalid_body"
    assert [(error.code, error.pointer) for error in raised.value.errors] == [
        ("unknown_event_code", "/code"),
        ("unknown_entity_kind", "/kinds/0"),
    ]


def test_today_is_that_of_the_authority(database: Database) -> None:
    """At 04:00 UTC it is already noon of the 2nd in Beijing and still the 1st in Los Angeles."""
    assert not send(database, decided_on="2026-03-02").held
    assert code_of(database, entity="own:west", source_ref="w", decided_on="2026-03-02") == "date_in_future"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"decided_on": "2010-04-30"}, "before_establishment"),
        ({"entity": "own:gone", "decided_on": "2024-07-01"}, "after_deregistration"),
    ],
)
def test_where_the_decision_kind_says_so_a_strange_day_is_accepted_with_a_warning(
    database: Database, changes: dict[str, Any], code: str
) -> None:
    receipt = send(database, code="case_filed", **changes)
    assert [warning.code for warning in receipt.warnings] == [code]
    assert "{" not in told(receipt.warnings[0]).text("zh").detail


def test_an_occasion_comes_first_then_what_was_found_at_it(database: Database) -> None:
    assert not visit(database).held
    assert visit(database).held
    assert not send(database, source="checks", occasion="v1").held
    assert code_of(database, source="checks", source_ref="x", entity="own:elsewhere", occasion="v1") == (
        "occasion_of_another"
    )
    with pytest.raises(Problem, match="reference_taken"):
        visit(database, type="special")
    with pytest.raises(Problem, match="date_in_future"):
        visit(database, source_ref="v2", held_on="2027-01-01")


@pytest.mark.parametrize(
    "scope",
    [{"authority": "bj-culture-110102"}, {"regions": ("110102",)}, {"authority": "bj-culture", "regions": ("320000",)}],
)
def test_a_token_of_another_authority_or_region_is_refused(database: Database, scope: dict[str, Any]) -> None:
    narrow = Actor(kind="token", id="t", role=Role.HANDLER, **scope)
    with pytest.raises(Problem, match="out_of_scope"):
        send(database, actor=narrow)
    assert counts(database) == (0, 0, 0)


@pytest.mark.parametrize(
    "scope", [{"authority": "bj-culture"}, {"regions": ("110000",)}, {"regions": ("320000", "110105")}]
)
def test_a_token_whose_scope_reaches_the_entity_is_accepted(database: Database, scope: dict[str, Any]) -> None:
    assert not send(database, actor=Actor(kind="token", id="t", role=Role.HANDLER, **scope)).held


def test_within_a_unit_of_work_the_same_is_recorded_or_nothing(database: Database) -> None:
    draft = drafted(database, ADMINISTRATOR, BODY)
    with database.unit_of_work(ADMINISTRATOR) as uow:
        receipt = record(uow=uow, draft=draft)
    assert counts(database) == (1, 1, 1)
    with database.unit_of_work(ADMINISTRATOR) as uow:
        assert record(uow=uow, draft=draft).id == receipt.id
    with pytest.raises(Problem), database.unit_of_work(ADMINISTRATOR) as uow:
        _record_both(
            uow,
            drafted(database, ADMINISTRATOR, {**BODY, "source_ref": "2"}),
            drafted(database, ADMINISTRATOR, {**BODY, "code": "case_filed"}),
        )
    assert counts(database) == (1, 1, 1)


def _record_both(uow: UnitOfWork, good: Draft, refused: Draft) -> None:
    record(uow=uow, draft=good)
    record(uow=uow, draft=refused)


def test_a_code_added_later_is_found(database: Database) -> None:
    assert code_of(database, code="brand.new") == "unknown_event_code"
    with database.bookkeeping() as session:
        session.execute(text("INSERT INTO event_code VALUES ('brand.new', '{}', '{penalty}')"))
    assert not send(database, code="brand.new").held


def test_many_senders_of_one_fact_store_it_once(database: Database) -> None:
    together = threading.Barrier(5)

    def run() -> bool:
        together.wait()
        return send(database).held

    with ThreadPoolExecutor(5) as pool:
        held = [future.result() for future in [pool.submit(run) for _ in range(5)]]
    assert sorted(held) == [False, True, True, True, True]
    assert counts(database) == (1, 1, 1)


_days = st.dates(date(2009, 1, 1), date(2026, 4, 1)).map(date.isoformat)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.fixed_dictionaries(
        {
            "entity": st.sampled_from(["own:old", "own:gone", "own:elsewhere", "own:nobody"]),
            "code": st.sampled_from(["problem_found", "case_filed", "review_upheld"]),
            "decided_on": _days,
        },
        optional={"performed_on": _days, "occasion": st.sampled_from(["v1", "v2"])},
    ),
    st.sampled_from([None, "bj-culture"]),
    st.integers(),
)
def test_the_statement_stores_exactly_what_the_judgement_lets_pass(
    database: Database, changes: dict[str, Any], authority: str | None, number: int
) -> None:
    """A draft that the judgement lets pass but the statement does not store would be told as unavailable."""
    visit(database, source="cases")
    actor = Actor(kind="token", id="t", role=Role.HANDLER, authority=authority)
    before = counts(database)[0]
    try:
        held = send(database, actor=actor, source_ref=str(number), **changes).held
    except Problem as problem:
        assert problem.code != "unavailable"  # noqa: PT017 - what it must not be, whatever it is
        assert counts(database)[0] == before
    else:
        assert counts(database)[0] == before + (not held)
