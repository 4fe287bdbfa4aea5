"""PostgreSQL as the embedded stack runs it: making a cluster, its settings, and knowing when it answers."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import quote

import psycopg

from .errors import EmbeddedStackError
from .identity import ServerIdentity
from .programs import Programs

ROLE = "xinjian"
APPLICATION = "xinjian_app"
"""The role under which the service runs: it owns nothing."""
DATABASE = "xinjian"
_POSTMASTER_STATUS_LINE = 7
_PROCESSES = Path("/proc")

# For a machine of two cores and little memory. Durability is not for sale: what was answered 2xx survives a kill.
SETTINGS: Mapping[str, str] = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "max_connections": "100",
    "shared_buffers": "192MB",
    "effective_cache_size": "768MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_parallel_workers_per_gather": "1",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    "log_min_messages": "log",  # the message of a refused statement quotes values; whoever sent it is told
    "cluster_name": "xinjian-embedded",
}

# A killed server still keeps what it answered; only a crash of the machine may lose it.
HASTY: Mapping[str, str] = {"fsync": "off", "full_page_writes": "off"}


def prepare_cluster(home: Path, programs: Programs, identity: ServerIdentity, *, durable: bool) -> Path:
    """Return the cluster's folder, made on first use: UTF-8, C collation, data checksums."""
    cluster = home / "postgres"
    if not cluster.exists():
        _initialise(cluster, programs, identity, durable=durable)
    version = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
    ours = identity.run([str(programs.postgres), "--version"], cwd=home).stdout.split()[-1].split(".")[0]
    if version != ours:
        raise EmbeddedStackError(
            zh=f"{cluster} 由 PostgreSQL {version} 创建，而已安装的是 {ours}。请用原版本导出数据，再导入新的数据目录。",
            en=f"{cluster} was made by PostgreSQL {version}, but {ours} is installed. Export the data with the "
            "former version and load it into a new data folder.",
        )
    return cluster


def _initialise(cluster: Path, programs: Programs, identity: ServerIdentity, *, durable: bool) -> None:
    # Made under another name and renamed when complete: a start killed here leaves no half cluster behind.
    fresh = cluster.with_name("postgres.making")
    if fresh.exists():
        shutil.rmtree(fresh)
    fresh.mkdir(mode=0o700)
    identity.give(fresh)
    outcome = identity.run(
        [
            str(programs.initdb),
            f"--pgdata={fresh}",
            f"--username={ROLE}",
            "--encoding=UTF8",
            "--locale-provider=libc",
            "--locale=C",
            "--data-checksums",
            # The socket folder is 0700: who reaches it is already the servers' user or root.
            "--auth=trust",
            "--no-instructions",
            *([] if durable else ["--no-sync"]),
        ],
        cwd=cluster.parent,
    )
    if outcome.returncode != 0:
        raise EmbeddedStackError(
            zh=f"无法在 {cluster} 创建数据库：{outcome.stderr.strip()}。请检查磁盘空间与权限后重试。",
            en=f"No database could be made in {cluster}: {outcome.stderr.strip()}. Check disk space and permissions, "
            "then try again.",
        )
    fresh.rename(cluster)


def server_command(cluster: Path, programs: Programs, sockets: Path, *, durable: bool) -> list[str]:
    """The command line of the server. Settings ride on it, so that an upgrade of ours reaches old clusters too."""
    settings = {**SETTINGS, **({} if durable else HASTY), "unix_socket_directories": str(sockets)}
    return [
        str(programs.postgres),
        "-D",
        str(cluster),
        *(argument for name, value in settings.items() for argument in ("-c", f"{name}={value}")),
    ]


def drop_stale_pid_file(cluster: Path) -> None:
    """Remove the pid file of a server that was killed.

    We hold the lock that every server of ours inherits, so none of them lives; its number may belong to another
    process by now, and PostgreSQL would refuse to start. A server that someone started by hand is left in peace.
    """
    pid_file = cluster / "postmaster.pid"
    if not pid_file.exists():
        return
    number = pid_file.read_text(encoding="utf-8").split("\n", 1)[0].strip()
    if _PROCESSES.is_dir() and not _works_in(number, cluster):
        pid_file.unlink()


def _works_in(process: str, folder: Path) -> bool:
    try:
        return (_PROCESSES / process / "cwd").samefile(folder)
    except OSError:
        return False


def is_ready(cluster: Path) -> bool:
    """Whether the server says in its pid file that it accepts connections."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return False
    return len(lines) > _POSTMASTER_STATUS_LINE and lines[_POSTMASTER_STATUS_LINE].strip() == "ready"


def ensure_database(sockets: Path) -> None:
    """Create our database on the first start, and the role of the service."""
    with psycopg.connect(host=str(sockets), user=ROLE, dbname="postgres", autocommit=True) as connection:
        known = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
        if known is None:
            connection.execute(f"CREATE DATABASE {DATABASE}")
        if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [APPLICATION]).fetchone() is None:
            connection.execute(f"CREATE ROLE {APPLICATION} LOGIN")


def url(sockets: Path, role: str = ROLE) -> str:
    """The address in SQLAlchemy's form."""
    return f"postgresql+psycopg://{role}@/{DATABASE}?host={quote(str(sockets), safe='/')}"
