"""Where the servers keep their files for one data folder, and the lock that keeps two supervisors apart.

The servers live in ``DATA/embedded``. When we are root and their user cannot enter the data folder (it lies below a
private home), ``DATA/embedded`` is a link to a folder that they can reach: no parent's mode is ever touched.
"""

import contextlib
import fcntl
import os
import shutil
import tempfile
import time
from pathlib import Path

from .errors import EmbeddedStackError
from .identity import ServerIdentity

_NAME = "embedded"
_REACHABLE_PARENTS = (Path("/var/lib"), Path("/var/tmp"))  # noqa: S108 # mkdtemp makes an unguessable name there
_DRAIN_SECONDS = 30.0
_SHORT_PATH = 60  # a Unix socket's whole path must stay below 104 bytes


def settle(data_dir: Path, identity: ServerIdentity) -> Path:
    """Return the servers' folder for ``data_dir``, made on first use."""
    data_dir.mkdir(parents=True, exist_ok=True)
    link = data_dir.resolve() / _NAME
    if not link.exists() and not link.is_symlink():
        _found(link, identity)
    home = link.resolve()
    if not home.is_dir():
        raise EmbeddedStackError(
            zh=f"{link} 所指的数据库目录 {home} 已不存在。请恢复该目录，或删除 {link} 以新建空库。",
            en=f"The database folder {home} that {link} points to is gone. Restore it, or remove {link} to begin with "
            "an empty database.",
        )
    if not identity.reaches(home) or not _owned(home, identity):
        raise EmbeddedStackError(
            zh=f"当前用户无法使用 {home} 中的数据库。请以创建它的用户启动，或换一个数据目录。",
            en=f"The database in {home} cannot be used by this user. Start as the user who made it, or choose another "
            "data folder.",
        )
    return home


def _found(link: Path, identity: ServerIdentity) -> None:
    if identity.reaches(link.parent):
        with contextlib.suppress(FileExistsError):
            link.mkdir(mode=0o755)
        return
    parent = next(folder for folder in _REACHABLE_PARENTS if folder.is_dir() and identity.reaches(folder))
    outside = Path(tempfile.mkdtemp(prefix="xinjian-", dir=parent))
    outside.chmod(0o711)
    try:
        link.symlink_to(outside)
    except FileExistsError:  # another first start was quicker: its link counts
        outside.rmdir()


def _owned(home: Path, identity: ServerIdentity) -> bool:
    database = home / "postgres"
    return not database.exists() or database.stat().st_uid == identity.uid


def lock(home: Path) -> int:
    """Take the lock of ``home`` and return its descriptor; whoever inherits it keeps the lock alive.

    The servers inherit it: when the lock is free, no server of an earlier start is left, however it ended. Raises
    when another supervisor is alive; servers still stopping after their supervisor's death are waited for.
    """
    descriptor = os.open(home / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    until = time.monotonic() + _DRAIN_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = _number(os.pread(descriptor, 32, 0).decode("ascii", "replace"))
            draining = owner is None or not _alive(owner)
            if draining and time.monotonic() < until:
                time.sleep(0.05)
                continue
            os.close(descriptor)
            raise EmbeddedStackError(
                zh=f"{home.parent} 的内嵌服务已由进程 {owner} 运行。请先停止它，或换一个数据目录。",
                en=f"The embedded servers of {home} are already run by process {owner}. Stop it first, or choose "
                "another data folder.",
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        return descriptor


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdigit() else None


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def make_socket_folder(home: Path, identity: ServerIdentity) -> Path:
    """Make the short 0700 folder of this start's sockets, and clear the one that a killed start left behind."""
    record = home / "sockets"
    if record.is_symlink():
        _forget_socket_folder(record, identity)
    candidates = [Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")]  # noqa: S108 # mkdtemp below
    parent = next(
        folder
        for folder in candidates
        if folder.is_dir() and len(os.fsencode(folder)) <= _SHORT_PATH and identity.reaches(folder)
    )
    made = Path(tempfile.mkdtemp(prefix="xj-", dir=parent))
    identity.give(made)
    record.symlink_to(made)
    return made


def _forget_socket_folder(record: Path, identity: ServerIdentity) -> None:
    left = record.readlink()
    record.unlink()
    # The name alone proves nothing after a restart of the machine: only a folder of the servers' user is ours.
    if left.name.startswith("xj-") and left.is_dir() and left.lstat().st_uid == identity.uid:
        shutil.rmtree(left, ignore_errors=True)


def erase(data_dir: Path) -> None:
    """Remove every trace of the embedded servers of ``data_dir``; raises while they run."""
    link = data_dir.resolve() / _NAME
    if not link.is_dir():
        return
    home = link.resolve()
    descriptor = lock(home)
    shutil.rmtree(home)
    if link.is_symlink():
        link.unlink()
    os.close(descriptor)
