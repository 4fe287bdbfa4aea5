"""Backups: base backups and the write-ahead log over PostgreSQL's own protocol, sealed into files (``docs/backup.md``).

Outside the database nothing is kept that matters but keys, and those are kept apart (ADR 23).
"""

from service.platform.backup.errors import BackupError
from service.platform.backup.following import Following
from service.platform.backup.manifest import BackupKeys, LedgerMark, Manifest
from service.platform.backup.reading import Reach, chosen, faults, reach
from service.platform.backup.shelf import Shelf, prune
from service.platform.backup.standing import Served, find_postgres, recovered
from service.platform.backup.taking import take
from service.platform.backup.unpacking import Target, release, unpack

__all__ = [
    "BackupError",
    "BackupKeys",
    "Following",
    "LedgerMark",
    "Manifest",
    "Reach",
    "Served",
    "Shelf",
    "Target",
    "chosen",
    "faults",
    "find_postgres",
    "prune",
    "reach",
    "recovered",
    "release",
    "take",
    "unpack",
]
