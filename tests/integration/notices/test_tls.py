"""Deliveries over TLS: whom the service trusts, and that nothing goes to anybody else."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from standardwebhooks import Webhook

from service.notices.webhooks.networks import Networks
from service.notices.webhooks.sending import send, session_for, trusting
from service.notices.webhooks.terms import attempt
from tests.builders.certificates import Authority
from tests.builders.partners import delivering, partner, rows, tell
from tests.builders.receiving import LOOPBACK, receiver

if TYPE_CHECKING:
    import ssl
    from pathlib import Path

    from service.platform import Database

ATTEMPTS = "SELECT outcome, status FROM webhook_attempt WHERE partner = :partner ORDER BY id"


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    return Authority(tmp_path)


def outcome(shown: ssl.SSLContext, trust: ssl.SSLContext) -> tuple[str, int]:
    """How an attempt to reach this server ends, and how many requests the server got."""

    async def once(url: str) -> str:
        async with session_for(url, Networks.named([LOOPBACK]), attempt(), trust=trust) as session:
            return (await send(session, url, {"webhook-id": "1"}, b"{}")).outcome

    with receiver(context=shown) as found:
        return asyncio.run(once(found.url)), len(found.received)


def test_only_a_certificate_of_who_is_trusted_for_this_name_and_day_will_do(
    authority: Authority, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other, trust = Authority(tmp_path / "other"), trusting(authority.pem)
    assert outcome(authority.server(), trust) == ("delivered", 1)
    assert outcome(authority.server(), trusting(None)) == ("unreachable", 0)
    assert outcome(other.server(), trust) == ("unreachable", 0)  # of the same name, and another key
    assert outcome(authority.server("elsewhere.example"), trust) == ("unreachable", 0)
    ended = datetime(2021, 1, 1)  # noqa: DTZ001 - as the library has it
    assert outcome(authority.server(until=ended), trust) == ("unreachable", 0)


def test_a_partner_whose_certificate_holds_is_told_and_another_is_tried_again(
    authority: Authority, tmp_path: Path, database: Database, database_url: str
) -> None:
    (tmp_path / "other").mkdir()
    bundle = tmp_path / "ca.pem"
    bundle.write_text(authority.pem, encoding="utf-8")
    with (
        receiver(context=authority.server()) as known,
        receiver(context=Authority(tmp_path / "other").server()) as stranger,
    ):
        secret = partner(database, "known", known.url)
        partner(database, "stranger", stranger.url)
        tell(database, "P1")
        with delivering(database_url, WEBHOOK_CA_FILE=str(bundle)):
            (taken,) = known.await_taken(1)
            assert Webhook(secret).verify(taken.body, taken.headers)["subject"] == "P1"
            until = time.monotonic() + 60
            while len(tried := rows(database, ATTEMPTS, partner="stranger")) < 2:
                assert time.monotonic() < until, "it is not tried again"
                time.sleep(0.05)
        assert stranger.received == []
    assert set(tried) == {("unreachable", None)}
    assert rows(database, ATTEMPTS, partner="known") == [("delivered", 204)]
    waiting = "SELECT partner, state FROM webhook_delivery ORDER BY partner"
    assert rows(database, waiting) == [("known", "delivered"), ("stranger", "waiting")]
