"""``xinjian ledger``: is it intact, and signed statements of how long it is (``docs/ledger.md``)."""

from __future__ import annotations

from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from scoring.ledger import Checkpoint, NoteError, read_note
from service import ratings, register
from service.cli.options import data_option
from service.cli.runtime import runtime
from service.evidence import evidence_faults, file_faults, unfinished_files
from service.platform import ledger_check, make_checkpoint, note_check, published_keys, seal, unentered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from service.platform import Database, LedgerReport

MOST_FAULTS = 100
"""Rows of changed evidence that one check tells of."""


@click.group()
def ledger() -> None:
    """审计账本 · The audit ledger."""


@ledger.command("check")
@click.option(
    "--checkpoint",
    "kept",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="在外留存的检查点文件，可多次给出 · a checkpoint kept outside; again for more",
)
@data_option
def check_ledger(kept: tuple[Path, ...], data: Path | None) -> None:
    """核对账本的哈希链、检查点、证据与评价 · Recompute the ledger, hold all against it; exit 1 at a fault."""
    outside = [kept_checkpoint(file) for file in kept]
    with runtime(data) as running:
        found, changed = held(running.database, [(one.size, one.root) for one in outside])
    click.echo(found.sentence())
    for fault in changed:
        click.echo(f"记录有改动 · A record was changed: {fault}")
    if changed or not found.intact:
        raise SystemExit(1)
    click.echo("证据、评价与账本一致 · Evidence and ratings are what the ledger says")


@ledger.command("checkpoint")
@data_option
def checkpoint(data: Path | None) -> None:
    """立即签署检查点并打印 · Sign a checkpoint now and print it: to be kept outside."""
    with runtime(data) as running:
        seal(running.database)
        note = make_checkpoint(running.database)
    if note is None:
        raise click.ClickException("正在签署另一个检查点，请稍后再试 · another is being signed: try again")
    click.echo(note, nl=False)


@ledger.command("keys")
@data_option
def keys(data: Path | None) -> None:
    """签署过检查点的公钥 · The public keys that signed checkpoints, the newest first: publish them."""
    with runtime(data) as running, running.database.reader() as session:
        found = published_keys(session)
    for one in found:
        click.echo(f"{one.key}  {one.first_used_at.isoformat()}")


def held(database: Database, kept: Sequence[tuple[int, bytes]]) -> tuple[LedgerReport, list[str]]:
    """Recompute the ledger and hold all that it speaks of against it, and it against checkpoints that were kept."""
    with database.reader() as session:
        found = ledger_check(session, kept=kept)
        note_check(database, found)
        changed = (
            evidence_faults(session),
            file_faults(session),
            register.entity_faults(session),
            ratings.rating_faults(session),
            unentered(session, waiting=unfinished_files(session)),
        )
        return found, list(islice(chain(*changed), MOST_FAULTS))


def kept_checkpoint(file: Path) -> Checkpoint:
    """A checkpoint out of a file that was kept outside.

    Raises:
        click.BadParameter: it is none.
    """
    try:
        return read_note(file.read_text(encoding="utf-8"))
    except (NoteError, UnicodeDecodeError) as error:
        raise click.BadParameter(
            f"{file} 不是账本的检查点 · is no checkpoint of a ledger", param_hint="--checkpoint"
        ) from error
