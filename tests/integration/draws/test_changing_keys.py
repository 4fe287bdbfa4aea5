"""``xinjian keys``: everything comes under the first key, cut off or not, so that an older one may be forgotten."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, select, text

import service
from service.accounts import begin_enrolment, factor_state, open_account
from service.bootstrap import known_scope
from service.cli import keys as command
from service.cli.commands import main
from service.inspections.draws import kept_secrets, store
from service.inspections.draws.tables import DrawSecret, DrawSecretAgain
from service.notices.webhooks.store import targets
from service.platform import Database, Problem, Role, ledger_check, seal, unentered, use_encryption_keys
from tests.builders.draw_life import SALT_KEY, SECRET, frozen, prepared
from tests.builders.forking import start
from tests.builders.owning import behind_the_back, owning
from tests.builders.partners import ADMINISTRATOR, partner

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.context import ForkServerProcess

    from click.testing import Result

    from service.platform import Base

    Run = Callable[..., Result]

OLD, NEW, OTHER = bytes([1] * 32), bytes([2] * 32), bytes([3] * 32)
WAITING = "SELECT pid FROM pg_stat_activity WHERE :ours = ANY (pg_blocking_pids(pid))"


@pytest.fixture(autouse=True)
def the_old_key() -> Iterator[None]:
    use_encryption_keys([OLD])
    yield
    use_encryption_keys([bytes(range(32))])


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)

    def running(keys: list[bytes], *words: str) -> Result:
        monkeypatch.setenv("ENCRYPTION_KEY", " ".join(key.hex() for key in keys))
        return CliRunner().invoke(main, ["keys", *words])

    return running


def test_everything_that_encrypts_is_brought_along() -> None:
    folder = Path(service.__file__).parent
    encrypting = {
        file.parent.relative_to(folder).as_posix()
        for file in folder.rglob("*.py")
        if re.search(r"(?<!\.)\bencrypt\(", file.read_text("utf-8")) and "platform" not in file.parts[-2:-1]
    }
    homes = {Path(*vault.rows.__module__.split(".")[1:-1]).as_posix() for vault in command.VAULTS}
    assert encrypting == homes


def test_an_old_key_may_be_forgotten_once_everything_is_under_the_new_one(run: Run, database: Database) -> None:
    held = furnished(database)
    before = held(database)
    use_encryption_keys([NEW, OLD])
    frozen(database, late := prepared(database))
    listed = run([NEW, OLD])
    assert (listed.exit_code, lines(listed)) == (
        0,
        [
            f"{name(NEW)}  第一 first  抽取 · draws 2",
            f"{name(OLD)}  旧 older  抽取 · draws 2, 推送 · webhooks 2, 第二因素 · second factors 1",
        ],
    )
    turned = run([NEW, OLD], "rotate", "--batch", "1")
    assert turned.exit_code == 0, turned.output
    assert lines(turned)[0] == "已重新加密 5 项 · encrypted again"
    assert "draws 4" in lines(turned)[1]
    assert f"密钥 {name(OLD)} 已无任何内容使用" in lines(turned)[3]
    use_encryption_keys([NEW])
    assert held(database) == before
    with database.reader() as session:
        assert kept_secrets.secret_of(session, store.draw_of(session, late)) == SECRET
        notes = session.execute(
            text("SELECT subject, detail FROM audit WHERE action = 'platform.secrets_encrypted_again' ORDER BY id")
        ).all()
    assert {subject for subject, _ in notes} == {f"encryption-key:{name(NEW)}"}
    assert [detail["count"] for _, detail in notes] == [2, 1, 1, 1]
    assert all(detail["from"] == {name(OLD): detail["count"]} for _, detail in notes)
    assert not any(key.hex() in str(notes) for key in (OLD, NEW))
    seal(database)
    with database.reader() as session:
        assert ledger_check(session).intact
        assert list(unentered(session, waiting=())) == []
    again = run([NEW], "rotate")
    assert (again.exit_code, lines(again)[0]) == (0, "已重新加密 0 项 · encrypted again")


def test_what_stands_of_a_draw_is_added_to_and_never_changed(run: Run, database: Database) -> None:
    furnished(database)
    before = stored(database, DrawSecret)
    assert run([NEW, OLD], "rotate").exit_code == 0
    assert stored(database, DrawSecret) == before
    assert len(stored(database, DrawSecretAgain)) == 1


def test_a_run_that_is_killed_is_taken_up_where_it_stopped(run: Run, database: Database, tmp_path: Path) -> None:
    held = furnished(database)
    before = held(database)
    environ = {**os.environ, "ENCRYPTION_KEY": f"{NEW.hex()} {OLD.hex()}", "DATABASE_URL": address(database)}
    with owning(database) as holding:
        locking = text("SELECT pg_backend_pid() FROM second_factor FOR UPDATE")
        ours = holding.execute(locking).scalar_one()
        process = start(
            "service.cli.commands:main", "keys", "rotate", "--batch", "1", environ=environ, out=tmp_path / "out"
        )
        until_waits_for(database, ours, process)
        assert process.pid is not None
        os.kill(process.pid, signal.SIGKILL)
        process.join()
    use_encryption_keys([NEW, OLD])
    assert held(database) == before
    listed = lines(run([NEW, OLD]))
    assert "draws 2, 推送 · webhooks 2" in listed[0]
    assert listed[1].endswith("旧 older  第二因素 · second factors 1")
    assert lines(run([NEW, OLD], "rotate"))[0] == "已重新加密 1 项 · encrypted again"
    use_encryption_keys([NEW])
    assert held(database) == before


def test_a_lost_key_and_a_tampered_secret_are_told_and_keep_nothing_else_waiting(run: Run, database: Database) -> None:
    furnished(database)
    use_encryption_keys([OTHER])
    lost = prepared(database)
    frozen(database, lost)
    tamper = "UPDATE webhook_secret SET ciphertext = set_byte(ciphertext, 40, get_byte(ciphertext, 40) # 1)"
    behind_the_back(database, f"{tamper} WHERE partner = 'first'")
    turned = run([NEW, OLD], "rotate")
    assert turned.exit_code == 1
    assert lines(turned)[0] == "已重新加密 4 项 · encrypted again"
    assert f"{name(OTHER)}  不在设置中 not among the settings  抽取 · draws 2" in turned.stdout
    assert "可从设置中移除" not in turned.stdout, "the old key may be needed to find out what was tampered with"
    told = turned.stderr.splitlines()
    assert [line for line in told if lost in line and "不在设置中" in line]
    assert [line for line in told if "first" in line and "已被改动" in line]
    assert len(told) == 3, "the secret and the salts of one draw, and the one of a partner"
    again = run([NEW, OLD, OTHER], "rotate")
    assert lines(again)[0] == "已重新加密 2 项 · encrypted again", "a key that is found again opens"


def test_a_newest_ciphertext_that_was_tampered_with_is_not_passed_over(run: Run, database: Database) -> None:
    number = prepared(database)
    frozen(database, number)
    assert run([NEW, OLD], "rotate").exit_code == 0
    behind_the_back(database, "UPDATE draw_secret_again SET secret = set_byte(secret, 40, get_byte(secret, 40) # 1)")
    use_encryption_keys([NEW, OLD])
    with database.reader() as session, pytest.raises(Problem, match="ciphertext_broken"):
        kept_secrets.secret_of(session, store.draw_of(session, number))


def test_back_under_the_old_key_alone_draws_still_open(run: Run, database: Database) -> None:
    held = furnished(database)
    before = held(database)
    assert run([NEW, OLD], "rotate").exit_code == 0
    use_encryption_keys([OLD])
    assert held(database, draws_alone=True) == before[:1]


def test_without_any_key_nothing_is_begun(run: Run, database: Database) -> None:
    furnished(database)
    use_encryption_keys([])
    refused = run([], "rotate")
    assert refused.exit_code == 1
    assert "ENCRYPTION_KEY" in refused.output


def furnished(database: Database) -> Callable[..., list[Any]]:
    """A draw, two partners and a second factor under the key of this moment; returns what opens all of it."""
    number = prepared(database)
    frozen(database, number)
    for code in ("first", "second"):
        partner(database, code, f"http://127.0.0.1:9/{code}")
    with database.unit_of_work(ADMINISTRATOR) as uow:
        account = open_account(uow=uow, registered=known_scope, login="wang.li", name="王丽", role=Role.APPROVER).id
        begin_enrolment(uow=uow, account_id=account)

    def held(database: Database, *, draws_alone: bool = False) -> list[Any]:
        with database.reader() as session:
            draw = store.draw_of(session, number)
            found: list[Any] = [(kept_secrets.secret_of(session, draw), kept_secrets.salt_key_of(session, draw))]
            assert found == [(SECRET, SALT_KEY)]
            if not draws_alone:
                partners = sorted((one.code, one.secrets) for one in targets(session, database.clock.now()))
                assert len(partners) == 2
                found += [partners, factor_state(session, account).secret]
        return found

    return held


def name(key: bytes) -> str:
    use_encryption_keys([key])
    return command.key_names()[0]


def lines(result: Result) -> list[str]:
    return result.stdout.splitlines()


def address(database: Database) -> str:
    return database.engine.url.render_as_string(hide_password=False)


def stored(database: Database, table: type[Base]) -> list[Any]:
    with database.reader() as session:
        return [tuple(row) for row in session.execute(select(*inspect(table).columns))]


def until_waits_for(database: Database, holding: int, process: ForkServerProcess) -> None:
    """Until somebody waits for a lock of the server's process ``holding``; each look is a transaction of its own."""
    while True:
        assert process.exitcode is None, "it ended without waiting"
        with database.reader() as session:
            if session.execute(text(WAITING), {"ours": holding}).all():
                return
        time.sleep(0.02)
