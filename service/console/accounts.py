"""One's own account: the password, and the browsers signed in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from flask import request

from service.accounts import (
    Means,
    Owed,
    change_password,
    end_other_sessions,
    end_session_of,
    factor_state,
    prove_oneself,
    prove_password,
    sessions_of,
)
from service.console.own_account import Own, chosen_against, held
from service.pages import Form, PageBlueprint, page, see
from service.pages.words import gettext as _
from service.platform import Problem, web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint("console_accounts", __name__, face="console", url_prefix="/console/account")

_OTHERS: Final = "others"
"""Sent in place of a session: all but this one."""


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
    return _browsers(_own())


@blueprint.get("/browsers/end")
def ended() -> Response:
    """Where browsers were ended there is nothing to look at: who asks for the address looks at those there are."""
    return see("console_accounts.browsers")


@blueprint.post("/browsers/end")
def end() -> Response:
    """Sign one of one's browsers out, or all others; whoever holds this one for a moment cannot."""
    own, form = _own(), Form.sent()
    with form:
        password, which = form.first("password"), form.first("session")
        prove_oneself(web.database(), account_id=own.account, session_id=own.session, password=password)
        with web.unit_of_work() as uow:
            if which == _OTHERS:
                end_other_sessions(uow=uow, account_id=own.account, keep=own.session)
            else:
                end_session_of(uow=uow, account_id=own.account, session_id=which)
        return see("console_accounts.browsers", done="others" if which == _OTHERS else "ended")
    return _browsers(own, form)


def _browsers(own: Own, form: Form | None = None) -> Response:
    with web.reader() as session:
        found = sessions_of(session, own.account, web.database().clock.now())
        factor = factor_state(session, own.account)
    if form is not None:
        form.typed.pop("password", None)
    done = {
        "changed": _("密码已修改，其他浏览器均已退出。"),
        "ended": _("该浏览器已退出。"),
        "others": _("其他浏览器均已退出。"),
    }
    return page(
        "console/browsers.html",
        status=200 if form is None else 422,
        form=form,
        found=found,
        own=own.session,
        others=_OTHERS,
        factor=factor,
        asks_password=own.means is Means.LOCAL,
        done=done,
    )


def _own() -> Own:
    """The account and session of this browser.

    Raises:
        Problem: `unauthenticated`.
    """
    found = held()
    if found is None:
        raise Problem("unauthenticated")
    return found
