"""Scores about thresholds out of stored visits and ratings: which score counts, and whose visit it was."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from service import insight
from service.evidence.tables import Occasion
from service.inspections.visits.tables import VisitOutcome, VisitRecord, VisitRow
from service.platform import Database, FixedClock
from service.ratings.tables import RatingRow
from tests.builders import planning
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.platform import UnitOfWork

DAY = date(2026, 5, 20)
NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
AT_NOON = datetime(2026, 5, 20, 4, tzinfo=UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url, clock=FixedClock(NOW))
    town.found(database)
    yield database
    database.close()


def audited(uow: UnitOfWork, number: int, *present: str, score: int, occasion: str = "routine") -> None:
    """An audited visit to an entity of its own, after which its rating has a score."""
    audit_id = uow.audit("test.audited", f"V{number}", {})
    held = Occasion(
        entity_id=number, source="visits", source_ref=f"V{number}", body_sha256=b"", type=occasion, held_on=DAY,
        closed=True, kinds=None, audit_id=audit_id,
    )  # fmt: skip
    visit = VisitRow(
        number=f"V{number}", entity_id=number, entity_key=f"own:{number}", year=2026, task=None, source=f"s{number}",
        type="random", authority=planning.HERE, authorities=(planning.HERE,), kind="cinema", tier="A", method="on_site",
        checklist={}, first_day=DAY, last_day=DAY, deadline=DAY, reason=None, state="audited", present=present,
        held_on=DAY, order_id=None, opened_at=AT_NOON, audit_id=audit_id,
    )  # fmt: skip
    uow.session.add_all([held, visit])
    uow.session.flush()
    record = VisitRecord(visit_id=visit.id, result="5", content=b"{}", sha256=b"", audit_id=audit_id)
    uow.session.add(record)
    uow.session.flush()
    outcome = VisitOutcome(
        visit_id=visit.id, record_id=record.id, result="5", problems=1, audited_on=DAY, audited_by="x",
        occasion_id=held.id, publish_by=DAY, publish_by_provisional=False, audit_id=audit_id,
    )  # fmt: skip
    uow.session.add_all([outcome, rating(number, score, AT_NOON)])
    uow.session.flush()


def rating(entity: int, score: int, at: datetime) -> RatingRow:
    return RatingRow(
        entity_id=entity, kind="cinema", as_of=at.date(), computed_at=at, edition="town.2025", state="rated",
        score=score, digest=b"", document="{}",
    )  # fmt: skip


def test_scores_of_the_day_of_the_audit_are_counted_for_everyone_present(database: Database) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        uow.session.add(rating(1, 9900, AT_NOON - timedelta(days=9)))
        uow.session.flush()
        for number, score in enumerate([9000, 9299, 9300, 8999, 8700, 8699, 8399, 10000], 1):
            audited(uow, number, "DC-01", "DC-02", score=score)
        audited(uow, 9, "DC-03", score=9001)
        audited(uow, 10, "DC-03", score=9001, occasion="attempt")
        uow.session.add(rating(1, 7000, AT_NOON + timedelta(hours=12)))
    with database.reader() as session:
        year = insight.asked(session, town.OPERATOR, authority=planning.HERE, year=2026, now=NOW)
        rows = {one.inspector: one for one in insight.thresholds_of(session, year)}
        before = insight.asked(session, town.OPERATOR, authority=planning.HERE, year=2025, now=NOW)
        assert insight.thresholds_of(session, before) == []
    assert {one: row.scores for one, row in rows.items()} == {None: 9, "DC-01": 8, "DC-02": 8, "DC-03": 1}
    assert rows["DC-01"].found[:4] == (2, 2, 1, 1), "90.00 and 92.99 short; 89.99 and 87.00 beyond"
    assert rows[None].found[:4] == (3, 2, 1, 1)
    assert {row.verdict for row in rows.values()} == {"too_few"}


def test_an_inspector_whose_scores_stop_short_is_told_in_words(database: Database) -> None:
    with database.unit_of_work(town.OPERATOR) as uow:
        for number in range(1, 81):
            audited(uow, number, "DC-01", score=9100 if number <= 40 else 8900)
            audited(uow, number + 100, "DC-02", score=8900 if number % 16 == 0 else 9100)
    with database.reader() as session:
        year = insight.asked(session, town.OPERATOR, authority=None, year=None, now=NOW)
        told = insight.thresholds_document(year, insight.thresholds_of(session, year), "en")
    assert [one["inspector"] for one in told["items"]] == [None, "DC-02", "DC-01"]
    everyone, kind, honest = told["items"]
    assert (kind["just_short"], kind["just_beyond"], kind["verdict"]) == (75, 5, "unlikely")
    assert kind["adjusted_p"] == pytest.approx(2 * kind["p"], rel=1e-4)
    assert (honest["z"], honest["verdict"], everyone["verdict"]) == (0, "fits", "unlikely")
    assert [one["inspector"] for one in told["warnings"]] == [None, "DC-02"]
    assert told["warnings"][0]["text"].startswith("Scores stop just short")
