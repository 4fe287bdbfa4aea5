"""What lists of public records begin with: every record that stands somewhere, once, by number or newest first.

The oracle replays what was done, act by act.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from service.platform import Database
from service.publicity.queries import _NEWEST, _SHOWN
from service.register import name_asked
from tests.builders.register_rows import put_entity

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy.orm import Session

NAMES = ("甲影院", "乙影院", "乙书店")
PLACES = ("site", "hall")
EVENT = text("""
INSERT INTO event (entity_id, source, source_ref, body_sha256, decision_kind, code, decided_on, final, audit_id)
VALUES (:entity, 'test', :entity, '', 'penalty', 'penalty_fine', '2026-01-01', true, 0) RETURNING id
""")
ACT = text("""
INSERT INTO publication_act (event_id, act, place, done_on, person, audit_id)
VALUES (:event, :act, :place, '2026-01-02', 'test', 0) RETURNING id
""")
DONE = st.lists(
    st.tuples(
        st.integers(0, 2), st.sampled_from(["publish", "publish", "withdraw", "forward"]), st.sampled_from(PLACES)
    ),
    max_size=12,
)


@pytest.fixture
def session(database_url: str) -> Iterator[Session]:
    with closing(Database(database_url)) as database, database.bookkeeping() as session:
        yield session


@pytest.fixture
def events(session: Session) -> list[int]:
    """A record of each of three entities."""
    entities = [put_entity(session, name) for name in NAMES]
    return [session.execute(EVENT, {"entity": entity}).scalar_one() for entity in entities]


def standing(done: Sequence[tuple[int, str, str]], numbers: Sequence[int]) -> dict[int, int]:
    """By record the newest act of those by which it stands at a place."""
    at: dict[tuple[int, str], int] = {}
    for (record, act, place), number in zip(done, numbers, strict=True):
        if act == "publish":
            at[record, place] = number
        elif act == "withdraw":
            at.pop((record, place), None)
    return {record: max(number for (one, _), number in at.items() if one == record) for record, _ in at}


@given(done=DONE, named=st.sampled_from([None, "影院", "乙", "yi", "书店", "丙"]), at_once=st.integers(1, 3))
@example(done=[(0, "publish", "site"), (0, "withdraw", "hall"), (1, "publish", "hall")], named=None, at_once=1)
@example(done=[(0, "publish", "site"), (1, "publish", "site"), (0, "publish", "hall")], named="影院", at_once=1)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_every_record_that_stands_is_listed_once_from_either_end(
    session: Session, events: list[int], done: list[tuple[int, str, str]], named: str | None, at_once: int
) -> None:
    fits = {None: {0, 1, 2}, "影院": {0, 1}, "乙": {1, 2}, "yi": {0, 1, 2}, "书店": {2}, "丙": set()}[named]
    with session.begin_nested() as undone:
        numbers = [
            session.execute(ACT, {"event": events[record], "act": act, "place": place}).scalar_one()
            for record, act, place in done
        ]
        shown = {events[record]: act for record, act in standing(done, numbers).items() if record in fits}
        asked = {"entity": None, "authority": None, "limit": at_once, **name_asked(session, named)}
        oldest: list[int] = []
        while rows := session.scalars(_SHOWN, {**asked, "after": max(oldest, default=0)}).all():
            oldest += rows
        newest: list[tuple[int, int]] = []
        while found := session.execute(_NEWEST, {**asked, "after": newest[-1][1] if newest else 1 << 62}).all():
            newest += [(row.event_id, row.act) for row in found]
        undone.rollback()
    assert oldest == sorted(shown)
    assert newest == sorted(shown.items(), key=lambda one: -one[1])
