"""Administrators keep accounts on pages: opened, locked, helped, ended; nobody else sees or does any of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from service.platform import job_actor
from service.register import seed

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Flask

    from service.platform import web
    from tests.console.conftest import Browser

    Staff = Callable[..., Browser]

from tests.console.conftest import Browser as NewBrowser

AT = "/console/accounts"
ONE = f"{AT}/of/wang.li"
TYPED = {"login": "Wang.Li", "name": "王丽", "role": "handler", "authority": "bj-culture-110105", "person": "0101"}
OWN_PASSWORD = "a password of her own"


@pytest.fixture
def administrator(staff: Staff) -> Browser:
    return staff("administrator", authority="bj-culture-110105")


def opened(administrator: Browser, **typed: str) -> str:
    """Open an account; its password as the page shows it."""
    form = administrator.get(f"{AT}/new")
    made = administrator.send(form, f"{AT}/new", **TYPED | typed)
    assert made.status_code == 200, made.text
    found = re.search(r'code-once"><code>([^<]+)</code>', made.text)
    assert found is not None
    return found[1]


def test_an_account_is_opened_with_a_password_shown_once_that_opens_only_its_change(
    administrator: Browser, app: Flask
) -> None:
    assert f'href="{AT}"' in administrator.get("/console/").text
    password = opened(administrator)
    assert password not in administrator.get(ONE).text
    assert "王丽" in administrator.get(AT).text
    hers = NewBrowser(app.test_client())
    assert hers.sign_in("wang.li", password).location == "/console/account/password"
    assert hers.get("/console/").status_code == 401
    form = hers.get("/console/account/password")
    typed = {"old": password, "new": OWN_PASSWORD, "again": OWN_PASSWORD}
    assert hers.send(form, "/console/account/password", **typed).status_code == 303
    assert hers.get("/console/").status_code == 200
    assert "本人设定" in administrator.get(ONE).text


def test_a_form_that_was_refused_keeps_what_was_typed_and_says_why_at_its_field(administrator: Browser) -> None:
    form = administrator.get(f"{AT}/new")
    assert '<option value="bj-culture">' not in form.text, "beyond the scope of who looks"
    for change, field in (
        ({"login": "王 丽"}, "f-login-fault"),
        ({"regions": "110105，xx"}, "f-regions-fault"),
        ({"role": ""}, "f-role-fault"),
    ):
        refused = administrator.send(form, f"{AT}/new", **TYPED | change)
        assert refused.status_code == 422
        assert field in refused.text, change
        assert 'value="王丽"' in refused.text
    forged = administrator.send(form, f"{AT}/new", **TYPED | {"authority": "bj-culture"})
    assert (forged.status_code, "code-once" in forged.text) == (403, False)


def test_an_account_is_locked_unlocked_given_another_password_and_ended(administrator: Browser, app: Flask) -> None:
    password = opened(administrator)
    hers = NewBrowser(app.test_client())
    hers.sign_in("wang.li", password)
    page = administrator.get(ONE)
    assert "解除第二验证因素</button>" not in page.text, "there is none"
    assert administrator.send(page, f"{ONE}/lock").status_code == 303
    refused = hers.sign_in("wang.li", password)
    assert refused.status_code == 422
    assert "管理员已锁定该账号" in refused.text
    assert "已锁定" in administrator.get(AT).text
    assert administrator.send(administrator.get(ONE), f"{ONE}/unlock").status_code == 303
    assert hers.sign_in("wang.li", password).status_code == 303
    given = administrator.send(administrator.get(ONE), f"{ONE}/reset-password")
    assert "code-once" in given.text
    assert hers.sign_in("wang.li", password).status_code == 422, "the one of before opens nothing"
    linked = administrator.send(administrator.get(ONE), f"{ONE}/link", issuer="https://sso.example", subject="7f3c")
    assert linked.status_code == 303
    assert "7f3c" in administrator.get(ONE).text
    assert administrator.send(administrator.get(ONE), f"{ONE}/link", issuer="", subject="x").status_code == 422
    assert administrator.send(administrator.get(ONE), f"{ONE}/unlink", issuer="https://sso.example").status_code == 303
    assert "7f3c" not in administrator.get(ONE).text
    assert administrator.send(administrator.get(ONE), f"{ONE}/end").status_code == 303
    assert "wang.li" not in administrator.get(AT).text
    assert "wang.li" in administrator.get(AT, ended="1").text
    over = administrator.get(ONE)
    assert "不能恢复" in over.text
    assert f"{ONE}/unlock" not in over.text
    assert administrator.send(administrator.get(f"{AT}/new"), f"{ONE}/praise").status_code == 404


def test_an_administrator_s_own_account_is_another_s_to_keep(administrator: Browser) -> None:
    own = f"{AT}/of/administrator"
    page = administrator.get(own)
    assert "另一位管理员" in page.text
    assert f"{own}/end" not in page.text
    for act in ("lock", "unlock", "end", "reset-password", "reset-second-factor"):
        assert administrator.send(administrator.get(f"{AT}/new"), f"{own}/{act}").status_code == 403, act
    assert administrator.get("/console/").status_code == 200, "nothing was done"


def test_an_auditor_sees_accounts_and_no_way_to_change_one(staff: Staff, assembly: web.Assembly) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
    staff("handler")
    auditor = staff("auditor")
    assert f'href="{AT}/new"' not in auditor.get(AT).text
    page = auditor.get(f"{AT}/of/handler")
    assert page.status_code == 200
    assert f'action="{AT}' not in page.text
    form = auditor.get("/console/account/password")
    for path in (f"{AT}/new", f"{AT}/of/handler/lock", f"{AT}/of/handler/end"):
        assert auditor.send(form, path, **TYPED).status_code == 403
    assert auditor.get(f"{AT}/new").status_code == 403


@pytest.mark.parametrize("role", ["handler", "approver", "rulebook_editor", "inspector"])
def test_nobody_else_sees_accounts_or_changes_one(staff: Staff, assembly: web.Assembly, role: str) -> None:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
    someone = staff(role)
    assert AT not in someone.get("/console/").text
    form = someone.get("/console/account/password")
    for path in (AT, f"{AT}/new", f"{AT}/of/{role}"):
        assert someone.get(path).status_code == 403
    for path in (f"{AT}/new", f"{AT}/of/{role}/unlock", f"{AT}/of/{role}/end"):
        assert someone.send(form, path, **TYPED).status_code == 403
    assert someone.get("/console/").status_code == 200
