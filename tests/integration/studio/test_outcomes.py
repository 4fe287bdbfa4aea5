"""What random visits found that other systems recorded with their chance."""

from __future__ import annotations

from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import pytest

from service.platform import Database
from service.studio.backtest.outcomes import outcomes_of
from tests.integration.evidence.recording import act, event, occasion, seal

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

FEW, MANY = 50_000_000, 200_000_000
DAY = date(2025, 3, 1)


def drawn(session: Session, entity: int, probability: int | None, *codes: str, **given: object) -> list[int]:
    """An inspection of one of two systems and its final decisions; returns the numbers of these."""
    held = occasion(session, entity, probability=probability, **given)
    return [event(session, entity, code=code, occasion_id=held) for code in codes]


def test_the_visits_of_other_systems_are_read_with_their_chance_and_what_stands_of_them(database_url: str) -> None:
    with closing(Database(database_url)) as database, database.bookkeeping() as session:
        drawn(session, 1, FEW, "no_problem_found")
        drawn(session, 2, FEW, "problem_found", "no_problem_found")
        (struck,) = drawn(session, 3, FEW, "problem_found")
        act(session, struck, "annulment")
        drawn(session, 4, FEW, closed=True)
        drawn(session, 5, FEW, type="attempt")
        drawn(session, 6, MANY, "problem_found", held_on=date(2025, 2, 1))
        drawn(session, 6, FEW, held_on=date(2024, 12, 31))
        drawn(session, 7, None, "problem_found")
        drawn(session, 8, FEW, "problem_found", audit=2)
        event(session, 1, code="case_filed", final=False, occasion_id=1)
        seal(session, 1)
        told = outcomes_of(session, position=1)
    rows = list(
        zip(told.entity.tolist(), told.day.tolist(), told.found.tolist(), told.probability.tolist(), strict=True)
    )
    days = [date(2024, 12, 31).toordinal(), date(2025, 2, 1).toordinal(), DAY.toordinal()]
    assert rows == [
        (6, days[0], False, 0.05),
        (6, days[1], True, 0.2),
        (1, days[2], False, 0.05),
        (2, days[2], True, 0.05),
        (3, days[2], False, 0.05),
    ]
    # Of five drawn with 0.05 in 2025 two could not be inspected: the three stand for all.
    assert told.visits.weight.tolist() == pytest.approx([20, 5, *[5 / 3 * 20] * 3])
