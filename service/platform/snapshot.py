"""What one snapshot of the database has told already, to whoever asks it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from sqlalchemy.orm import Session

Told = TypeVar("Told")


def only_reads(session: Session) -> bool:
    """Whether a session sees one snapshot throughout and writes nothing, as those of `Database.reader` do."""
    return bool(session.get_bind().engine.get_execution_options().get("postgresql_readonly"))


def told_once(session: Session, question: Hashable, ask: Callable[[], Told]) -> Told:
    """The answer to a question; a session that only reads asks the database once.

    The answer must not be changed by whoever gets it.
    """
    if not only_reads(session):
        return ask()
    told: dict[Hashable, object] = session.info.setdefault("told", {})
    if question not in told:
        told[question] = ask()
    return cast("Told", told[question])
