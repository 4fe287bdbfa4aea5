"""The ledger from the command line: a checkpoint signed, keys told, and the ledger held against one that was kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from scoring.ledger import read_key, read_note
from service.cli.commands import main
from service.platform import Database, job_actor, seal, use_ledger_keys
from tests.builders.owning import behind_the_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Result]

KEY = bytes(range(32)).hex()


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    with database.unit_of_work(job_actor("tests")) as uow:
        uow.audit("tests.happened", "门店", {})
    seal(database)
    yield database
    database.close()
    use_ledger_keys("xinjian", [])


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    monkeypatch.setenv("LEDGER_KEY", KEY)
    monkeypatch.setenv("LEDGER_NAME", "ledger.example.org")
    return lambda *words: CliRunner().invoke(main, ["ledger", *words])


@pytest.mark.usefixtures("database")
def test_a_checkpoint_is_printed_as_it_is_to_be_kept(run: Run) -> None:
    note = read_note(run("checkpoint").stdout)
    (line,) = run("keys").stdout.splitlines()
    assert note.is_signed_by([read_key(line.split()[0])])
    assert note.name == "ledger.example.org"


def test_the_ledger_is_held_against_a_checkpoint_that_was_kept(run: Run, database: Database, tmp_path: Path) -> None:
    kept = tmp_path / "留存"
    kept.write_text(run("checkpoint").stdout)
    assert run("check", "--checkpoint", str(kept)).exit_code == 0
    behind_the_back(database, "DELETE FROM ledger_checkpoint", "UPDATE ledger_seal SET hash = sha256(hash)")
    told = run("check", "--checkpoint", str(kept))
    assert told.exit_code == 1
    assert "the ledger was rewritten" in told.output


def test_a_file_that_is_no_checkpoint_is_told(run: Run, database: Database, tmp_path: Path) -> None:
    assert database
    other = tmp_path / "other"
    other.write_text("nothing")
    told = run("check", "--checkpoint", str(other))
    assert told.exit_code == 2
    assert "is no checkpoint" in told.output


def test_without_a_key_nothing_is_signed(run: Run, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    assert database
    use_ledger_keys("xinjian", [])
    monkeypatch.delenv("LEDGER_KEY")
    told = run("checkpoint")
    assert told.exit_code != 0
    assert (
        "LEDGER_KEY" in f"{told.output}{told.exception}" or getattr(told.exception, "code", "") == "ledger_key_missing"
    )
