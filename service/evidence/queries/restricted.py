"""Whether measures and what happened to them still are what the ledger says was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import text

from service.evidence.intake.bodies import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_AT_ONCE = 2_000
MEASURES = text("""
SELECT 'measure' AS what, id, body_sha256, source, source_ref, event_id AS record, kind, basis, document, authority,
       starts_on, ends_on
  FROM measure ORDER BY id
""")
_SEALED = text("""
SELECT a.id AS audit_id, a.action, a.detail, y.id, y.measure_id AS measure, y.act, y.acted_on AS on, y.until, y.cause,
       y.reference, y.reason
  FROM audit a LEFT JOIN measure_act y ON y.audit_id = a.id AND y.event_act_id IS NULL
 WHERE a.action IN ('evidence.measure_lifted', 'evidence.measure_suspended', 'evidence.measure_restored')
 ORDER BY a.id
""")
_SAID = ("measure", "act", "on", "until", "cause", "reference", "reason")
# What no entry of its own seals follows from the annulment that lifted it.
_FOLLOWED = text("""
SELECT y.id FROM measure_act y
  LEFT JOIN event_act a ON a.id = y.event_act_id AND a.act = 'annulment'
  LEFT JOIN measure m ON m.id = y.measure_id AND m.event_id = a.event_id
 WHERE y.event_act_id IS NOT NULL
   AND (m.id IS NULL OR (y.act, y.cause, y.acted_on, y.audit_id, y.reference, y.reason) IS DISTINCT FROM
        ('lifted', 'annulment', a.acted_on, a.audit_id, a.source || '/' || a.source_ref, a.detail ->> 'reason'))
    OR y.event_act_id IS NULL AND NOT EXISTS (
         SELECT FROM audit w WHERE w.id = y.audit_id AND w.action = 'evidence.measure_' || y.act)
 ORDER BY y.id
""")
_UNFOLLOWED = text("""
SELECT m.id FROM measure m JOIN event_act a ON a.event_id = m.event_id AND a.act = 'annulment'
 WHERE NOT EXISTS (SELECT FROM measure_act y WHERE y.measure_id = m.id AND y.act = 'lifted')
 ORDER BY m.id
""")


def measure_faults(session: Session) -> Iterator[str]:
    """One sentence for each act on a measure that is not what its entry or the annulment of its record says."""
    for found in session.execute(_SEALED, execution_options={"yield_per": _AT_ONCE}).mappings():
        if found["id"] is None:
            yield f"audit row {found['audit_id']} names an act on a measure that is gone"
        elif not _same(found):
            yield f"act {found['id']} on a measure is not what was recorded: the row was changed"
    for number in session.scalars(_FOLLOWED):
        yield f"act {number} on a measure is not what the annulment of its record says: the row was changed"
    for number in session.scalars(_UNFOLLOWED):
        yield f"measure {number} stands though its record was annulled: the act that lifted it is gone"


def _same(found: Any) -> bool:  # noqa: ANN401 - a row of _SEALED
    said = {name: found[name] for name in _SAID}
    as_named = (f"evidence.measure_{found['act']}", digest(said).hex())
    return as_named == (found["action"], found["detail"]["sha256"])
