"""``xinjian restore``: a backup into an empty data folder, recovered, its ledger checked (``docs/backup.md``)."""

from __future__ import annotations

import os
import shutil
import tempfile
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from service.cli.backing_up import folder_argument, shelf_of
from service.cli.came_back import look, settled, tell_aftermath
from service.cli.ledger import kept_checkpoint
from service.cli.options import data_option
from service.cli.runtime import DATA, runtime
from service.platform.backup import BackupError, Reach, Shelf, Target, chosen, find_postgres, recovered, release, unpack
from service.platform.embedded.home import lock, settle
from service.platform.embedded.identity import ServerIdentity, server_identity
from service.platform.migrations import is_known_revision

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from service.platform.backup import Manifest

    Kept = Sequence[tuple[int, bytes]]


class Wish(NamedTuple):
    """What is to be restored, until when, with which programs, and held against which sizes and roots."""

    shelf: Shelf
    source: Reach
    until: datetime | None
    programs: Path | None
    kept: Kept


class Instant(click.ParamType[datetime]):
    """An instant with its distance from UTC, to the microsecond where that is given."""

    name = "instant"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The instant.

        Raises:
            click.BadParameter: it is none, or of no zone.
        """
        try:
            found = datetime.fromisoformat(str(value))
        except ValueError:
            found = None
        if found is None or found.tzinfo is None:
            self.fail(
                f"{value}：请写成 2026-01-31T09:00:00+08:00 的形式 · write it like 2026-01-31T09:00:00+08:00",
                param,
                ctx,
            )
        return found


name_option = click.option("--backup", "name", help="用哪一份备份（默认最新可用） · which one (default: the newest)")
programs_option = click.option(
    "--programs",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="同版本 PostgreSQL 程序所在目录 · where the programs of that PostgreSQL are",
)


@click.command()
@folder_argument
@click.option("--until", type=Instant(), help="恢复到此时刻（默认到最后） · restore to this instant (default: the end)")
@name_option
@click.option(
    "--pgdata",
    type=click.Path(file_okay=False, path_type=Path),
    help="恢复到此数据目录，须为空 · into this empty data folder of PostgreSQL",
)
@programs_option
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="在外留存的检查点文件，可多次给出 · a checkpoint kept outside; again for more",
)
@click.option(
    "--check", is_flag=True, help="只核对已恢复并运行的数据库 · only check the database that was restored and runs"
)
@data_option
def restore(
    *,
    folder: Path,
    until: datetime | None,
    name: str | None,
    pgdata: Path | None,
    programs: Path | None,
    kept: tuple[Path, ...],
    check: bool,
    data: Path | None,
) -> None:
    """由备份恢复，并核对账本 · Restore from a backup and check the ledger; told by docs/backup.md.

    Into the embedded servers' folder (--data), or with --pgdata into one of your own server, which must not run.
    Nothing is ever written over. Exit 0: the ledger vouches for what came back.
    """
    outside = [(one.size, one.root) for one in map(kept_checkpoint, kept)]
    shelf = shelf_of(folder)
    source = chosen(shelf, until, name)
    refuse_newer(source.manifest)
    if check:
        with runtime(data, migrated=False, as_owner=True) as running:
            settled(running.database)
            look(running.database.engine.url.render_as_string(hide_password=False), source.manifest, outside)
        tell_aftermath()
        return
    if pgdata is None and (os.environ.get("DATABASE_URL") or os.environ.get("DATABASE_URL_FILE")):
        raise click.UsageError(
            "DATABASE_URL 指向的数据库须在其主机上恢复：请给出 --pgdata · a database elsewhere is restored on its own "
            "machine: give --pgdata"
        )
    wish = Wish(shelf, source, until, programs, outside)
    click.echo(f"备份 {source.manifest.name}，{len(source.pieces)} 段日志 · restoring")
    if pgdata is None:
        _into_embedded(wish, data or DATA)
    elif not _into_own(wish, pgdata.absolute()):
        return
    tell_aftermath()


def refuse_newer(manifest: Manifest) -> None:
    """See that this program knows the backup's database.

    Raises:
        BackupError: it is of a later version.
    """
    if not is_known_revision(manifest.schema):
        raise BackupError(
            zh=f"备份 {manifest.name} 的库结构 {manifest.schema} 比本程序新。"
            f"请用版本 {manifest.program} 或更新的恢复。",
            en=f"The backup {manifest.name} has the database revision {manifest.schema}, newer than this program. "
            f"Restore it by version {manifest.program} or later.",
        )


def finish(postgres: Path, target: Target, source: Reach, kept: Kept) -> None:
    """Recover what was unpacked, look at it, and leave it as a data folder like any other.

    Raises:
        BackupError: the server could not recover.
        click.ClickException: the ledger does not vouch for it.
    """
    with recovered(postgres, target, source.manifest) as served:
        release(target)
        look(served.database_url, source.manifest, kept)


def need_postgres(found: Path | None, major: int) -> Path:
    """The server's program.

    Raises:
        BackupError: it is not on this machine.
    """
    if found is None:
        raise BackupError(
            zh=f"本机没有 PostgreSQL {major} 的 postgres 程序。请安装该版本，或用 --programs 指出其目录。",
            en=f"There is no program postgres of PostgreSQL {major} on this machine. Install that version, or name its "
            "folder by --programs.",
        )
    return found


def _into_embedded(wish: Wish, data: Path) -> None:
    identity, major = server_identity(), wish.source.manifest.major
    home = settle(data, identity)
    held = lock(home)
    try:
        Target(home / "postgres", identity).refuse_filled()
        postgres = need_postgres(find_postgres(major, identity, home / "programs", wish.programs), major)
        target = Target(home / "postgres.restoring", identity)
        shutil.rmtree(target.folder, ignore_errors=True)  # a restore before this one was broken off
        unpack(wish.shelf, wish.source, target, wish.until)
        finish(postgres, target, wish.source, wish.kept)
        if (home / "postgres").exists():
            (home / "postgres").rmdir()
        target.folder.rename(home / "postgres")
    finally:
        os.close(held)


def _into_own(wish: Wish, pgdata: Path) -> bool:
    """Whether it was looked at, too: where the program of the server is not, its own has to recover it first."""
    target = Target(pgdata, _owner(pgdata))
    with _programs_folder() as folder:
        postgres = find_postgres(wish.source.manifest.major, target.identity, folder, wish.programs)
        unpack(wish.shelf, wish.source, target, wish.until)
        if postgres is not None:
            finish(postgres, target, wish.source, wish.kept)
            click.echo(f"已恢复到 {pgdata}，请启动数据库 · restored: start your server over it")
            return True
    click.echo(
        f"已解开到 {pgdata}。请启动数据库，等它恢复完毕，再执行 xinjian restore {wish.shelf.folder} --check · "
        "unpacked: start your server over it, let it recover, then check"
    )
    return False


def _owner(pgdata: Path) -> ServerIdentity:
    """Whose the data folder is to be: as root whoever the empty folder belongs to, else ourselves."""
    if os.geteuid() != 0:
        return server_identity()
    owner = pgdata.stat() if pgdata.is_dir() else None
    if owner is None or owner.st_uid == 0:
        raise BackupError(
            zh=f"请先建立归数据库账号所有的空目录：install -d -o postgres -g postgres -m 0700 {pgdata}",
            en=f"First make the empty folder as the server's user owns it: install -d -o postgres -g postgres -m 0700 "
            f"{pgdata}",
        )
    return ServerIdentity(uid=owner.st_uid, gid=owner.st_gid, switched=True)


@contextmanager
def _programs_folder() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="xj-") as name:
        Path(name).chmod(0o755)
        yield Path(name)
