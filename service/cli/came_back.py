"""What came back with a restored backup, whether the ledger vouches for it, and what is to be done then."""

from __future__ import annotations

import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import click
import psycopg
from psycopg import sql
from sqlalchemy import select, text

from scoring.ledger import read_note
from service.cli.ledger import held
from service.platform import Database, LedgerSeal, migrate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.platform.backup import Manifest

_LAST = "SELECT max(recorded_at) FROM audit"
_COUNTERS = "SELECT name, value FROM counter ORDER BY name"
_PATIENCE = 60.0  # seconds
_BETWEEN_LOOKS = 0.1  # seconds
_RECOVERY = "restore_command", "recovery_target_time", "recovery_target_timeline", "recovery_target_action"


def look(url: str, manifest: Manifest, kept: Sequence[tuple[int, bytes]]) -> None:
    """Lead a restored database to this program's revision, check its ledger, and tell what came back.

    Raises:
        click.ClickException: the ledger is not what it was when the backup was taken.
    """
    migrate(url)
    mark = manifest.ledger
    noted = [read_note(mark.checkpoint)] if mark.checkpoint else []
    with closing(Database(url)) as database:
        found, changed = held(database, [*kept, *((one.size, one.root) for one in noted)])
        with database.reader() as session:
            at = session.execute(select(LedgerSeal.hash).where(LedgerSeal.seq == mark.position)).scalar_one_or_none()
            last = session.execute(text(_LAST)).scalar_one()
            counters = session.execute(text(_COUNTERS)).all()
    click.echo(found.sentence())
    for fault in changed:
        click.echo(f"记录有改动 · A record was changed: {fault}")
    if mark.position and (at is None or at.hex() != mark.head):
        raise click.ClickException(
            f"账本第 {mark.position} 条与备份清单不符，不要启用 · entry {mark.position} of the ledger is not what the "
            "backup's manifest says: do not go into service with it"
        )
    if changed or not found.intact:
        raise click.ClickException("恢复的数据与账本不符，不要启用 · the ledger does not vouch for it: keep it apart")
    click.echo(f"账本位置 {found.sealed} · ledger position; 待封存 {found.unsealed} · to be sealed")
    click.echo(f"最后一条记于 {last.isoformat() if last else '–'} · instant of the last entry")
    click.echo("编号用到 · numbers used: " + (", ".join(f"{name} {value}" for name, value in counters) or "–"))


def settled(database: Database, *, patience: float = _PATIENCE) -> None:
    """Wait until a server has recovered, and take away the settings by which it did.

    It lets itself be asked before it is done. However long that takes, it is waited for as long as it moves.

    Raises:
        click.ClickException: it still recovers, and for `patience` seconds it has not moved.
    """
    with database.at_once() as connection:
        reached, since = None, time.monotonic()
        while (at := _replayed(connection)) is not None:
            if at != reached:
                reached, since = at, time.monotonic()
            elif time.monotonic() - since >= patience:
                raise click.ClickException(
                    f"数据库仍在恢复，停在日志 {at}；请看其日志，稍后再试 · the server still recovers and does not "
                    f"move beyond {at} of its log: see what it says, and try again in a while"
                )
            time.sleep(_BETWEEN_LOOKS)
        with suppress(psycopg.errors.InsufficientPrivilege):
            for name in _RECOVERY:
                connection.execute(sql.SQL("ALTER SYSTEM RESET {}").format(sql.Identifier(name)))


def _replayed(connection: psycopg.Connection[Any]) -> str | None:
    """How far a server that recovers has come in its log; None of one that has recovered."""
    found = connection.execute("SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text").fetchone()
    return str(found[1]) if found and found[0] else None


AFTERMATH = """\
此后发生的一切都不在库中，也无从得知当时告诉过谁什么。启用前请逐项处理（docs/backup.md，After a restore）：
Whatever happened later is not in the database, nor can it know who was told what. Before it goes into service
(docs/backup.md, After a restore):
1. 推送：未送达的会再送；此后已送达的，对方有而本库没有，请通知各接收方以本库为准。
1. Webhooks: what had not arrived is sent again; what arrived later the partners have and this database has not. Tell
   them from which instant on to read anew.
2. 编号：上列编号之后发出过的抽取、案件、告知书，其编号会再次使用，请找出已对外发出的并公告以何者为准。
2. Numbers after those listed will be given a second time: find the documents that went out under them, and announce
   which stand.
3. 抽取：此后公布的承诺或结果，其秘密已失。请公告撤销并重新抽取，不得补造。
3. Draws: commitments or results published later have lost their secrets. Call them off in public and draw anew; nothing
   is to be made up.
4. 检查点：外界留存的检查点可能比账本长，今后的证明与其不合。请公布恢复的时刻与原因。
4. Checkpoints that outsiders keep may be longer than the ledger, and no proof leads on from them. Publish the instant
   and the reason.
5. 账号：此后停用的账号、令牌、密码又有效了。请对照自己的名单立即停用。
5. Accounts, tokens and passwords ended later are valid again: end them now, by lists of your own.
6. 立即做一次完整备份：旧备份不接续今后的日志。
6. Take a whole backup at once: the log from now on does not continue the old ones.\
"""


def tell_aftermath() -> None:
    """Print what is to be done before a restored database goes into service."""
    click.echo(AFTERMATH)
