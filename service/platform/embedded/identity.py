"""Under whose name the servers run: PostgreSQL refuses root, and no system user is created for it."""

import os
import pwd
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedStackError

QUIET_ENVIRONMENT: Mapping[str, str] = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, kw_only=True)
class ServerIdentity:
    """The user and group of the server processes; ``switched`` when they differ from ours (we are root)."""

    uid: int
    gid: int
    switched: bool

    def give(self, path: Path) -> None:
        """Hand a file or folder that we made to the servers."""
        if self.switched:
            os.chown(path, self.uid, self.gid)

    def run(self, command: list[str], *, cwd: Path) -> subprocess.CompletedProcess[str]:
        """Run a short command as the servers' user and return its outcome; raises OSError when it cannot start."""
        return subprocess.run(
            command,
            cwd=cwd,
            env=dict(QUIET_ENVIRONMENT),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            user=self.uid if self.switched else None,
            group=self.gid if self.switched else None,
            extra_groups=[] if self.switched else None,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether the servers can enter ``folder``: asked of the kernel, so that access lists count too."""
        if not self.switched:
            return os.access(folder, os.X_OK)
        asked = self.run(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(folder)], cwd=Path("/"))
        return asked.returncode == 0


def server_identity() -> ServerIdentity:
    """Ourselves for an ordinary user; ``nobody`` for root. Raises when that user has no name in the system."""
    root = os.geteuid() == 0
    try:
        entry = pwd.getpwnam("nobody") if root else pwd.getpwuid(os.geteuid())
    except KeyError:
        who = "nobody" if root else str(os.geteuid())
        raise EmbeddedStackError(
            zh=f"系统用户表中没有用户“{who}”，PostgreSQL 无法以其身份运行。"
            "请换一个有名称的用户，或设置 DATABASE_URL 与 REDIS_URL 使用已有服务。",
            en=f"The system has no user entry for '{who}', and PostgreSQL cannot run without one. Use a named user, "
            "or set DATABASE_URL and REDIS_URL to servers of your own.",
        ) from None
    return ServerIdentity(uid=entry.pw_uid, gid=entry.pw_gid, switched=root)
