"""Accounts from the command line: opened, reset, without a second factor, ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from service.accounts import Entrance, begin_enrolment, factor_state, sign_in
from service.cli.commands import main
from service.platform import Database, Problem, job_actor
from service.register import seed

if TYPE_CHECKING:
    from click.testing import Result

ENTRANCE = Entrance("tests", "127.0.0.1")


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["account", *words])


def test_an_account_is_opened_listed_stripped_of_its_factor_and_ended(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    database = Database(database_url)
    with database.unit_of_work(job_actor("tests")) as uow:
        seed(uow)
    password = run("create", "wang.li", "--name", "王丽", "--role", "handler").output.split()[0]
    assert "wang.li  王丽  handler" in run("list").output
    assert sign_in(database, ENTRANCE, login="WANG.LI", password=password).owed == "change"
    with database.reader() as session:
        account = session.connection().exec_driver_sql("SELECT id FROM account").scalar_one()
    with database.unit_of_work(job_actor("tests")) as uow:
        begin_enrolment(uow=uow, account_id=account)
    assert run("reset-second-factor", "wang.li").exit_code == 0
    with database.reader() as session:
        assert factor_state(session, account).secret is None
        standing = session.connection().exec_driver_sql("SELECT id FROM browser_session WHERE ended_at IS NULL")
        assert standing.all() == []
    assert run("lock", "wang.li").exit_code == 0
    assert "locked" in run("list").output
    with pytest.raises(Problem, match="account_locked_by_hand"):
        sign_in(database, ENTRANCE, login="wang.li", password=password)
    assert run("unlock", "wang.li").exit_code == 0
    assert sign_in(database, ENTRANCE, login="wang.li", password=password).owed == "change"
    assert run("end", "wang.li").exit_code == 0
    assert "account_unknown" in run("reset-second-factor", "wang.li").output
    assert run("reset-second-factor", "nobody").exit_code == 1
    database.close()


def test_an_identity_is_one_account_s_until_it_is_unlinked(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    for login in ("wang.li", "li.na"):
        run("create", login, "--name", login, "--role", "handler")
    said = ("--issuer", "https://sso.example", "--subject", "1")
    assert [run("link", "wang.li", *said).exit_code for _ in range(2)] == [0, 0]
    assert "identity_taken" in run("link", "li.na", *said).output
    assert "identity_taken" in run("link", "wang.li", *said[:2], "--subject", "2").output
    assert run("link", "wang.li", "--issuer", "https://other.example", "--subject", "2").exit_code == 0
    assert run("unlink", "wang.li", *said[:2]).exit_code == 0
    assert run("link", "li.na", *said).exit_code == 0
    assert run("end", "wang.li").exit_code == 0
    assert "account_unknown" in run("link", "wang.li", *said[:2], "--subject", "9").output
