"""One's own account: the password, and the browsers signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import request

from service.accounts import change_password, end_session_of, sessions_of, standing_session
from service.pages import Form, PageBlueprint, browser_secret, page, see
from service.pages.words import gettext as _
from service.platform import Actor, Problem, Role, web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_accounts", __name__, face="console", url_prefix="/console/account")


@blueprint.get("/password")
def password() -> Response:
    """Where one changes one's own password; who is not signed in signs in first."""
    if _held() is None:
        return see("console.sign_in_page", beyond=request.path)
    return page("console/password.html")


@blueprint.post("/password")
def change() -> Response:
    """Change one's own password; every other browser is signed out."""
    form, own = Form.sent(), _held()
    if own is None:
        return see("console.sign_in_page", beyond=request.path)
    account, session_id = own
    with form:
        if form.first("new") != form.first("again"):
            raise Problem("passwords_differ", pointer="/again")
        with web.database().unit_of_work(Actor("account", account, Role.PUBLIC)) as uow:
            change_password(uow=uow, account_id=account, old=form.first("old"), new=form.first("new"), keep=session_id)
        return see("console_accounts.browsers", done="changed")
    return page("console/password.html", status=422, form=form)


@blueprint.get("/browsers")
def browsers() -> Response:
    """The browsers signed in to one's account."""
    account, session_id = _own()
    with web.reader() as session:
        found = sessions_of(session, account, web.database().clock.now())
    done = {"changed": _("密码已修改，其他浏览器均已退出。"), "ended": _("该浏览器已退出。")}
    return page("console/browsers.html", found=found, own=session_id, done=done)


@blueprint.post("/browsers/<session_id>/end")
def end(session_id: str) -> Response:
    """Sign one of one's browsers out."""
    account, _session = _own()
    with web.unit_of_work() as uow:
        end_session_of(uow=uow, account_id=account, session_id=session_id)
    return see("console_accounts.browsers", done="ended")


def _own() -> tuple[str, str]:
    """The account and session of this browser.

    Raises:
        Problem: `unauthenticated`.
    """
    found = _held()
    if found is None:
        raise Problem("unauthenticated")
    return found


def _held() -> tuple[str, str] | None:
    """The account and session of this browser, also where nothing but the change of the password is open to it."""
    secret = browser_secret("console")
    now = web.database().clock.now()
    with web.reader() as session:
        found = None if secret is None else standing_session(session, "console", secret, now)
    return None if found is None or found.account_id is None else (found.account_id, found.id)
