"""What is decided of equal names, and what time does to a status by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from sqlalchemy import select, text

from service.platform import Problem
from service.register.queries.facts import facts
from service.register.seeds import statuses
from service.register.storing import Stage, refuse_rows, write_stage
from service.register.tables import SameName

if TYPE_CHECKING:
    from service.platform import UnitOfWork

_OVER = text("""
SELECT e.public_key, rule.following,
       to_char(CAST(e.body ->> 'status_on' AS date) + make_interval(months => rule.months), 'YYYY-MM-DD') AS day
  FROM entity e JOIN authority a ON a.id = e.authority_id
  JOIN unnest(CAST(:codes AS text[]), CAST(:months AS int[]), CAST(:thens AS text[])) AS rule (code, months, following)
       ON rule.code = e.status
 WHERE CAST(e.body ->> 'status_on' AS date) + make_interval(months => rule.months)
       <= CAST(:now AS timestamptz) AT TIME ZONE a.timezone
 ORDER BY e.id LIMIT :limit
""")


def decide_same_name(uow: UnitOfWork, *, proposal: int, decision: Literal["same", "different"], reason: str) -> None:
    """Note whether two entities of one name are the same. Nothing is merged: it is told, and who is to act sees it.

    Raises:
        Problem: ``same_name_not_found``, ``same_name_decided``, ``entity_out_of_scope``.
    """
    pair = uow.session.execute(select(SameName).filter_by(id=proposal).with_for_update()).scalar_one_or_none()
    if pair is None:
        raise Problem("same_name_not_found", proposal=proposal)
    sides = facts(uow.session, [pair.entity_low, pair.entity_high], position=None)
    if not any(uow.actor.may_see(side.authority, side.region) for side in sides.values()):
        raise Problem("entity_out_of_scope")
    if pair.decision is not None:
        raise Problem("same_name_decided")
    pair.decision, pair.reason = decision, reason
    pair.decided_by, pair.decided_at = f"{uow.actor.kind}:{uow.actor.id}", uow.now
    keys = [sides[number].key for number in (pair.entity_low, pair.entity_high)]
    uow.audit("register.same_name_decided", keys[0], {"other": keys[1], "decision": decision, "reason": reason})


def end_statuses(uow: UnitOfWork, *, limit: int = 500) -> int:
    """End the statuses whose longest stay is over, as the table of statuses presumes; returns how many.

    A periodic job: ask again while it returns ``limit``.
    """
    rules = [status for status in statuses().values() if status.longest_months is not None]
    parameters = {
        "codes": [rule.code for rule in rules],
        "months": [rule.longest_months for rule in rules],
        "thens": [rule.then for rule in rules],
        "now": uow.now,
        "limit": limit,
    }
    over = uow.session.execute(_OVER, parameters).all()
    if not over:
        return 0
    with Stage(uow.session) as stage:
        for place, row in enumerate(over, 1):
            said = {"status": row.following, "status_on": row.day, "status_evidence": None}
            stage.put(place, {"key": row.public_key, **said})
    refuse_rows(uow.session, uow.actor, uow.now)
    written = write_stage(uow, uow.audit("register.statuses_ended", "register", {"entities": len(over)}))
    return written.changed
