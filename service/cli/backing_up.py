"""``xinjian backup``: a whole backup, or the write-ahead log after it (``docs/backup.md``)."""

from __future__ import annotations

import os
import signal
import threading
from contextlib import closing
from pathlib import Path

import click
import psycopg

from service.cli.faults import sentences
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.platform.backup import BackupError, BackupKeys, Following, Shelf, prune, take
from service.platform.settings import load_backup_keys

PAUSE = 5.0
"""Seconds before the server is asked again, once it went away."""

folder_argument = click.argument("folder", type=click.Path(file_okay=False, path_type=Path))


def shelf_of(folder: Path) -> Shelf:
    """The folder of backups under the keys of the environment.

    Raises:
        BackupError: there are none.
    """
    return Shelf(folder.absolute(), BackupKeys(load_backup_keys(os.environ)))


@click.command()
@folder_argument
@click.option("--keep", type=click.IntRange(min=1), help="成功后只留最新几份 · then keep the newest so many alone")
@click.option("--wal", is_flag=True, help="只收取至今的预写日志 · only fetch the write-ahead log until now")
@click.option("--follow", is_flag=True, help="持续收取预写日志，直到停止 · fetch it until stopped")
@click.option(
    "--every", type=click.IntRange(1, 3600), default=60, show_default=True, help="收取间隔秒数 · seconds between two"
)
@click.option("--max-rate", type=click.IntRange(32, 1_048_576), help="每秒最多读取 kB · read no more kB a second")
@data_option
def backup(
    *, folder: Path, keep: int | None, wal: bool, follow: bool, every: int, max_rate: int | None, data: Path | None
) -> None:
    """备份数据库，加密 · Back the database up, sealed; told by docs/backup.md.

    Without options one whole backup. Keys come from BACKUP_KEY or BACKUP_KEY_FILE. Exit 0: it is whole, and on its
    disk.
    """
    if (wal or follow) and (keep or max_rate or (wal and follow)):
        raise click.UsageError("--wal、--follow 与其他选项不能同用 · --wal and --follow go with no other option")
    shelf = shelf_of(folder)
    with runtime(data, migrated=False, as_owner=True) as running:
        url = running.database.engine.url.render_as_string(hide_password=False)
        if wal or follow:
            with shelf.alone("log"):
                _follow(url, shelf, every) if follow else _catch_up(url, shelf)
            return
        made = take(url, shelf, most=max_rate)
    size = sum(piece.size for _name, piece in made.pieces)
    holds = sum(piece.holds for _name, piece in made.pieces)
    click.echo(f"已备份 {made.name}：{holds:,} 字节，加密后 {size:,}；账本至 {made.ledger.position} · backed up")
    for name in prune(shelf, keep) if keep else ():
        click.echo(f"已清除 {name} · removed")


def _catch_up(url: str, shelf: Shelf) -> None:
    with closing(Following(url, shelf)) as following:
        _tell_gap(following)
        until = following.catch_up()
    click.echo(f"预写日志已收至 {until.isoformat()} · the log is kept until then")


def _follow(url: str, shelf: Shelf, every: int) -> None:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        try:
            with closing(Following(url, shelf)) as following:
                _tell_gap(following)
                click.echo("正在收取预写日志 · following the log")
                while not stop.is_set():
                    following.catch_up()
                    following.rest(every, stop.is_set)
                following.catch_up()
        except (BackupError, psycopg.Error) as error:
            for line in sentences(error) or [str(error)]:
                click.echo(line, err=True)
            stop.wait(PAUSE)


def _tell_gap(following: Following) -> None:
    if following.gap:
        click.echo(
            "日志有缺口：数据库已不再保存中间一段。请立即做一次完整备份。· Some of the log is lost: the server keeps "
            "it no more. Take a whole backup now.",
            err=True,
        )
