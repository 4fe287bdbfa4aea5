"""Archives of open data, in pieces: none is in memory as a whole, and every process serves the same."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Date, ForeignKey, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from service.platform import Base


class OpenDataArchive(Base):
    """One archive. ``files``: name, rows, bytes and digest of each; ``position``: of the ledger then."""

    __tablename__ = "open_data_archive"

    id: Mapped[int] = mapped_column(Identity(always=True), primary_key=True)
    sha256: Mapped[bytes]
    size: Mapped[int]
    schema_version: Mapped[int]
    as_of: Mapped[date] = mapped_column(Date)
    position: Mapped[int]
    built_at: Mapped[datetime]
    files: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)


class OpenDataPiece(Base):
    """A piece of an archive, all of one size but the last."""

    __tablename__ = "open_data_piece"

    archive_id: Mapped[int] = mapped_column(
        ForeignKey("open_data_archive.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes]
