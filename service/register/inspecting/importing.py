"""Read a file into a catalogue: one transaction, one audit row, a report of every row that was refused."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from service.platform import Problem
from service.register.inspecting.store import Store
from service.register.intake import Flaw, Limits, read_rows
from service.register.usecases.importing import ImportReport, Mode, UnitOfWorkFactory, import_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from service.platform import Actor, UnitOfWork
    from service.register.inspecting.catalogues import Catalogue
    from service.register.usecases.flaw_file import FlawFile

_ROWS = 100_000
"""Rows of one file: these catalogues are read as a whole; a province has some ten thousand inspectors."""


def import_records(
    uow_factory: UnitOfWorkFactory,
    *,
    catalogue: Catalogue,
    actor: Actor,
    stream: IO[bytes],
    file_format: str,
    mode: Mode = "all_or_nothing",
    dry_run: bool = False,
    on_progress: Callable[[int], object] | None = None,
    on_read: Callable[[str], object] | None = None,
) -> ImportReport:
    """Read a file into a catalogue: one transaction, one audit row, a report of every row that was refused.

    ``on_progress`` is told the number of rows once they are read; ``on_read``, before anything is stored, the file's
    SHA-256 (hex): what it raises leaves the file unread.

    Raises:
        Problem: ``import_format_unknown``, or the code of a file that cannot be read; nothing was written then.
    """

    def store(uow: UnitOfWork, flaws: FlawFile, known: Mapping[str, Any]) -> tuple[int, dict[str, Any]]:
        standing = Store(uow, catalogue)
        counts = _read(standing, catalogue, stream, file_format, flaws)
        if on_read is not None:
            on_read(counts["digest"])
        if on_progress is not None:
            on_progress(counts["rows"])
        audit_id = uow.audit(f"register.{catalogue.name}s_imported", f"import:{known['id']}", {**known, **counts})
        standing.flush(audit_id)
        return audit_id, counts

    return import_file(uow_factory, store, actor=actor, file_format=file_format, mode=mode, dry_run=dry_run)


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
