"""A data folder is destroyed and comes back: whole, or as it was at an instant; what does not fit is refused."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from click import ClickException

from service.cli.came_back import settled
from service.platform import Database, migration_head
from service.platform.backup import Shelf, chosen
from service.platform.backup.manifest import MANIFEST
from service.platform.embedded import EmbeddedStack
from service.platform.embedded.identity import server_identity
from tests.builders.backed_up import OLD_REVISION, BackedUp, references
from tests.builders.fillings import shipped

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]


def test_what_was_accepted_until_the_last_fetch_comes_back(lost: BackedUp, run: Run, data: Path) -> None:
    told = run("restore", lost.folder, "--data", data)
    assert told.exit_code == 0, told.output
    assert "The ledger is intact" in told.output
    assert "webhooks" in told.output.lower()
    with EmbeddedStack(data, durable=False) as addresses:
        assert references(addresses.database_url) == lost.accepted
    again = run("restore", lost.folder, "--data", data)
    assert again.exit_code == 1
    assert "is not empty" in again.output


def test_an_instant_between_two_events_comes_back(lost: BackedUp, run: Run, data: Path) -> None:
    told = run("restore", lost.folder, "--data", data, "--until", lost.between.isoformat())
    assert told.exit_code == 0, told.output
    with EmbeddedStack(data, durable=False) as addresses:
        assert references(addresses.database_url) == lost.accepted[:-1]
    # What goes on from there is a timeline of its own, and is followed as such.
    anew = lost.folder.with_name("anew")
    assert run("backup", anew, "--wal", "--data", data).exit_code == 0
    assert [one.name[:8] for one in anew.glob("log/*/*")] == ["00000002"]


def test_a_backup_of_an_older_revision_is_led_on(lost: BackedUp, run: Run, data: Path, shelf: Shelf) -> None:
    assert shelf.manifest(lost.old).schema == OLD_REVISION != migration_head()
    told = run("restore", lost.folder, "--data", data, "--backup", lost.old)
    assert told.exit_code == 0, told.output
    with EmbeddedStack(data, durable=False) as addresses:
        shipped(addresses.database_url)  # which needs the newest tables


def test_a_backup_of_a_newer_program_is_refused(lost: BackedUp, run: Run, data: Path, shelf: Shelf) -> None:
    newer = replace(shelf.manifest(lost.name), schema="9999", program="7.0")
    (shelf.folder / lost.name / MANIFEST).unlink()
    (shelf.folder / lost.name / MANIFEST).write_bytes(newer.written(shelf.keys))
    told = run("restore", shelf.folder, "--data", data)
    assert told.exit_code == 1
    assert "by version 7.0 or later" in told.output
    assert not (data / "embedded" / "postgres").exists()


def test_it_restores_into_a_folder_of_another_server(lost: BackedUp, run: Run, data: Path) -> None:
    told = run("verify-backup", lost.folder, "--restore", "--scratch", data.parent)
    assert told.exit_code == 0, told.output
    assert "The ledger is intact" in told.output
    assert not list(data.parent.iterdir())


def test_where_the_program_is_not_the_server_itself_recovers(
    lost: BackedUp, run: Run, data: Path, tmp_path: Path
) -> None:
    pgdata = data / "embedded" / "postgres"
    pgdata.mkdir(parents=True)
    server_identity().give(pgdata)
    between = ("--until", lost.between.isoformat())
    unpacked = run("restore", lost.folder, "--pgdata", pgdata, "--programs", tmp_path, *between)
    assert unpacked.exit_code == 0, unpacked.output
    assert "let it recover, then check" in unpacked.output
    assert "recovery_target_time" in (pgdata / "postgresql.auto.conf").read_text()
    checked = run("restore", lost.folder, "--check", "--data", data)  # which starts the server
    assert checked.exit_code == 0, checked.output
    assert "The ledger is intact" in checked.output
    assert "recovery_target_time" not in (pgdata / "postgresql.auto.conf").read_text()
    with EmbeddedStack(data, durable=False) as addresses:
        assert references(addresses.database_url) == lost.accepted[:-1]


def test_a_server_that_has_not_yet_recovered_is_waited_for(
    lost: BackedUp, run: Run, data: Path, tmp_path: Path
) -> None:
    pgdata = data / "embedded" / "postgres"
    pgdata.mkdir(parents=True)
    server_identity().give(pgdata)
    between = ("--until", lost.between.isoformat())
    assert run("restore", lost.folder, "--pgdata", pgdata, "--programs", tmp_path, *between).exit_code == 0
    with (pgdata / "postgresql.auto.conf").open("a") as file:
        file.write("recovery_target_action = 'pause'\n")  # it stays at the instant until it is told to go on
    with EmbeddedStack(data, durable=False) as addresses, closing(Database(addresses.database_url)) as database:
        with pytest.raises(ClickException, match="still recovers and does not move beyond 0/"):
            settled(database, patience=0.5)
        going_on = threading.Timer(1.0, resume, [database])
        going_on.start()
        settled(database, patience=30)
        going_on.join()
        assert references(addresses.database_url) == lost.accepted[:-1]


def resume(database: Database) -> None:
    with database.at_once() as connection:
        connection.execute("SELECT pg_wal_replay_resume()")


def test_an_instant_outside_is_refused_with_those_that_can_be_had(lost: BackedUp, run: Run, shelf: Shelf) -> None:
    found = chosen(shelf, None, lost.name)
    assert found.until is not None
    for instant in (found.until.replace(year=2099), found.manifest.ended_at.replace(year=2000)):
        told = run("restore", lost.folder, "--until", instant.isoformat(), "--backup", lost.name)
        assert told.exit_code == 1
        assert found.until.isoformat() in told.output
