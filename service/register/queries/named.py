"""Whose name holds what the public typed: a condition for lists of what is public."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.platform import Problem
from service.register.names import search_key
from service.register.queries.asked import LEAST_LETTERS, Question, in_a_name

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

NAMED = """(CAST(:name AS text) IS NULL OR n.id = ANY(CAST(:named AS bigint[])) OR (CAST(:named AS bigint[]) IS NULL
    AND NOT n.natural_person AND (position(:name IN n.name_key) > 0 OR
    (CAST(:letters AS boolean) AND (position(:name IN n.initials) > 0 OR position(:name IN n.pinyin) > 0)))))"""
"""A condition on an entity `n` for what is public: its name, pinyin or initials hold what `name_asked` read. Whoever
types the full name of a natural person, of whom one character is public, finds nothing."""

FEW = 2_000
"""So many entities are told by number: what is public of them is looked up. Of more, a list soon meets some."""
_FEW = "SELECT e.id FROM entity e WHERE {near} AND {conditions} LIMIT :most"


def name_asked(session: Session, asked: str | None) -> dict[str, object]:
    """What was typed as a part of a name, as the parameters of ``NAMED``; None: every name.

    The statements of this transaction are planned for what is asked from here on: a common name and a rare one are
    found by other ways.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    if asked is None:
        return {"name": None, "letters": False, "named": None}
    key = search_key(asked)
    if not key or (key.isascii() and len(key) < LEAST_LETTERS):
        raise Problem("entity_search_too_short", pointer="/name", least=LEAST_LETTERS)
    found = Question(["NOT e.natural_person"], [], {"most": FEW + 1})
    in_a_name(key, found)
    statement = _FEW.format(near=" AND ".join(found.near), conditions=" AND ".join(found.conditions))
    numbers = list(session.scalars(text(statement), found.parameters))
    return {"name": key, "letters": key.isascii(), "named": numbers if len(numbers) <= FEW else None}
