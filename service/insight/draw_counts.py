"""What became of the draws of an authority, year by year: for everybody, and without a name."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import text

from service.insight.vocabulary import rules
from service.inspections.draws import refuse_unknown_register
from service.platform import Beyond, beyond_scope

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy.orm import Session

# A joint draw is one of each authority that has a part in it: their registers have its commitment. What was promised
# stands in the commitment, as Unix seconds.
_DRAWS = text("""
WITH whose AS (
  SELECT w.id, w.authority FROM draw w
  UNION
  SELECT w.id, e.authority FROM draw_entry e JOIN draw w ON w.number = e.draw WHERE e.kind = 'commitment'
), promised AS (
  SELECT d.draw_id, (said.body ->> 'result_by')::bigint AS result_by, (said.body ->> 'publish_by')::bigint AS open_by,
         (said.body #>> '{attempts,0,instant}')::bigint AS instant
    FROM draw_document d, LATERAL (SELECT convert_from(d.body, 'UTF8')::jsonb AS body) said
   WHERE d.type = 'commitment'
), sent AS (
  SELECT DISTINCT split_part(substr(v.source, length('draw:') + 1), '/', 1) AS number
    FROM visit v WHERE v.source LIKE 'draw:%'
), stood AS (
  SELECT w.id, w.prepared_at, p.*, p.draw_id IS NOT NULL AS frozen,
         EXISTS (SELECT FROM draw_document d WHERE d.draw_id = w.id AND d.type = 'result') AS concluded,
         EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'dispatched') AS dispatched,
         EXISTS (SELECT FROM draw_act a WHERE a.draw_id = w.id AND a.kind = 'opened') AS opened,
         w.number IN (SELECT number FROM sent) AS sent,
         (SELECT extract(epoch FROM min(a.taken_at)) FROM draw_act a
           WHERE a.draw_id = w.id AND a.kind = 'void') AS void_at
    FROM draw w LEFT JOIN promised p ON p.draw_id = w.id
)
SELECT o.authority, CAST(extract(year FROM s.prepared_at AT TIME ZONE a.timezone) AS integer) AS year,
       count(*) AS prepared,
       count(*) FILTER (WHERE frozen) AS frozen,
       count(*) FILTER (WHERE concluded) AS concluded,
       count(*) FILTER (WHERE dispatched) AS dispatched,
       count(*) FILTER (WHERE opened) AS opened,
       count(*) FILTER (WHERE void_at IS NOT NULL) AS void,
       count(*) FILTER (WHERE void_at >= instant) AS void_after_instant,
       count(*) FILTER (WHERE void_at IS NULL AND NOT concluded AND result_by < :abandoned) AS abandoned,
       count(*) FILTER (WHERE void_at IS NULL AND concluded AND NOT dispatched AND open_by < :now) AS undispatched,
       count(*) FILTER (WHERE void_at IS NULL AND concluded AND NOT opened AND open_by < :now) AS unopened,
       count(*) FILTER (WHERE void_at IS NULL AND dispatched AND NOT sent AND open_by < :now) AS unsent
  FROM whose o JOIN stood s ON s.id = o.id JOIN authority a ON a.code = o.authority
 WHERE CAST(:authority AS text) IS NULL OR o.authority = :authority
 GROUP BY 1, 2
""")
# A visit that became part of another is made with it.
_VISITS = text("""
SELECT v.authority, v.year, count(*) AS visits,
       count(*) FILTER (WHERE m.state = 'cancelled') AS visits_cancelled,
       count(*) FILTER (WHERE m.state = ANY(:unmade)
                          AND v.deadline < CAST(CAST(:instant AS timestamptz) AT TIME ZONE a.timezone AS date)
                       ) AS visits_overdue
  FROM visit v JOIN visit m ON m.id = coalesce(v.merged_into, v.id) JOIN authority a ON a.code = v.authority
 WHERE v.source LIKE 'draw:%' AND (CAST(:authority AS text) IS NULL OR v.authority = :authority)
 GROUP BY 1, 2
""")


class DrawCounts(NamedTuple):
    """The draws that an authority prepared in a year, by the steps they reached, and the visits of draws in that year.

    ``abandoned``: frozen, not void, and without the result that was due ``abandoned_days`` ago; ``undispatched`` and
    ``unopened``: concluded, not void, and not dispatched, or not opened, by the second at which the commitment promised
    the public file; ``unsent``: dispatched, and no visit of it was opened by then. ``visits_overdue``: of which nothing
    was recorded by their deadline.
    """

    authority: str
    year: int
    prepared: int = 0
    frozen: int = 0
    concluded: int = 0
    dispatched: int = 0
    opened: int = 0
    void: int = 0
    void_after_instant: int = 0
    abandoned: int = 0
    undispatched: int = 0
    unopened: int = 0
    unsent: int = 0
    visits: int = 0
    visits_cancelled: int = 0
    visits_overdue: int = 0


def draw_counts(session: Session, *, authority: str | None, year: int | None, now: datetime) -> list[DrawCounts]:
    """By authority and year, the newest year first; of one authority or one year where it is named.

    Raises:
        Problem: ``draw_register_not_found``.
    """
    if authority is not None:
        refuse_unknown_register(session, authority)
    late = now - timedelta(days=rules()["draws"]["abandoned_days"])
    seconds = {"now": int(now.timestamp()), "abandoned": int(late.timestamp())}
    asked: dict[str, Any] = {"authority": authority, "instant": now, "unmade": rules()["draws"]["unmade"]}
    found: dict[tuple[str, int], dict[str, int]] = {}
    for statement in (_DRAWS, _VISITS):
        with beyond_scope(session, Beyond.FIGURES):
            rows = session.execute(statement, {**asked, **seconds}).mappings().all()
        for row in rows:
            counts = {name: row[name] for name in row if name not in {"authority", "year"}}
            found.setdefault((row["authority"], row["year"]), {}).update(counts)
    every = [DrawCounts(code, of, **counts) for (code, of), counts in found.items() if year in {None, of}]
    return sorted(every, key=lambda one: (-one.year, one.authority))


def draw_counts_document(found: list[DrawCounts]) -> dict[str, Any]:
    """The counts as JSON."""
    return {"abandoned_days": rules()["draws"]["abandoned_days"], "items": [one._asdict() for one in found]}
