"""Results as everyone may read them: audited, published, and nothing of who inspected."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service import register
from service.inspections.draws import view_of
from service.inspections.visits.vocabulary import result_codes, visit_types
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy.orm import Session

_RESULTS = f"""
SELECT v.id, v.number, v.entity_id, v.type, v.method, v.authorities, v.checklist, v.held_on, o.result,
       o.problems, o.audited_on, p.published_on, p.reference, r.due_on, r.outcome, r.closed_on
  FROM visit_publication p
  JOIN visit v ON v.id = p.visit_id
  JOIN entity n ON n.id = v.entity_id
  JOIN visit_outcome o ON o.visit_id = v.id
  LEFT JOIN rectification_order r ON r.visit_id = v.id
 WHERE (p.published_on, v.id) > (CAST(:after_day AS date), CAST(:after_id AS bigint))
   AND (CAST(:entity AS bigint) IS NULL OR v.entity_id = :entity)
   AND (CAST(:authority AS text) IS NULL OR :authority = ANY(v.authorities))
   AND {register.NAMED}
   AND (CAST(:sources AS text[]) IS NULL OR v.id IN (
     SELECT coalesce(part.merged_into, part.id) FROM visit part WHERE part.source = ANY(:sources)))
 ORDER BY p.published_on, v.id LIMIT :limit
"""  # noqa: S608 a constant of the register
_AMONG = text("""
SELECT v.number, v.entity_id FROM visit_publication p JOIN visit v ON v.id = p.visit_id WHERE v.number = ANY(:numbers)
""")
_OLDEST = text(_RESULTS)
_NEWEST = text(
    _RESULTS.replace("(p.published_on, v.id) >", "(p.published_on, v.id) <").replace(
        "ORDER BY p.published_on, v.id", "ORDER BY p.published_on DESC, v.id DESC"
    )
)


class PublishedResult(NamedTuple):
    """One published result; ``key``: where its page goes on after it."""

    key: tuple[str, int]
    document: Mapping[str, Any]


def published_results(
    session: Session,
    *,
    entity: str | None,
    name: str | None,
    draw: str | None,
    authority: str | None,
    after: tuple[date, int] | None,
    limit: int,
    newest_first: bool = False,
) -> list[PublishedResult]:
    """Up to ``limit`` results that were published, in the order in which they were; of an entity that is unknown, none.

    Raises:
        Problem: ``draw_not_found``, ``entity_search_too_short``.
    """
    number = None if entity is None else register.resolve(session, [entity]).get(entity, 0)
    asked = {
        "entity": number,
        "authority": authority,
        "sources": None if draw is None else _sources(session, draw),
        "after_day": (date.max if newest_first else date.min) if after is None else after[0],
        "after_id": 0 if after is None else after[1],
        "limit": limit,
        **register.name_asked(session, name),
    }
    with beyond_scope(session, Beyond.PUBLISHED):
        rows = session.execute(_NEWEST if newest_first else _OLDEST, asked).all()
    whose = register.facts(session, [row.entity_id for row in rows], position=None)
    authorities = {row.code: row.names for row in register.authorities(session)}
    return [
        PublishedResult(
            (row.published_on.isoformat(), row.id),
            {
                "visit": row.number,
                **_named(whose[row.entity_id]),
                "authorities": [{"code": code, "names": authorities[code]} for code in row.authorities],
                "type": visit_types()[row.type].word,
                "method": row.method,
                "items": sorted({line["item"] for line in row.checklist["entries"]}),
                "held_on": row.held_on.isoformat(),
                "result": result_codes()[row.result].word,
                "problems": row.problems,
                "audited_on": row.audited_on.isoformat(),
                "published_on": row.published_on.isoformat(),
                "reference": row.reference,
                "correction": None if row.due_on is None else _correction(row.due_on, row.outcome, row.closed_on),
            },
        )
        for row in rows
    ]


def published_among(session: Session, numbers: Collection[str]) -> dict[str, int]:
    """Of these visits those whose result was published: by number, the entity."""
    with beyond_scope(session, Beyond.PUBLISHED):
        rows = session.execute(_AMONG, {"numbers": list(numbers)}).all()
    return {row.number: row.entity_id for row in rows}


def _sources(session: Session, draw: str) -> list[str]:
    """What the visits of a draw may be opened under: the draw, or one of its parts."""
    parts = view_of(session, draw).parts
    return [f"draw:{draw}", *(f"draw:{draw}/{part['part']}" for part in parts)]


def _named(entity: register.EntityFacts) -> dict[str, str | None]:
    """Whose a result is: of a natural person the first character of the name and no key, as everywhere in public."""
    if entity.natural_person:
        return {"entity": None, "name": register.masked(entity.name)}
    return {"entity": entity.key, "name": entity.name}


def _correction(due_on: date, outcome: str | None, closed_on: date | None) -> dict[str, str | None]:
    return {
        "due_on": due_on.isoformat(),
        "outcome": outcome,
        "closed_on": None if closed_on is None else closed_on.isoformat(),
    }
