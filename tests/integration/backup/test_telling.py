"""Whoever verifies backups tells the service, so that it is noticed when nobody does any more."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import text

from service.platform import Database
from service.platform.backup import BackupKeys, Shelf, reach
from tests.builders.backed_up import KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    import pytest
    from click.testing import Result

    from tests.builders.backed_up import BackedUp

    Run = Callable[..., Result]


def told(database_url: str) -> datetime | None:
    with closing(Database(database_url)) as database, database.reader() as session:
        found: datetime | None = session.scalar(text("SELECT restores_until FROM backup_verified"))
        return found


def test_the_service_is_told_until_when_whole_backups_restore(
    run: Run, lost: BackedUp, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("verify-backup", lost.folder).exit_code == 0
    assert told(database_url) is None
    monkeypatch.setenv("DATABASE_URL", database_url)
    for _ in range(2):
        assert run("verify-backup", lost.folder).exit_code == 0
        shelf = Shelf(lost.folder, BackupKeys([KEY]))
        assert told(database_url) == reach(shelf, shelf.manifest(lost.name)).until


def test_backups_that_are_spoilt_or_old_tell_nothing(
    run: Run, shelf: Shelf, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", database_url)
    (base,) = [one for one in shelf.folder.glob("*/base.0000") if one.parent.name == max(shelf.names())]
    content = bytearray(base.read_bytes())
    content[1_000] ^= 1
    base.unlink()  # the files are links to those of the backups that other tests restore
    base.write_bytes(content)
    assert run("verify-backup", shelf.folder).exit_code == 1
    assert told(database_url) is None


def test_a_service_that_is_away_makes_no_backup_bad(run: Run, lost: BackedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/none")
    looked = run("verify-backup", lost.folder)
    assert looked.exit_code == 0
    assert "the service was not told" in looked.output
