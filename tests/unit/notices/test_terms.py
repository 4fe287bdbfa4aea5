"""When a message is tried again, and what the topics carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from service.notices.webhooks.networks import Networks
from service.notices.webhooks.terms import rest, retry
from service.notices.webhooks.topics import topics

SINCE = datetime(2026, 6, 1, tzinfo=UTC)
RANGES = Networks.named(["10.20.0.0/16", "fd00:1::/32"])


def test_waits_grow_to_their_limit_and_chance_moves_them_a_little() -> None:
    waits = [retry().wait(attempts).total_seconds() for attempts in range(1, 40)]
    assert waits[:3] == [1, 4, 16]
    assert waits == sorted(waits)
    assert waits[-1] == retry().most
    assert retry().wait(2, chance=1.0).total_seconds() == 4.8
    assert retry().wait(2, chance=-1.0).total_seconds() == 3.2


def test_a_partner_that_asks_for_time_gets_it_but_not_without_end() -> None:
    assert retry().wait(1, asked=60).total_seconds() == 60
    assert retry().wait(1, asked=10**9).total_seconds() == retry().heeded


def test_a_message_is_given_up_after_three_days_and_not_before() -> None:
    late = SINCE + timedelta(days=3)
    assert retry().next_at(late - timedelta(seconds=1), SINCE, 30) is not None
    assert retry().next_at(late, SINCE, 1) is None


def test_a_silent_partner_is_left_alone_ever_longer_but_for_a_minute_at_most() -> None:
    assert [rest().seconds(silent) for silent in (0, 4, 5, 6, 7, 99)] == [0, 0, 1, 2, 4, 60]


@pytest.mark.parametrize("topic", sorted(topics()))
def test_each_topic_speaks_both_languages_and_carries_what_its_filters_need(topic: str) -> None:
    row = topics()[topic]
    assert row.zh.strip()
    assert row.en.strip()
    assert {*row.tiers, *([row.kind] if row.kind else [])} <= row.carries.keys()
    assert row.type.startswith("xinjian.")
    assert len({one.type for one in topics().values()}) == len(topics())


@pytest.mark.parametrize(
    ("address", "plain", "permitted"),
    [
        ("93.184.216.34", False, True),
        ("93.184.216.34", True, False),
        ("2600::1", False, True),
        ("10.20.3.4", True, True),
        ("10.21.3.4", False, False),
        ("fd00:1::5", True, True),
        ("fe80::1%eth0", False, False),
        ("127.0.0.1", False, False),
        ("0.0.0.0", False, False),  # noqa: S104 - an address to refuse
        ("100.64.0.1", False, False),
        ("198.18.0.1", False, False),
        ("239.1.1.1", False, False),
        ("ff02::1", False, False),
        ("::ffff:10.20.3.4", False, False),
        ("::ffff:93.184.216.34", False, False),
        ("2002:0a14:0304::1", False, False),
        ("64:ff9b::0a14:304", False, False),
        ("255.255.255.255", False, False),
    ],
)
def test_public_addresses_and_named_networks_may_be_called(address: str, plain: bool, permitted: bool) -> None:  # noqa: FBT001 - a case
    assert RANGES.permits(address, plain=plain) is permitted


def test_a_name_is_judged_by_every_address_that_it_has() -> None:
    both = {"addresses": lambda _host, _port: ["93.184.216.34", "127.0.0.1"]}
    with pytest.raises(Exception, match="webhook_address_forbidden"):
        RANGES.checked_url("https://partner.example/hook", **both)
    unknown = RANGES.checked_url("https://partner.example:8443/hook?x=1", addresses=lambda *_: [])
    assert unknown == "https://partner.example:8443/hook?x=1"
