"""Read a file into a catalogue: one transaction, one audit row, a report of every row that was refused."""

from __future__ import annotations

import secrets
from typing import IO, TYPE_CHECKING, Any

from service.platform import Problem
from service.register.inspecting.store import Store
from service.register.intake import FORMATS, FileFlaw, Flaw, Limits, read_rows
from service.register.tables import EntityImport
from service.register.usecases.flaw_file import FlawFile
from service.register.usecases.importing import ImportReport, Mode, UndoError, UnitOfWorkFactory, undo_if

if TYPE_CHECKING:
    from collections.abc import Callable

    from service.platform import Actor, UnitOfWork
    from service.register.inspecting.catalogues import Catalogue

_ROWS = 100_000
"""Rows of one file: these catalogues are read as a whole; a province has some ten thousand inspectors."""


def import_records(
    uow_factory: UnitOfWorkFactory,
    catalogue: Catalogue,
    *,
    actor: Actor,
    stream: IO[bytes],
    file_format: str,
    mode: Mode = "all_or_nothing",
    dry_run: bool = False,
    on_read: Callable[[str], object] | None = None,
) -> ImportReport:
    """Read a file into a catalogue: one transaction, one audit row, a report of every row that was refused.

    ``on_read`` is told, before anything is stored, the file's SHA-256 (hex): what it raises leaves the file unread.

    Raises:
        Problem: ``import_format_unknown``, or the code of a file that cannot be read; nothing was written then.
    """
    if file_format not in FORMATS:
        raise Problem("import_format_unknown", pointer="/format")
    kept: dict[str, Any] = {"id": secrets.token_hex(8), "format": file_format, "mode": mode}
    with FlawFile() as flaws:
        try:
            with uow_factory(actor) as uow:
                store = Store(uow, catalogue)
                counts = _read(store, catalogue, stream, file_format, flaws)
                if on_read is not None:
                    on_read(counts["digest"])
                undo_if(dry_run or (flaws.count > 0 and mode == "all_or_nothing"), counts)
                report = ImportReport(state="stored", **kept, **counts)
                audit_id = uow.audit(f"register.{catalogue.name}s_imported", f"import:{report.id}", report.document())
                store.flush(audit_id)
                _keep(uow, audit_id, report, flaws)
                return report
        except FileFlaw as flaw:
            raise Problem(flaw.code, **flaw.params) from flaw
        except UndoError as undone:
            report = ImportReport(state="checked" if dry_run else "refused", **kept, **undone.found)
        with uow_factory(actor) as uow:
            audit_id = uow.audit(f"register.import_{report.state}", f"import:{report.id}", report.document())
            _keep(uow, audit_id, report, flaws)
            return report


def _read(store: Store, catalogue: Catalogue, stream: IO[bytes], file_format: str, flaws: FlawFile) -> dict[str, Any]:
    counts = dict.fromkeys(("rows", "created", "changed", "unchanged", "repeated"), 0)
    seen: set[tuple[str, ...]] = set()
    reading = read_rows(stream, file_format, Limits(rows=_ROWS), catalogue.columns)
    for row, raw in reading:
        counts["rows"] += 1
        if isinstance(raw, Flaw):
            flaws.put(row, [raw])
            continue
        body, faults = store.check(raw)
        if not faults and catalogue.key_of(body) in seen:
            faults = [Problem("catalogue_row_repeated", pointer="/code")]
        if faults:
            flaws.put(row, [Flaw(fault.pointer or "", fault.code, dict(fault.params)) for fault in faults])
            continue
        seen.add(catalogue.key_of(body))
        counts[store.put(body)] += 1
    found = {"refused": flaws.rows, "flaws": flaws.count, "proposed": 0, "digest": reading.digest}
    return {**counts, **found}


def _keep(uow: UnitOfWork, audit_id: int, report: ImportReport, flaws: FlawFile) -> None:
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
