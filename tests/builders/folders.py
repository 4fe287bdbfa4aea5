"""Folders for the files of servers under test."""

import shutil
import tempfile
from pathlib import Path

_MEMORY = Path("/dev/shm")  # noqa: S108 # mkdtemp makes an unguessable name there
_ENOUGH = 4 * 1024**3


def server_folder() -> Path:
    """A new folder that the servers' user reaches even when we are root; in memory where there is plenty of it."""
    roomy = _MEMORY.is_dir() and shutil.disk_usage(_MEMORY).free >= _ENOUGH
    folder = Path(tempfile.mkdtemp(prefix="xinjian-tests-", dir=_MEMORY if roomy else None))
    folder.chmod(0o711)
    return folder
