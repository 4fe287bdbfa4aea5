"""Entities found: by key, by a part of the name however it is written, by pinyin or its initials, by the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.register.queries.asked import Question, question, reached, within_scope
from service.register.queries.catalogues import authorities
from service.register.tables import SAMPLED

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy.orm import Session

    from service.platform import Actor

FILTERS = ("address", "authority", "region", "kind", "status")
"""What narrows a search, beside what is asked."""

SPARE = 2
"""What a stretch holds by the sample, in times of what is wanted."""

_SHOWN = text("""
SELECT e.id, e.public_key, e.name, e.authority_id, e.region, e.body ->> 'address', e.status, e.unverified_code,
       e.natural_person, e.pinyin
  FROM entity e WHERE e.id = ANY(:ids) ORDER BY e.pinyin, e.id
""")
_UNTIL = """
SELECT pinyin, id
  FROM (SELECT e.* FROM entity e WHERE e.id % {sampled} = 0 AND {place} ORDER BY e.pinyin, e.id OFFSET 0) AS e
 WHERE {conditions} ORDER BY pinyin, id OFFSET :skipped LIMIT 1
"""
_STRETCH = """
SELECT pinyin, id FROM (SELECT e.pinyin, e.id FROM entity e WHERE {near} AND {conditions} AND {place} OFFSET 0) AS these
 ORDER BY pinyin, id LIMIT :limit
"""
_AFTER = "e.pinyin >= :after_pinyin AND (e.pinyin > :after_pinyin OR e.id > :after_id)"
_UP_TO = "e.pinyin <= :last_pinyin AND (e.pinyin < :last_pinyin OR e.id <= :last_id)"
_MORE = "SELECT count(*) > :most FROM (SELECT FROM entity e WHERE {near} AND {conditions} LIMIT :most + 1) AS found"


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
    """Up to ``limit + 1`` entities within the caller's scope, by pinyin, then by number, beyond the place ``after``.

    ``asked``: a key or its beginning, a part of a name, pinyin or initials. ``filters``: ``address`` (a part of it),
    ``authority``, ``region`` (with what it holds), ``kind`` and ``status`` by code.

    Raises:
        Problem: ``entity_search_too_short``.
    """
    said, codes = _question(session, actor, asked, filters or {})
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
    statement, given = _placed(_MORE, said, None, None)
    return bool(session.execute(text(statement), {**given, "most": most}).scalar_one())


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
    """What is found, stretch by stretch: each so long that, by the sample, it holds more than what is wanted."""
    # What is common and what is rare are answered by other plans: none may be kept for both.
    session.execute(text("SET LOCAL plan_cache_mode = force_custom_plan"))
    found: list[int] = []
    last: tuple[str, int] | None = None
    while len(found) < wanted:
        last = None if said.exact else _until(session, said, after, wanted - len(found))
        found += [row.id for row in _stretch(session, said, (after, last), wanted - len(found))]
        if last is None:
            break
        after = last
    return [tuple(row) for row in session.execute(_SHOWN, {"ids": found})]


def _until(session: Session, said: Question, after: tuple[str, int] | None, wanted: int) -> tuple[str, int] | None:
    """Up to where to look for so many; None: to the end, there are not many more."""
    statement, given = _placed(_UNTIL, said, after, None)
    row = session.execute(text(statement), {**given, "skipped": 1 + SPARE * wanted // SAMPLED}).one_or_none()
    return None if row is None else (row.pinyin, row.id)


def _stretch(
    session: Session, said: Question, ends: tuple[tuple[str, int] | None, tuple[str, int] | None], wanted: int
) -> Sequence[Any]:
    statement, given = _placed(_STRETCH, said, *ends)
    return session.execute(text(statement), {**given, "limit": wanted}).all()


def _placed(
    statement: str, said: Question, after: tuple[str, int] | None, last: tuple[str, int] | None
) -> tuple[str, dict[str, object]]:
    """A statement about what lies after one place and up to another, with its parameters."""
    place, given = ["true"], dict(said.parameters)
    if after is not None:
        place.append(_AFTER)
        given |= {"after_pinyin": after[0], "after_id": after[1]}
    if last is not None:
        place.append(_UP_TO)
        given |= {"last_pinyin": last[0], "last_id": last[1]}
    parts = {"conditions": said.conditions, "near": said.near or ["true"], "place": place}
    told = {name: " AND ".join(all_of) for name, all_of in parts.items()}
    return statement.format(**told, sampled=SAMPLED), given
