"""What `xinjian migrate` and `up` do about editions: the database's own are the truth, whatever ships."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from service import editions
from service.cli.commands import main
from service.platform import Database, Problem
from tests.builders.owning import behind_the_back

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Result]

OURS = "samr-45.2021"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(database_url)
    yield database
    database.close()


@pytest.fixture
def run(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("DATABASE_URL", database_url)
    monkeypatch.delenv("REDIS_URL", raising=False)
    return lambda *words: CliRunner().invoke(main, words)


def reworded(edition: str, words: str) -> str:
    """A shipped edition with other words in it."""
    (found,) = (one for one in editions.shipped() if re.search(rf'^id = "{edition}"$', one, re.MULTILINE))
    return found + words


def in_force(database: Database) -> dict[str, str]:
    with database.reader() as session:
        return {one.edition_id: one.digest for one in editions.summaries(session)}


def offer(run: Run, folder: Path, words: str) -> Result:
    file = folder / "edition.toml"
    file.write_text(words, "utf-8")
    return run("edition", "put", str(file), "--reason", "试行")


def test_an_edition_of_another_wording_stays_and_the_others_are_loaded(
    run: Run, database: Database, tmp_path: Path
) -> None:
    own = reworded(OURS, "\n# as this office had it\n")
    assert offer(run, tmp_path, own).exit_code == 0
    result = run("migrate")
    assert result.exit_code == 0, result.output
    assert f"程序所带版本 {OURS} 未施行，沿用数据库中的版本" in result.stderr
    assert f"The shipped edition {OURS} is not put in force, what is there stays" in result.stderr
    found = in_force(database)
    assert found[OURS] == editions.digest_of(own)
    assert len(found) == len(editions.shipped())


def test_an_edition_of_ones_own_in_the_place_of_a_shipped_one_stays(
    run: Run, database: Database, tmp_path: Path
) -> None:
    own = reworded(OURS, "").replace(f'id = "{OURS}"', 'id = "own-45.2021"')
    assert offer(run, tmp_path, own).exit_code == 0
    result = run("migrate")
    assert result.exit_code == 0, result.output
    assert OURS in result.stderr
    assert "own-45.2021" in result.stderr
    assert OURS not in in_force(database)


def test_an_edition_that_no_longer_parses_is_told_with_what_to_do(run: Run, database: Database, tmp_path: Path) -> None:
    assert offer(run, tmp_path, reworded(OURS, "")).exit_code == 0
    behind_the_back(
        database,
        "UPDATE edition SET text = 'once = 1' || chr(10) || text",  # as another program wrote it
        # A process reads editions again only where more are in force than it knows.
        "INSERT INTO edition_force (edition, scope, kind, matter, reason, audit_id, period)"
        " SELECT edition, scope, kind, matter, reason, audit_id, 'empty' FROM edition_force LIMIT 1",
    )
    with database.reader() as session, pytest.raises(Problem) as raised:
        editions.shelf(session)
    assert (raised.value.code, raised.value.errors[0].pointer) == ("edition_unreadable", "/once")
    result = run("migrate")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    told = result.stderr.splitlines()
    assert OURS in told[0]
    assert "--data" in told[0]
    assert any(OURS in line and "begin anew with another data folder" in line for line in told)


def test_a_refused_edition_is_told_with_file_id_place_and_clause(run: Run, tmp_path: Path) -> None:
    words = re.sub(r"^force_from = .*$", 'force_from = "soon"', reworded(OURS, ""), flags=re.MULTILINE)
    result = offer(run, tmp_path, words)
    assert result.exit_code == 1
    first, zh, place, *_ = result.stderr.splitlines()
    assert first == f"{tmp_path / 'edition.toml'}:"
    assert OURS in zh
    assert "/force_from" in place
