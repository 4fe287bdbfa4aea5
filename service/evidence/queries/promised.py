"""Whether what became of commitments still is what the ledger says was recorded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.evidence.intake.bodies import digest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy.orm import Session

_SETTLED = text("""
SELECT a.id AS audit_id, a.detail, o.id, o.commitment_id AS commitment, o.outcome, o.event_id AS event,
       o.settled_on AS on, o.basis, o.case_ref
  FROM audit a LEFT JOIN credit_commitment_outcome o ON o.audit_id = a.id
 WHERE a.action = 'evidence.commitment_settled' ORDER BY a.id
""")
_SAID = ("outcome", "on", "basis", "case_ref")


def outcome_faults(session: Session) -> Iterator[str]:
    """One sentence for each outcome that is not what its entry says; old entries say no digest, only what and whose."""
    for found in session.execute(_SETTLED).mappings():
        detail = found["detail"]
        if found["id"] is None:
            yield f"audit row {found['audit_id']} names an outcome that is gone"
            continue
        said = {name: found[name] for name in _SAID if found[name] is not None}
        same = all(found[name] == detail[name] for name in ("commitment", "outcome", "event"))
        if not same or detail.get("sha256", digest(said).hex()) != digest(said).hex():
            yield f"outcome {found['id']} is not what was recorded: the row was changed"
