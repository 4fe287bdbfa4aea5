"""Everything that happened to an entity, one day after another: what rooms recorded, told as one line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from sqlalchemy import text

from service.inspections.visits import readable_visits
from service.notices.written import readable_notices
from service.platform import Beyond, beyond_scope, web
from service.repairs import readable_cases

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence
    from datetime import date

    from sqlalchemy.orm import Session

    from service.platform import Actor
    from service.register import EntityFacts

_ROUTES: Final = {
    "event": "GET /v1/entities/<key>/events",
    "visit": "GET /v1/visits",
    "repair": "GET /v1/repairs",
    "objection": "GET /v1/objections",
    "publication": "GET /v1/entities/<key>/publicity",
    "tier": "GET /v1/entities/<key>/ratings",
    "measure": "GET /v1/entities/<key>/measures",
    "notice": "GET /v1/notices",
    "commitment": "GET /v1/commitments",
    "register": "GET /v1/entities/<key>/versions",
}
SORTS: Final = tuple(_ROUTES)
"""What a timeline tells of. Each is told to whom its own route answers."""

_OPENED: Final[Mapping[str, Callable[[Session, Actor, Collection[str]], set[str]]]] = {
    "visit": readable_visits,
    "repair": readable_cases,
    "objection": readable_cases,
    "notice": readable_notices,
}
"""What is not told to everybody who is told of the entity: each room says who may look."""
# Each part: day, sort, a number that orders a day, what happened, a code, how it is called, what it belongs to (the
# number of a record, case, visit or notice), and what was before. A visit to come is nobody's to know.
_PARTS: Final = {
    "event": """
SELECT decided_on AS day, 'event' AS sort, id AS number, decision_kind AS what, code, source_ref AS reference,
       id::text AS subject, NULL::text AS was, NULL::text AS now FROM record WHERE NOT struck
UNION ALL
SELECT a.acted_on, 'event', a.id, a.act, CASE WHEN NOT e.struck THEN e.code END,
       CASE WHEN NOT e.struck THEN a.source_ref END, e.id::text, NULL, NULL
  FROM event_act a JOIN record e ON e.id = a.event_id WHERE NOT e.struck OR a.act = 'withdrawal'
""",
    "visit": """
SELECT held_on, 'visit', id, state, type, number, number, NULL, NULL
  FROM visit WHERE entity_id = :entity AND held_on IS NOT NULL
UNION ALL
SELECT p.published_on, 'visit', v.id, 'published', v.type, v.number, v.number, NULL, NULL
  FROM visit_publication p JOIN visit v ON v.id = p.visit_id WHERE v.entity_id = :entity
UNION ALL
SELECT o.held_on, 'visit', o.id, 'recorded', o.type, o.source_ref, NULL, NULL, NULL
  FROM occasion o WHERE o.entity_id = :entity
   AND NOT EXISTS (SELECT FROM visit_outcome w JOIN visit v ON v.id = w.visit_id
                    WHERE v.entity_id = :entity AND w.occasion_id = o.id)
UNION ALL
SELECT coalesce(r.closed_on, w.audited_on), 'visit', r.id,
       CASE WHEN r.closed_on IS NULL THEN 'order' ELSE 'order_closed' END, r.outcome, r.number, v.number, NULL, NULL
  FROM visit v JOIN rectification_order r ON r.visit_id = v.id JOIN visit_outcome w ON w.visit_id = v.id
 WHERE v.entity_id = :entity
""",
    "repair": """
SELECT s.taken_on, 'repair', s.id, s.event, s.state, c.number, c.number, NULL, NULL
  FROM repair_case c JOIN repair_step s ON s.case_id = c.id WHERE c.entity_id = :entity AND c.procedure = 'repair'
""",
    "objection": """
SELECT s.taken_on, 'objection', s.id, s.event, s.state, c.number, c.number, NULL, NULL
  FROM repair_case c JOIN repair_step s ON s.case_id = c.id WHERE c.entity_id = :entity AND c.procedure = 'objection'
""",
    "publication": """
SELECT p.done_on, 'publication', p.id, p.act, e.code, p.place, e.id::text, NULL, NULL
  FROM record e JOIN publication_act p ON p.event_id = e.id WHERE NOT e.struck
""",
    "tier": """
SELECT as_of, 'tier', id, coalesce(reason, state), kind, edition, NULL, was, tier
  FROM (SELECT *, lag(tier) OVER one AS was, row_number() OVER one AS place
          FROM (SELECT r.id, r.kind, r.as_of, r.state, r.reason, r.edition,
                       CASE WHEN r.status IS NULL THEN r.tier ELSE kept.tier END AS tier
                  FROM rating r LEFT JOIN rating_proposal kept ON kept.id = r.proposal_id
                 WHERE r.entity_id = :entity) AS stood
        WINDOW one AS (PARTITION BY kind ORDER BY id)) AS told
 WHERE tier IS DISTINCT FROM was
""",
    "measure": """
SELECT m.starts_on, 'measure', m.id, 'imposed', m.kind, m.document, e.id::text, NULL, NULL
  FROM record e JOIN measure m ON m.event_id = e.id WHERE NOT e.struck
UNION ALL
SELECT a.acted_on, 'measure', a.id, a.act, m.kind, a.reference, e.id::text, NULL, NULL
  FROM record e JOIN measure m ON m.event_id = e.id JOIN measure_act a ON a.measure_id = m.id WHERE NOT e.struck
""",
    "notice": """
SELECT made_on, 'notice', id, 'made', kind, number, number, NULL, NULL FROM entity_notice WHERE entity_id = :entity
""",
    "commitment": """
SELECT made_on, 'commitment', id, 'made', type, source_ref, id::text, NULL, NULL
  FROM credit_commitment WHERE entity_id = :entity
UNION ALL
SELECT o.settled_on, 'commitment', o.id, o.outcome, c.type, c.source_ref, c.id::text, NULL, NULL
  FROM credit_commitment c JOIN credit_commitment_outcome o ON o.commitment_id = c.id WHERE c.entity_id = :entity
""",
    "register": """
SELECT (a.recorded_at AT TIME ZONE :zone)::date, 'register', v.id, a.action, v.body ->> 'status', v.body ->> 'name',
       NULL, NULL, NULL
  FROM entity_version v JOIN audit a ON a.id = v.audit_id WHERE v.entity_id = :entity
""",
}
# Of a record that the law has struck out nothing is told but that it was.
_TIMELINE: Final = """
WITH record AS (
  SELECT e.*, EXISTS (SELECT FROM event_act a WHERE a.event_id = e.id AND a.act = 'withdrawal') AS struck
    FROM event e WHERE e.entity_id = :entity)
SELECT day, sort, number, what, code, reference, subject, was, now
  FROM ({parts}) AS told (day, sort, number, what, code, reference, subject, was, now)
 WHERE CAST(:day AS date) IS NULL OR (day, sort, number, what) < (CAST(:day AS date), :sort, :number, :what)
 ORDER BY day DESC, sort DESC, number DESC, what DESC LIMIT :limit
"""


class Happening(NamedTuple):
    """One line of a timeline; see `_PARTS` for its parts."""

    day: date
    sort: str
    number: int
    what: str
    code: str | None
    reference: str | None
    subject: str | None
    was: str | None
    now: str | None


def readable(session: Session, actor: Actor, lines: Sequence[Happening]) -> list[bool]:
    """Whether the caller may open what each line belongs to; false where there is nothing to open."""
    may = {
        sort: asked(session, actor, {one.subject for one in lines if one.sort == sort and one.subject is not None})
        for sort, asked in _OPENED.items()
    }
    return [one.subject is not None and (one.sort not in may or one.subject in may[one.sort]) for one in lines]


class Place(NamedTuple):
    """Where a page begins: after this line; no day: at the newest."""

    day: str | None = None
    sort: str = ""
    number: int = 0
    what: str = ""


def sorts_told(actor: Actor) -> list[str]:
    """The sorts that a caller is told of, by the table of who may call what."""
    table = web.access_table()
    return [sort for sort, route in _ROUTES.items() if actor.role in table[route]]


def timeline(
    session: Session, entity: EntityFacts, sorts: Collection[str], *, after: Place, limit: int
) -> Sequence[Happening]:
    """Up to ``limit + 1`` lines, newest first, those older than ``after``; ``sorts``: of `SORTS`."""
    parts = " UNION ALL ".join(_PARTS[sort] for sort in SORTS if sort in sorts)
    if not parts:
        return []
    given = {"entity": entity.id, "zone": entity.timezone, "limit": limit + 1} | after._asdict()
    with beyond_scope(session, Beyond.TIMELINE):
        return [Happening(*row) for row in session.execute(text(_TIMELINE.format(parts=parts)), given)]
