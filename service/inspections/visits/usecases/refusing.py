"""Who of a draw cannot be visited, and why: kept for those who see to it, until it is settled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import text

from service.inspections.visits.tables import VisitRefusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from service.inspections.plans import Task
    from service.platform import Problem, UnitOfWork

SETTLED = ""
_NEWEST = text("""
SELECT DISTINCT ON (entity_key) entity_key, code FROM visit_refusal WHERE source = :source ORDER BY entity_key, id DESC
""")


def keep_refusals(uow: UnitOfWork, source: str, task: Task, refused: Mapping[str, Problem]) -> None:
    """Write down what is new: who cannot be visited and why, and who is no longer to be, or can be."""
    known = {row[0]: row[1] for row in uow.session.execute(_NEWEST, {"source": source})}
    changed = {key: problem for key, problem in refused.items() if known.get(key) != problem.code}
    settled = [key for key, code in known.items() if code != SETTLED and key not in refused]
    if not changed and not settled:
        return
    audit_id = uow.audit("inspections.visits_refused", source, {"refused": sorted(changed), "settled": sorted(settled)})

    def write(key: str, code: str, params: Mapping[str, object]) -> None:
        said = {name: value if isinstance(value, int) else str(value) for name, value in params.items()}
        uow.session.add(
            VisitRefusal(
                source=source,
                task=task.number,
                entity_key=key,
                authorities=task.authorities,
                code=code,
                params=said,
                refused_at=uow.now,
                audit_id=audit_id,
            )
        )

    for key, problem in sorted(changed.items()):
        write(key, problem.code, problem.params)
    for key in sorted(settled):
        write(key, SETTLED, {})
    uow.session.flush()
