"""Entities found: by key, by a part of the name however it is written, by pinyin or its initials, by the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.platform import Problem
from service.register.names import search_key
from service.register.queries.asked import LEAST_LETTERS, Question, question, reached, within_scope
from service.register.queries.catalogues import authorities

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

NAMED = """(CAST(:name AS text) IS NULL OR (NOT n.natural_person AND (position(:name IN n.name_key) > 0 OR
    (CAST(:letters AS boolean) AND (position(:name IN n.initials) > 0 OR position(:name IN n.pinyin) > 0)))))"""
"""A condition on an entity `n` for what is public: its name, pinyin or initials hold what `name_asked` read. Whoever
types the full name of a natural person, of whom one character is public, finds nothing."""

FILTERS = ("address", "authority", "region", "kind", "status")
"""What narrows a search, beside what is asked."""

WALKED = 2_000
"""Entities that are looked at in their order before an index is asked: what is common is found among them."""
SAMPLED = 2_000
"""Entities that an index gives in whatever order. Where there are no more, they are all; else the first of them tell up
to where the first of all lie, so that few are sorted however many there are."""

_SHOWN = text("""
SELECT e.id, e.public_key, e.name, e.authority_id, e.region, e.body ->> 'address', e.status, e.unverified_code,
       e.natural_person, e.pinyin
  FROM entity e WHERE e.id = ANY(:ids) ORDER BY e.pinyin, e.id
""")
_WALK = """
SELECT e.id, e.pinyin
  FROM (SELECT e.* FROM entity e WHERE {after} ORDER BY e.pinyin, e.id LIMIT :walked) AS e
 WHERE {conditions} ORDER BY e.pinyin, e.id LIMIT :limit
"""
_SAMPLE = """
SELECT id, pinyin FROM (SELECT e.id, e.pinyin FROM entity e WHERE {conditions} AND {after} LIMIT :sampled) AS these
 ORDER BY pinyin, id
"""
_BOUND = """
SELECT id, pinyin
  FROM (SELECT e.id, e.pinyin FROM entity e
         WHERE {conditions} AND {after} AND (e.pinyin, e.id) <= (:last_pinyin, :last_id) OFFSET 0) AS these
 ORDER BY pinyin, id LIMIT :limit
"""
_MORE = "SELECT count(*) > :most FROM (SELECT FROM entity e WHERE {conditions} LIMIT :most + 1) AS found"


class Found(NamedTuple):
    """An entity in a list. ``pinyin`` orders it."""

    id: int
    key: str
    name: str
    authority: str
    region: str
    address: str | None
    status: str
    unverified_code: bool
    natural_person: bool
    pinyin: str


def search(
    session: Session,
    actor: Actor,
    *,
    asked: str | None = None,
    filters: Mapping[str, str] | None = None,
    after: tuple[str, int] | None = None,
    limit: int,
) -> Sequence[Found]:
    """Up to ``limit + 1`` entities within the caller's scope, in the order of their pinyin, from ``after`` on.

    ``asked``: a key or its beginning, a part of a name, pinyin or initials. ``filters``: ``address`` (a part of it),
    ``authority``, ``region`` (with what it holds), ``kind`` and ``status`` by code.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    said, codes = _question(session, actor, asked, filters or {})
    said.parameters["limit"] = limit + 1
    rows = _rows(session, said, after, limit + 1)
    return [Found._make((*row[:3], codes[row[3]], *row[4:])) for row in rows]


def are_more_than(
    session: Session, actor: Actor, most: int, *, asked: str | None = None, filters: Mapping[str, str] | None = None
) -> bool:
    """Whether `search` would find more than so many, all its pages together.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    said, _ = _question(session, actor, asked, filters or {})
    statement = text(_MORE.format(conditions=" AND ".join(said.conditions)))
    return bool(session.execute(statement, {**said.parameters, "most": most}).scalar_one())


def _question(
    session: Session, actor: Actor, asked: str | None, filters: Mapping[str, str]
) -> tuple[Question, dict[int, str]]:
    """What is asked within the caller's scope, and the codes of the authorities whose entities may be found."""
    told = dict(filters)
    codes = reached(authorities(session), actor, told.pop("authority", None))
    said = question(session, asked, told, list(codes))
    within_scope(actor, said)
    return said, codes


def _rows(session: Session, said: Question, after: tuple[str, int] | None, wanted: int) -> Sequence[tuple[Any, ...]]:
    parts = {"conditions": " AND ".join(said.conditions), "after": "true"}
    given = {**said.parameters, "walked": WALKED, "sampled": max(SAMPLED, 4 * wanted)}
    if after is not None:
        parts["after"] = "(e.pinyin, e.id) > (:after_pinyin, :after_id)"
        given |= {"after_pinyin": after[0], "after_id": after[1]}
    # What is common and what is rare are answered by other plans: none may be kept for both.
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    found = [] if said.exact else session.execute(text(_WALK.format(**parts)), given).all()
    if len(found) < wanted:
        found = session.execute(text(_SAMPLE.format(**parts)), given).all()
    if len(found) == given["sampled"]:
        last = found[wanted - 1]
        given |= {"last_pinyin": last.pinyin, "last_id": last.id}
        found = session.execute(text(_BOUND.format(**parts)), given).all()
    return [tuple(row) for row in session.execute(_SHOWN, {"ids": [row.id for row in found[:wanted]]})]


def name_asked(asked: str | None) -> dict[str, object]:
    """What was typed as a part of a name, as the parameters of ``NAMED``; None: every name.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    if asked is None:
        return {"name": None, "letters": False}
    key = search_key(asked)
    if not key or (key.isascii() and len(key) < LEAST_LETTERS):
        raise Problem("entity_search_too_short", pointer="/name", least=LEAST_LETTERS)
    return {"name": key, "letters": key.isascii()}
