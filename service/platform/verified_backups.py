"""What was found of backups, kept where the service tells it to those who watch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert as upsert

from service.platform.metrics import gauge
from service.platform.tables import BackupVerified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from sqlalchemy.orm import Session

    from service.platform.database import Database
    from service.platform.metrics import Figure, Reader

_UNTIL = gauge("backup_restorable_timestamp_seconds", "Until when the backups restore that were verified last; 0: none")
_MOST = gauge("backup_age_most_seconds", "How long ago that may be before somebody is alarmed (BACKUP_AGE)")
_FOUND = text("SELECT extract(epoch FROM restores_until)::float8 FROM backup_verified")


def note_verified(database: Database, restores_until: datetime) -> None:
    """Keep when backups were verified last, and until when they restore."""
    found = {"verified_at": database.clock.now(), "restores_until": restores_until}
    with database.bookkeeping() as session:
        noted = upsert(BackupVerified).values(id=1, **found)
        session.execute(noted.on_conflict_do_update(index_elements=["id"], set_=found))


def backup_figures(hours: int) -> Reader:
    """What `/metrics` tells of backups; nothing where nobody is to be alarmed. `hours`: how far they may lie behind."""

    def figures(session: Session, _now: datetime) -> Iterator[Figure]:
        if hours:
            yield _UNTIL.of(session.execute(_FOUND).scalar_one_or_none() or 0)
            yield _MOST.of(hours * 3_600)

    return figures
