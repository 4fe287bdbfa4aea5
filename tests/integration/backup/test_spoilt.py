"""Whatever is wrong with a backup is told before it is relied upon, and none of it is restored."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from service.platform.backup import Shelf, prune, reach

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    from tests.builders.backed_up import BackedUp

    Run = Callable[..., Result]


def rewrite(file: Path, content: bytes) -> None:
    file.unlink()  # a link to that of the others
    file.write_bytes(content)


def refused(run: Run, folder: Path, data: Path, named: str, *words: object) -> None:
    """It is told by a look at the backups, and nothing of it is restored."""
    looked = run("verify-backup", folder)
    assert looked.exit_code == 1
    assert named in looked.output
    restored = run("restore", folder, "--data", data, *words)
    assert restored.exit_code == 1
    assert named in restored.output
    assert not (data / "embedded" / "postgres").exists()
    assert not any((data / "embedded" / "postgres.restoring").glob("*"))


def test_what_is_whole_is_said_to_be(lost: BackedUp, run: Run) -> None:
    told = run("verify-backup", lost.folder, "--at-most-behind", 60)
    assert told.exit_code == 0, told.output
    assert told.output.splitlines()[-1].endswith("the backups are whole")


@pytest.mark.parametrize(
    ("place", "at"),
    [("manifest.json", 0.3), ("base.0000", 0), ("base.0000", 0.5), ("base.0001", -1), ("log", 0.5)],
)
def test_one_changed_byte_is_told_and_refused(
    run: Run, lost: BackedUp, shelf: Shelf, data: Path, place: str, at: float
) -> None:
    file = shelf.folder / lost.name / place
    if place == "log":
        file = shelf.folder / reach(shelf, shelf.manifest(lost.name)).pieces[-1].place
    content = bytearray(file.read_bytes())
    content[int(at * len(content)) if at > 0 else int(at)] ^= 1
    rewrite(file, bytes(content))
    refused(run, shelf.folder, data, file.name)


def test_a_shortened_piece_is_told_and_refused(run: Run, lost: BackedUp, shelf: Shelf, data: Path) -> None:
    file = shelf.folder / lost.name / "base.0001"
    rewrite(file, file.read_bytes()[:-1000])
    refused(run, shelf.folder, data, "base.0001")


def test_a_missing_piece_is_told_and_refused(run: Run, lost: BackedUp, shelf: Shelf, data: Path) -> None:
    (shelf.folder / lost.name / "base.0001").unlink()
    refused(run, shelf.folder, data, "base.0001")


def test_a_piece_in_anothers_place_is_told_and_refused(run: Run, lost: BackedUp, shelf: Shelf, data: Path) -> None:
    other = (shelf.folder / lost.name / "base.0001").read_bytes()
    rewrite(shelf.folder / lost.name / "base.0000", other)
    refused(run, shelf.folder, data, "base.0000")


def test_a_gap_in_the_log_is_told_and_refused(run: Run, lost: BackedUp, shelf: Shelf, data: Path) -> None:
    pieces = reach(shelf, shelf.manifest(lost.name)).pieces
    assert len(pieces) == 2
    shelf.drop_log(pieces[0])
    refused(run, shelf.folder, data, "the log lacks")


def test_another_key_opens_nothing(run: Run, lost: BackedUp, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BACKUP_KEY", "ff" * 32)
    refused(run, lost.folder, data, "sealed with another key")
    monkeypatch.setenv("BACKUP_KEY", f"{'ff' * 32} {bytes(range(32)).hex()}")
    assert run("verify-backup", lost.folder).exit_code == 0


def test_without_a_key_it_is_said_how_to_make_one(run: Run, lost: BackedUp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("BACKUP_KEY")
    told = run("verify-backup", lost.folder)
    assert told.exit_code == 1
    assert "openssl rand -hex 32" in told.output


def test_what_is_not_needed_any_more_is_removed(run: Run, lost: BackedUp, shelf: Shelf) -> None:
    before = shelf.pieces(shelf.systems()[0])
    assert prune(shelf, 2) == []
    assert shelf.pieces(shelf.systems()[0]) == before
    assert prune(shelf, 1) == [lost.old]
    assert shelf.names() == [lost.name]
    assert run("verify-backup", shelf.folder).exit_code == 0
    assert reach(shelf, shelf.manifest(lost.name)).until is not None
    assert not list(shelf.folder.glob("*.partial"))
