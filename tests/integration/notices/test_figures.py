"""What an operator is told of deliveries: what waits, what was given up, and how messages ended."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

from service.notices.webhooks import figures, store
from service.notices.webhooks.fanning import fan_out, new_inbox
from tests.builders.partners import partner, tell

if TYPE_CHECKING:
    from service.platform import Database


def told(database: Database) -> dict[tuple[str, ...], float]:
    with database.reader() as session:
        found = figures(session, database.clock.now())
        return {(one.family.name, *one.labels): one.value for one in found}


def ended(outcome: str) -> float:
    return REGISTRY.get_sample_value("webhook_messages_total", {"outcome": outcome}) or 0.0


def test_messages_are_told_while_they_wait_and_counted_once_they_ended(database: Database) -> None:
    partner(database, "credit", "http://127.0.0.1:9/hook")
    tell(database, "P1", "P2")
    assert told(database)[("outbox_waiting", "notices.webhooks")] == 2
    fan_out(database, new_inbox())
    before = told(database)
    assert (before[("outbox_waiting", "notices.webhooks")], before[("webhook_deliveries_waiting",)]) == (0, 2)
    assert [before[("webhook_partners", state)] for state in ("active", "paused", "ended")] == [1, 0, 0]
    first, second = store.turn(database, (), {"credit": 2}, ())
    delivered, given_up = ended("delivered"), ended("given_up")
    tried_again = store.Ended(first, first.since, "refused", 500, 1)
    store.turn(database, [tried_again], {}, ())
    assert (ended("delivered"), ended("given_up")) == (delivered, given_up), "an attempt is no end"
    late = second._replace(since=second.since - timedelta(days=4))
    store.turn(database, [store.Ended(late, second.since, "refused", 500, 1)], {}, ())
    store.turn(database, [store.Ended(first, first.since, "delivered", 204, 1)], {}, ())
    assert (ended("delivered"), ended("given_up")) == (delivered + 1, given_up + 1)
    after = told(database)
    assert (after[("webhook_deliveries_waiting",)], after[("webhook_deliveries_dead",)]) == (0, 1)
