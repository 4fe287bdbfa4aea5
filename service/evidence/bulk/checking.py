"""Whether files still are what was received, and the rows made of them what the files say."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Final

from sqlalchemy import text

from scoring.kernel.merkle import MerkleTree
from service.evidence.bulk.jobs import recorded
from service.evidence.bulk.limits import LIMITS
from service.evidence.bulk.parsing import chunks
from service.evidence.bulk.reading import pieces_in, records_of
from service.evidence.queries.catalogue import read_catalogue
from service.platform import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from sqlalchemy.orm import Session

    from service.evidence.bulk.jobs import Job
    from service.evidence.bulk.parsing import Chunk
    from service.evidence.catalogue import Catalogue

_TABLES: Final = {"event": "event", "occasion": "occasion", "act": "event_act"}
_FOUND: Final = {
    what: text(
        f"SELECT x.id FROM unnest(CAST(:sources AS text[]), CAST(:refs AS text[]), CAST(:digests AS bytea[]))"  # noqa: S608 - names of this module
        f" AS f (source, source_ref, sha256) JOIN {table} x USING (source, source_ref)"
        " WHERE x.body_sha256 = f.sha256 AND x.audit_id = :number AND x.id > :first"
    )
    for what, table in _TABLES.items()
}
_OWN: Final = {
    what: text(f"SELECT id FROM {table} WHERE audit_id = :number AND id > :first ORDER BY id")  # noqa: S608 - likewise
    for what, table in _TABLES.items()
}


def file_faults(session: Session) -> Iterator[str]:
    """One sentence for each file, and each row of one, that is not what was received. Memory stays bounded.

    The bytes must give the SHA-256 of the file's entry in the ledger, their records its Merkle root, and every row that
    bears the entry's number must be what one of the records says.
    """
    known = read_catalogue(session)
    for number, detail, job in recorded(session):
        if job is None:
            yield f"audit row {number} names a file that is gone"
        else:
            yield from _faults(session, replace(job, position=0), detail, known)


def _faults(session: Session, job: Job, detail: Mapping[str, str], known: Catalogue) -> Iterator[str]:
    digest = sha256()
    rows = {what: _Rows(getattr(job.bounds, what)) for what in _TABLES}

    def hashed() -> Iterator[bytes]:
        for piece in pieces_in(session, job.file_id):
            digest.update(piece)
            yield piece

    source = hashed()
    records = islice(records_of(source, job, LIMITS), int(detail["rows"]))
    tree, unread = MerkleTree(), ""
    try:
        for chunk in chunks(records, known, LIMITS, tree, job.actor):
            _find(session, job, chunk, rows)
    except Problem as problem:
        unread = problem.code
    for _ in source:
        pass
    if digest.hexdigest() != detail["sha256"]:
        yield f"file {job.file_id} is not what was received: its bytes were changed"
    elif unread or tree.root().hex() != detail["merkle_root"]:
        yield f"file {job.file_id} no longer reads as it did: {unread or 'its records give another Merkle root'}"
    elif sum(each.count() for each in rows.values()) != int(detail["stored"]):
        yield from _strangers(session, job, rows)


def _find(session: Session, job: Job, chunk: Chunk, rows: Mapping[str, _Rows]) -> None:
    """Note the rows under the file's number that are what a record of the chunk says."""
    for what, said in _said(chunk):
        sources, refs, digests = map(list, zip(*said, strict=True))
        given = {"sources": sources, "refs": refs, "digests": digests, "number": job.audit_id}
        rows[what].add(session.scalars(_FOUND[what], {**given, "first": rows[what].first}))


def _said(chunk: Chunk) -> Iterator[tuple[str, list[tuple[str, str, bytes]]]]:
    """Sort, and source, reference and digest of each body."""
    for sheet, _ in chunk.rows:
        values = sheet.values
        yield sheet.name, list(zip(values["source"], values["source_ref"], sheet.digests, strict=True))
    if chunk.acts:
        drafts = [draft for _, draft in chunk.acts]
        yield "act", [(draft.values["source"], draft.values["source_ref"], draft.digest) for draft in drafts]


def _strangers(session: Session, job: Job, rows: Mapping[str, _Rows]) -> Iterator[str]:
    """The rows that bear the file's number and that no record of it gives."""
    for what, known in rows.items():
        given = {"number": job.audit_id, "first": known.first}
        for number in session.scalars(_OWN[what], given, execution_options={"yield_per": 2_000}):
            if number not in known:
                yield f"{what} {number} is not what file {job.file_id} says: the row was changed or exchanged"


class _Rows:
    """Numbers of rows, each once, as bits from the first on: a million take no more than their places."""

    def __init__(self, first: int) -> None:
        self.first = first
        self._bits = bytearray()

    def add(self, numbers: Iterable[int]) -> None:
        """Note numbers, all greater than the first."""
        for number in numbers:
            place, bit = divmod(number - self.first, 8)
            if place >= len(self._bits):
                self._bits.extend(bytes(place + 1 - len(self._bits)))
            self._bits[place] |= 1 << bit

    def __contains__(self, number: int) -> bool:
        place, bit = divmod(number - self.first, 8)
        return place < len(self._bits) and bool(self._bits[place] >> bit & 1)

    def count(self) -> int:
        """How many there are."""
        return int.from_bytes(self._bits).bit_count()
