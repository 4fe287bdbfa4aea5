"""Members of staff are called by their names, for other members of staff alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST

from service.accounts import open_account, people
from service.platform import Role, job_actor
from service.register import registered_scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

    Caller = Callable[..., FlaskClient]


@pytest.fixture
def account(assembly: web.Assembly, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of an account of staff code 0101."""
    cheapest = PasswordHasher.from_parameters(CHEAPEST)
    monkeypatch.setattr(people, "hasher", lambda: cheapest)
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        opened = open_account(
            uow=uow,
            registered=registered_scope,
            login="wang.li",
            name="王丽",
            role=Role.HANDLER,
            password="four unrelated words",
            person="0101",
        )
    return opened.id


def asked(who: FlaskClient, *ids: str) -> dict[str, str]:
    answer = who.get("/v1/staff", query_string={"ids": ",".join(ids)})
    assert answer.status_code == 200, answer.json
    return {one["id"]: one["name"] for one in answer.json["items"]}


def test_a_name_is_told_by_staff_code_account_and_as_documents_write_it(caller: Caller, account: str) -> None:
    handler = caller("handler", person="0202")
    written = f"ACCOUNT-{account.upper()}"
    told = asked(handler, "0101", f"account:{account}", written, "0202", "nobody", "account:none")
    assert told == {"0101": "王丽", f"account:{account}": "王丽", written: "王丽", "0202": "handler"}
    own = handler.get("/v1/whoami").json["id"]
    assert asked(handler, f"token:{own}") == {f"token:{own}": "handler"}


def test_nobody_but_staff_is_told(caller: Caller, anonymous: FlaskClient, account: str) -> None:
    place = f"/v1/staff?ids=account:{account}"
    assert anonymous.get(place).status_code == 401
    assert caller("partner", authority="bj-culture").get(place).status_code == 403


@pytest.mark.parametrize("ids", ["", ",", "a,,b", ",".join(str(n) for n in range(101))])
def test_what_is_no_list_of_at_most_a_hundred_is_refused(caller: Caller, ids: str) -> None:
    assert caller("auditor").get("/v1/staff", query_string={"ids": ids}).status_code == 422
