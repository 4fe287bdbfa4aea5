"""A copy of this machine in memory: what is installed and written there is gone when the run ends."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Final

# An overlay has what is written apart from what there is; the processes are counted anew, and end with the first one,
# a shell, which buries those whose parents are gone.
SCRIPT: Final = """
set -eu
mount --make-rprivate /
mount -t tmpfs -o size={size} tmpfs {place}
cd {place}
mkdir upper inner whole
mount -t overlay overlay -o lowerdir=/,upperdir={place}/upper,workdir={place}/inner {place}/whole
for shown in {shown}; do mkdir -p {place}/whole$shown; mount --rbind $shown {place}/whole$shown; done
mount -t proc proc {place}/whole/proc
mount -t tmpfs tmpfs {place}/whole/run
mount -t tmpfs -o mode=1777 tmpfs {place}/whole/dev/shm
mkdir -p -m 0755 {place}/whole/run/postgresql
chown postgres {place}/whole/run/postgresql 2>/dev/null || true
chroot {place}/whole env --chdir {here} {command} || exit $?
exit 0
"""


class NoMachineError(Exception):
    """This machine cannot be copied; the message says what is missing."""


def refuse_unfit() -> None:
    """Refuse where no copy can be made.

    Raises:
        NoMachineError: not Linux, not root, or not allowed to mount.
    """
    if sys.platform != "linux" or os.geteuid() != 0:
        raise NoMachineError("需要 Linux 和 root 权限。 · Linux and root are needed: a copy of the machine is mounted.")
    tried = subprocess.run(["unshare", "--mount", "true"], check=False, capture_output=True, text=True)
    if tried.returncode:
        raise NoMachineError(f"不能挂载 · nothing can be mounted here: {tried.stderr.strip()}")


def in_copy(command: list[str], *, here: Path, place: Path, shared: Path, size: str = "8g") -> int:
    """Run a command on a copy of the machine, in a folder; returns how it ended.

    ``place``: an empty folder. ``shared``: the one folder in which what is written stays. ``size``: the memory that all
    else may take.
    """
    root = Path("/").stat().st_dev
    apart = {os.fspath(each) for each in (here, Path(sys.prefix), Path(sys.base_prefix)) if each.stat().st_dev != root}
    script = SCRIPT.format(
        size=size,
        place=shlex.quote(os.fspath(place)),
        shown=" ".join(["/dev", "/sys", *sorted(map(shlex.quote, apart | {os.fspath(shared)}))]),
        here=shlex.quote(os.fspath(here)),
        command=shlex.join(command),
    )
    return subprocess.run(
        ["unshare", "--mount", "--pid", "--fork", "--kill-child", "bash", "-c", script], check=False
    ).returncode
