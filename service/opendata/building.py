"""The archive: written to a file that is nobody else's, then kept in pieces in the place of the one before."""

from __future__ import annotations

import json
import zipfile
from hashlib import sha256
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, select

from service import register
from service.opendata.collecting import collected
from service.opendata.legend import legend
from service.opendata.tables import OpenDataArchive, OpenDataPiece
from service.platform import local_day, position_at, sealed_through, sheet_pieces

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date, datetime

    from sqlalchemy.orm import Session

    from service.opendata.collecting import Row
    from service.opendata.legend import File
    from service.platform import Database

PIECE: Final = 1 << 20
KEPT: Final = 2
"""Archives that remain: whoever reads the one before is not cut off."""
_LOCK: Final = 7_346_611
_NO_DAY: Final = (1980, 1, 1, 0, 0, 0)
"""The day of every file in the archive: equal state gives equal bytes."""
_MODE: Final = 0o100644 << 16
_UNIX: Final = 3


def build_archive(database: Database) -> bool:
    """Build the archive of now, unless nothing has changed; whether another one is kept now.

    Memory does not grow with what is public: rows are read and written some at a time.
    """
    now = database.clock.now()
    with TemporaryFile() as file:
        with database.reader() as session:
            as_of, position = _day(session, now), _position(session)
            last = newest(session)
            if last is not None and _stands(last) == (as_of, position, legend().schema):
                return False
            files = _written(file, session, now, {"as_of": as_of.isoformat(), "position": position})
        if last is not None and last.as_of == as_of and last.files == files:
            return False
        return _kept(database, file, as_of=as_of, position=position, files=files)


def newest(session: Session) -> OpenDataArchive | None:
    """The archive that is served, or None before the first one."""
    return session.scalars(select(OpenDataArchive).order_by(OpenDataArchive.id.desc()).limit(1)).one_or_none()


def _stands(archive: OpenDataArchive) -> tuple[date, int, int]:
    return archive.as_of, archive.position, archive.schema_version


def _day(session: Session, now: datetime) -> date:
    """The day that it is where the authorities are: the latest, where they are in several zones."""
    zones = {one.timezone for one in register.authorities(session)}
    return max((local_day(now, zone) for zone in zones), default=now.date())


def _position(session: Session) -> int:
    sealed = sealed_through(session)
    return 0 if sealed is None else position_at(session, sealed)


def _written(file: IO[bytes], session: Session, now: datetime, known: dict[str, Any]) -> list[dict[str, Any]]:
    """Write the archive; what is told of each of its files."""
    rows = collected(session, now)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        told = [_entered(archive, one, rows[one.name]()) for one in legend().files]
        columns = ("file", "column", "type", "unit", "zh", "en")
        lines = [[one.name, *column] for one in legend().files for column in one.columns]
        told.append(_file(archive, "legend.csv", sheet_pieces(columns, [lines]), len(lines)))
        version = {"schema": legend().schema, **known, "files": told}
        _file(archive, "version.json", [json.dumps(version, ensure_ascii=False, indent=2) + "\n"], 0)
    return told


def _entered(archive: zipfile.ZipFile, one: File, rows: Iterable[list[Row]]) -> dict[str, Any]:
    names = [column.name for column in one.columns]
    count = 0

    def cells() -> Iterator[Sequence[Sequence[object]]]:
        nonlocal count
        for some in rows:
            count += len(some)
            yield [[_cell(row[name]) for name in names] for row in some]

    told = _file(archive, one.name, sheet_pieces(names, cells()), 0)
    return told | {"rows": count}


def _file(archive: zipfile.ZipFile, name: str, pieces: Iterable[str], rows: int) -> dict[str, Any]:
    info = zipfile.ZipInfo(name, _NO_DAY)
    info.compress_type, info.external_attr, info.create_system = zipfile.ZIP_DEFLATED, _MODE, _UNIX
    digest, size = sha256(), 0
    with archive.open(info, "w", force_zip64=True) as entry:
        for piece in pieces:
            written = piece.encode()
            digest.update(written)
            size += len(written)
            entry.write(written)
    return {"name": name, "rows": rows, "bytes": size, "sha256": digest.hexdigest()}


def _cell(said: object) -> object:
    if said is None:
        return ""
    if isinstance(said, bool):
        return "true" if said else "false"
    return ";".join(map(str, said)) if isinstance(said, (list, tuple)) else said


def _kept(database: Database, file: IO[bytes], *, as_of: date, position: int, files: list[dict[str, Any]]) -> bool:
    """Keep the archive in pieces, in one transaction: whoever asks is told of the one before or of this one."""
    digest, size = sha256(), 0
    for piece in _pieces(file):
        digest.update(piece)
        size += len(piece)
    with database.bookkeeping() as session:
        session.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        row = OpenDataArchive(
            sha256=digest.digest(),
            size=size,
            schema_version=legend().schema,
            as_of=as_of,
            position=position,
            built_at=database.clock.now(),
            files=files,
        )
        session.add(row)
        session.flush()
        for place, piece in enumerate(_pieces(file)):
            session.add(OpenDataPiece(archive_id=row.id, place=place, content=piece))
            session.flush()
            session.expunge_all()
        kept = select(OpenDataArchive.id).order_by(OpenDataArchive.id.desc()).limit(KEPT)
        session.execute(delete(OpenDataArchive).where(OpenDataArchive.id.not_in(kept)))
    return True


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece
