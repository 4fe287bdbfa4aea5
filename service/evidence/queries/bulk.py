"""What was said of the rows of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select

from service.evidence import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_AT_ONCE = 1_000


def bulk_remarks(session: Session, job_id: int) -> Iterator[tables.BulkRowError]:
    """The remarks on a file's rows in order of rows; memory stays bounded."""
    remark = tables.BulkRowError
    statement = select(remark).where(remark.job_id == job_id).order_by(remark.row, remark.id)
    yield from session.scalars(statement.execution_options(yield_per=_AT_ONCE))
