"""Accounts over HTTP: an administrator keeps them within his scope, never his own, and secrets are told once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import text

from service.register import seed
from tests.builders.partners import rows
from tests.integration.ratings import town

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]

AT = "/v1/accounts"
HERE, ELSEWHERE = "bj-culture-110105", "bj-culture-110102"
NEW: dict[str, Any] = {"login": "wang.li", "name": "王丽", "role": "handler", "authority": HERE, "person": "0101"}
IDENTITY = {"issuer": "https://sso.example.gov.cn", "subject": "7f3c"}


@pytest.fixture(autouse=True)
def authorities(assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(town.OPERATOR) as uow:
        seed(uow)


@pytest.fixture
def administrator(caller: Caller) -> FlaskClient:
    return caller("administrator", authority=HERE, person="0900")


def noted(assembly: web.Assembly) -> list[str]:
    return [action for (action,) in rows(assembly.database, "SELECT action FROM audit ORDER BY id")]


def test_an_account_is_opened_with_a_password_told_once_and_listed_without_it(
    administrator: FlaskClient, assembly: web.Assembly
) -> None:
    once = {"Idempotency-Key": "k" * 20}
    made = administrator.post(AT, json=NEW, headers=once)
    assert (made.status_code, made.json["login"]) == (201, "wang.li")
    assert len(made.json["password"]) >= 12
    again = administrator.post(AT, json=NEW, headers=once)
    assert again.status_code >= 400
    assert made.json["password"] not in again.text, "a secret is told once"
    (told,) = administrator.get(AT).json["items"]
    assert (told["state"], told["must_change"], told["second_factor"]) == ("open", True, False)
    assert made.json["password"] not in str(told)
    assert (told["role"], told["authority"], told["person"]) == ("handler", HERE, "0101")
    assert administrator.get(f"{AT}/WANG.LI").json["name"] == "王丽"
    assert administrator.post(AT, json=NEW).json["code"] == "account_login_taken"
    assert "accounts.account_opened" in noted(assembly)
    kept = rows(
        assembly.database, "SELECT count(*) FROM audit WHERE detail::text LIKE :it", it=f"%{made.json['password']}%"
    )
    assert kept == [(0,)]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"login": "王 丽"}, "/login"),
        ({"login": "a/b"}, "/login"),
        ({"role": "partner"}, "/role"),
        ({"role": "god"}, "/role"),
        ({"person": "x y"}, "/person"),
        ({"regions": ["1101"], "name": ""}, "/name"),
        ({"password": "of my own choosing"}, "/password"),
    ],
)
def test_what_no_account_may_be_is_refused_at_its_field(
    administrator: FlaskClient, change: dict[str, Any], pointer: str
) -> None:
    refused = administrator.post(AT, json={**NEW, **change})
    assert refused.status_code == 422
    assert pointer in {one["pointer"] for one in refused.json.get("errors", [refused.json])}


def test_nobody_gives_more_than_he_has_nor_raises_himself(
    administrator: FlaskClient, caller: Caller, assembly: web.Assembly
) -> None:
    for wider in ({"authority": None}, {"authority": ELSEWHERE}, {"authority": "bj-culture"}):
        assert administrator.post(AT, json={**NEW, **wider}).json["code"] == "out_of_scope", wider
    himself = administrator.post(AT, json={**NEW, "role": "approver", "person": "0900"})
    assert (himself.status_code, himself.json["code"], himself.json["pointer"]) == (403, "account_own", "/person")
    whole = caller("administrator")
    own = {**NEW, "login": "chief", "role": "administrator", "person": "0900"}
    assert whole.post(AT, json=own).status_code == 201
    for path in ("password-reset", "lock", "unlock", "end"):
        assert administrator.post(f"{AT}/chief/{path}").json["code"] == "account_own", path
    assert administrator.delete(f"{AT}/chief/second-factor").json["code"] == "account_own"
    assert administrator.post(f"{AT}/chief/identities", json=IDENTITY).json["code"] == "account_own"
    gone = administrator.delete(f"{AT}/chief/identities", query_string={"issuer": IDENTITY["issuer"]})
    assert gone.json["code"] == "account_own"
    assert administrator.get(f"{AT}/chief").json["own"] is True
    assert whole.get(f"{AT}/chief").json["own"] is False
    assert noted(assembly).count("accounts.account_opened") == 1


def test_nobody_but_an_administrator_is_told_of_accounts_and_none_beyond_his_scope(
    administrator: FlaskClient, caller: Caller
) -> None:
    whole = caller("administrator")
    for body in (NEW, {**NEW, "login": "far", "authority": ELSEWHERE}, {**NEW, "login": "all", "authority": None}):
        assert whole.post(AT, json=body).status_code == 201
    assert [one["login"] for one in administrator.get(AT).json["items"]] == ["wang.li"]
    for path in (f"{AT}/far", f"{AT}/all", f"{AT}/nobody"):
        assert administrator.get(path).json["code"] == "account_unknown"
        assert administrator.post(f"{path}/lock").json["code"] == "account_unknown"
        assert administrator.post(f"{path}/password-reset").json["code"] == "account_unknown"
    for role in ("handler", "approver", "rulebook_editor", "inspector", "auditor", "partner"):
        client = caller(role)
        looked = {client.get(AT).status_code, client.get(f"{AT}/wang.li").status_code}
        assert looked == ({200} if role == "auditor" else {403}), "an auditor sees, and changes nothing"
        assert client.post(AT, json={**NEW, "login": role}).status_code == 403
        for path in ("password-reset", "lock", "unlock", "end", "identities"):
            assert client.post(f"{AT}/wang.li/{path}", json=IDENTITY).status_code == 403
    first = whole.get(f"{AT}?limit=2")
    following = first.headers["Link"].partition("<")[2].partition(">")[0]
    assert [one["login"] for one in first.json["items"]] == ["all", "far"]
    assert [one["login"] for one in whole.get(following).json["items"]] == ["wang.li"]


def test_an_account_is_locked_unlocked_and_ended_and_each_is_in_the_ledger(
    administrator: FlaskClient, assembly: web.Assembly
) -> None:
    assert administrator.post(AT, json=NEW).status_code == 201
    one = f"{AT}/wang.li"
    for path, state in (("lock", "locked"), ("lock", "locked"), ("unlock", "open"), ("end", "ended"), ("end", "ended")):
        assert administrator.post(f"{one}/{path}").status_code == 204
        assert administrator.get(one).json["state"] == state
    assert administrator.get(AT).json["items"] == []
    assert [each["login"] for each in administrator.get(f"{AT}?ended=true").json["items"]] == ["wang.li"]
    for path in ("lock", "unlock", "password-reset"):
        assert administrator.post(f"{one}/{path}").json["code"] == "account_unknown", "it has ended"
    assert noted(assembly)[-5:] == [
        "accounts.account_locked",
        "accounts.account_locked",
        "accounts.account_unlocked",
        "accounts.account_ended",
        "accounts.account_ended",
    ]


def test_an_account_that_wrong_tries_closed_is_opened(administrator: FlaskClient, assembly: web.Assembly) -> None:
    assert administrator.post(AT, json=NEW).status_code == 201
    with assembly.database.engine.begin() as connection:
        until = assembly.database.clock.now() + timedelta(minutes=9)
        connection.execute(text("UPDATE account SET locked_until = :until"), {"until": until})
    told = administrator.get(f"{AT}/wang.li").json
    assert (told["state"], told["closed_until"] is None) == ("closed", False)
    assert administrator.post(f"{AT}/wang.li/unlock").status_code == 204
    assert administrator.get(f"{AT}/wang.li").json["state"] == "open"


def test_an_identity_is_linked_told_and_unlinked(administrator: FlaskClient) -> None:
    for login in ("wang.li", "li.si"):
        assert administrator.post(AT, json={**NEW, "login": login}).status_code == 201
    at = f"{AT}/wang.li/identities"
    assert administrator.post(at, json={**IDENTITY, "issuer": "no address"}).json["errors"][0]["pointer"] == "/issuer"
    assert administrator.post(at, json=IDENTITY).status_code == 204
    assert administrator.post(at, json=IDENTITY).status_code == 204
    assert administrator.post(f"{AT}/li.si/identities", json=IDENTITY).json["code"] == "identity_taken"
    (linked,) = administrator.get(f"{AT}/wang.li").json["identities"]
    assert {name: linked[name] for name in IDENTITY} == IDENTITY
    assert administrator.delete(at, query_string={"issuer": IDENTITY["issuer"]}).status_code == 204
    assert administrator.get(f"{AT}/wang.li").json["identities"] == []
