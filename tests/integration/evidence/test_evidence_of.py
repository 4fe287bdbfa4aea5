"""What the engine is given: acts applied, positions respected, order as recorded."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from sqlalchemy.exc import DBAPIError

from service.evidence import evidence_of, tables
from service.platform import Database
from tests.integration.evidence import recording

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

LATER = date(2025, 6, 1)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    database = Database(database_url)
    with database.bookkeeping() as opened:
        yield opened
    database.close()


def test_an_event_comes_out_as_it_went_in(session: Session) -> None:
    number = recording.event(
        session,
        7,
        value=-1250,
        case_ref="c1",
        kinds=["cinema"],
        attributes={"critical": "yes"},
        publicity_ends_on=LATER,
        occasion_id=recording.occasion(session, 7),
    )
    ((event, kinds, event_id, disputed),) = evidence_of(session, [7], position=None)[7].events
    assert (event.source, event.code, event.severity, event.value, event.case_ref) == (
        "cases",
        "fine",
        "general",
        -1250,
        "c1",
    )
    assert (event.decided_on, event.publicity_ends_on, event.final) == (recording.DAY, LATER, True)
    assert event.attributes == {"critical": "yes"}
    ((occasion, _),) = evidence_of(session, [7], position=None)[7].occasions
    assert event.occasion == occasion.ref
    assert (kinds, event_id, disputed) == (("cinema",), number, False)


def test_every_id_that_is_asked_has_an_answer(session: Session) -> None:
    recording.event(session, 7)
    found = evidence_of(session, [7, 8], position=None)
    assert (len(found[7].events), found[8].events, found[8].occasions) == (1, [], [])


@pytest.mark.parametrize(
    ("act", "field"),
    [
        ("rectified", "corrected_on"),
        ("performed", "performed_on"),
        ("publicity_end", "publicity_ends_on"),
        ("annulment", "annulled_on"),
        ("repair", "repaired_on"),
    ],
)
def test_an_act_sets_its_day(session: Session, act: str, field: str) -> None:
    recording.act(session, recording.event(session, 7), act, on=LATER)
    ((event, *_),) = evidence_of(session, [7], position=None)[7].events
    assert getattr(event, field) == LATER


def test_a_correction_replaces_fields_and_a_later_one_wins(session: Session) -> None:
    number = recording.event(session, 7, value=-1000, kinds=["cinema"])
    recording.act(session, number, "correction", changes={"value": -300, "severity": None, "decided_on": "2025-02-28"})
    recording.act(session, number, "correction", changes={"value": -200, "kinds": None})
    ((event, kinds, *_),) = evidence_of(session, [7], position=None)[7].events
    assert (event.value, event.severity, event.decided_on, kinds) == (-200, None, date(2025, 2, 28), None)


def test_a_revoked_repair_is_no_repair_and_a_new_one_is(session: Session) -> None:
    number = recording.event(session, 7)
    recording.act(session, number, "repair", on=LATER)
    recording.act(session, number, "repair_revocation", on=LATER)
    assert evidence_of(session, [7], position=None)[7].events[0][0].repaired_on is None
    recording.act(session, number, "repair", on=date(2026, 1, 5))
    assert evidence_of(session, [7], position=None)[7].events[0][0].repaired_on == date(2026, 1, 5)


def test_a_dispute_marks_until_it_is_closed(session: Session) -> None:
    number = recording.event(session, 7)
    recording.act(session, number, "dispute")
    assert evidence_of(session, [7], position=None)[7].events[0][3] is True
    recording.act(session, number, "dispute_closed")
    assert evidence_of(session, [7], position=None)[7].events[0][3] is False


def test_a_withdrawn_event_is_not_there(session: Session) -> None:
    recording.act(session, recording.event(session, 7), "withdrawal")
    assert evidence_of(session, [7], position=None)[7].events == []


def test_a_position_hides_what_was_sealed_later_or_not_at_all(session: Session) -> None:
    first = recording.event(session, 7, audit=11)
    recording.act(session, first, "annulment", audit=12)
    recording.event(session, 7, audit=13)
    recording.occasion(session, 7, audit=13)
    recording.seal(session, 11, 12)
    at = {position: evidence_of(session, [7], position=position)[7] for position in (0, 1, 2, None)}
    assert [len(at[position].events) for position in (0, 1, 2, None)] == [0, 1, 1, 2]
    assert at[1].events[0][0].annulled_on is None
    assert at[2].events[0][0].annulled_on == recording.DAY
    assert [len(at[position].occasions) for position in (0, 1, 2, None)] == [0, 0, 0, 1]


def test_occasions_stand_in_the_order_of_their_seals_the_unsealed_last(session: Session) -> None:
    late, early, unsealed = (recording.occasion(session, 7, audit=audit) for audit in (21, 22, 23))
    recording.seal(session, 22, 21)
    found = evidence_of(session, [7], position=None)[7].occasions
    assert [int(occasion.ref) for occasion, _ in found] == [early, late, unsealed]


def test_acts_apply_in_the_order_of_their_seals(session: Session) -> None:
    number = recording.event(session, 7)
    recording.act(session, number, "correction", audit=31, changes={"value": -1})
    recording.act(session, number, "correction", audit=32, changes={"value": -2})
    recording.seal(session, 32, 31)
    assert evidence_of(session, [7], position=None)[7].events[0][0].value == -1


@pytest.mark.parametrize("table", [tables.Event, tables.EventAct, tables.Occasion])
def test_the_database_refuses_to_change_evidence(session: Session, table: type[tables.Event]) -> None:
    recording.event(session, 7)
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.query(table).update({"audit_id": 99})
    with pytest.raises(DBAPIError, match="permission denied"), session.begin_nested():
        session.query(table).delete()
