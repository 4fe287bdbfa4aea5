"""Who recorded what: so that nobody decides on their own entry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

if TYPE_CHECKING:
    from collections.abc import Collection

    from sqlalchemy.orm import Session

_RECORDERS = text("""
WITH named AS (
  SELECT e.id, e.audit_id FROM event e
    JOIN unnest(CAST(:sources AS text[]), CAST(:refs AS text[])) AS n (source, ref)
      ON n.source = e.source AND n.ref = e.source_ref
), touched AS (
  SELECT audit_id FROM named
  UNION ALL
  SELECT a.audit_id FROM event_act a JOIN named ON named.id = a.event_id
)
SELECT DISTINCT audit.actor_kind || ':' || audit.actor_id FROM touched JOIN audit ON audit.id = touched.audit_id
""")


def recorders(session: Session, references: Collection[tuple[str, str]]) -> frozenset[str]:
    """The people (``kind:id``) who recorded events (source, reference), or acts on them.

    A reference of a branch's event, which ends in the branch's key after an ``@``, stands for that event.
    """
    plain = {(source, ref.rpartition("@")[0]) for source, ref in references if "@" in ref}
    asked = sorted({*references, *plain})
    parameters = {"sources": [source for source, _ in asked], "refs": [ref for _, ref in asked]}
    return frozenset(session.execute(_RECORDERS, parameters).scalars())
