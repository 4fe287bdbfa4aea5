"""A program of the image in bounds like those of compose.yaml, without an engine of containers.

A namespace of mounts holds the image's files read-only, memory where compose.yaml says ``tmpfs``, and the secrets; the
program is the service's own user, has no capability and can gain none. It shares the network of the machine.
"""

from __future__ import annotations

import os
import shlex
import subprocess
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import yaml

from tests.tidy.tree import ROOT, read

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

USER = 10001
PATH = "/opt/xinjian/bin:/usr/local/bin:/usr/bin:/bin"
COMPOSITION = yaml.safe_load(read(ROOT / "compose.yaml"))
GRACE = int(str(COMPOSITION["x-service"]["stop_grace_period"]).removesuffix("s"))


class Image(NamedTuple):
    """The folder with the image's files, and one of this machine that its programs find as ``/sockets``."""

    root: Path
    sockets: Path
    secrets: Path

    def command(self, *arguments: str) -> list[str]:
        """What starts a program: it replaces the shell that prepares the mounts, so its number is the child's."""
        bounds = f"/usr/bin/setpriv --reuid {USER} --regid {USER} --clear-groups --bounding-set=-all --inh-caps=-all"
        bounds += " --no-new-privs"
        steps = [
            "set -e",
            f"R={shlex.quote(str(self.root))}",
            'mount --bind "$R" "$R"',
            'mount -o remount,bind,ro "$R"',
            'mount -t tmpfs -o mode=1777 tmpfs "$R/tmp"',
            f'mount -t tmpfs -o uid={USER},gid={USER},mode=0700 tmpfs "$R/run/xinjian"',
            'mount -t proc proc "$R/proc"',
            'mount --rbind /dev "$R/dev"',
            f'mount --bind {shlex.quote(str(self.sockets))} "$R/sockets"',
            f'mount -o bind,ro {shlex.quote(str(self.secrets))} "$R/run/secrets"',
            f'exec /usr/sbin/chroot "$R" {bounds} -- {shlex.join(arguments)}',
        ]
        return ["unshare", "--mount", "--propagation", "private", "sh", "-c", "\n".join(steps)]

    def run(self, environ: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
        """A program to its end."""
        return subprocess.run(
            self.command(*arguments), env=_whole(environ), capture_output=True, text=True, check=False, timeout=300
        )

    @contextmanager
    def running(
        self, environ: Mapping[str, str], arguments: Sequence[str], log: Path
    ) -> Iterator[subprocess.Popen[bytes]]:
        """A program until the block ends; then it is told to stop, and killed if it does not."""
        with log.open("wb") as out:
            child = subprocess.Popen(self.command(*arguments), env=_whole(environ), stdout=out, stderr=out)
        try:
            yield child
        finally:
            child.terminate()
            try:
                child.wait(GRACE)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()
                raise


def _whole(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment of the image, and what compose.yaml adds; nothing of this machine's."""
    ours = {"PYTHONDONTWRITEBYTECODE": "1", "PYTHONUNBUFFERED": "1", "PROMETHEUS_MULTIPROC_DIR": "/run/xinjian"}
    return {"PATH": f"{PATH}:{os.defpath}", **ours, **environ}


def status(pid: int) -> dict[str, str]:
    """What the kernel says of a process: its users, capabilities, privileges."""
    lines = Path(f"/proc/{pid}/status").read_text("ascii").splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}
