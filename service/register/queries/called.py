"""Whether an entity is called so: for lists of what belongs to entities, a few of which are looked through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import exists, func, or_

from service.platform import Problem
from service.register.names import search_key
from service.register.queries.asked import LEAST_LETTERS
from service.register.tables import Entity

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute


def called_so(asked: str, entity: InstrumentedAttribute[int]) -> ColumnElement[bool]:
    """A condition on rows that name an entity by its number: its name, pinyin, initials or key hold what was typed.

    For staff: natural persons are found by their whole name, too.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    key = search_key(asked)
    if not key or (key.isascii() and len(key) < LEAST_LETTERS):
        raise Problem("entity_search_too_short", pointer="/q", least=LEAST_LETTERS)
    parts = [func.strpos(Entity.name_key, key) > 0]
    if key.isascii():
        parts += [func.strpos(column, key) > 0 for column in (Entity.pinyin, Entity.initials)]
        parts.append(func.strpos(func.lower(Entity.public_key), asked.strip().lower()) > 0)
    return exists().where(Entity.id == entity, or_(*parts))
