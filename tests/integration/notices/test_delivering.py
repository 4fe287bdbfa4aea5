"""The delivering process against receivers on this machine."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from standardwebhooks import Webhook

from tests.builders.partners import delivering, partner, rows, tell
from tests.builders.receiving import Received, receiver

if TYPE_CHECKING:
    from service.platform import Database

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
