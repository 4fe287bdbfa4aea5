"""The record: closed under a result, signed by each inspector who was there, by their own account."""

from __future__ import annotations

from contextlib import contextmanager
from http import HTTPStatus
from typing import TYPE_CHECKING

from service.accounts import Owed, end_session, finish_sign_in, sign_in
from service.console.own_account import entrance
from service.console.visits.blueprint import blueprint, me, path_of
from service.console.visits.one import visit_page
from service.pages import Form, RefusedError, ask, see
from service.platform import Problem, Role, web

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug import Response

    from service.platform import Actor


@blueprint.post("/<number>/record")
def close(number: str) -> Response:
    """Close what was found under a result."""
    form = Form.sent()
    with form:
        ask("POST", f"{path_of(number)}/record", json=form.body(), once=form.once)
        return see("console_visits.one", number=number, done="recorded")
    return visit_page(number, of="record", form=form, status=422)


@blueprint.post("/<number>/signature")
def sign(number: str) -> Response:
    """Sign the record that was shown."""
    form = Form.sent()
    with form:
        ask("POST", f"{path_of(number)}/signature", json=form.body())
        return see("console_visits.one", number=number, done="signed")
    return visit_page(number, of="signature", form=form, status=422)


@blueprint.post("/<number>/countersignature")
def countersign(number: str) -> Response:
    """The other inspector signs on the same phone: as they sign in themselves, for this act alone."""
    form = Form.sent()
    with form:
        with _other(form) as other:
            _signed(number, form.first("sha256"), other)
        return see("console_visits.one", number=number, done="signed")
    form.typed.pop("code", None)
    return visit_page(number, of="countersignature", form=form, status=422)


def _signed(number: str, digest: str, other: Actor) -> None:
    """Have the other sign; that they may not is a fault of the login that was typed, not of who looks at the page."""
    try:
        ask("POST", f"{path_of(number)}/signature", json={"sha256": digest}, looking=other)
    except RefusedError as refused:
        if refused.status == HTTPStatus.FORBIDDEN:
            raise Problem("visit_second_signature", pointer="/login") from refused
        raise


@contextmanager
def _other(form: Form) -> Iterator[Actor]:
    """Who signs beside the one signed in: another inspector, signed in for as long as the act takes.

    Raises:
        Problem: as ``sign_in`` and ``finish_sign_in``; ``visit_second_signature``: it is the same person, or no
            inspector.
    """
    here = entrance()
    found = sign_in(web.database(), here, login=form.first("login"), password=form.first("password"))
    if found.owed is Owed.CODE:
        found = finish_sign_in(web.database(), here, secret=found.secret, code=form.first("code"))
    other: Actor | None = None
    try:
        other = web.assembly().authenticate_browser("console", found.secret, here.agent, here.address)
        if other is None or other.role is not Role.INSPECTOR or other.person in {None, me()}:
            raise Problem("visit_second_signature", pointer="/login")
        yield other
    finally:
        with web.database().unit_of_work(other or web.actor()) as uow:
            ended = end_session(uow.session, found.secret, uow.now)
            uow.audit("accounts.signed_out", f"session:{ended}", {})
