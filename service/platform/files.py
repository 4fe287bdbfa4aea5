"""Files by digest: each kept once, only of kinds whose first bytes say so, within their size."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import sha256
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from scoring.kernel.canonical import canonical
from service.platform.problem import Problem
from service.platform.tables import StoredFile

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.orm import Session

    from service.platform.unit_of_work import UnitOfWork

RECORD = "application/json"
"""What the service writes down itself; nobody sends such a file."""


class FileKind(NamedTuple):
    """A kind of file that is taken: what its bytes bear, each at its place, and how large it may be."""

    media_type: str
    marks: tuple[tuple[int, bytes], ...]
    most_bytes: int


class KeptFile(NamedTuple):
    """A file that is kept. ``new``: it was not there before."""

    sha256: bytes
    size: int
    media_type: str
    new: bool


@cache
def file_kinds() -> tuple[FileKind, ...]:
    """The kinds that ``files.toml`` lists."""
    table = tomllib.loads((resources.files("service.platform") / "files.toml").read_text(encoding="utf-8"))
    return tuple(
        FileKind(
            row["media_type"],
            tuple((mark["at"], bytes.fromhex(mark["bytes"])) for mark in row["marks"]),
            row["most_bytes"],
        )
        for row in table["kind"]
    )


def most_bytes() -> int:
    """The size of the largest file that is taken."""
    return max(kind.most_bytes for kind in file_kinds())


def keep_file(uow: UnitOfWork, content: bytes) -> KeptFile:
    """Keep a file under the SHA-256 of its bytes; the caller audits what it is kept for.

    Raises:
        Problem: ``stored_file_empty``, ``stored_file_kind``: what it is called does not count, only its first bytes;
            ``stored_file_too_large``.
    """
    if not content:
        raise Problem("stored_file_empty")
    kind = next((one for one in file_kinds() if _bears(content, one)), None)
    if kind is None:
        raise Problem("stored_file_kind", kinds=", ".join(one.media_type for one in file_kinds()))
    if len(content) > kind.most_bytes:
        raise Problem("stored_file_too_large", most=kind.most_bytes)
    return _keep(uow, content, kind.media_type)


def keep_record(uow: UnitOfWork, record: Mapping[str, Any]) -> KeptFile:
    """Keep what the service itself writes down, in its canonical bytes; the caller audits what it is kept for."""
    return _keep(uow, canonical(record), RECORD)


def is_kept(session: Session, digest: bytes) -> bool:
    """Whether a file is kept under the digest."""
    wanted = select(StoredFile.size).where(StoredFile.sha256 == digest)
    return session.execute(wanted).one_or_none() is not None


def read_file(session: Session, digest: bytes) -> tuple[str, bytes] | None:
    """Media type and bytes of a file; None where none is kept under the digest."""
    wanted = select(StoredFile.media_type, StoredFile.bytes).where(StoredFile.sha256 == digest)
    row = session.execute(wanted).one_or_none()
    return None if row is None else (row[0], row[1])


def _keep(uow: UnitOfWork, content: bytes, media_type: str) -> KeptFile:
    digest = sha256(content).digest()
    row = {"sha256": digest, "size": len(content), "media_type": media_type, "bytes": content, "kept_at": uow.now}
    stored = uow.session.execute(
        insert(StoredFile).values(row).on_conflict_do_nothing().returning(StoredFile.size)
    ).scalar_one_or_none()
    return KeptFile(digest, len(content), media_type, new=stored is not None)


def _bears(content: bytes, kind: FileKind) -> bool:
    return all(content[at : at + len(mark)] == mark for at, mark in kind.marks)
