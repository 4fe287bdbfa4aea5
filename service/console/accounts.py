"""One's own account: the password, and the browsers signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.accounts import Owed, change_password, end_session_of, factor_state, prove_password, sessions_of
from service.console.own_account import Own, chosen_against, held
from service.pages import Form, PageBlueprint, page, see
from service.pages.words import gettext as _
from service.platform import Problem, web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_accounts", __name__, face="console", url_prefix="/console/account")


@blueprint.get("/password")
def password() -> Response:
    """Where one changes one's own password; who is not signed in signs in first."""
    if held() is None:
        return see("console.sign_in_page", beyond=request.path)
    return page("console/password.html")


@blueprint.post("/password")
def change() -> Response:
    """Change one's own password; every other browser is signed out."""
    form, own = Form.sent(), held()
    if own is None:
        return see("console.sign_in_page", beyond=request.path)
    with form:
        if form.first("new") != form.first("again"):
            raise Problem("passwords_differ", pointer="/again")
        old, new = form.first("old"), form.first("new")
        refusal = Problem("password_wrong", pointer="/old")
        prove_password(web.database(), account_id=own.account, password=old, refusal=refusal)
        against = chosen_against(own)
        with web.database().unit_of_work(own.actor) as uow:
            change_password(uow=uow, account_id=own.account, old=old, new=new, keep=own.session, against=against)
        if (again := held()) is not None and again.owed is Owed.ENROLMENT:
            return see("console_second_factor.shown")
        return see("console_accounts.browsers", done="changed")
    return page("console/password.html", status=422, form=form)


@blueprint.get("/browsers")
def browsers() -> Response:
    """The browsers signed in to one's account."""
    own = _own()
    with web.reader() as session:
        found = sessions_of(session, own.account, web.database().clock.now())
        factor = factor_state(session, own.account)
    done = {"changed": _("密码已修改，其他浏览器均已退出。"), "ended": _("该浏览器已退出。")}
    return page("console/browsers.html", found=found, own=own.session, factor=factor, done=done)


@blueprint.post("/browsers/<session_id>/end")
def end(session_id: str) -> Response:
    """Sign one of one's browsers out."""
    own = _own()
    with web.unit_of_work() as uow:
        end_session_of(uow=uow, account_id=own.account, session_id=session_id)
    return see("console_accounts.browsers", done="ended")


def _own() -> Own:
    """The account and session of this browser.

    Raises:
        Problem: `unauthenticated`.
    """
    found = held()
    if found is None:
        raise Problem("unauthenticated")
    return found
