"""``xinjian verify-backup``: is every byte as it was written, until when does it restore, does it really?"""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy.exc import SQLAlchemyError

from service.cli.backing_up import folder_argument, shelf_of
from service.cli.options import data_option
from service.cli.restoring import finish, name_option, need_postgres, programs_option, refuse_newer
from service.cli.runtime import found_running
from service.platform import Database
from service.platform.backup import Shelf, Target, chosen, faults, find_postgres, reach, unpack
from service.platform.embedded.identity import server_identity
from service.platform.verified_backups import note_verified

if TYPE_CHECKING:
    from service.platform.backup import Reach


@click.command("verify-backup")
@folder_argument
@click.option("--restore", "really", is_flag=True, help="真正恢复一次并核对账本 · restore it and check its ledger")
@name_option
@programs_option
@click.option(
    "--scratch",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="试恢复所用的目录，须够大 · where it is restored to for a while; it needs the room",
)
@click.option("--at-most-behind", "minutes", type=click.IntRange(1), help="落后超过几分钟即报错 · minutes, else exit 1")
@data_option
def verify_backup(
    *,
    folder: Path,
    really: bool,
    name: str | None,
    programs: Path | None,
    scratch: Path | None,
    minutes: int | None,
    data: Path | None,
) -> None:
    """逐字节核对备份 · Read every byte of the backups; exit 1 where something is wrong or missing.

    Only --restore shows that a backup restores: into a server that is thrown away afterwards. The service is told that
    they are whole, where DATABASE_URL names it.
    """
    shelf = shelf_of(folder)
    wrong = list(faults(shelf))
    for fault in wrong:
        click.echo(fault.zh, err=True)
        click.echo(fault.en, err=True)
    if wrong:
        raise SystemExit(1)
    source = chosen(shelf, None, name)
    for one in shelf.names():
        _tell(reach(shelf, shelf.manifest(one)))
    if minutes is not None:
        _refuse_old(source, minutes)
    if really:
        _restore(shelf, source, programs, scratch)
    click.echo("备份完好 · the backups are whole")
    _note(source, data)


def _note(source: Reach, data: Path | None) -> None:
    """Tell the service, where it can be reached, so that whoever watches it is told when nobody verifies any more."""
    url = found_running(data)
    if url is None:
        return
    database = Database(url, pool_size=1)
    try:
        note_verified(database, source.until or source.manifest.ended_at)
    except SQLAlchemyError:
        click.echo("未能告知系统：数据库连不上 · the service was not told: its database is away", err=True)
    finally:
        database.close()


def _tell(found: Reach) -> None:
    first = found.manifest.ended_at.isoformat()
    if found.until is None:
        click.echo(f"{found.manifest.name}：可恢复到其结束时 {first} · restores to its own end")
    else:
        click.echo(f"{found.manifest.name}：{first} … {found.until.isoformat()} · restores to any instant between")


def _refuse_old(source: Reach, minutes: int) -> None:
    until = source.until or source.manifest.ended_at
    if datetime.now(UTC) - until > timedelta(minutes=minutes):
        raise click.ClickException(
            f"备份只到 {until.isoformat()}，落后超过 {minutes} 分钟 · "
            f"the backups end there, more than {minutes} minutes ago"
        )


def _restore(shelf: Shelf, source: Reach, programs: Path | None, scratch: Path | None) -> None:
    refuse_newer(source.manifest)
    with tempfile.TemporaryDirectory(prefix="xj-", dir=scratch) as name:
        place = Path(name)
        place.chmod(0o755)
        target = Target(place / "postgres", server_identity())
        major = source.manifest.major
        postgres = need_postgres(find_postgres(major, target.identity, place / "programs", programs), major)
        unpack(shelf, source, target, None)
        finish(postgres, target, source, [])
