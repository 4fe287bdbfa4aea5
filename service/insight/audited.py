"""The draws that statistics are made of, and their audited visits."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import text

from service.inspections.draws import drawn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from sqlalchemy.orm import Session

    from service.insight.scope import Asked
    from service.inspections.draws import DrawnPart

_DRAWS = text("""
SELECT w.number FROM draw w
 WHERE (w.authority = ANY(:authorities)
        OR w.number IN (SELECT e.draw FROM draw_entry e WHERE e.authority = ANY(:authorities)))
   AND EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'dispatched')
   AND NOT EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'void')
 ORDER BY w.id
""")
# A visit that was joined to another was made with it, and its result is that of the whole.
_VISITS = text("""
SELECT v.entity_key, o.result, f.type, o.audited_on, r.content
  FROM visit v JOIN visit_outcome o ON o.visit_id = coalesce(v.merged_into, v.id)
  JOIN visit_record r ON r.id = o.record_id JOIN occasion f ON f.id = o.occasion_id
 WHERE v.source = :source
 ORDER BY v.id
""")


class Audited(NamedTuple):
    """An audited visit. ``occasion``: the type under which it is evidence; ``failed``: items of which an entry did."""

    entity: str
    result: str
    occasion: str
    audited_on: date
    failed: frozenset[str]


def parts_sent(session: Session, asked: Asked) -> Iterator[tuple[str, DrawnPart]]:
    """Parts of the authorities, of draws that were dispatched and are not void, oldest first, of whatever year."""
    for number in session.scalars(_DRAWS, {"authorities": list(asked.authorities)}).all():
        for part in drawn(session, number).parts:
            if part.terms["authority"] in asked.authorities:
                yield number, part


def audited_of(session: Session, part: DrawnPart) -> Iterator[Audited]:
    """The audited visits of a part of a draw, in whichever visits they were made."""
    for entity, result, occasion, audited_on, content in session.execute(_VISITS, {"source": part.source}):
        lines = json.loads(content)["findings"]
        failed = frozenset(line["item"] for line in lines if line["result"] == "fail")
        yield Audited(entity, result, occasion, audited_on, failed)
