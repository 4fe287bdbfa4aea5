"""A server of our own over a restored data folder: until it has recovered, and to look at what came back."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote

from service.platform.backup.errors import BackupError
from service.platform.embedded.errors import EmbeddedStackError
from service.platform.embedded.identity import QUIET_ENVIRONMENT
from service.platform.embedded.postgres import SETTINGS, is_ready
from service.platform.embedded.programs import find_programs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from service.platform.backup.manifest import Manifest
    from service.platform.backup.unpacking import Target
    from service.platform.embedded.identity import ServerIdentity

_LOG_TAIL = 2000
_STOP_SECONDS = 120.0
_FOLDERS = ("/usr/lib/postgresql/{major}/bin", "/usr/pgsql-{major}/bin", "/usr/local/bin")


class Served(NamedTuple):
    """A restored server that answers: its address in SQLAlchemy's form."""

    database_url: str


def find_postgres(major: int, identity: ServerIdentity, keep_in: Path, programs: Path | None) -> Path | None:
    """The program of a server of a version: where it is named, where systems have it, out of the wheel; else None."""
    folders = [programs] if programs else [Path(one.format(major=major)) for one in _FOLDERS]
    on_path = shutil.which("postgres")
    candidates = [folder / "postgres" for folder in folders] + ([Path(on_path)] if on_path and not programs else [])
    for program in candidates:
        if _is_of(program, major, identity):
            return program
    if programs is not None:
        return None
    try:
        program = find_programs(identity=identity, keep_in=keep_in).postgres
    except EmbeddedStackError:
        return None
    return program if _is_of(program, major, identity) else None


def _is_of(program: Path, major: int, identity: ServerIdentity) -> bool:
    try:
        said = identity.run([str(program), "--version"], cwd=Path("/")).stdout.split()
    except OSError:
        return False
    return len(said) > 2 and said[2].split(".")[0] == str(major)  # noqa: PLR2004 - "postgres (PostgreSQL) 18.1"


@contextmanager
def recovered(postgres: Path, target: Target, manifest: Manifest) -> Iterator[Served]:
    """A server over an unpacked backup, once it has recovered; private, and stopped in the end.

    Raises:
        BackupError: it could not recover.
    """
    with tempfile.TemporaryDirectory(prefix="xj-") as name:
        place = Path(name)
        place.chmod(0o755)
        sockets = place / "s"
        sockets.mkdir(mode=0o700)
        target.identity.give(sockets)
        (place / "hba").write_text("local all all trust\n", encoding="ascii")
        (place / "conf").write_text("", encoding="ascii")
        with (place / "log").open("w+b") as log:
            server = _start(_command(postgres, target, place), target, log.fileno())
            try:
                _wait(server, target, place / "log")
                yield Served(
                    f"postgresql+psycopg://{quote(manifest.owner)}@/{quote(manifest.database)}?host={quote(str(sockets))}"
                )
            finally:
                _stop(server)


def _command(postgres: Path, target: Target, place: Path) -> list[str]:
    """Of the settings that came with the backup none may need what is not on this machine."""
    settings = {
        **SETTINGS,
        "config_file": str(place / "conf"),
        "hba_file": str(place / "hba"),
        "ident_file": str(place / "conf"),
        "unix_socket_directories": str(place / "s"),
        "hot_standby": "off",
        "archive_mode": "off",
        "ssl": "off",
        "shared_preload_libraries": "",
        "primary_conninfo": "",
        "synchronous_standby_names": "",
        "log_destination": "stderr",
        "cluster_name": "xinjian-restored",
    }
    return [
        str(postgres),
        *("-D", str(target.folder)),
        *(argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")),
    ]


def _start(command: list[str], target: Target, log: int) -> subprocess.Popen[bytes]:
    who = target.identity
    return subprocess.Popen(  # noqa: S603 - the command line is built above
        command,
        cwd=target.folder,
        env=dict(QUIET_ENVIRONMENT),
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        start_new_session=True,
        user=who.uid if who.switched else None,
        group=who.gid if who.switched else None,
        extra_groups=[] if who.switched else None,
    )


def _wait(server: subprocess.Popen[bytes], target: Target, log: Path) -> None:
    """However long the log is, as long as the server is at it."""
    while not is_ready(target.folder):
        if server.poll() is not None:
            tail = log.read_text(encoding="utf-8", errors="replace")[-_LOG_TAIL:]
            raise BackupError(
                zh=f"数据库未能恢复。其日志末尾：\n{tail}",
                en=f"The database did not recover. Its log ends with:\n{tail}",
            )
        time.sleep(0.02)


def _stop(server: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            os.kill(server.pid, number)
            try:
                server.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                continue
