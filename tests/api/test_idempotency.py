"""One key, one effect: replayed, refused, released or told as lost, whatever happened in between."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from werkzeug.test import TestResponse

from service.platform import FixedClock, job_actor, web
from tests.builders.fillings import seeded

BODY = {"role": "handler", "label": "x"}
Caller = Callable[..., FlaskClient]


def post(client: FlaskClient, key: str = "k-1", body: dict[str, Any] | None = None) -> TestResponse:
    return client.post("/v1/tokens", json=body or BODY, headers={"Idempotency-Key": key})


def tokens(assembly: web.Assembly) -> int:
    with assembly.database.reader() as session:
        return int(session.execute(text("SELECT count(*) FROM api_token WHERE label = 'x'")).scalar_one())


def test_the_same_request_again_gets_the_same_answer_and_no_second_effect(
    caller: Caller, assembly: web.Assembly
) -> None:
    client = caller("administrator")
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)
    body = {"code": "b", "names": {"zh": "乙", "en": "B"}, "region": "110000", "timezone": "Asia/Shanghai"}
    first, second = (client.post("/v1/authorities", json=body, headers={"Idempotency-Key": "k-1"}) for _ in range(2))
    assert (first.headers["Idempotency-Hit"], second.headers["Idempotency-Hit"]) == ("false", "true")
    assert (first.status_code, first.data, first.mimetype) == (second.status_code, second.data, second.mimetype)
    with assembly.database.reader() as session:
        audited = text("SELECT count(*) FROM audit WHERE action = 'register.authority_entered' AND subject = 'b'")
        assert session.execute(audited).scalar_one() == 1


def test_another_body_with_the_same_key_is_refused(caller: Caller, assembly: web.Assembly) -> None:
    client = caller("administrator")
    post(client)
    other = post(client, body=BODY | {"authority": "a"})
    assert (other.status_code, other.json["code"]) == (422, "idempotency_key_reused")
    assert tokens(assembly) == 1


def test_keys_belong_to_their_caller_and_to_an_address(caller: Caller, assembly: web.Assembly) -> None:
    client = caller("administrator")
    assert post(client).headers["Idempotency-Hit"] == "false"
    assert post(caller("administrator")).headers["Idempotency-Hit"] == "false"
    assert tokens(assembly) == 2
    deleted = client.delete("/v1/tokens/none", headers={"Idempotency-Key": "k-1"})
    assert deleted.json["code"] == "idempotency_key_reused"


def test_a_refusal_is_kept_too(caller: Caller) -> None:
    client = caller("administrator")
    first, second = (post(client, body={"role": "king"}) for _ in range(2))
    assert (first.status_code, second.status_code) == (422, 422)
    assert second.headers["Idempotency-Hit"] == "true"
    assert second.mimetype == "application/problem+json"


@pytest.mark.parametrize("key", ["", "a b", "a" * 201, "键"])
def test_a_malformed_key_is_refused(caller: Caller, key: str) -> None:
    response = post(caller("administrator"), key=key.encode().decode("latin-1"))
    assert (response.status_code, response.json["code"]) == (400, "idempotency_key_invalid")


def test_a_failure_of_ours_releases_the_key(caller: Caller, app: Flask, assembly: web.Assembly) -> None:
    client = caller("administrator")
    handler = app.view_functions["accounts.issue"]

    def fail() -> None:
        raise RuntimeError

    app.view_functions["accounts.issue"] = fail
    assert post(client).status_code == 500
    app.view_functions["accounts.issue"] = handler
    again = post(client)
    assert (again.status_code, again.headers["Idempotency-Hit"]) == (201, "false")
    assert tokens(assembly) == 1


def crash(app: Flask, client: FlaskClient, *, after_the_effect: bool) -> Callable[..., Any]:
    """Let the process die inside a request: nothing after that point runs."""
    handler = app.view_functions["accounts.issue"]

    def die() -> None:
        if after_the_effect:
            handler()
        raise KeyboardInterrupt

    app.view_functions["accounts.issue"] = die
    with pytest.raises(KeyboardInterrupt):
        post(client)
    app.view_functions["accounts.issue"] = handler
    return handler


def test_a_request_that_died_before_its_effect_may_run_again_after_a_while(
    caller: Caller, app: Flask, assembly: web.Assembly, clock: FixedClock
) -> None:
    client = caller("administrator")
    crash(app, client, after_the_effect=False)
    busy = post(client)
    assert (busy.status_code, busy.json["code"]) == (409, "idempotency_in_progress")
    assert busy.headers["Retry-After"] == "2"
    clock.advance(timedelta(seconds=25))
    assert post(client).status_code == 201
    assert post(client).headers["Idempotency-Hit"] == "true"
    assert tokens(assembly) == 1


def test_a_request_that_died_while_the_clock_was_ahead_may_run_again_once_it_is_right(
    caller: Caller, app: Flask, assembly: web.Assembly, clock: FixedClock
) -> None:
    client = caller("administrator")
    clock.advance(timedelta(days=1))
    crash(app, client, after_the_effect=False)
    clock.advance(timedelta(days=-1))
    assert post(client).status_code == 201
    assert tokens(assembly) == 1


def test_a_request_that_takes_so_long_that_its_repeat_takes_its_place_takes_no_effect(
    caller: Caller, app: Flask, assembly: web.Assembly, clock: FixedClock
) -> None:
    client = caller("administrator")
    handler = app.view_functions["accounts.issue"]
    repeated: list[Any] = []

    def linger() -> Any:  # noqa: ANN401 - what the handler answers
        if not repeated:
            clock.advance(timedelta(seconds=25))
            repeated.append(None)
            with ThreadPoolExecutor(1) as another:
                repeated[0] = another.submit(post, client).result()
        return handler()

    app.view_functions["accounts.issue"] = linger
    late = post(client)
    assert (late.status_code, late.json["code"]) == (409, "idempotency_in_progress")
    assert repeated[0].status_code == 201
    assert tokens(assembly) == 1
    again = post(client)
    assert (again.status_code, again.headers["Idempotency-Hit"]) == (201, "true")


def test_a_request_that_died_after_its_effect_never_runs_again(
    caller: Caller, app: Flask, assembly: web.Assembly, clock: FixedClock
) -> None:
    client = caller("administrator")
    crash(app, client, after_the_effect=True)
    clock.advance(timedelta(seconds=60))
    lost = post(client)
    assert (lost.status_code, lost.json["code"]) == (409, "idempotency_answer_lost")
    assert tokens(assembly) == 1


def test_old_answers_are_forgotten(caller: Caller, assembly: web.Assembly, clock: FixedClock) -> None:
    client = caller("administrator")
    post(client)
    clock.advance(timedelta(days=6))
    post(client, key="k-2")
    clock.advance(timedelta(days=2))
    assert web.forget_old_keys(assembly.database, timedelta(days=7)) == 1
    assert post(client).headers["Idempotency-Hit"] == "false"
    assert post(client, key="k-2").headers["Idempotency-Hit"] == "true"
