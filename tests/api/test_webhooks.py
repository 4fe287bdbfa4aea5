"""Webhooks over HTTP: who is registered, what each is told, dead letters and how they are delivered again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from service.notices.webhooks import store
from service.notices.webhooks.fanning import fan_out, new_inbox
from service.notices.webhooks.sending import signed
from service.notices.webhooks.topics import topics
from service.ratings import drain
from tests.builders.partners import OPEN, rows, tell
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import FixedClock, web

LIST = "/v1/webhook-partners"
URL = "https://93.184.216.34/hook"  # public, and never called here
CHANGES = {"topics": ["tier.changed"]}


def registered(client: FlaskClient, code: str = "credit", **said: Any) -> str:  # noqa: ANN401 - any part of a body
    body = {"code": code, "name": "信用平台", "url": URL, "topics": [OPEN], "purpose": "信用信息共享", **said}
    answer = client.post(LIST, json=body)
    assert answer.status_code == 201, answer.text
    secret: str = answer.json["secret"]
    return secret


BAD_ADDRESSES = [
    ("https://127.0.0.1/hook", "webhook_address_forbidden"),
    ("https://localhost:8443/hook", "webhook_address_forbidden"),
    ("https://[::1]/hook", "webhook_address_forbidden"),
    ("https://[::ffff:93.184.216.34]/hook", "webhook_address_forbidden"),
    ("https://10.1.2.3/hook", "webhook_address_forbidden"),
    ("https://169.254.169.254/latest", "webhook_address_forbidden"),
    ("https://224.0.0.1/hook", "webhook_address_forbidden"),
    ("https://[64:ff9b::a00:1]/hook", "webhook_address_forbidden"),
    ("https://[::127.0.0.1]/hook", "webhook_address_forbidden"),
    ("https://[::ffff:0:10.0.0.1]/hook", "webhook_address_forbidden"),
    ("https://[fec0::1]/hook", "webhook_address_forbidden"),
    ("https://2130706433/hook", "webhook_address_forbidden"),
    ("http://93.184.216.34/hook", "webhook_url_plain"),
    ("https://user:word@93.184.216.34/hook", "webhook_url_malformed"),
    ("https://93.184.216.34/hook#part", "webhook_url_malformed"),
    ("ftp://93.184.216.34/hook", "webhook_url_malformed"),
    ("https:///hook", "webhook_url_malformed"),
    ("https://93.184.216.34:99999/hook", "webhook_url_malformed"),
    ("https://a b/hook", "webhook_url_malformed"),
]


def test_an_address_that_must_not_be_called_is_refused(caller: Callable[..., FlaskClient]) -> None:
    client = caller("administrator")
    for url, code in BAD_ADDRESSES:
        body = {"code": "credit", "name": "P", "url": url, "topics": [OPEN], "purpose": "tests"}
        answer = client.post(LIST, json=body)
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (422, code, "/url"), url
    assert client.get(LIST).json["items"] == []


MISFITS: list[tuple[dict[str, Any], str, str]] = [
    ({"topics": ["alarm.quarantine"]}, "webhook_topic_unknown", "/topics/0"),
    ({"kinds": ["cinema", "circus"]}, "webhook_kind_unknown", "/kinds/1"),
    ({"secret": "whsec_dG9vIHNob3J0"}, "webhook_secret_short", "/secret"),
    ({"secret": "whsec_not base64"}, "webhook_secret_malformed", "/secret"),
    ({"secret": "bm8gcHJlZml4IGJ1dCBsb25nIGVub3VnaA=="}, "webhook_secret_malformed", "/secret"),
    ({"authority": "nowhere"}, "entity_authority_unknown", "/authority"),
    ({"regions": ["999999"]}, "entity_region_unknown", "/regions/0"),
]


def test_what_does_not_fit_is_told_with_its_place(caller: Callable[..., FlaskClient]) -> None:
    client = caller("administrator")
    for said, code, pointer in MISFITS:
        body = {"code": "credit", "name": "P", "url": URL, "topics": [OPEN], "purpose": "tests", **said}
        answer = client.post(LIST, json=body)
        assert (answer.status_code, answer.json["code"], answer.json["pointer"]) == (422, code, pointer)


def test_a_secret_is_told_once_and_an_old_one_signs_until_its_overlap_is_over(
    caller: Callable[..., FlaskClient], assembly: web.Assembly, clock: FixedClock
) -> None:
    client = caller("administrator")
    old = registered(client)
    assert client.post(LIST, json={"code": "credit"}).status_code == 422
    taken = {"code": "credit", "name": "P", "url": URL, "topics": [OPEN], "purpose": "tests"}
    assert client.post(LIST, json=taken).json["code"] == "webhook_partner_taken"
    refused = client.post(f"{LIST}/credit/secrets", json={"overlap_hours": 500})
    assert refused.json["code"] == "webhook_overlap_too_long"
    new = client.post(f"{LIST}/credit/secrets", json={"overlap_hours": 2}).json["secret"]
    assert old not in client.get(f"{LIST}/credit").text
    assert client.get(f"{LIST}/credit").json["secrets"] == 2
    body, at = b'{"n":1}', datetime.now(UTC)

    def headers() -> dict[str, str]:
        with assembly.database.reader() as session:
            (target,) = store.targets(session, clock.now())
        return signed(target.secrets, 7, at, body)

    both = headers()
    assert len(both["webhook-signature"].split()) == 2
    assert [Webhook(secret).verify(body, both) for secret in (old, new)] == [{"n": 1}] * 2
    clock.advance(timedelta(hours=2, seconds=1))
    assert Webhook(new).verify(body, headers()) == {"n": 1}
    with pytest.raises(WebhookVerificationError):
        Webhook(old).verify(body, headers())
    (stored,) = rows(assembly.database, "SELECT ciphertext FROM webhook_secret WHERE until IS NULL")
    assert new.encode() not in bytes(stored[0])


def test_a_partner_is_told_of_its_scope_without_reasons_and_each_message_is_noted(
    caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database, client = assembly.database, caller("administrator")
    town.found(database)
    for code, said in {
        "here": {"authority": "bj-culture", "regions": ["11"]},
        "elsewhere": {"authority": "bj-culture-110105"},
        "falls": {"tiers": ["D"]},
        "others": {"kinds": ["net_cafe"]},
    }.items():
        registered(client, code, **CHANGES, **said)
    (one,) = town.people(database, 1)
    drain(database=database)
    assert fan_out(database, new_inbox()) == 2  # an edition and a tier
    assert fan_out(database, new_inbox()) == 0
    found = store.turn(database, (), dict.fromkeys(("here", "elsewhere", "falls", "others"), 8), ())
    assert [due.partner for due in found] == ["here"]
    message = orjson.loads(
        topics()["tier.changed"].message(
            number=found[0].number,
            subject=found[0].subject,
            payload=found[0].payload,
            at=found[0].recorded_at,
            source="s",
        )
    )
    key = town.key_of(database, one)
    assert (message["id"], message["subject"], message["specversion"]) == (str(found[0].number), key, "1.0")
    assert message["data"] == {
        "kind": "cinema",
        "old": None,
        "new": {"state": "rated", "reason": None, "grade": "A", "tier": "A"},
    }
    noted = rows(database, "SELECT actor_kind, actor_id, purpose, subject FROM query_log WHERE actor_kind = 'partner'")
    assert noted == [("partner", "here", "信用信息共享", key)]


def test_dead_letters_are_listed_with_their_attempts_and_delivered_again_with_a_reason(
    caller: Callable[..., FlaskClient], assembly: web.Assembly, clock: FixedClock
) -> None:
    database, client = assembly.database, caller("administrator")
    registered(client)
    tell(database, "P1", "P1", "P2")
    fan_out(database, new_inbox())
    first, other = store.turn(database, (), {"credit": 8}, ())
    assert (first.subject, other.subject) == ("P1", "P2")
    refused = store.Ended(first, clock.now(), "refused", 500, 12)
    taken = store.Ended(other, clock.now(), "delivered", 204, 3)
    assert store.turn(database, [refused, taken], {"credit": 8}, ()) == []  # what stands behind waits with it
    clock.advance(timedelta(hours=73))
    (again,) = store.turn(database, (), {"credit": 8}, ())
    assert (again.number, again.attempts) == (first.number, 1)
    (following,) = store.turn(database, [store.Ended(again, clock.now(), "timed_out", None, 15_000)], {"credit": 8}, ())
    assert (following.subject, following.number > first.number) == ("P1", True)  # the flow goes on

    dead = client.get(f"{LIST}/credit/deliveries?state=dead").json["items"]
    assert [(one["message"], one["attempts"], one["outcome"]) for one in dead] == [(first.number, 2, "timed_out")]
    assert client.get(f"{LIST}/credit").json["dead"] == 1
    tried = client.get(f"{LIST}/credit/deliveries/{first.number}/attempts").json["items"]
    assert [(one["number"], one["outcome"], one["status"]) for one in tried] == [
        (1, "refused", 500),
        (2, "timed_out", None),
    ]
    assert rows(database, "SELECT payload ->> 'partner' FROM outbox WHERE topic = 'alarm.webhook'") == [("credit",)]

    ask = f"{LIST}/credit/redeliveries"
    assert client.post(ask, json={"messages": [first.number]}).status_code == 422  # nobody said why
    assert client.post(ask, json={"reason": "x"}).json["code"] == "webhook_span_incomplete"
    assert client.post(ask, json={"reason": "x", "messages": [999]}).json["code"] == "webhook_message_unknown"
    span = {"since": "2026-06-01T00:00:00Z", "until": "2026-06-02T00:00:00Z"}
    assert client.post(ask, json={"reason": "outage", "messages": [first.number]}).json["count"] == 1
    assert client.post(ask, json={"reason": "lost", **span, "state": "delivered"}).json["count"] == 1
    under_way = [("credit", following.number)]
    (second,) = store.turn(database, (), {"credit": 8}, under_way)
    assert second.number == other.number
    done = store.Ended(following, clock.now(), "delivered", 204, 3)
    (third,) = store.turn(database, [done], {"credit": 8}, [("credit", other.number)])
    assert (third.number, third.attempts) == (first.number, 2)  # it waited for what was under way for its entity
    assert client.post(f"{LIST}/credit/end", json={"reason": "over"}).status_code == 204
    assert client.post(ask, json={"reason": "late", **span}).json["code"] == "webhook_partner_ended"


def test_what_is_delivered_again_goes_before_a_later_message_that_waits_to_be_tried(
    caller: Callable[..., FlaskClient], assembly: web.Assembly, clock: FixedClock
) -> None:
    database, client = assembly.database, caller("administrator")
    registered(client)
    tell(database, "P1", "P1", "P1")
    fan_out(database, new_inbox())

    def turn(*ended: store.Ended, flying: tuple[store.Due, ...] = ()) -> list[int]:
        taken[:] = store.turn(database, ended, {"credit": 8}, [("credit", one.number) for one in flying])
        return [one.number for one in taken]

    def ended(due: store.Due, outcome: str) -> store.Ended:
        return store.Ended(due, clock.now(), outcome, 204 if outcome == "delivered" else 503, 5)

    def again(number: int) -> Any:  # noqa: ANN401 - an answer
        answer = client.post(f"{LIST}/credit/redeliveries", json={"reason": "lost", "messages": [number]})
        assert answer.status_code == 200, answer.text
        return answer.json

    taken: list[store.Due] = []
    (one,) = turn()
    first = taken[0]
    (two,) = turn(ended(first, "delivered"))
    second = taken[0]
    assert turn(ended(second, "refused")) == []  # it waits to be tried again
    assert again(one) == {"count": 1, "held_back": []}
    assert turn() == [one]
    first = taken[0]
    clock.advance(timedelta(hours=1))
    assert turn(flying=(first,)) == []  # the wait of the second is over, and it waits for the first all the same
    waiting = client.get(f"{LIST}/credit/deliveries?state=waiting").json["items"]
    assert [(each["message"], each["waits_for"]) for each in waiting] == [(one, None), (two, one), (two + 1, one)]
    assert [each["next_at"] is None for each in waiting] == [False, True, True]
    assert turn(ended(first, "delivered")) == [two]

    second = taken[0]
    assert again(one) == {"count": 1, "held_back": []}
    assert turn(flying=(second,)) == []  # what is under way ends first
    assert turn(ended(second, "timed_out")) == [one]  # it failed, and gives way
    told = again(two)
    assert told["held_back"] == [{"message": two, "waits_for": one, "not_before": told["held_back"][0]["not_before"]}]
    assert turn(ended(taken[0], "delivered")) == [two]
    assert turn(ended(taken[0], "delivered")) == [two + 1]


def test_a_paused_partner_is_told_later_and_nobody_reaches_beyond_his_scope(
    caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    database, client = assembly.database, caller("administrator")
    registered(client)
    registered(client, "local", authority="bj-culture-110101")
    assert client.post(f"{LIST}/credit/pause", json={"reason": "works"}).status_code == 204
    tell(database, "P1")
    fan_out(database, new_inbox())
    with database.reader() as session:
        assert [one.code for one in store.targets(session, assembly.database.clock.now())] == ["local"]
    assert client.get(f"{LIST}/credit").json["waiting"] == 1
    assert client.post(f"{LIST}/credit/resumption", json={"reason": "done"}).status_code == 204
    changed = client.patch(f"{LIST}/credit", json={"url": "https://[2600::1]/new", "tiers": ["D"], "regions": ["11"]})
    assert changed.status_code == 204
    now = client.get(f"{LIST}/credit").json
    assert (now["url"], now["tiers"], now["regions"], now["state"]) == (
        "https://[2600::1]/new",
        ["D"],
        ["110000"],
        "active",
    )
    narrow = caller("administrator", authority="bj-culture-110101")
    assert [one["code"] for one in narrow.get(LIST).json["items"]] == ["local"]
    assert narrow.get(f"{LIST}/credit").status_code == 404
    body = {"code": "wide", "name": "P", "url": URL, "topics": [OPEN], "purpose": "tests"}
    assert narrow.post(LIST, json=body).json["code"] == "out_of_scope"
    assert narrow.patch(f"{LIST}/local", json={"authority": None}).json["code"] == "out_of_scope"
    first = client.get(f"{LIST}?limit=1")
    assert [one["code"] for one in first.json["items"]] == ["credit"]
    second = client.get(first.headers["Link"].split(";")[0].strip("<>"))
    assert [one["code"] for one in second.json["items"]] == ["local"]
    listed = {one["topic"]: one["type"] for one in client.get("/v1/webhook-topics").json["items"]}
    assert listed["tier.changed"] == "xinjian.tier.changed.v1"
