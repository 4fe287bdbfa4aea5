"""The delivering process against receivers on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from service.notices.webhooks.redelivering import redeliver
from tests.builders.partners import ADMINISTRATOR, delivering, partner, rows, tell
from tests.builders.receiving import Received, receiver

if TYPE_CHECKING:
    from service.platform import Database
    from tests.builders.receiving import Receiver

STATES = "SELECT subject, state, attempts FROM webhook_delivery WHERE partner = :partner ORDER BY outbox_id"


def test_a_message_that_fails_holds_back_its_own_pair_alone(database: Database, database_url: str) -> None:
    healed: list[bool] = []

    def moody(one: Received) -> int:
        return 500 if one.message["subject"] == "P1" and not healed else 204

    with receiver() as steady, receiver(moody) as changing, receiver(lambda _: time.sleep(4) or 204) as slow:
        secrets = {code: partner(database, code, one.url) for code, one in (("steady", steady), ("changing", changing))}
        partner(database, "slow", slow.url)
        tell(database, "P1", "P2", "P1", "P2")
        with delivering(database_url):
            taken = steady.await_taken(4)
            others = changing.await_taken(2)
            for one in (*taken, *others):
                secret = secrets["steady" if one in taken else "changing"]
                assert Webhook(secret).verify(one.body, one.headers)["specversion"] == "1.0"
            assert [one.message["data"]["n"] for one in taken if one.message["subject"] == "P1"] == [0, 2]
            assert [one.message["subject"] for one in others] == ["P2", "P2"]
            assert slow.taken == []
            healed.append(True)
            assert [one.message["data"]["n"] for one in changing.await_taken(4)[2:]] == [0, 2]
    assert [state for _, state, _ in rows(database, STATES, partner="steady")] == ["delivered"] * 4


def test_what_is_delivered_again_does_not_stand_behind_a_later_message_that_is_refused(
    database: Database, database_url: str
) -> None:
    healed: list[bool] = []

    def moody(one: Received) -> int:
        return 500 if one.message["data"]["n"] == 1 and not healed else 204

    with receiver(moody) as found:
        partner(database, "moody", found.url)
        tell(database, "P1", "P1", "P1")
        with delivering(database_url):
            first = found.await_taken(1)[0].number
            await_refused(found)
            with database.unit_of_work(ADMINISTRATOR) as uow:
                again = redeliver(uow=uow, code="moody", reason="lost", messages=[first])
            assert (again.count, again.held_back) == (1, [])
            found.await_taken(2)
            healed.append(True)
            taken = found.await_taken(4)
    assert [one.message["data"]["n"] for one in taken] == [0, 0, 1, 2]


def await_refused(found: Receiver) -> None:
    until = time.monotonic() + 30
    while len(found.received) == len(found.taken):
        assert time.monotonic() < until, "nothing was refused"
        time.sleep(0.02)
