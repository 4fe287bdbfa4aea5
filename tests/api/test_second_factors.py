"""An administrator takes a second factor away: within the scope, of an account in use, and it is in the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.accounts import begin_enrolment, factor_state, open_account
from service.platform import Role, job_actor
from service.register import registered_scope
from tests.builders.fillings import seeded

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from service.platform import web

AT = "/v1/accounts/{}/second-factor"


def enrolling(assembly: web.Assembly, login: str, authority: str) -> str:
    with assembly.database.unit_of_work(job_actor("tests")) as uow:
        seeded(uow)
        said = {"name": login, "role": Role.HANDLER, "authority": authority}
        opened = open_account(uow=uow, registered=registered_scope, login=login, **said)  # type: ignore[arg-type]
        begin_enrolment(uow=uow, account_id=opened.id)
    return opened.id


def test_an_administrator_takes_away_what_lies_within_the_scope(
    caller: Callable[..., FlaskClient], assembly: web.Assembly
) -> None:
    near, far = enrolling(assembly, "near", "bj-culture-110105"), enrolling(assembly, "far", "bj-culture-110102")
    client = caller("administrator", authority="bj-culture-110105")
    assert client.delete(AT.format("NEAR")).status_code == 204
    assert client.delete(AT.format("near")).status_code == 204
    assert client.delete(AT.format("far")).status_code == 404
    assert client.delete(AT.format("nobody")).status_code == 404
    with assembly.database.reader() as session:
        assert factor_state(session, near).secret is None
        assert factor_state(session, far).secret is not None
        noted = session.scalars(text("SELECT subject FROM audit WHERE action = 'accounts.second_factor_reset'")).all()
    assert noted == [f"account:{near}"] * 2
