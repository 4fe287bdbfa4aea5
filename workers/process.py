"""What the jobs of one worker process share: its database, opened on first use and never across a fork."""

import gc
import os

from service.bootstrap import open_database, process_settings
from service.platform import Database


class _Process:
    database: Database | None = None
    pid: int | None = None


def database() -> Database:
    """The database of this process.

    Raises:
        SettingsError: the environment lacks what a worker needs.
    """
    if _Process.database is None or _Process.pid != os.getpid():
        _Process.database, _Process.pid = open_database(process_settings()), os.getpid()
    return _Process.database


def collect_seldom() -> None:
    """For a process that rates: what it holds for long is left alone, and cycles are looked for seldom.

    A batch makes a hundred thousand tuples without a cycle among them; looking took a quarter of the rating's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
