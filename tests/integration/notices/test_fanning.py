"""From the outbox to deliveries: what nobody asked for is passed by one statement, and nothing is passed by mistake."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import event, text

from service.notices.webhooks.fanning import fan_out, new_inbox
from service.platform import Database, FixedClock
from tests.builders.partners import ADMINISTRATOR, OPEN, partner, rows, tell

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = 2_000
UNASKED = "inspections.plan_published"
DONE = "SELECT count(*), count(DISTINCT outbox_id) FROM outbox_done WHERE consumer = 'notices.webhooks'"
TOLD = "SELECT o.subject FROM webhook_delivery d JOIN outbox o ON o.id = d.outbox_id ORDER BY o.id"


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """What is asked of the database within the block; a statement for many rows at once counts as each of them."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: object, *_: object) -> None:
        found.extend([statement] * (len(parameters) if isinstance(parameters, list) else 1))

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(database.engine, "before_cursor_execute", note)


def test_what_nobody_asked_for_is_passed_in_a_few_statements_however_much_it_is(
    database: Database, database_url: str
) -> None:
    assert database_url
    with database.bookkeeping() as session:
        told = "INSERT INTO outbox (topic, subject, payload, recorded_at)"
        each = text(f"{told} SELECT :topic, 'P' || n, '{{}}', now() FROM generate_series(1, :many) n")  # noqa: S608 - our own words
        session.execute(each, {"topic": UNASKED, "many": MANY})
    inbox = new_inbox()
    with statements(database) as asked:
        assert [fan_out(database, inbox), fan_out(database, inbox)] == [MANY, 0]
    assert len(asked) < 20
    assert rows(database, DONE) == [(MANY, MANY)]


def test_what_is_asked_for_goes_out_in_order_between_what_is_not_and_late_commits_are_found(database: Database) -> None:
    partner(database, "one", "http://127.0.0.1:9/hook")
    inbox = new_inbox()
    with database.unit_of_work(ADMINISTRATOR) as late:
        late.audit("tests.told", "outbox", {})
        late.publish(OPEN, "late", {"n": 1})
        late.publish(UNASKED, "late unasked", {})
        late.flush()
        for subject in ("A", "B"):
            tell(database, subject, topic=UNASKED, payload={})
            tell(database, subject)
        assert fan_out(database, inbox) == 4
        assert rows(database, TOLD) == [("A",), ("B",)]
    assert [fan_out(database, inbox), fan_out(database, inbox)] == [2, 0]
    assert rows(database, TOLD) == [("late",), ("A",), ("B",)]
    assert rows(database, DONE) == [(6, 6)]


def test_a_topic_that_is_asked_for_later_brings_nothing_of_what_was_passed(database: Database) -> None:
    inbox = new_inbox()
    tell(database, "before", topic=UNASKED, payload={})
    fan_out(database, inbox)
    partner(database, "one", "http://127.0.0.1:9/hook", topics=[UNASKED])
    assert fan_out(database, inbox) == 0
    tell(database, "after", topic=UNASKED, payload={"authority": "a", "year": 2026})
    assert fan_out(database, inbox) == 1
    assert rows(database, TOLD) == [("after",)]


def test_a_partner_is_told_of_what_comes_after_it_though_clocks_are_set_back_and_of_nothing_before(
    database: Database, database_url: str
) -> None:
    tell(database, "before")
    partner(database, "one", "http://127.0.0.1:9/hook")
    behind = Database(database_url, clock=FixedClock(database.clock.now() - timedelta(hours=1)))
    tell(behind, "after")
    behind.close()
    assert fan_out(database, new_inbox()) == 2
    assert rows(database, TOLD) == [("after",)]
