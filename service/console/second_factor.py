"""One's own second factor: enrolled by a code that the telephone shows, renewed, turned off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import segno
from flask import request

from service.accounts import (
    FactorState,
    Means,
    Owed,
    begin_enrolment,
    confirm_enrolment,
    factor_state,
    prove_oneself,
    prove_second_factor,
    renew_recovery_codes,
    turn_off_second_factor,
)
from service.console.own_account import Own, held
from service.pages import Form, PageBlueprint, page, see
from service.pages.words import gettext as _
from service.platform import Beyond, Problem, beyond_scope, web

if TYPE_CHECKING:
    from werkzeug import Response

blueprint = PageBlueprint(
    "console_second_factor", __name__, face="console", url_prefix="/console/account/second-factor"
)


@blueprint.get("")
def shown() -> Response:
    """How the second factor stands, and what can be done about it; who is not signed in signs in first."""
    own = held()
    if own is None:
        return see("console.sign_in_page", beyond=request.path)
    return see("console_accounts.password") if own.owed is Owed.CHANGE else _page(own)


@blueprint.get("/<any(begin, confirm, codes, off):act>")
def acted(act: str) -> Response:  # noqa: ARG001 - whichever it was
    """Where an act was sent there is nothing to look at: who asks for the address looks at how it stands."""
    return see("console_second_factor.shown")


@blueprint.post("/begin")
def begin() -> Response:
    """Make up a secret, to be confirmed."""
    own = _own()
    with web.database().unit_of_work(own.actor) as uow:
        begin_enrolment(uow=uow, account_id=own.account)
    return see("console_second_factor.shown")


@blueprint.post("/confirm")
def confirm() -> Response:
    """Have it count from now on, and show the recovery codes; whoever holds the browser for a moment cannot."""
    own, form = _own(), Form.sent()
    with form:
        _prove(own, form)
        with web.database().unit_of_work(own.actor) as uow:
            codes = confirm_enrolment(uow=uow, account_id=own.account, code=form.first("code"), keep=own.session)
        return page("console/recovery_codes.html", codes=codes)
    return _page(own, form)


@blueprint.post("/codes")
def renew() -> Response:
    """Show other recovery codes; those of before open nothing."""
    own, form = _own(), Form.sent()
    with form:
        prove_second_factor(web.database(), account_id=own.account, code=form.first("code"))
        with web.database().unit_of_work(own.actor) as uow:
            codes = renew_recovery_codes(uow=uow, account_id=own.account)
        return page("console/recovery_codes.html", codes=codes)
    return _page(own, form)


@blueprint.post("/off")
def turn_off() -> Response:
    """Do without a second factor from now on."""
    own, form = _own(), Form.sent()
    with form:
        required = web.settings().second_factor_roles
        _prove(own, form)
        prove_second_factor(web.database(), account_id=own.account, code=form.first("code"))
        with web.database().unit_of_work(own.actor) as uow:
            turn_off_second_factor(uow=uow, account_id=own.account, required=required)
        return see("console_second_factor.shown", done="off")
    return _page(own, form)


def _page(own: Own, form: Form | None = None) -> Response:
    with web.reader() as session, beyond_scope(session, Beyond.SIGNING_IN):
        state = factor_state(session, own.account, web.settings().second_factor_roles)
    if form is not None:
        form.typed.pop("code", None)
        form.typed.pop("password", None)
    done = {"off": _("第二验证因素已停用。")}
    status = 200 if form is None else 422
    return page(
        "console/second_factor.html",
        status=status,
        form=form,
        none_typed=Form(),
        of=form is not None and request.path.rpartition("/")[2],
        state=state,
        picture=_picture(state),
        asks_password=own.means is Means.LOCAL,
        done=done,
    )


def _prove(own: Own, form: Form) -> None:
    prove_oneself(web.database(), account_id=own.account, session_id=own.session, password=form.first("password"))


def _picture(state: FactorState) -> str | None:
    """The QR code of an enrolment that waits for its code, as the address of a picture."""
    return None if state.uri is None else str(segno.make(state.uri, micro=False).svg_data_uri(scale=5, light="white"))


def _own() -> Own:
    """The account and session of this browser, also where nothing but this is open to it.

    Raises:
        Problem: `unauthenticated`, also where the password must be changed first.
    """
    found = held()
    if found is None or found.owed is Owed.CHANGE:
        raise Problem("unauthenticated")
    return found
