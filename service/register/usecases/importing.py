"""Import a file of entities: one transaction, one audit row, a report of every row that was refused."""

from __future__ import annotations

import secrets
from dataclasses import asdict, dataclass
from typing import IO, TYPE_CHECKING, Any, Literal, TypeAlias

from service.platform import Problem
from service.register.intake import FORMATS, FileFlaw, Flaw, Limits, Reading, check_entry, read_rows
from service.register.storing import Stage, load_catalogue, refuse_rows, write_stage
from service.register.tables import EntityImport
from service.register.usecases.flaw_file import FlawFile

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from service.platform import Actor, UnitOfWork

Mode: TypeAlias = Literal["all_or_nothing", "keep_good"]
UnitOfWorkFactory: TypeAlias = "Callable[[Actor], AbstractContextManager[UnitOfWork]]"
Store: TypeAlias = "Callable[[UnitOfWork, FlawFile, Mapping[str, Any]], tuple[int, dict[str, Any]]]"

_EVERY = 1_000


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What became of a file.

    Attributes:
        id: of the report, for its download.
        state: ``stored``, ``refused`` (all or nothing, and something was wrong) or ``checked`` (a dry run).
        rows: rows read. created, changed, unchanged: entities, as stored or as they would be; repeated: rows equal to
            an earlier one; refused: rows with flaws; flaws: how many in all; proposed: equal names to look at.
        digest: SHA-256, hex, of the file as it came.
    """

    id: str
    state: Literal["stored", "refused", "checked"]
    format: str
    mode: Mode
    rows: int
    created: int
    changed: int
    unchanged: int
    repeated: int
    refused: int
    flaws: int
    proposed: int
    digest: str

    def document(self) -> dict[str, Any]:
        """The report as JSON has it."""
        return asdict(self)


class _UndoError(Exception):
    """Leaves the transaction without a trace; carries what it found."""

    def __init__(self, found: dict[str, Any]) -> None:
        super().__init__()
        self.found = found


def import_entities(
    uow_factory: UnitOfWorkFactory,
    *,
    actor: Actor,
    stream: IO[bytes],
    file_format: str,
    mode: Mode = "all_or_nothing",
    dry_run: bool = False,
    on_progress: Callable[[int], object] | None = None,
    on_read: Callable[[str], object] | None = None,
    limits: Limits | None = None,
) -> ImportReport:
    """Read a file of entities into the register; memory does not grow with it.

    Entities are found by public key: a new one is entered, a known one gets a new version where the row says something
    else, and stays as it is where not. ``on_progress`` is told the number of rows read; ``on_read``, before anything is
    stored, the file's SHA-256 (hex): what it raises leaves the file unread.

    Raises:
        Problem: ``import_format_unknown``, or the code of a file that cannot be read; nothing was written then.
    """

    def store(uow: UnitOfWork, flaws: FlawFile, known: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        reading = read_rows(stream, file_format, limits)
        rows, root = _stage(uow, reading, flaws, on_progress)
        flaws.sent.headings = reading.sent.headings
        if on_read is not None:
            on_read(reading.digest)
        read = {"rows": rows, "digest": reading.digest}
        audit_id, counts = _store(uow, flaws, {**known, **read, "merkle_root": root})
        if on_progress is not None:
            on_progress(rows)
        return audit_id, {**read, **counts}

    return import_file(uow_factory, store, actor=actor, file_format=file_format, mode=mode, dry_run=dry_run)


def import_file(
    uow_factory: UnitOfWorkFactory, store: Store, *, actor: Actor, file_format: str, mode: Mode, dry_run: bool
) -> ImportReport:
    """What every import has in common: one transaction, undone where nothing shall be kept; a report in any case.

    ``store`` reads and writes everything and puts flaws into the file that it is given; it is told id, format and mode
    and returns the audit row's number and the other figures of the report.

    Raises:
        Problem: ``import_format_unknown``, or the code of a file that cannot be read; nothing was written then.
    """
    if file_format not in FORMATS:
        raise Problem("import_format_unknown", pointer="/format")
    known: dict[str, Any] = {"id": secrets.token_hex(8), "format": file_format, "mode": mode}
    with FlawFile() as flaws:
        try:
            with uow_factory(actor) as uow:
                audit_id, found = store(uow, flaws, known)
                _undo_if(dry_run or (flaws.count > 0 and mode == "all_or_nothing"), found)
                return _keep(uow, audit_id, ImportReport(state="stored", **known, **found), flaws)
        except FileFlaw as flaw:
            raise Problem(flaw.code, **flaw.params) from flaw
        except _UndoError as undone:
            report = ImportReport(state="checked" if dry_run else "refused", **known, **undone.found)
        with uow_factory(actor) as uow:
            audit_id = uow.audit(f"register.import_{report.state}", f"import:{report.id}", report.document())
            return _keep(uow, audit_id, report, flaws)


def _store(uow: UnitOfWork, flaws: FlawFile, known: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
    """Check what is staged and store it; returns the audit row's number and the counts."""
    refused = refuse_rows(uow.session, uow.actor, uow.now)
    flaws.extend(refused.flaws)
    flaws.sent.refuse_later({found.row for found in refused.flaws})
    counts = {"repeated": refused.repeated, "refused": flaws.rows, "flaws": flaws.count}
    audit_id = uow.audit("register.imported", f"import:{known['id']}", {**known, **counts})
    return audit_id, counts | write_stage(uow, audit_id)._asdict()


def _undo_if(unwanted: bool, found: dict[str, Any]) -> None:  # noqa: FBT001 its telling argument
    """Leave the transaction without a trace where it is unwanted, carrying what was found."""
    if unwanted:
        raise _UndoError(found)


def _stage(
    uow: UnitOfWork, reading: Reading, flaws: FlawFile, on_progress: Callable[[int], object] | None
) -> tuple[int, str]:
    catalogue = load_catalogue(uow.session, uow.now)
    count = 0
    with Stage(uow.session) as stage:
        for row, raw in reading:
            count += 1
            if on_progress is not None and count % _EVERY == 0:
                on_progress(count)
            entry, found = ({}, [raw]) if isinstance(raw, Flaw) else check_entry(raw)
            found = found or catalogue.flaws(entry)
            if found:
                flaws.put(row, found)
                flaws.sent.refuse(row, reading.sent.cells)
            else:
                stage.put(row, entry)
                flaws.sent.accept(row, reading.sent.cells)
    return count, stage.tree.root().hex()


def _keep(uow: UnitOfWork, audit_id: int, report: ImportReport, flaws: FlawFile) -> ImportReport:
    """Store the report and its flaws, so that they can be fetched later."""
    kept = EntityImport(
        public_id=report.id,
        audit_id=audit_id,
        actor_kind=uow.actor.kind,
        actor_id=uow.actor.id,
        authority=uow.actor.authority,
        started_at=uow.now,
        report=report.document(),
    )
    uow.session.add(kept)
    uow.session.flush()
    flaws.copy_to(uow.session, kept.id)
    return report
