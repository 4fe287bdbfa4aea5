"""Who may visit on a day: certificates valid on it, nobody away, suspended or gone; items in force on it."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.evidence import seed as seed_evidence
from service.platform import Problem
from service.register import inspection_item, inspection_items, inspectors
from service.register.inspecting import INSPECTORS, ITEMS, InspectorRow, change_record, enter_record
from service.register.inspecting.queries import _joined
from tests.builders.inspecting import inspector, item
from tests.integration.register.conftest import ADMINISTRATOR

if TYPE_CHECKING:
    from service.platform import Database

START = date(2026, 1, 1)


def entered(database: Database, **said: Any) -> InspectorRow:  # noqa: ANN401 any field of an inspector
    with database.unit_of_work(ADMINISTRATOR) as uow:
        enter_record(uow, INSPECTORS, body=inspector(**said))
    with database.reader() as session:
        return inspectors(session)[0]


def test_a_certificate_must_be_valid_on_the_day_of_the_visit(database: Database) -> None:
    row = entered(database)
    assert row.may_visit_on(date(2026, 12, 31))
    assert not row.may_visit_on(date(2027, 1, 1)), "the end of the span is not included"
    assert not row.may_visit_on(date(2021, 12, 31))


def test_a_renewed_certificate_leaves_no_gap(database: Database) -> None:
    certificates = [
        {"number": "2", "issuer": "110000", "valid_from": "2027-01-01", "valid_to": None},
        {"number": "1", "issuer": "110000", "valid_from": "2022-01-01", "valid_to": "2027-01-01"},
    ]
    row = entered(database, certificates=certificates)
    assert row.certified == ((date(2022, 1, 1), None),)
    assert row.certified_through(date(2026, 12, 1), date(2027, 2, 1))


def test_leave_keeps_an_inspector_away_both_days_included(database: Database) -> None:
    away = [{"first_day": "2026-05-04", "last_day": "2026-05-06", "reason": "study"}]
    row = entered(database, leave=away)
    assert [row.may_visit_on(date(2026, 5, day)) for day in (3, 4, 6, 7)] == [True, False, False, True]


def test_the_suspended_are_not_in_the_roster(database: Database) -> None:
    entered(database)
    with database.unit_of_work(ADMINISTRATOR) as uow:
        change_record(uow, INSPECTORS, key=("CY-001",), change={"status": "suspended"})
    with database.reader() as session:
        assert inspectors(session) == ()


def test_a_cap_that_is_not_said_is_the_roster_s(database: Database) -> None:
    assert entered(database).cap == 300


def test_rosters_are_asked_for_by_authority(database: Database) -> None:
    entered(database)
    with database.reader() as session:
        assert inspectors(session, authorities=["bj-culture-110101"]) == ()
        assert [row.code for row in inspectors(session, authorities=["bj-culture-110105"])] == ["CY-001"]


def test_items_are_found_by_day_kind_and_authority(database: Database) -> None:
    with database.unit_of_work(ADMINISTRATOR) as uow:
        enter_record(uow, ITEMS, body=item(valid_to="2026-01-01"))
    with database.reader() as session:
        assert inspection_item(session, "ITEM-1", on=date(2025, 12, 31)).kinds == ("net_cafe",)
        with pytest.raises(Problem) as refused:
            inspection_item(session, "ITEM-1", on=date(2026, 1, 1))
        assert refused.value.code == "inspection_item_not_found"
        found = inspection_items(session, on=date(2025, 1, 1), kinds=["cinema"], authorities=["bj-culture-110105"])
        assert found == ()


def test_the_shipped_items_name_event_codes_that_evidence_knows(database: Database) -> None:
    with database.unit_of_work(ADMINISTRATOR) as uow:
        seed_evidence(uow)
    with database.reader() as session:
        codes = set(session.connection().exec_driver_sql("SELECT code FROM event_code").scalars())
        named = {entry["event_code"] for row in inspection_items(session, on=START) for entry in row.checklist}
    assert named
    assert named <= codes


SPANS = st.lists(st.tuples(st.integers(0, 40), st.integers(1, 15) | st.none()), max_size=6)


@given(SPANS)
def test_joined_spans_hold_the_same_days_as_the_certificates(spans: list[tuple[int, int | None]]) -> None:
    certificates = [
        {
            "valid_from": (START + timedelta(first)).isoformat(),
            "valid_to": None if length is None else (START + timedelta(first + length)).isoformat(),
        }
        for first, length in spans
    ]
    joined = _joined(certificates)
    row = InspectorRow("X", "", "", (), 1, joined, (), ())
    for offset in range(70):
        day = START + timedelta(offset)
        expected = any(first <= offset and (length is None or offset < first + length) for first, length in spans)
        assert row.may_visit_on(day) == expected
    assert all(one[1] is not None and one[1] < two[0] for one, two in pairwise(joined))
