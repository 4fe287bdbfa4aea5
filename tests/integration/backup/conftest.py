"""One city that was backed up and lost; each test restores it elsewhere, or spoils a copy of its backups."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner, Result

from service.cli.commands import main
from service.platform.backup import BackupKeys, Shelf
from service.platform.embedded import EmbeddedStack
from tests.builders.backed_up import KEY, BackedUp, backed_up
from tests.builders.folders import server_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Run = Callable[..., Result]


@pytest.fixture(scope="session")
def lost() -> Iterator[BackedUp]:
    folder = server_folder()
    yield backed_up(folder)
    shutil.rmtree(folder)


@pytest.fixture
def data() -> Iterator[Path]:
    """A data folder that is not there yet."""
    folder = server_folder()
    yield folder / "城 市"
    EmbeddedStack.erase(folder / "城 市")
    shutil.rmtree(folder)


@pytest.fixture
def copied(lost: BackedUp) -> Iterator[Path]:
    """The backups, to be spoilt; their files are links until they are written."""
    folder = lost.folder.with_name("copied")
    shutil.copytree(lost.folder, folder, copy_function=os.link)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def shelf(copied: Path) -> Shelf:
    return Shelf(copied, BackupKeys([KEY]))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "BACKUP_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("BACKUP_KEY", KEY.hex())

    def invoke(*words: object) -> Result:
        done = CliRunner().invoke(main, [str(word) for word in words])
        assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
        return done

    return invoke
